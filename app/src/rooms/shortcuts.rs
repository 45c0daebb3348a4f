//! The list of the keys that do something.

use leptos::prelude::*;

use super::window::{CloseButton, Window};
use crate::words::i18n::{t, t_string, use_i18n};

#[component]
pub(super) fn Shortcuts(on_close: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let node = NodeRef::new();
    let title = t_string!(i18n, finder.shortcuts);
    let keys = [
        (t!(i18n, finder.keys_open), t!(i18n, finder.open)),
        (t!(i18n, finder.keys_rooms), t!(i18n, finder.key_rooms)),
        (t!(i18n, finder.keys_send), t!(i18n, finder.key_send)),
        (t!(i18n, finder.keys_line), t!(i18n, finder.key_line)),
        (t!(i18n, finder.keys_edit), t!(i18n, finder.key_edit)),
        (t!(i18n, finder.keys_close), t!(i18n, finder.key_close)),
        (t!(i18n, finder.keys_help), t!(i18n, finder.key_help)),
    ];
    let rows = keys.into_iter().map(|(key, what)| {
        view! {
            <div>
                <dt>
                    <kbd>{key}</kbd>
                </dt>
                <dd>{what}</dd>
            </div>
        }
    });
    view! {
        <Window label=title node on_close>
            <h2>{title}</h2>
            <dl class="keys">{rows.collect_view()}</dl>
            <p class="window-foot">
                <CloseButton node/>
            </p>
        </Window>
    }
}
