//! The place to write.

use std::time::Duration;

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    prelude::*,
    server_fn::ServerFn,
};

use super::{
    Body, SendMessage,
    actions::Actions,
    writing::{SIGNS, WritingBox},
};
use crate::{
    ids::{ClientId, RoomId},
    live::Live,
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
        if !ended.get_untracked() {
            actions.submit();
        }
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        submit();
    };
    let on_key = move |event: KeyboardEvent| {
        if actions.takes_key(&event, submit) {
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
        if words.contains(SIGNS) {
            actions.load();
            actions.typed.update(|typed| *typed += 1);
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
                placeholder=t_string!(i18n, messages.placeholder)
                aria-autocomplete="list"
                aria-describedby="body-note"
                aria-invalid=move || error.get().is_some().to_string()
                readonly=move || ended.get()
                node_ref=area
                on:keydown=on_key
                on:input=on_input
                inner_html=typed
            ></textarea>
            <button type="submit" class="button" disabled=move || ended.get()>
                {move || {
                    if actions.editing.read().is_some() {
                        t_string!(i18n, messages.save)
                    } else {
                        t_string!(i18n, messages.send)
                    }
                }}
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
