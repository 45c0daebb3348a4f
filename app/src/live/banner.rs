//! One quiet line that says when the connection is missing.

use leptos::prelude::*;

use super::{Live, Phase};
use crate::words::i18n::{t, use_i18n};

/// There from the start and filled when needed, so that screen readers announce it.
#[component]
pub fn LiveBanner() -> impl IntoView {
    let i18n = use_i18n();
    let live = Live::expect();
    let signed_out = move || live.phase() == Phase::SignedOut;

    view! {
        <div class="banner-place" role="status">
            <Show when=move || live.troubled()>
                <p class="banner">{t!(i18n, live.offline)}</p>
            </Show>
            <Show when=signed_out>
                <p class="banner">
                    {t!(i18n, live.signed_out)} " "
                    <a href="/sign-in" rel="external">
                        {t!(i18n, accounts.sign_in)}
                    </a>
                </p>
            </Show>
        </div>
    }
}
