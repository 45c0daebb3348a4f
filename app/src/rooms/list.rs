//! The list of rooms.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{RoomKind, RoomSummary, list_rooms};
use crate::words::{
    self,
    i18n::{t, t_string, use_i18n},
};

/// The rooms that the viewer may find.
#[component]
pub fn RoomList() -> impl IntoView {
    let i18n = use_i18n();
    let rooms = Resource::new_blocking(|| (), |()| list_rooms());
    view! {
        <nav class="rooms" aria-label=t_string!(i18n, rooms.list_label)>
            <Suspense>
                {move || Suspend::new(async move {
                    match rooms.await {
                        Ok(rooms) if rooms.is_empty() => view! { <NoRooms/> }.into_any(),
                        Ok(rooms) => {
                            let lines = rooms.into_iter().map(|room| view! { <RoomLine room/> });
                            view! { <ul class="room-list">{lines.collect_view()}</ul> }.into_any()
                        }
                        Err(error) => {
                            let why = words::error(i18n, error.code);
                            view! { <p class="note error">{why}</p> }.into_any()
                        }
                    }
                })}
            </Suspense>
        </nav>
    }
}

#[component]
fn RoomLine(room: RoomSummary) -> impl IntoView {
    let i18n = use_i18n();
    let RoomSummary {
        room,
        members,
        joined,
        ..
    } = room;
    view! {
        <li>
            <A href=format!("/rooms/{}", room.id) attr:class="room-line">
                <span class="room-name" dir="auto">
                    {room.name.as_str().to_owned()}
                </span>
                <span class="room-facts">
                    {if room.kind == RoomKind::Direct {
                        t!(i18n, rooms.direct).into_any()
                    } else {
                        view! { <Members count=members /> }.into_any()
                    }}
                    {(joined && room.kind != RoomKind::Direct)
                        .then(|| {
                            view! {
                                " · "
                                <span class="joined">{t!(i18n, rooms.joined)}</span>
                            }
                        })}
                </span>
            </A>
        </li>
    }
}

/// How many people are in a room.
#[component]
pub fn Members(#[prop(into)] count: Signal<i64>) -> impl IntoView {
    let i18n = use_i18n();
    move || match count.get() {
        1 => t!(i18n, rooms.members_one).into_any(),
        count => t!(i18n, rooms.members_many, count).into_any(),
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
