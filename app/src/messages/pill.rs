//! The way back to what is new, above the place to write; a link, so that it leads there without
//! WebAssembly too.

use leptos::{ev::MouseEvent, prelude::*};

use super::{Reading, news::MOST_UNSEEN};
use crate::words::i18n::{t_string, use_i18n};

#[component]
pub(super) fn Pill(reading: Reading) -> impl IntoView {
    let i18n = use_i18n();
    let Reading {
        room, unseen, away, ..
    } = reading;
    let go = move |event: MouseEvent| {
        event.prevent_default();
        match unseen.get_untracked() {
            Some((first, _)) => reading.go_to(first),
            None => reading.to_end(),
        }
    };
    let text = move || match unseen.get() {
        None => t_string!(i18n, messages.latest).to_owned(),
        Some((_, 1)) => t_string!(i18n, messages.new_one).to_owned(),
        Some((_, MOST_UNSEEN..)) => t_string!(i18n, messages.new_most).to_owned(),
        Some((_, count)) => t_string!(i18n, messages.new_many, count).to_string(),
    };
    view! {
        <div class="pill">
            <a
                class="to-latest"
                class:news=move || unseen.read().is_some()
                hidden=move || !away.get() && unseen.read().is_none()
                href=format!("/rooms/{room}")
                rel="external"
                on:click=go
            >
                {text}
            </a>
        </div>
    }
}
