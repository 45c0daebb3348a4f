//! What a template was written from.

use leptos::prelude::*;

use super::Template;
use crate::words::i18n::{t, t_string, use_i18n};

/// The official page, and whether the stages were held against it.
#[component]
pub(crate) fn Source(template: Template) -> impl IntoView {
    let i18n = use_i18n();
    let why = template.unverified.unwrap_or_default();
    let verified = match template.verified_on {
        Some(day) => t_string!(i18n, journeys.verified, day).to_string(),
        None => t_string!(i18n, journeys.unverified, why).to_string(),
    };
    view! {
        <p class="note">
            {t!(i18n, journeys.source)} " "
            <a href=template.source_url rel="noreferrer external">{template.authority}</a>
            ". " {verified}
        </p>
    }
    .into_any()
}
