//! The shape of what is on its way.

use leptos::prelude::*;

use crate::words::i18n::{t, use_i18n};

/// Lines where words will be. They appear only after a moment: what comes at once needs none.
#[component]
pub fn Skeleton(
    /// How many lines.
    lines: usize,
) -> impl IntoView {
    let i18n = use_i18n();
    let bars = (0..lines).map(|_| view! { <span></span> }).collect_view();
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{t!(i18n, pages.loading)}</span>
            {bars}
        </div>
    }
}
