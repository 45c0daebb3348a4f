//! A window above the page.

use leptos::{ev::MouseEvent, html, prelude::*, web_sys::Element};

use crate::words::i18n::{t, use_i18n};

/// The browser itself closes it on Escape and gives the focus back to where it was.
#[component]
pub(super) fn Window(
    label: &'static str,
    node: NodeRef<html::Dialog>,
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    Effect::new(move || {
        if let Some(dialog) = node.get() {
            let _ = dialog.show_modal();
        }
    });
    // Whoever marks words may let go of the mouse around the window: to close it, one presses there,
    // too.
    let pressed_around = StoredValue::new(false);
    let on_click = move |event: MouseEvent| {
        if pressed_around.get_value() && is_around(&event) {
            close(node);
        }
    };
    view! {
        <dialog
            node_ref=node
            class="window"
            aria-label=label
            on:close=move |_| on_close.run(())
            on:mousedown=move |event| pressed_around.set_value(is_around(&event))
            on:click=on_click
        >
            <div class="window-content">{children()}</div>
        </dialog>
    }
}

/// Whether something happens around the window, and not in it.
fn is_around(event: &MouseEvent) -> bool {
    let within = event_target::<Element>(event).closest(".window-content");
    matches!(within, Ok(None))
}

/// Closes a window, if it is still there.
pub(super) fn close(node: NodeRef<html::Dialog>) {
    if let Some(dialog) = node.try_get_untracked().flatten() {
        dialog.close();
    }
}

#[component]
pub(super) fn CloseButton(node: NodeRef<html::Dialog>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <button type="button" class="button small quiet" on:click=move |_| close(node)>
            {t!(i18n, finder.close)}
        </button>
    }
}
