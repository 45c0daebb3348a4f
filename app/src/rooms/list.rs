//! The list of rooms, with what is new in one's own.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Layers, Listing, RoomKind, RoomSummary, layers::Shortcut};
use crate::{
    app::Viewer,
    ui::Skeleton,
    words::{
        self,
        i18n::{Locale, t, t_string, use_i18n},
    },
};

/// The rooms that the viewer may find.
#[component]
pub fn RoomList() -> impl IntoView {
    let i18n = use_i18n();
    let listing = Listing::expect();
    let viewer = Viewer::expect();
    // What another page knew may have changed since.
    let known = listing.is_known();
    let first = Resource::new_blocking(|| (), move |()| listing.first());
    Effect::new(move || {
        if known || first.with(|first| matches!(first, Some(Err(_)))) {
            listing.renew();
        }
    });
    view! {
        <nav class="rooms" aria-label=t_string!(i18n, rooms.list_label)>
            <Suspense fallback=|| view! { <Skeleton lines=4/> }>
                {move || Suspend::new(async move {
                    let signed_in = viewer.load().await.is_some();
                    let tools = signed_in.then(|| view! { <Tools/> });
                    let first = first.await.map(|first| listing.begin(first));
                    let why = first.err().map(|error| words::refusal(i18n, &error));
                    view! {
                        {tools}
                        <Rooms why/>
                    }
                })}
            </Suspense>
        </nav>
    }
}

/// The ways to what is not in sight.
#[component]
fn Tools() -> impl IntoView {
    let i18n = use_i18n();
    let layers = Layers::expect();
    view! {
        <div class="room-tools">
            <button
                type="button"
                class="button small quiet find"
                aria-keyshortcuts="Control+K Meta+K"
                on:click=move |_| layers.ask(Shortcut::Find)
            >
                {t!(i18n, finder.open)}
            </button>
            <a class="button small quiet" href="/mentions">
                {t!(i18n, mentions.title)}
            </a>
            <a class="button small quiet" href="/journeys">
                {t!(i18n, journeys.title)}
            </a>
        </div>
    }
}

#[component]
fn Rooms(
    /// Why they are not known, while they are not.
    why: Option<String>,
) -> impl IntoView {
    let listing = Listing::expect();
    let path = use_location().pathname;
    move || {
        let rooms = listing.now();
        let known = listing.is_known();
        let why = why.clone().filter(|_| !known);
        let none = (known && rooms.is_empty()).then(|| view! { <NoRooms/> });
        let lines = rooms
            .into_iter()
            .map(|summary| view! { <RoomLine summary path/> });
        view! {
            {why.map(|why| view! { <p class="note error">{why}</p> })}
            {none}
            <ul class="room-list">{lines.collect_view()}</ul>
        }
    }
}

#[component]
fn RoomLine(
    summary: RoomSummary,
    /// Of the page.
    path: Memo<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let href = format!("/rooms/{}", summary.room.id);
    let here = {
        let href = href.clone();
        move || (*path.read() == href).then_some("page")
    };
    let joined = summary.joined && summary.room.kind != RoomKind::Direct;
    view! {
        <li>
            <a href=href class="room-line" aria-current=here>
                <span class="room-top">
                    <span class="room-name" dir="auto">
                        {summary.room.title(i18n)}
                    </span>
                    <NewBadge summary=summary.clone()/>
                </span>
                <span class="room-facts">
                    {size(i18n, summary.room.kind, summary.members)}
                    {joined
                        .then(|| {
                            view! {
                                " · "
                                <span class="joined">{t!(i18n, rooms.joined)}</span>
                            }
                        })}
                </span>
            </a>
        </li>
    }
}

/// How much is new that the viewer wants to be told of, and whether they are named in it.
#[component]
fn NewBadge(summary: RoomSummary) -> impl IntoView {
    let i18n = use_i18n();
    let told = summary.told();
    (told > 0).then(|| {
        let count = up_to_99(told);
        let sign = if summary.mentions > 0 { "@" } else { "" };
        let mut said = String::new();
        if told == summary.unread {
            said += &t_string!(i18n, rooms.unread, count = count.clone()).to_string();
        }
        if !said.is_empty() && summary.mentions > 0 {
            said += ", ";
        }
        match summary.mentions {
            0 => {}
            1 => said += t_string!(i18n, rooms.mentions_one),
            many => {
                let count = up_to_99(many);
                said += &t_string!(i18n, rooms.mentions_many, count).to_string();
            }
        }
        view! {
            <span class="badge">
                <span aria-hidden="true">{sign} {count}</span>
                <span class="visually-hidden">{said}</span>
            </span>
        }
    })
}

/// A count that is told up to 99.
pub(super) fn up_to_99(count: i64) -> String {
    if count > 99 {
        "99+".to_owned()
    } else {
        count.to_string()
    }
}

/// How many people are in a room, in words.
pub fn size(i18n: Locale, kind: RoomKind, members: i64) -> String {
    match (kind, members) {
        (RoomKind::Direct, _) => t_string!(i18n, rooms.direct).to_owned(),
        (_, 1) => t_string!(i18n, rooms.members_one).to_owned(),
        (_, count) => t_string!(i18n, rooms.members_many, count).to_string(),
    }
}

#[component]
fn NoRooms() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="empty">
            <p class="empty-title">{t!(i18n, rooms.empty_title)}</p>
            <p>{t!(i18n, rooms.empty_lead)}</p>
        </div>
    }
}
