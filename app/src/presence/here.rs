//! How many people have the room open, in its head.

use leptos::prelude::*;

use super::Company;
use crate::words::i18n::{t_string, use_i18n};

/// Says nothing while the viewer is alone.
#[component]
pub fn Here(company: RwSignal<Company>) -> impl IntoView {
    let i18n = use_i18n();
    let here = move || match company.read().here() {
        0 | 1 => None,
        count => Some(t_string!(i18n, presence.here, count).to_string()),
    };
    view! {
        <span class="here" title=move || company.read().names().to_owned()>
            {here}
        </span>
    }
}
