//! A room on screen: its history, and the place to write.

use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
    server_fn::ServerFn,
};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{JoinBar, RoomKind, RoomList, RoomView, head::RoomHead, open_room};
use crate::{
    accounts::User,
    app::Viewer,
    error::{AppError, ErrorCode},
    ids::RoomId,
    journeys::Badges,
    live::{Live, OpenRoom},
    messages::{Actions, Composer, MessageList, Page, Reading, SendMessage, Stand, page_messages},
    presence::TypingLine,
    ui::{Alive, AtOnce, Indexed, IntoAtOnce, NoIndex, Problem, Skeleton, page_status, refused},
    words::i18n::{t, t_string, use_i18n},
};

/// The stretch of history that an address asks for: what stands before, after or around a place. None
/// of them: where the reader left off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    before: Option<i64>,
    after: Option<i64>,
    at: Option<i64>,
}

impl Asked {
    /// The path and query that ask for it.
    fn path(self, room: RoomId) -> String {
        let Self { before, after, at } = self;
        let places = [("before", before), ("after", after), ("at", at)];
        let named = places
            .into_iter()
            .find_map(|(name, place)| Some((name, place?)));
        named.map_or_else(
            || format!("/rooms/{room}"),
            |(name, place)| format!("/rooms/{room}?{name}={place}"),
        )
    }
}

/// `/rooms/:room`, with `?before=` or `?after=` an older stretch of its history, and with `?at=` what is
/// around a place.
#[component]
pub fn RoomPage() -> impl IntoView {
    Alive::expect().begin();
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
    let asked = move || Asked {
        before: place("before"),
        after: place("after"),
        at: place("at"),
    };
    let loaded =
        Resource::new_blocking(move || (room(), asked()), |(room, asked)| load(room, asked));
    let status = page_status();

    AtOnce(view! {
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
            <Suspense fallback=|| view! { <Skeleton lines=6/> }>
                {move || {
                    let status = status.clone();
                    Suspend::new(async move {
                        match (viewer.load().await, loaded.await) {
                            (viewer, Ok((view, page))) => {
                                let reload = Callback::new(move |()| loaded.refetch());
                                let asked = asked();
                                view! { <RoomScreen viewer view page asked reload/> }.at_once()
                            }
                            (_, Err(error)) => {
                                status(error.code);
                                view! { <Problem error/> }.at_once()
                            }
                        }
                    })
                }}
            </Suspense>
        </div>
    })
}

/// Where the reader was, else what the address asks for, else where they left off.
async fn load(room: Option<RoomId>, asked: Asked) -> Result<(RoomView, Page), AppError> {
    let room = room.ok_or(ErrorCode::RoomUnknown)?;
    let was = Stand::recall(&asked.path(room)).map(Stand::place);
    let view = open_room(room).await?;
    let Asked { before, after, at } = asked;
    let (before, after) = was.map_or((before, after), |_| (None, None));
    let around = was.or(at).or(view.unread);
    let page = page_messages(room, before, after, around).await?;
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
    asked: Asked,
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
        read,
        unread,
        ended: over,
        blocked,
        badges,
    } = view;
    let name = room.title(i18n);
    let id = room.id;
    let path = asked.path(id);
    let indexing = if room.kind == RoomKind::Public {
        let about = first_line(description.as_str(), topic.as_str());
        Either::Left(view! { <Indexed path=path.clone() about /> })
    } else {
        Either::Right(view! { <NoIndex /> })
    };
    let open = OpenRoom::new(page, blocked);
    let OpenRoom {
        timeline,
        company,
        ended,
        ..
    } = open;
    let reading = Reading::provide(id, open, read);
    let person = viewer.as_ref().map(|user| user.id);
    let direct = room.kind == RoomKind::Direct;
    let ended = Signal::derive(move || over || ended.get());
    Actions::provide(id, viewer.clone(), role, room.kind, over, reading).attend();
    let members = Memo::new(move |_| members + timeline.read().news().grown());
    Badges::provide(id, badges, members);

    if joined {
        Effect::new(move || live.open(id, open));
        on_cleanup(move || live.close(id, open));
    }
    let signed_in = viewer.is_some();
    let foot = if joined {
        EitherOf3::A(view! {
            <TypingLine company/>
            <Ended ended direct/>
            <Composer room=id ended/>
        })
    } else if refused(SendMessage::url()).is_some() {
        // The session has ended, or the membership has, while somebody wrote by form: their words
        // are still here.
        EitherOf3::B(view! {
            <JoinBar room=id signed_in on_joined=reload/>
            <Composer room=id ended/>
        })
    } else {
        EitherOf3::C(view! { <JoinBar room=id signed_in on_joined=reload/> })
    };

    view! {
        {indexing}
        <section class="room" aria-labelledby="room-title">
            <RoomHead room topic timeline members company />
            <MessageList name viewer=person path marked=asked.at unread/>
            {foot}
        </section>
    }
}

/// Says that the viewer was removed, or has left in another tab; of a conversation of two, that it has
/// ended. There from the start and filled when needed, so that screen readers announce it.
#[component]
fn Ended(ended: Signal<bool>, direct: bool) -> impl IntoView {
    let i18n = use_i18n();
    let why = if direct {
        t_string!(i18n, errors.blocked)
    } else {
        t_string!(i18n, rooms.ended)
    };
    view! {
        <p class="ended" role="status">
            {move || ended.get().then_some(why)}
        </p>
    }
}
