//! The title of a page.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::words::i18n::{t_string, use_i18n};

/// `text · Layover`. The text is fixed when the page is rendered: the server writes the head after
/// the page's signals are gone, so nothing in it may read one.
#[component]
pub fn PageTitle(#[prop(into)] text: String) -> impl IntoView {
    let brand = t_string!(use_i18n(), brand);
    view! { <Title text=format!("{text} · {brand}") /> }
}
