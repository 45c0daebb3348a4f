//! How what the viewer does to messages stands: a message is being changed, a deletion can be undone,
//! a change waits or was refused.

use leptos::prelude::*;

use super::{actions::Actions, numbers::tries};
use crate::{
    live::{Command, Entry, State},
    words::{
        self,
        i18n::{t, t_string, use_i18n},
    },
};

#[component]
pub(super) fn Notes(
    actions: Actions,
    /// What has just been done, to be told for a moment.
    told: RwSignal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let queued = Memo::new(move |_| actions.live.changes(actions.room));
    let waits = move || actions.live.troubled() && queued.read().iter().any(unanswered);
    let refused = move || {
        let queued = queued.read();
        let refused = queued.iter().filter(|entry| !unanswered(entry));
        refused.cloned().collect::<Vec<_>>()
    };
    let answering = move || {
        let timeline = actions.reading.timeline.read();
        let answered = actions.answering.get();
        match answered.and_then(|place| timeline.at(place)) {
            Some(answered) => {
                let handle = words::name(i18n, &answered.sender.handle);
                t_string!(i18n, messages.answering, handle).to_string()
            }
            None => t_string!(i18n, messages.answering_earlier).to_owned(),
        }
    };
    // There when it is said, for screen readers.
    view! {
        <div class="notes" role="status">
            <Show when=move || told.read().is_some()>
                <p class="note told" on:animationend=move |_| told.set(None)>
                    {move || told.get()}
                </p>
            </Show>
            <Show when=waits>
                <p class="note">{t!(i18n, messages.change_waits)}</p>
            </Show>
            <For each=move || actions.held.get() key=|entry| entry.id let(entry)>
                <p class="note-line">
                    {t!(i18n, messages.deleting)}
                    <button
                        type="button"
                        class="button small"
                        on:click=move |_| {
                            actions.undo(entry.id);
                        }
                    >
                        {t!(i18n, messages.undo)}
                    </button>
                </p>
            </For>
            <For each=refused key=|entry| (entry.id, entry.state) let(entry)>
                <RefusedChange actions entry/>
            </For>
            <Show when=move || actions.left.read().is_some()>
                <p class="note-line">
                    <span></span>
                    <button type="button" class="button small" on:click=move |_| actions.go_back()>
                        {t!(i18n, messages.back_to_answer)}
                    </button>
                </p>
            </Show>
            <Show when=move || actions.answering.read().is_some()>
                <p class="note-line">
                    {answering}
                    <button
                        type="button"
                        class="button small quiet"
                        on:click=move |_| actions.answering.set(None)
                    >
                        {t!(i18n, messages.cancel)}
                    </button>
                </p>
            </Show>
            <Show when=move || actions.is_editing()>
                <p class="note-line">
                    {t!(i18n, messages.editing)}
                    <button
                        type="button"
                        class="button small quiet"
                        on:click=move |_| actions.editing.set(None)
                    >
                        {t!(i18n, messages.cancel)}
                    </button>
                </p>
            </Show>
        </div>
    }
}

fn unanswered(entry: &Entry) -> bool {
    !matches!(entry.state, State::Refused(_))
}

/// Why a message is still as it was, and what can be done.
#[component]
fn RefusedChange(actions: Actions, entry: Entry) -> impl IntoView {
    let i18n = use_i18n();
    let Entry {
        id,
        command,
        body,
        state,
        ..
    } = entry;
    let State::Refused(code) = state else {
        return ().into_any();
    };
    let why = move || {
        let why = words::error(i18n, code);
        match command {
            Command::Delete(_) => t_string!(i18n, messages.not_deleted, why).to_string(),
            _ => t_string!(i18n, messages.not_changed, why).to_string(),
        }
    };
    let live = actions.live;
    view! {
        <p class="note error">{why}</p>
        <p class="bubble" dir="auto">{body}</p>
        <p class="actions">
            {tries(i18n, live, id, code)}
            <button type="button" class="button small quiet" on:click=move |_| drop(live.discard(id))>
                {t!(i18n, messages.keep)}
            </button>
        </p>
    }
    .into_any()
}
