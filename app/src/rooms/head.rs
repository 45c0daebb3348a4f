//! What stands above a room's history: what it is called and about, and how many are in it.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{Members, Room, RoomKind, Topic};
use crate::{
    messages::{MessageKind, Timeline},
    presence::{Company, Here},
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub(super) fn RoomHead(
    room: Room,
    topic: Topic,
    timeline: RwSignal<Timeline>,
    /// Whether the timeline is an older stretch: it says what was, not what is.
    older: bool,
    members: Memo<i64>,
    company: RwSignal<Company>,
) -> impl IntoView {
    let i18n = use_i18n();
    // The newest line that names the room, or what it is about, is how that now is.
    let now = move |kind, known: &str| {
        let timeline = timeline.read();
        let said = timeline.last_said(kind).filter(|_| !older);
        said.unwrap_or(known).to_owned()
    };
    let Room { id, name, kind } = room;
    let name = Memo::new(move |_| now(MessageKind::Renamed, name.as_str()));
    let topic = Memo::new(move |_| now(MessageKind::Topic, topic.as_str()));
    let size = if kind == RoomKind::Direct {
        t!(i18n, rooms.direct).into_any()
    } else {
        view! { <Members count=members /> }.into_any()
    };
    view! {
        <div class="room-head">
            <A href="/" attr:class="back" attr:aria-label=move || t_string!(i18n, nav.back_to_rooms)>
                <span aria-hidden="true">"‹"</span>
            </A>
            <div class="room-title">
                <h1 id="room-title" dir="auto" title=name>
                    {name}
                </h1>
                <p class="room-facts">{size} <Here company /></p>
                <p class="room-topic" dir="auto">
                    {topic}
                </p>
            </div>
            <a class="button small quiet" href=format!("/rooms/{id}/about")>
                {t!(i18n, rooms.about)}
            </a>
        </div>
    }
}
