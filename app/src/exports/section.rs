//! What belongs to the viewer: to take away, or to be deleted.

use leptos::prelude::*;

use super::PATH;
use crate::{
    accounts::ForMembers,
    deletions::{DeletionSection, read_deletion},
    words::i18n::{t, use_i18n},
};

/// `/settings/data`.
#[component]
pub fn DataSection() -> impl IntoView {
    view! {
        <ForMembers page="/settings/data" load=read_deletion let(view)>
            <ExportSection/>
            <DeletionSection view/>
        </ForMembers>
    }
}

/// The way to the archive. By the browser alone: it is a download, and no page.
#[component]
pub fn ExportSection() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section aria-labelledby="export-title">
            <h2 id="export-title">{t!(i18n, exports.title)}</h2>
            <p class="lead">{t!(i18n, exports.lead)}</p>
            <p>
                <a class="button quiet" href=PATH rel="external">
                    {t!(i18n, exports.submit)}
                </a>
            </p>
        </section>
    }
}
