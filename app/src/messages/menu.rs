//! The one menu of the list: what can be done with the message that it was opened for.
//!
//! It is a modal dialog: the browser itself closes it on Escape and gives the focus back to where it
//! was.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::{
    Message,
    actions::{Actions, Ask},
    emoji::{EMOJI, QUICK},
    keys,
    offers::Offer,
    place_path,
};
use crate::{
    live::Command,
    reports::report_path,
    words::i18n::{Locale, t_string, use_i18n},
};

/// Shows itself whenever `menu` has a message.
#[component]
pub(super) fn MessageMenu(
    actions: Actions,
    menu: RwSignal<Option<Message>>,
    /// What has just been done, to be told for a moment.
    told: RwSignal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let dialog = NodeRef::<html::Dialog>::new();
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    Effect::new(move || {
        let Some(place) = menu.with(|chosen| chosen.as_ref().map(|chosen| chosen.seq)) else {
            return;
        };
        mark(place, true);
        // What it offers is there by then.
        request_animation_frame(move || {
            if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
                let _ = dialog.show_modal();
                // The emoji above are a way up.
                if let Ok(Some(first)) = dialog.query_selector("[role=menu] > [role=menuitem]") {
                    let _ = first.unchecked_into::<HtmlElement>().focus();
                }
            }
        });
    });
    let closed = move |_| {
        if let Some(message) = menu.try_update(Option::take).flatten() {
            mark(message.seq, false);
        }
    };
    let on_click = move |event: MouseEvent| {
        // What is not in the menu is around it.
        let inside = event_target::<Element>(&event).closest("[role=menu]");
        if inside.ok().flatten().is_none() {
            close();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let Some(dialog) = dialog.get_untracked() else {
            return;
        };
        let key = event.key();
        if key == "Tab" {
            close();
        } else if !focus(&dialog, |at, count| keys::step(&key, at, count)) {
            return;
        }
        event.prevent_default();
    };
    let take = move |offer: Offer| {
        let chosen = menu.get_untracked();
        close();
        if let Some(message) = chosen {
            carry_out(actions, i18n, offer, message, told);
        }
    };
    let offered = move || {
        let menu = menu.read();
        let offers = menu.as_ref().map(|message| actions.offers(message));
        let offers = offers.unwrap_or_default().into_iter();
        // Only secure pages may copy.
        let secure = window().is_secure_context();
        let offers = offers
            .filter(|offer| secure || !matches!(offer, Offer::CopyText | Offer::CopyLink))
            .map(|offer| {
                let label = label(i18n, offer);
                view! {
                    <button
                        type="button"
                        role="menuitem"
                        tabindex="-1"
                        class:danger=offer == Offer::Delete
                        on:click=move |_| take(offer)
                    >
                        {label}
                    </button>
                }
            });
        offers.collect_view()
    };
    let react = move |emoji: &'static str| {
        let chosen = menu.get_untracked();
        close();
        if let Some(message) = chosen {
            actions.react(message.seq, emoji.to_owned());
        }
    };
    let reacts = move || menu.read().is_some() && actions.rights.speaks;
    view! {
        <dialog
            class="menu"
            aria-label=t_string!(i18n, messages.actions)
            node_ref=dialog
            on:close=closed
            on:click=on_click
            on:keydown=on_key
        >
            <div role="menu" aria-label=t_string!(i18n, messages.actions)>
                <Show when=reacts>
                    <EmojiRow react/>
                </Show>
                {offered}
            </div>
        </dialog>
    }
}

fn label(i18n: Locale, offer: Offer) -> &'static str {
    match offer {
        Offer::Look => t_string!(i18n, media.look),
        Offer::Answer => t_string!(i18n, messages.answer),
        Offer::Pin => t_string!(i18n, messages.pin),
        Offer::Unpin => t_string!(i18n, messages.unpin),
        Offer::MarkUnread => t_string!(i18n, messages.mark_unread),
        Offer::Edit => t_string!(i18n, messages.edit),
        Offer::CopyText => t_string!(i18n, messages.copy_text),
        Offer::CopyLink => t_string!(i18n, messages.copy_link),
        Offer::Delete => t_string!(i18n, messages.delete),
        Offer::Profile => t_string!(i18n, profiles.page),
        Offer::Block => t_string!(i18n, messages.block),
        Offer::Unblock => t_string!(i18n, messages.unblock),
        Offer::Report => t_string!(i18n, reports.report),
    }
}

/// A few emoji to answer with, and a way to all of them.
#[component]
fn EmojiRow<R>(react: R) -> impl IntoView
where
    R: Fn(&'static str) + Copy + Send + Sync + 'static,
{
    let i18n = use_i18n();
    let all = RwSignal::new(false);
    let button = move |emoji: &'static str| {
        view! {
            <button type="button" role="menuitem" tabindex="-1" on:click=move |_| react(emoji)>
                {emoji}
            </button>
        }
    };
    let first = EMOJI.into_iter().take(QUICK).map(button);
    let others = move || {
        let others = EMOJI.into_iter().skip(QUICK);
        all.get().then(|| others.map(button).collect_view())
    };
    view! {
        <div class="emoji">
            {first.collect_view()}
            <button
                type="button"
                role="menuitem"
                tabindex="-1"
                aria-label=t_string!(i18n, messages.more_emoji)
                hidden=move || all.get()
                on:click=move |_| all.set(true)
            >
                "+"
            </button>
            {others}
        </div>
    }
}

fn carry_out(
    actions: Actions,
    i18n: Locale,
    offer: Offer,
    message: Message,
    told: RwSignal<Option<String>>,
) {
    let Message { seq, sender, .. } = &message;
    let (place, sender) = (*seq, sender.id);
    match offer {
        Offer::Look => {
            if let Some(picture) = message.first_picture() {
                actions.ask(Ask::Look(picture));
            }
        }
        Offer::Answer => {
            actions.editing.set(None);
            actions.answering.set(Some(place));
            actions.writing.focus();
        }
        Offer::Edit => {
            actions.answering.set(None);
            actions.editing.set(Some(message));
        }
        Offer::Pin => actions.change(Command::Pin(message.id, true)),
        Offer::Unpin => actions.change(Command::Pin(message.id, false)),
        Offer::MarkUnread => actions.mark_unread(place),
        Offer::Delete => {
            actions.delete(message.id);
            keys::focus_soon(place);
        }
        Offer::Profile => actions.ask(Ask::Who(place)),
        Offer::Block => actions.block(i18n, sender, place, true, told),
        Offer::Unblock => actions.block(i18n, sender, place, false, told),
        Offer::Report => {
            let path = report_path(actions.room, Some(place), None);
            let _ = window().location().set_href(&path);
        }
        Offer::CopyText => copy(i18n, message.body, told),
        Offer::CopyLink => {
            let origin = window().location().origin().unwrap_or_default();
            copy(i18n, origin + &place_path(actions.room, place), told);
        }
    }
}

/// Says of a message's opener whether its menu is open. The menu stands beside it.
fn mark(place: i64, open: bool) {
    let opener = document().query_selector(&format!("#m{place} .more"));
    if let Some(opener) = opener.ok().flatten() {
        let _ = opener.set_attribute("aria-expanded", if open { "true" } else { "false" });
    }
}

/// Moves the focus among what the menu offers. Returns whether there was anywhere to go.
fn focus(dialog: &Element, to: impl Fn(Option<usize>, usize) -> Option<usize>) -> bool {
    let active = document().active_element();
    let Ok(items) = dialog.query_selector_all("[role=menuitem]") else {
        return false;
    };
    let items: Vec<HtmlElement> = (0..items.length())
        .filter_map(|at| items.get(at)?.dyn_into().ok())
        .collect();
    let at = items
        .iter()
        .position(|item| active.as_ref().is_some_and(|active| **item == *active));
    let to = to(at, items.len()).and_then(|to| items.get(to));
    to.is_some_and(|item| item.focus().is_ok())
}

#[cfg(feature = "hydrate")]
fn copy(i18n: Locale, text: String, told: RwSignal<Option<String>>) {
    use js_sys::futures::JsFuture;

    let copied = t_string!(i18n, messages.copied);
    leptos::task::spawn_local(async move {
        let written = window().navigator().clipboard().write_text(&text);
        if JsFuture::from(written).await.is_ok() {
            told.try_set(Some(copied.to_owned()));
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn copy(_: Locale, _: String, _: RwSignal<Option<String>>) {}
