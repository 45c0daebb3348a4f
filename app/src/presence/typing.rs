//! Who is writing, in one line that is always there, so that nothing jumps. It is not announced:
//! what they write is.

use leptos::prelude::*;

use super::Company;
use crate::words::i18n::{t_string, use_i18n};

#[component]
pub fn TypingLine(company: RwSignal<Company>) -> impl IntoView {
    let i18n = use_i18n();
    let line = move || {
        let company = company.read();
        let mut typists = company.typists();
        match (typists.next(), typists.next(), typists.next()) {
            (None, ..) => String::new(),
            (Some(name), None, _) => t_string!(i18n, presence.typing, name).to_string(),
            (Some(name), Some(other), None) => {
                t_string!(i18n, presence.typing_two, name, other).to_string()
            }
            _ => t_string!(i18n, presence.typing_many).to_owned(),
        }
    };
    view! { <p class="typing">{line}</p> }
}
