//! A room on screen: its history, and the place to write.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{JoinBar, RoomKind, RoomList, RoomView, head::RoomHead, open_room};
use crate::{
    accounts::User,
    app::Viewer,
    error::{AppError, ErrorCode},
    ids::RoomId,
    live::{Live, OpenRoom},
    messages::{Actions, Composer, MessageList, Page, SendMessage, page_messages},
    presence::TypingLine,
    ui::{Indexed, NoIndex, PageTitle, Problem, page_status, refused},
    words::i18n::{t, t_string, use_i18n},
};

/// How many messages of the page around a place come after it.
const AFTER: i64 = 25;

/// `/rooms/:room`, with `?before=` an older stretch of its history, and with `?at=` what is around a
/// place.
#[component]
pub fn RoomPage() -> impl IntoView {
    let i18n = use_i18n();
    let viewer = Viewer::expect();
    let params = use_params_map();
    let query = use_query_map();
    let room = move || {
        params
            .read()
            .get("room")
            .and_then(|room| room.parse::<RoomId>().ok())
    };
    let place = move |name: &str| {
        let query = query.read();
        query.get(name).and_then(|place| place.parse::<i64>().ok())
    };
    let before = move || {
        let around = place("at").map(|place| place.saturating_add(AFTER + 1));
        place("before").or(around)
    };
    let loaded = Resource::new_blocking(
        move || (room(), before()),
        |(room, before)| load(room, before),
    );
    let status = page_status();

    view! {
        <div class="room-page">
            <aside class="room-side">
                <div class="page-head">
                    <h2>{t!(i18n, rooms.title)}</h2>
                    <a class="button small quiet" href="/rooms/new">
                        {t!(i18n, rooms.new)}
                    </a>
                </div>
                <RoomList />
            </aside>
            <Suspense>
                {move || {
                    let status = status.clone();
                    Suspend::new(async move {
                        match (viewer.load().await, loaded.await) {
                            (viewer, Ok((view, page))) => {
                                let reload = Callback::new(move |()| loaded.refetch());
                                // What lies before a place beyond the end is the newest page.
                                let before = before().filter(|place| *place <= page.head);
                                view! { <RoomScreen viewer view page before reload/> }.into_any()
                            }
                            (_, Err(error)) => {
                                status(error.code);
                                view! { <Problem code=error.code/> }.into_any()
                            }
                        }
                    })
                }}
            </Suspense>
        </div>
    }
}

async fn load(room: Option<RoomId>, before: Option<i64>) -> Result<(RoomView, Page), AppError> {
    let room = room.ok_or(ErrorCode::RoomUnknown)?;
    let view = open_room(room).await?;
    let page = page_messages(room, before, None, None).await?;
    Ok((view, page))
}

/// What a room says of itself to those who search: how its description begins, else its topic.
fn first_line(description: &str, topic: &str) -> String {
    let line = description.lines().next().unwrap_or(topic);
    line.chars().take(160).collect()
}

#[component]
fn RoomScreen(
    viewer: Option<User>,
    view: RoomView,
    page: Page,
    /// The place before which the page stands: an older stretch, which nothing new is added to.
    before: Option<i64>,
    reload: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let live = Live::expect();
    let RoomView {
        room,
        topic,
        description,
        members,
        joined,
        role,
        ..
    } = view;
    let name = room.name.as_str().to_owned();
    let id = room.id;
    let older = before.is_some();
    let indexing = if room.kind == RoomKind::Public {
        let path = match before {
            Some(place) => format!("/rooms/{id}?before={place}"),
            None => format!("/rooms/{id}"),
        };
        let about = first_line(description.as_str(), topic.as_str());
        view! { <Indexed path about /> }.into_any()
    } else {
        view! { <NoIndex /> }.into_any()
    };
    let counted_at = page.head;
    let open = OpenRoom::new(page);
    let OpenRoom {
        timeline,
        company,
        ended,
        ..
    } = open;
    let members = Memo::new(move |_| members + timeline.read().joined_after(counted_at));
    let scroller = NodeRef::new();
    let person = viewer.as_ref().map(|user| user.id);
    let actions = Actions::provide(id, person, role, timeline, scroller);
    // On an older stretch the page of a message does what its menu does here.
    if !older {
        actions.attend();
    }

    if joined && !older {
        Effect::new(move || live.open(id, open));
        on_cleanup(move || live.close(id, open));
    }
    let signed_in = viewer.is_some();
    let foot = if older {
        view! {
            <a class="to-latest" href=format!("/rooms/{id}")>
                {t!(i18n, messages.latest)}
            </a>
        }
        .into_any()
    } else if joined {
        view! {
            <TypingLine company/>
            <Ended ended/>
            <Composer room=id scroller ended/>
        }
        .into_any()
    } else if refused(SendMessage::url()).is_some() {
        // The session has ended, or the membership has, while somebody wrote by form: their words
        // are still here.
        view! {
            <JoinBar room=id signed_in on_joined=reload/>
            <Composer room=id scroller ended/>
        }
        .into_any()
    } else {
        view! { <JoinBar room=id signed_in on_joined=reload/> }.into_any()
    };

    view! {
        <PageTitle text=name.clone() />
        {indexing}
        <section class="room" aria-labelledby="room-title">
            <RoomHead room=room.clone() topic timeline older members company />
            <MessageList room name timeline viewer=person older scroller/>
            {foot}
        </section>
    }
}

/// Says that the viewer was removed, or has left in another tab. There from the start and filled
/// when needed, so that screen readers announce it.
#[component]
fn Ended(ended: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="ended" role="status">
            {move || ended.get().then(|| t_string!(i18n, rooms.ended))}
        </p>
    }
}
