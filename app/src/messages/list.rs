//! The history of a room on screen.
//!
//! The scroller's main axis runs from the end (`column-reverse`): the browser itself opens a room
//! at its newest message, follows the end while the reader is there, and keeps the line being read
//! where it is when older messages come in above; without WebAssembly too.

use leptos::{ev::MouseEvent, html, prelude::*, task::spawn_local};

use super::{Message, MessageKind, Timeline, page_messages, pending::PendingRows, row::MessageRow};
use crate::{
    ids::UserId,
    rooms::Room,
    words::i18n::{t, t_string, use_i18n},
};

/// Messages of one sender that are closer than this stand together, in milliseconds.
const TOGETHER: i64 = 5 * 60 * 1000;

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
    let rows = move || grouped(timeline.read().messages());
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
                    <For
                        each=rows
                        key=|(message, follows)| (message.seq, message.version, *follows)
                        let((message, follows))
                    >
                        <MessageRow mine=viewer == Some(message.sender.id) message follows/>
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

/// Each message with whether it goes on where the one above left off.
fn grouped<'a>(messages: impl Iterator<Item = &'a Message>) -> Vec<(Message, bool)> {
    let mut above: Option<&Message> = None;
    let mut rows = Vec::new();
    for message in messages {
        let follows = above.is_some_and(|above| {
            above.kind == MessageKind::Text
                && message.kind == MessageKind::Text
                && above.sender.id == message.sender.id
                && message.sent_at - above.sent_at < TOGETHER
        });
        rows.push((message.clone(), follows));
        above = Some(message);
    }
    rows
}
