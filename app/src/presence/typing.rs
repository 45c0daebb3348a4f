//! Who is writing, else who has seen what was said last, in one line that is always there, so that
//! nothing jumps. It is not announced: what they write is.

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
            (None, ..) => match company.seen_by().as_slice() {
                [] => String::new(),
                names @ ([_] | [_, _] | [_, _, _]) => {
                    t_string!(i18n, presence.seen, names = names.join(", ")).to_string()
                }
                [first, second, rest @ ..] => {
                    let (names, count) = (format!("{first}, {second}"), rest.len());
                    t_string!(i18n, presence.seen_more, names, count).to_string()
                }
            },
            (Some(name), None, _) => t_string!(i18n, presence.typing, name).to_string(),
            (Some(name), Some(other), None) => {
                t_string!(i18n, presence.typing_two, name, other).to_string()
            }
            _ => t_string!(i18n, presence.typing_many).to_owned(),
        }
    };
    view! { <p class="typing">{line}</p> }
}
