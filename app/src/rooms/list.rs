//! The list of rooms, and the first page.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{RoomSummary, list_rooms};
use crate::{
    app::Viewer,
    ui::{PageTitle, Problem},
    words::i18n::{t, t_string, td_string, use_i18n},
};

/// `/`: for visitors, what this is; for everybody, the rooms.
#[component]
pub fn HomePage() -> impl IntoView {
    let i18n = use_i18n();
    let viewer = Viewer::expect();
    view! {
        <PageTitle text=td_string!(i18n.get_locale_untracked(), rooms.title) />
        <div class="page">
            <Suspense>
                {move || Suspend::new(async move {
                    match viewer.load().await {
                        Some(_) => {
                            view! {
                                <div class="page-head">
                                    <div>
                                        <h1>{t!(i18n, rooms.title)}</h1>
                                        <p class="lead">{t!(i18n, rooms.lead)}</p>
                                    </div>
                                    <a class="button" href="/rooms/new">
                                        {t!(i18n, rooms.new)}
                                    </a>
                                </div>
                            }
                                .into_any()
                        }
                        None => view! { <Welcome/> }.into_any(),
                    }
                })}
            </Suspense>
            <RoomList/>
        </div>
    }
}

/// What a visitor sees first.
#[component]
fn Welcome() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="welcome">
            <h1>{t!(i18n, welcome.title)}</h1>
            <p class="lead">{t!(i18n, welcome.lead)}</p>
            <p class="actions">
                <a class="button" href="/sign-up">
                    {t!(i18n, welcome.join)}
                </a>
                <a class="button quiet" href="/sign-in">
                    {t!(i18n, welcome.have_account)}
                </a>
            </p>
        </section>
        <h2>{t!(i18n, rooms.title)}</h2>
    }
}

/// The rooms that the viewer may find.
#[component]
pub fn RoomList() -> impl IntoView {
    let i18n = use_i18n();
    let rooms = Resource::new_blocking(|| (), |()| list_rooms());
    view! {
        <nav class="rooms" aria-label=move || t_string!(i18n, rooms.list_label)>
            <Suspense>
                {move || Suspend::new(async move {
                    match rooms.await {
                        Ok(rooms) if rooms.is_empty() => view! { <NoRooms/> }.into_any(),
                        Ok(rooms) => {
                            let lines = rooms.into_iter().map(|room| view! { <RoomLine room/> });
                            view! { <ul class="room-list">{lines.collect_view()}</ul> }.into_any()
                        }
                        Err(error) => view! { <Problem code=error.code/> }.into_any(),
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
    } = room;
    view! {
        <li>
            <A href=format!("/rooms/{}", room.id) attr:class="room-line">
                <span class="room-name" dir="auto">
                    {room.name.as_str().to_owned()}
                </span>
                <span class="room-facts">
                    <Members count=members/>
                    {joined
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
pub(super) fn Members(count: i64) -> impl IntoView {
    let i18n = use_i18n();
    if count == 1 {
        t!(i18n, rooms.members_one).into_any()
    } else {
        t!(i18n, rooms.members_many, count).into_any()
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
