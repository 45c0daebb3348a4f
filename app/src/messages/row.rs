//! One message on screen.

use leptos::prelude::*;

use super::{Message, MessageKind, Reaction, place_path, quote::Quote};
use crate::{
    ids::{RoomId, UserId},
    journeys::Badges,
    media::gallery,
    profiles::{Face, profile_path},
    ui::{IntoAtOnce, Time},
    words::{
        self,
        i18n::{Locale, t_string, use_i18n},
    },
};

#[component]
pub(super) fn MessageRow(
    room: RoomId,
    message: Message,
    viewer: Option<UserId>,
    /// Whether it goes on where the message above left off: the author is not named again.
    follows: bool,
    /// Whether the address leads to it.
    marked: bool,
    /// Whether the viewer has blocked who has said it.
    hidden: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let handle = words::name(i18n, &message.sender.handle);
    let line = match message.kind {
        MessageKind::Text => None,
        // The name or topic that it gave the room went with an account.
        _ if message.deleted => Some(t_string!(i18n, messages.deleted).to_owned()),
        MessageKind::Created => Some(t_string!(i18n, messages.created_room, handle)),
        MessageKind::Joined => Some(t_string!(i18n, messages.joined_room, handle)),
        MessageKind::Left => Some(t_string!(i18n, messages.left_room, handle)),
        MessageKind::Removed => Some(t_string!(i18n, messages.removed_from_room, handle)),
        MessageKind::Banned => Some(t_string!(i18n, messages.banned_from_room, handle)),
        MessageKind::Renamed => Some(t_string!(
            i18n,
            messages.renamed_room,
            handle,
            name = message.body.clone()
        )),
        MessageKind::Topic if message.body.is_empty() => {
            Some(t_string!(i18n, messages.cleared_topic, handle))
        }
        MessageKind::Topic => Some(t_string!(
            i18n,
            messages.set_topic,
            handle,
            topic = message.body.clone()
        )),
    };
    if let Some(line) = line {
        let id = format!("m{}", message.seq);
        return view! { <li class="system" id=id>{line}</li> }.at_once();
    }
    let mine = viewer == Some(message.sender.id);
    let said = said(i18n, &message, hidden);
    let author = author(i18n, &message, mine, follows);
    let face = (!follows && !mine).then(|| view! { <Face user=message.sender.id/> });
    let badge = (!follows).then(|| {
        let badge = Badges::of(message.sender.id);
        view! { <span class="mark how-far" dir="auto">{badge}</span> }
    });
    let place = message.seq;
    let own_page = format!("/rooms/{room}/messages/{place}");
    let quote = message
        .reply_to
        .map(|original| view! { <Quote room place=original/> });
    let reactions = (!message.reactions.is_empty())
        .then(|| view! { <Reactions reactions=message.reactions viewer page=own_page.clone()/> });
    let marks = [
        (message.edited && !message.deleted).then(|| t_string!(i18n, messages.edited)),
        message.pinned.then(|| t_string!(i18n, messages.pinned)),
    ];
    view! {
        <li
            class="message"
            class:mine=mine
            class:follows=follows
            class:marked=marked
            id=format!("m{place}")
            // One knows what one has said, and does not want to know the other.
            aria-live=(mine || hidden).then_some("off")
            tabindex="-1"
        >
            {hidden.then(|| view! { <Veil/> })}
            {face}
            <p class="message-head">
                {author}
                {badge}
                " "
                <a class="place" href=place_path(room, place) rel="external">
                    <Time at=message.sent_at/>
                </a>
                " "
                {marks.map(|mark| view! { <span class="mark">{mark}</span> })}
            </p>
            {quote}
            <div class="bubble-row">
                {said}
                // The action layer makes a menu of it. Without WebAssembly it leads to a page with the same.
                <a
                    class="more"
                    href=own_page
                    aria-haspopup="menu"
                    aria-label=t_string!(i18n, messages.actions)
                >
                    "⋯"
                </a>
            </div>
            {reactions}
        </li>
    }
    .at_once()
}

/// What a message shows, and what it says, if it says anything. `hidden`: the viewer has blocked who has
/// sent it.
pub(super) fn said(i18n: Locale, message: &Message, hidden: bool) -> impl IntoView + use<> {
    let name = words::name(i18n, &message.sender.handle);
    let media = gallery(i18n, &message.media, &name, hidden);
    let media = (!media.is_empty()).then(|| html_box("media", None, media));
    let text = if message.deleted {
        t_string!(i18n, messages.deleted).to_owned()
    } else {
        message.body.clone()
    };
    let words = if let Some(html) = message.html.clone() {
        Some(html_box("bubble rich", Some("auto"), html))
    } else if text.is_empty() && media.is_some() {
        None
    } else {
        let bubble = view! {
            <p class="bubble" class:deleted=message.deleted dir="auto">
                {text}
            </p>
        };
        Some(bubble.at_once())
    };
    [media, words]
}

fn html_box(class: &'static str, dir: Option<&'static str>, html: String) -> AnyView {
    view! { <div class=class dir=dir inner_html=html></div> }.at_once()
}

/// The name of whoever has said it, which leads to their page; in a row that goes on where the one above
/// left off, that one's does.
fn author(i18n: Locale, message: &Message, mine: bool, follows: bool) -> impl IntoView + use<> {
    let handle = &message.sender.handle;
    let name = if mine {
        t_string!(i18n, messages.you).to_owned()
    } else {
        words::name(i18n, handle)
    };
    let leads = !follows && !handle.is_deleted();
    let page = leads.then(|| profile_path(handle.as_str()));
    view! { <a class="author" href=page>{name}</a> }
}

/// One quiet line in place of what stands below it, until it is opened.
#[component]
pub(super) fn Veil() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <details class="veil">
            <summary>{t_string!(i18n, messages.hidden)}</summary>
        </details>
    }
}

/// What people have answered it with. Each leads to the page where one does the same; the list makes
/// buttons of them.
#[component]
fn Reactions(reactions: Vec<Reaction>, viewer: Option<UserId>, page: String) -> impl IntoView {
    let chips = reactions.into_iter().map(|reaction| {
        let own = viewer.is_some_and(|viewer| reaction.is_of(viewer));
        let names: Vec<_> = reaction
            .people
            .iter()
            .map(|person| person.handle.as_str())
            .collect();
        let names = names.join(", ");
        let (emoji, count) = (reaction.emoji.as_str().to_owned(), reaction.count);
        let label = format!("{emoji} {count}: {names}");
        let shown = format!("{emoji} {count}");
        view! {
            <a
                class="reaction"
                class:own=own
                href=page.clone()
                data-emoji=emoji
                title=names
                aria-label=label
            >
                {shown}
            </a>
        }
    });
    view! { <p class="reactions">{chips.collect_view()}</p> }
}
