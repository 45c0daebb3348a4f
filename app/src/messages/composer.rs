//! The place to write.

use std::time::Duration;

use leptos::{
    ev::{self, ClipboardEvent, DragEvent, KeyboardEvent, MouseEvent, SubmitEvent},
    html,
    prelude::*,
    server_fn::ServerFn,
    web_sys::{DataTransfer, FileList},
};

use super::{
    Body, SendMessage,
    actions::Actions,
    writing::{SIGNS, WritingBox},
};
use crate::{
    error::ErrorCode,
    ids::{ClientId, RoomId},
    live::Live,
    media::{AltText, FORM},
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
    // The browser has no words for everything that a form may be refused for: these came with the page.
    let why = refusal.as_ref().map(|refusal| words::refusal(i18n, &refusal.error));
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

    let chosen = NodeRef::<html::Input>::new();
    let on_choose = move |_| {
        if let Some(input) = chosen.get_untracked() {
            if let Some(files) = input.files() {
                actions.pick(&files);
            }
            // The same file may be chosen again.
            input.set_value("");
        }
    };
    // Without WebAssembly it opens a place for files.
    let on_add = move |event: MouseEvent| {
        event.prevent_default();
        if let Some(input) = chosen.get_untracked() {
            input.click();
        }
    };
    let on_paste = move |event: ClipboardEvent| {
        if let Some(files) = files_in(event.clipboard_data()) {
            event.prevent_default();
            actions.pick(&files);
        }
    };
    // Files may be let go anywhere on the page; elsewhere the browser would open them in its place.
    let over = RwSignal::new(false);
    Effect::new(move || {
        let listening = ["dragover", "dragleave", "drop"].map(|name| {
            window_event_listener(ev::Custom::<DragEvent>::new(name), move |event| {
                let data = event.data_transfer();
                if !data.as_ref().is_some_and(brings_files) || ended.get_untracked() {
                    return;
                }
                event.prevent_default();
                over.set(name == "dragover");
                if name == "drop"
                    && let Some(files) = files_in(data)
                {
                    actions.pick(&files);
                }
            })
        });
        on_cleanup(move || listening.into_iter().for_each(WindowListenerHandle::remove));
    });

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
                aria-invalid=move || error.get().is_some().to_string()
                readonly=move || ended.get()
                node_ref=area
                on:keydown=on_key
                on:input=on_input
                on:paste=on_paste
                inner_html=typed
            ></textarea>
            <details class="add" hidden=move || ended.get()>
                <summary
                    class="button quiet"
                    aria-label=t_string!(i18n, uploads.add)
                    title=t_string!(i18n, uploads.add)
                    on:click=on_add
                >
                    "+"
                </summary>
                <label>
                    {t!(i18n, uploads.first_alt)}
                    <input type="text" name="alt" dir="auto" maxlength=AltText::MOST/>
                </label>
                <label>
                    {t!(i18n, uploads.choose)}
                    <input type="file" name="file" multiple node_ref=chosen on:change=on_choose/>
                </label>
            </details>
            {move || actions.uploads.tray(room)}
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
                    Some(ErrorCode::Internal) if !why.is_empty() => why.clone(),
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

/// The files that were pasted or let go, if there are any.
fn files_in(data: Option<DataTransfer>) -> Option<FileList> {
    let files = data?.files()?;
    (files.length() > 0).then_some(files)
}

fn brings_files(data: &DataTransfer) -> bool {
    data.types().includes(&"Files".into(), 0)
}
