//! What can be done about a case number in a message, before it is sent or after it was refused.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    prelude::*,
};

use super::actions::Actions;
use crate::{
    error::ErrorCode,
    ids::ClientId,
    journeys::{Care, case_number_ending},
    live::Live,
    ui::IntoAtOnce,
    words::{
        self,
        i18n::{Locale, t_string, use_i18n},
    },
};

/// Why nothing is sent. `text` is in the box; `sent` came with a form that was refused.
pub(super) fn held(i18n: Locale, text: &str, sent: &str) -> String {
    let ending = case_number_ending(if text.is_empty() { sent } else { text });
    match ending {
        Some(ending) => t_string!(i18n, messages.case_number, ending).to_string(),
        // It is in what is said of a file.
        None => words::error(i18n, ErrorCode::CaseNumber),
    }
}

/// What the writer can choose while a message is held for a case number. Without WebAssembly the form says
/// which.
#[component]
pub(super) fn NumberChoices(actions: Actions) -> impl IntoView {
    let i18n = use_i18n();
    let writing = actions.writing;
    let held = Memo::new(move |_| writing.is_held());
    let choose = move |event: MouseEvent, care| {
        event.prevent_default();
        actions.submit(care);
    };
    let on_key = move |event: KeyboardEvent| {
        let key = event.key();
        let types = key.chars().count() == 1 && key != " ";
        if key == "Escape" || types && !event.ctrl_key() && !event.meta_key() && !event.alt_key() {
            // The letter goes where the focus is by then.
            writing.reconsider();
        }
    };
    move || {
        held.get().then(|| {
            view! {
                <p class="actions" on:keydown=on_key>
                    <button
                        type="submit"
                        class="button small"
                        name="mask"
                        value="true"
                        aria-describedby="body-note"
                        node_ref=writing.hide
                        on:click=move |event| choose(event, Care::Mask)
                    >
                        {t_string!(i18n, messages.mask)}
                    </button>
                    <button
                        type="submit"
                        class="button small quiet"
                        name="knowing"
                        value="true"
                        aria-describedby="body-note"
                        on:click=move |event| choose(event, Care::Knowing)
                    >
                        {t_string!(i18n, messages.knowing)}
                    </button>
                </p>
            }
            .at_once()
        })
    }
}

const PLAIN: &str = "button small";

/// The ways to send again what was refused for this reason.
pub(super) fn tries(i18n: Locale, live: Live, id: ClientId, code: ErrorCode) -> AnyView {
    let button = move |class, words, care| {
        view! {
            <button type="button" class=class on:click=move |_| live.retry(id, care)>
                {words}
            </button>
        }
        .at_once()
    };
    if code == ErrorCode::CaseNumber {
        let mask = button(PLAIN, t_string!(i18n, messages.mask), Care::Mask);
        let knowing = t_string!(i18n, messages.knowing);
        let knowing = button("button small quiet", knowing, Care::Knowing);
        view! { {mask} {knowing} }.at_once()
    } else {
        button(PLAIN, t_string!(i18n, messages.retry), Care::Refuse)
    }
}
