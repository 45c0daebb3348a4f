//! What one has sent and the server has not yet confirmed, below the rest.

use leptos::{either::EitherOf3, prelude::*};

use super::{
    MessageKind, Timeline,
    actions::{Actions, Ask},
    numbers::tries,
    quote::Quote,
};
use crate::{
    error::ErrorCode,
    ids::{ClientId, RoomId, UserId},
    live::{Entry, Live, Phase, State},
    media::Uploads,
    ui::IntoAtOnce,
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
    let shown = media.len();
    let files = move || {
        if uploads.has(id) {
            uploads.row(id)
        } else {
            let words = t_string!(i18n, media.files, count = shown).to_string();
            (shown > 0).then(|| view! { <p class="note">{words}</p> }.at_once())
        }
    };
    let note = move || match state {
        State::Refused(code) => {
            let why = words::error(i18n, code);
            let why = t_string!(i18n, messages.not_sent, why);
            // What has come in, and is on no page any more, cannot be put into the composer.
            let edits = shown == 0 || uploads.has(id);
            EitherOf3::A(view! { <Choice id why refused=Some(code) edits/> })
        }
        // They went with the page that had them.
        _ if awaits && !uploads.has(id) => {
            let why = t_string!(i18n, uploads.lost).to_owned();
            EitherOf3::A(view! { <Choice id why refused=None edits=true/> })
        }
        // The upload layer says how far they have come.
        _ if awaits => {
            EitherOf3::B(view! { <Choice id why=String::new() refused=None edits=true/> })
        }
        _ => EitherOf3::C(view! {
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
            {files}
            {note}
        </li>
    }
}

/// Why it was not sent, if there is a reason, and what can be done.
#[component]
fn Choice(id: ClientId, why: String, refused: Option<ErrorCode>, edits: bool) -> impl IntoView {
    let i18n = use_i18n();
    let live = Live::expect();
    let actions = Actions::expect();
    view! {
        {(!why.is_empty()).then(|| view! { <p class="note error" role="alert">{why}</p> })}
        <p class="actions">
            {refused.map(|code| tries(i18n, live, id, code))}
            {edits.then(|| view! {
                <button class="button small quiet" on:click=move |_| actions.ask(Ask::TakeBack(id))>
                    {t!(i18n, messages.edit)}
                </button>
            })}
            <button
                class="button small quiet"
                on:click=move |_| drop(live.discard(id))
            >
                {t!(i18n, messages.discard)}
            </button>
        </p>
    }
}
