//! What stands above a room's history: what it is called and about, and how many are in it.

use leptos::prelude::*;

use super::{Room, Topic, size};
use crate::{
    messages::Timeline,
    presence::{Company, Here},
    ui::PageTitle,
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub(super) fn RoomHead(
    room: Room,
    topic: Topic,
    timeline: RwSignal<Timeline>,
    members: Memo<i64>,
    company: RwSignal<Company>,
) -> impl IntoView {
    let i18n = use_i18n();
    let title = room.title(i18n);
    let Room { id, kind, .. } = room;
    // What has changed since the page was rendered.
    let name = Memo::new(move |_| {
        let timeline = timeline.read();
        timeline.news().name().unwrap_or(title.as_str()).to_owned()
    });
    let topic = Memo::new(move |_| {
        let timeline = timeline.read();
        timeline.news().topic().unwrap_or(topic.as_str()).to_owned()
    });
    view! {
        // The page stays on screen for a moment after its signals are gone.
        <PageTitle text=move || name.try_get().unwrap_or_default() />
        <div class="room-head">
            <a href="/" class="back" aria-label=t_string!(i18n, nav.back_to_rooms)>
                <span aria-hidden="true">"‹"</span>
            </a>
            <div class="room-title">
                <h1 id="room-title" dir="auto" title=name>
                    {name}
                </h1>
                <p class="room-facts">{move || size(i18n, kind, members.get())} <Here company /></p>
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
