//! The place to write.

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    prelude::*,
    server_fn::ServerFn,
};

use super::{
    Body, SendMessage,
    actions::Actions,
    files::{AddFiles, files_let_go, paste},
    numbers::{NumberChoices, held},
    writing::WritingBox,
};
use crate::{
    error::ErrorCode,
    ids::{ClientId, RoomId},
    journeys::Care,
    live::Live,
    media::FORM,
    ui::{PageField, refused},
    words::{
        self,
        i18n::{Locale, t, t_string, use_i18n},
    },
};

/// The counter appears when fewer than this many characters are left.
const COUNT_FROM: usize = 200;

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
    let typed = |field| refusal.as_ref().and_then(|refusal| refusal.typed(field));
    let [alt, lost] = ["alt", "chosen"].map(|field| typed(field).unwrap_or_default().to_owned());
    let sent = typed("body").unwrap_or_default().to_owned();
    // Leptos does not escape what stands between the tags of a textarea.
    let typed = html_escape::encode_text(&sent).into_owned();
    let writing = actions.writing;
    let WritingBox { area, error, .. } = writing;
    // The browser has no words for everything that a form may be refused for: these came with the page.
    let why = refusal
        .as_ref()
        .map(|refusal| words::refusal(i18n, &refusal.error));
    let why = why.unwrap_or_default();
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
            actions.submit(Care::Refuse);
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
    let on_input = move |event| actions.hears(&event_target_value(&event), said);

    let over = files_let_go(actions, ended);

    view! {
        <form
            class="composer"
            class:over=move || over.get()
            method="post"
            action=FORM
            enctype="multipart/form-data"
            on:submit=on_submit
        >
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
                aria-invalid=move || {
                    let is_fine = [None, Some(ErrorCode::MediaMany), Some(ErrorCode::CaseNumber)];
                    (!is_fine.contains(&error.get())).to_string()
                }
                readonly=move || ended.get()
                node_ref=area
                on:keydown=on_key
                on:input=on_input
                on:paste=move |event| paste(actions, ended, &event)
                inner_html=typed
            ></textarea>
            <NumberChoices actions/>
            <AddFiles actions ended alt lost/>
            {move || actions.uploads.tray(room)}
            <button type="submit" class="button" disabled=move || ended.get()>
                {move || {
                    if actions.is_editing() {
                        t_string!(i18n, messages.save)
                    } else {
                        t_string!(i18n, messages.send)
                    }
                }}
            </button>
            {note(i18n, writing, why, sent)}
        </form>
    }
}

/// What is wrong with the words, or how much room is left for more. `why` and `sent` came with a form that was
/// refused.
fn note(i18n: Locale, writing: WritingBox, why: String, sent: String) -> impl IntoView {
    let WritingBox { length, error, .. } = writing;
    let is_wrong = move || error.get().is_some() && !writing.is_held();
    view! {
        <p
            id="body-note"
            class="note"
            class:error=move || is_wrong() || Body::MOST < length.get()
            aria-live="polite"
        >
            {move || match error.get() {
                Some(ErrorCode::Internal) if !why.is_empty() => why.clone(),
                Some(ErrorCode::CaseNumber) => held(i18n, &writing.text(), &sent),
                Some(code) => words::error(i18n, code),
                None => count(i18n, length.get()),
            }}
        </p>
    }
}

/// How much room is left, once that matters.
fn count(i18n: Locale, length: usize) -> String {
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
