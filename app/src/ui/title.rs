//! The title of a page.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::words::i18n::{t_string, use_i18n};

/// How much is new on other pages.
#[derive(Clone, Copy)]
pub struct NewCount(pub Memo<i64>);

/// `text · Layover`, and in the browser `(3) text · Layover` while something is new.
///
/// On the server the text is fixed when the page is rendered: the head is written after the page's
/// signals are gone, so nothing in it may read one.
#[component]
pub fn PageTitle(#[prop(into)] text: TextProp) -> impl IntoView {
    let brand = t_string!(use_i18n(), brand);
    // The library writes it into the document as it is; in the browser it is text.
    #[cfg(feature = "ssr")]
    let title =
        html_escape::encode_text(&format!("{} · {brand}", untrack(|| text.get()))).into_owned();
    #[cfg(not(feature = "ssr"))]
    let title = {
        let new = use_context::<NewCount>();
        move || {
            let text = text.get();
            match new.and_then(|new| new.0.try_get()) {
                Some(count) if count > 99 => format!("(99+) {text} · {brand}"),
                Some(count) if count > 0 => format!("({count}) {text} · {brand}"),
                _ => format!("{text} · {brand}"),
            }
        }
    };
    view! { <Title text=title /> }
}
