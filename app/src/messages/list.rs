//! The history of a room on screen.
//!
//! The scroller's main axis runs from the end (`column-reverse`): the browser itself opens a room
//! at its newest message, follows the end while the reader is there, and keeps the line being read
//! where it is when older messages come in above; without WebAssembly too.

use leptos::{ev::MouseEvent, html, prelude::*, task::spawn_local};

use super::{
    Timeline,
    actions::Actions,
    lines::{Line, lines},
    page_messages,
    pending::PendingRows,
    row::MessageRow,
};
use crate::{
    ids::UserId,
    rooms::Room,
    ui::{Clock, Day},
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub fn MessageList(
    room: Room,
    name: String,
    timeline: RwSignal<Timeline>,
    /// Whose messages are one's own.
    viewer: Option<UserId>,
    /// Whether this is an older stretch, which nothing new is added to.
    older: bool,
    scroller: NodeRef<html::Div>,
) -> impl IntoView {
    let i18n = use_i18n();
    let room = room.id;
    let day = Clock::expect().days();
    let actions = Actions::expect();
    let rows = move || lines(actions.shown().iter(), &day);
    let quiet = move || timeline.read().is_quiet();
    let before = Memo::new(move |_| timeline.read().before());
    // A scroller that runs from its end stays where it is when something comes in above. Browsers
    // that also hold on to what is in sight would move it: they are told not to, for that moment.
    let still = RwSignal::new(false);
    let earlier = move |event: MouseEvent| {
        if let Some(place) = before.get_untracked() {
            event.prevent_default();
            spawn_local(async move {
                if let Ok(page) = page_messages(room, Some(place), None, None).await {
                    still.set(true);
                    timeline.try_update(|timeline| timeline.extend_back(place, page));
                    request_animation_frame(move || {
                        request_animation_frame(move || still.set(false));
                    });
                }
            });
        }
    };

    view! {
        <div class="scroller" class:still=still node_ref=scroller tabindex="0" id="messages">
            <div class="scroller-content">
                <Show when=move || before.get().is_some()>
                    <a
                        class="earlier"
                        href=move || format!("/rooms/{room}?before={}", before.get().unwrap_or(0))
                        rel="external"
                        on:click=earlier
                    >
                        {t!(i18n, messages.earlier)}
                    </a>
                </Show>
                <Show when=quiet>
                    <div class="empty">
                        <p class="empty-title">{t!(i18n, messages.empty_title)}</p>
                        <p>{t!(i18n, messages.empty_lead)}</p>
                    </div>
                </Show>
                <div
                    role="log"
                    aria-label=move || t_string!(i18n, messages.list_label, room = name.clone())
                >
                <ol class="messages">
                    <For each=rows key=Line::key let(line)>
                        {match line {
                            Line::Day(_, at) => view! { <li class="day"><Day at/></li> }.into_any(),
                            Line::Message(message, follows) => {
                                let mine = viewer == Some(message.sender.id);
                                view! { <MessageRow room message=*message mine follows/> }.into_any()
                            }
                        }}
                    </For>
                    <Show when=move || !older>
                        <PendingRows room timeline viewer />
                    </Show>
                </ol>
                </div>
            </div>
        </div>
    }
}
