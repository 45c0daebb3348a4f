//! The history of a room on screen.
//!
//! The scroller's main axis runs from the end (`column-reverse`): the browser itself opens a room
//! at its newest message and follows the end while the reader is there; without WebAssembly too.

use leptos::{ev::MouseEvent, prelude::*};

use super::{
    Reading,
    actions::Actions,
    lines::{Line, lines},
    pending::PendingRows,
    pill::Pill,
    row::MessageRow,
};
use crate::{
    ids::UserId,
    ui::{Clock, Day, IntoAtOnce},
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub fn MessageList(
    /// What the room is called.
    name: String,
    /// Whose messages are one's own.
    viewer: Option<UserId>,
    /// The path and query of the page.
    path: String,
    /// The place that the address leads to.
    marked: Option<i64>,
    /// The place of the first message that is new to the viewer.
    unread: Option<i64>,
) -> impl IntoView {
    let i18n = use_i18n();
    let reading = Reading::expect();
    let Reading {
        room,
        timeline,
        scroller,
        loading,
        ..
    } = reading;
    let actions = Actions::expect();
    let day = Clock::expect().days();
    let label = t_string!(i18n, messages.list_label, room = name).to_string();
    let rows = move || lines(actions.shown().iter(), unread, &day);
    // Whoever blocks somebody has all lines drawn anew.
    let key = move |line: &Line| (line.key(), timeline.read_untracked().hidden().count());
    let quiet = move || timeline.read().is_quiet();
    let ends = Memo::new(move |_| {
        let timeline = timeline.read();
        (timeline.before(), timeline.after())
    });
    let load = move |event: MouseEvent, back| {
        event.prevent_default();
        reading.load(back);
    };
    Effect::new(move || reading.attend(&path, marked.or(unread)));

    view! {
        <div
            class="scroller"
            node_ref=scroller
            tabindex="0"
            id="messages"
            on:scroll=move |_| reading.settle()
        >
            <div class="scroller-content">
                <a
                    class="way"
                    id="earlier"
                    hidden=move || ends.get().0.is_none()
                    href=move || format!("/rooms/{room}?before={}", ends.get().0.unwrap_or(0))
                    rel="external"
                    on:click=move |event| load(event, true)
                >
                    {t!(i18n, messages.earlier)}
                </a>
                <Show when=quiet>
                    <div class="empty">
                        <p class="empty-title">{t!(i18n, messages.empty_title)}</p>
                        <p>{t!(i18n, messages.empty_lead)}</p>
                    </div>
                </Show>
                // What is loaded is history, and not announced.
                <div
                    role="log"
                    aria-label=label
                    aria-busy=move || loading.get().to_string()
                >
                <ol class="messages">
                    <For each=rows key=key let(line)>
                        {match line {
                            Line::Day(_, at) => view! { <li class="day"><Day at/></li> }.at_once(),
                            Line::New => {
                                view! { <li class="new"><span>{t!(i18n, messages.new)}</span></li> }
                                    .at_once()
                            }
                            Line::Message(mut message, follows) => {
                                let marked = marked == Some(message.seq);
                                let hidden = timeline.read_untracked().hidden().veil(&mut message);
                                view! { <MessageRow room message=*message viewer follows marked hidden/> }
                                    .at_once()
                            }
                        }}
                    </For>
                    <PendingRows room timeline viewer />
                </ol>
                </div>
                <a
                    class="way"
                    hidden=move || ends.get().1.is_none()
                    href=move || {
                        format!("/rooms/{room}?after={}#earlier", ends.get().1.unwrap_or(0))
                    }
                    rel="external"
                    on:click=move |event| load(event, false)
                >
                    {t!(i18n, messages.later)}
                </a>
            </div>
        </div>
        <Pill reading/>
    }
}
