//! What one has sent and the server has not yet confirmed, below the rest.

use leptos::{either::Either, prelude::*};

use super::{
    MessageKind, Timeline,
    actions::{Actions, Ask},
    quote::Quote,
};
use crate::{
    ids::{ClientId, RoomId, UserId},
    live::{Entry, Live, Phase, State},
    media::Uploads,
    words::{
        self,
        i18n::{t, t_string, use_i18n},
    },
};

#[component]
pub(super) fn PendingRows(
    room: RoomId,
    timeline: RwSignal<Timeline>,
    viewer: Option<UserId>,
) -> impl IntoView {
    let live = Live::expect();
    // Grouped as they will be once they are stored, so that nothing moves then.
    let rows = move || {
        let above = timeline.try_read().is_some_and(|timeline| {
            let present = timeline.after().is_none();
            let above = timeline.messages().next_back().filter(|_| present);
            above.is_some_and(|above| {
                above.kind == MessageKind::Text && viewer == Some(above.sender.id)
            })
        });
        let entries = live.pending(room, timeline).into_iter().enumerate();
        entries
            .map(|(at, entry)| (entry, above || at > 0))
            .collect::<Vec<_>>()
    };
    view! {
        <For
            each=rows
            key=|(entry, follows)| (entry.id, entry.state, entry.awaits, *follows)
            let((entry, follows))
        >
            <PendingRow entry follows />
        </For>
    }
}

#[component]
fn PendingRow(entry: Entry, follows: bool) -> impl IntoView {
    let i18n = use_i18n();
    let live = Live::expect();
    let Entry {
        id,
        room,
        body,
        reply_to,
        media,
        awaits,
        state,
        ..
    } = entry;
    let uploads = Uploads::expect();
    let note = move || match state {
        State::Refused(code) => {
            let why = words::error(i18n, code);
            Either::Left(view! { <RefusedNote id why/> })
        }
        // They went with the page that had them.
        _ if awaits && !uploads.has(id) => {
            let why = t_string!(i18n, uploads.lost).to_owned();
            Either::Left(view! { <RefusedNote id why/> })
        }
        _ => Either::Right(view! {
            <p class="note sending" role="status">
                {move || {
                    if live.troubled() || live.phase() == Phase::SignedOut {
                        t!(i18n, messages.waiting)
                    } else {
                        t!(i18n, messages.sending)
                    }
                }}
            </p>
        }),
    };
    let shows = awaits || !media.is_empty();
    view! {
        <li
            class="message mine pending"
            class:follows=follows
            class:refused=matches!(state, State::Refused(_))
            aria-live="off"
        >
            <p class="message-head">
                <span class="author">{t!(i18n, messages.you)}</span>
            </p>
            {reply_to.map(|place| view! { <Quote room place/> })}
            {(!body.is_empty()).then(|| view! {
                <p class="bubble" dir="auto">
                    {body}
                </p>
            })}
            {move || if shows { uploads.row(id) } else { None }}
            {note}
        </li>
    }
}

/// Why it was not sent, and what can be done.
#[component]
fn RefusedNote(id: ClientId, why: String) -> impl IntoView {
    let i18n = use_i18n();
    let live = Live::expect();
    let actions = Actions::expect();
    view! {
        <p class="note error" role="alert">
            {t!(i18n, messages.not_sent, why)}
        </p>
        <p class="actions">
            <button class="button small" on:click=move |_| live.retry(id)>
                {t!(i18n, messages.retry)}
            </button>
            <button class="button small quiet" on:click=move |_| actions.ask(Ask::TakeBack(id))>
                {t!(i18n, messages.edit)}
            </button>
            <button
                class="button small quiet"
                on:click=move |_| drop(live.discard(id))
            >
                {t!(i18n, messages.discard)}
            </button>
        </p>
    }
}
