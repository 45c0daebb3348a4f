//! The ways in which files come to the composer: chosen, pasted, or let go over the page.

use leptos::{
    ev::{self, ClipboardEvent, DragEvent, MouseEvent},
    html,
    prelude::*,
    web_sys::{DataTransfer, FileList},
};

use super::actions::Actions;
use crate::{
    media::AltText,
    words::i18n::{t, t_string, use_i18n},
};

/// Chooses files. Without WebAssembly it opens a place for them, in the form.
#[component]
pub(super) fn AddFiles(
    actions: Actions,
    ended: Signal<bool>,
    /// What was said of a file in a form that was refused.
    alt: String,
    /// The names of the files of that form.
    lost: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let add = NodeRef::<html::Summary>::new();
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
    let on_add = move |event: MouseEvent| {
        event.prevent_default();
        if let Some(input) = chosen.get_untracked() {
            input.click();
        }
    };
    let open = !alt.is_empty() || !lost.is_empty();
    let again = (!lost.is_empty()).then(|| {
        let words = t_string!(i18n, uploads.again, names = lost).to_string();
        view! { <p class="note error" dir="auto">{words}</p> }
    });
    Effect::new(move || {
        if let Some(add) = add.get() {
            let _ = add.set_attribute("role", "button");
        }
    });
    view! {
        <details class="add" open=open hidden=move || ended.get() || actions.is_editing()>
            <summary
                class="button quiet"
                aria-label=t_string!(i18n, uploads.add)
                title=t_string!(i18n, uploads.add)
                node_ref=add
                on:click=on_add
            >
                "+"
            </summary>
            <label>
                {t!(i18n, uploads.first_alt)}
                <input type="text" name="alt" dir="auto" maxlength=AltText::MOST value=alt/>
            </label>
            {again}
            <label>
                {t!(i18n, uploads.choose)}
                <input type="file" name="file" multiple node_ref=chosen on:change=on_choose/>
            </label>
        </details>
    }
}

/// Takes what is pasted, if it is files.
pub(super) fn paste(actions: Actions, ended: Signal<bool>, event: &ClipboardEvent) {
    let data = event.clipboard_data();
    // Of words, office programs put a picture beside them.
    let has_words = data.as_ref().is_some_and(|data| brings(data, "text/plain"));
    if let Some(files) = files_in(data)
        && !has_words
        && !ended.get_untracked()
    {
        event.prevent_default();
        actions.pick(&files);
    }
}

/// Takes what is let go anywhere on the page, where the browser would open it in place of the page. Tells
/// whether something is held over it.
pub(super) fn files_let_go(actions: Actions, ended: Signal<bool>) -> RwSignal<bool> {
    let over = RwSignal::new(false);
    Effect::new(move || {
        let listening = ["dragover", "dragleave", "drop"].map(|name| {
            window_event_listener(ev::Custom::<DragEvent>::new(name), move |event| {
                let data = event.data_transfer();
                if !data.as_ref().is_some_and(|data| brings(data, "Files")) {
                    return;
                }
                event.prevent_default();
                let takes = !ended.get_untracked() && !untrack(|| actions.is_editing());
                over.set(takes && name == "dragover");
                if takes
                    && name == "drop"
                    && let Some(files) = files_in(data)
                {
                    actions.pick(&files);
                }
            })
        });
        on_cleanup(move || {
            listening.into_iter().for_each(WindowListenerHandle::remove);
        });
    });
    over
}

/// The files that were pasted or let go, if there are any.
fn files_in(data: Option<DataTransfer>) -> Option<FileList> {
    let files = data?.files()?;
    (files.length() > 0).then_some(files)
}

fn brings(data: &DataTransfer, kind: &str) -> bool {
    data.types().includes(&kind.into(), 0)
}
