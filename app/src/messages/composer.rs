//! The place to write.

use std::time::Duration;

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
    server_fn::ServerFn,
};

use super::{
    Body, Reading, SendMessage,
    actions::{Actions, Ask},
};
use crate::{
    error::ErrorCode,
    ids::{ClientId, RoomId},
    live::{Command, Entry, Live},
    ui::{PageField, refused},
    words::{
        self,
        i18n::{t, t_string, use_i18n},
    },
};

/// The counter appears when fewer than this many characters are left.
const COUNT_FROM: usize = 200;

/// While somebody is writing, that is said this often.
const SAY_EVERY: Duration = Duration::from_secs(3);

/// The box to write in. Copied freely.
#[derive(Clone, Copy)]
pub(super) struct WritingBox {
    area: NodeRef<html::Textarea>,
    /// How many characters would be sent.
    length: RwSignal<usize>,
    error: RwSignal<Option<ErrorCode>>,
}

impl WritingBox {
    pub(super) fn new() -> Self {
        Self {
            area: NodeRef::new(),
            length: RwSignal::new(0),
            error: RwSignal::new(None),
        }
    }

    pub(super) fn text(self) -> String {
        let area = self.area.get_untracked();
        area.map(|area| area.value()).unwrap_or_default()
    }

    /// Puts these words in place of what is there.
    pub(super) fn write(self, words: &str) {
        if let Some(area) = self.area.get_untracked() {
            area.set_value(words);
            self.length.set(words.trim().chars().count());
            self.error.set(None);
        }
    }

    pub(super) fn focus(self) {
        if let Some(area) = self.area.get_untracked() {
            let _ = area.focus();
        }
    }
}

#[component]
pub fn Composer(
    room: RoomId,
    /// Whether the writer is a member no more: what was typed stays, to be copied.
    #[prop(into)]
    ended: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let live = Live::expect();
    let actions = Actions::expect();
    let reading = Reading::expect();
    let door = <SendMessage as ServerFn>::url();
    let refusal = refused(door);
    // Leptos does not escape what stands between the tags of a textarea.
    let typed = refusal.as_ref().and_then(|refusal| refusal.typed("body"));
    let typed = html_escape::encode_text(typed.unwrap_or_default()).into_owned();
    let writing = actions.writing;
    let WritingBox {
        area,
        length,
        error,
    } = writing;
    error.set(refusal.map(|refusal| refusal.error.code));
    Effect::new(move || {
        // Whose draft it is, is known once the connection is begun.
        let _ = live.phase();
        if let Some(draft) = live.draft(room)
            && writing.text().is_empty()
        {
            writing.write(&draft);
        }
    });

    let submit = move || {
        let editing = actions.editing.get_untracked();
        match Body::parse(&writing.text()) {
            Ok(_) if ended.get_untracked() => {}
            Ok(body) => {
                let body = body.as_str().to_owned();
                if let Some(message) = editing {
                    let edit = Command::Edit(message.id);
                    live.queue(Entry::new(room, ClientId::new(), edit, body));
                    actions.editing.set(None);
                } else {
                    live.send(room, body, None);
                    live.keep_draft(room, "");
                    writing.write("");
                    // One's own message is always in sight.
                    reading.to_end();
                }
            }
            Err(code) => error.set(Some(code)),
        }
        writing.focus();
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        submit();
    };
    let on_key = move |event: KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let empty = || length.get_untracked() == 0 && actions.editing.read_untracked().is_none();
        let done = match event.key().as_str() {
            "Enter" if !event.shift_key() && !touch() => {
                submit();
                true
            }
            "Escape" => actions.editing.try_update(Option::take).flatten().is_some(),
            "ArrowUp" if empty() => {
                actions.ask(Ask::EditLast);
                true
            }
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    };
    let said = StoredValue::new(false);
    let on_input = move |event| {
        let words = event_target_value(&event);
        length.set(words.trim().chars().count());
        if actions.editing.read_untracked().is_none() {
            live.keep_draft(room, &words);
        }
        if length.get_untracked() > 0 && !said.get_value() {
            live.types(room);
            said.set_value(true);
            set_timeout(move || said.set_value(false), SAY_EVERY);
        }
        if length.get_untracked() <= Body::MOST {
            error.set(None);
        }
    };

    view! {
        <form class="composer" method="post" action=door on:submit=on_submit>
            <PageField />
            <input type="hidden" name="room" value=room.to_string()/>
            <input type="hidden" name="id" value=ClientId::new().to_string()/>
            <label class="visually-hidden" for="body">
                {t!(i18n, messages.body)}
            </label>
            <textarea
                id="body"
                name="body"
                rows="1"
                dir="auto"
                autocomplete="off"
                placeholder=move || t_string!(i18n, messages.placeholder)
                aria-describedby="body-note"
                aria-invalid=move || error.get().is_some().to_string()
                readonly=move || ended.get()
                node_ref=area
                on:keydown=on_key
                on:input=on_input
                inner_html=typed
            ></textarea>
            <button type="submit" class="button" disabled=move || ended.get()>
                {t!(i18n, messages.send)}
            </button>
            <p id="body-note" class="note" class:error=move || error.get().is_some() || Body::MOST < length.get() aria-live="polite">
                {move || match error.get() {
                    Some(code) => words::error(i18n, code),
                    None => count(i18n, length.get()),
                }}
            </p>
        </form>
    }
}

/// How much room is left, once that matters.
fn count(i18n: words::i18n::Locale, length: usize) -> String {
    match Body::MOST.checked_sub(length) {
        Some(left) if left >= COUNT_FROM => String::new(),
        Some(1) => t_string!(i18n, messages.left_one).to_string(),
        Some(left) => t_string!(i18n, messages.left, count = left).to_string(),
        None => match length - Body::MOST {
            1 => t_string!(i18n, messages.over_one).to_string(),
            over => t_string!(i18n, messages.over, count = over).to_string(),
        },
    }
}

/// On a touch screen the return key breaks the line: there is no Shift to hold.
fn touch() -> bool {
    let coarse = window().match_media("(pointer: coarse)").ok().flatten();
    coarse.is_some_and(|query| query.matches())
}
