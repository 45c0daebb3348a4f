//! Notices of what is new, outside of the page: a dot on its icon, a number on the app's, and the
//! system's notifications, for which the person is asked when they first would have been of use.

use js_sys::{Function, Promise, Reflect, futures::JsFuture};
use leptos::{mount::mount_to, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{HtmlElement, Notification, NotificationOptions, NotificationPermission};

use super::{Layers, Room, list::up_to_99};
use crate::{
    live::Live,
    ui::later,
    words::i18n::{t, t_string, use_i18n},
};

/// Where the browser keeps that the person does not want to be asked.
const DECLINED: &str = "layover.notices.declined";

later!(pub(super) notices_layer, begin(layers: Layers));

/// Begins to give notice. It is a chunk of WebAssembly that is loaded when something is new.
fn begin(layers: Layers) {
    layers.owner.get_value().with(|| {
        let asks = RwSignal::new(false);
        let told = layers.listing.told();
        Effect::new(move || mark_icons(told.get()));
        give_notice(layers, asks);
        if let Some(place) = place_for_question() {
            let question = mount_to(place, move || view! { <Question asks/> });
            StoredValue::new_local(question);
        }
    });
}

/// The page's icon says whether anything is new, that of an installed app how much.
fn mark_icons(told: i64) {
    let icon = if told > 0 {
        "/icon-new.svg"
    } else {
        "/icon.svg"
    };
    if let Ok(Some(link)) = document().query_selector("link[rel=icon]") {
        let _ = link.set_attribute("href", icon);
    }
    let navigator = window().navigator();
    let badge = Reflect::get(&navigator, &"setAppBadge".into());
    // Not every browser has it.
    if let Some(badge) = badge
        .ok()
        .and_then(|badge| badge.dyn_into::<Function>().ok())
    {
        #[expect(clippy::cast_precision_loss, reason = "a hundred for each room")]
        let count = told as f64;
        wait_for(badge.call1(&navigator, &count.into()));
    }
}

/// A promise whose outcome is of no interest: one that fails must not trouble the page.
fn wait_for(promise: Result<JsValue, JsValue>) {
    if let Some(promise) = promise
        .ok()
        .and_then(|promise| promise.dyn_into::<Promise>().ok())
    {
        spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
}

/// Whether the person is looking at something else.
fn is_away() -> bool {
    document().hidden() || document().has_focus() != Ok(true)
}

/// Of the tabs in which the person is signed in, one gives notice, while none is looked at.
fn give_notice(layers: Layers, asks: RwSignal<bool>) {
    let i18n = use_i18n();
    let live = Live::expect();
    let navigate = use_navigate();
    Effect::new(move || {
        let grown = layers.listing.grown();
        if grown.is_empty() || !is_away() || !live.has_turn() || !can_notify() {
            return;
        }
        match Notification::permission() {
            NotificationPermission::Granted => {
                for (room, told) in grown {
                    let what = match told {
                        1 => t_string!(i18n, notices.one).to_owned(),
                        told => t_string!(i18n, notices.many, count = up_to_99(told)).to_string(),
                    };
                    let navigate = navigate.clone();
                    let path = format!("/rooms/{}", room.id);
                    notify(&room, &what, move || {
                        let _ = window().focus();
                        navigate(&path, NavigateOptions::default());
                    });
                }
            }
            NotificationPermission::Default => asks.set(!has_declined()),
            _ => {}
        }
    });
}

/// Pages that are not secure may not, and not every browser can.
fn can_notify() -> bool {
    window().is_secure_context() && Reflect::has(&window(), &"Notification".into()) == Ok(true)
}

/// One for each room: the next one replaces it.
fn notify(room: &Room, what: &str, on_click: impl FnOnce() + 'static) {
    let options = NotificationOptions::new();
    options.set_body(what);
    options.set_tag(&room.id.to_string());
    options.set_icon("/icon-192.png");
    // Some phones allow them to service workers alone.
    if let Ok(notification) = Notification::new_with_options(room.name.as_str(), &options) {
        let shown = notification.clone();
        let clicked = Closure::once_into_js(move || {
            shown.close();
            on_click();
        });
        notification.set_onclick(clicked.dyn_ref());
    }
}

fn has_declined() -> bool {
    let storage = window().local_storage().ok().flatten();
    storage.is_some_and(|storage| matches!(storage.get_item(DECLINED), Ok(Some(_))))
}

/// An element below the one that speaks of the connection, on every page.
fn place_for_question() -> Option<HtmlElement> {
    let above = document().query_selector(".banner-place").ok()??;
    let place = document().create_element("div").ok()?;
    place.set_attribute("role", "status").ok()?;
    above.after_with_node_1(&place).ok()?;
    place.dyn_into().ok()
}

/// Whether to notify. There until it is answered.
#[component]
fn Question(asks: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let accept = move |_| {
        asks.set(false);
        wait_for(Notification::request_permission().map(Into::into));
    };
    let decline = move |_| {
        asks.set(false);
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(DECLINED, "");
        }
    };
    view! {
        <Show when=move || asks.get()>
            <div class="banner question">
                <p>{t!(i18n, notices.question)}</p>
                <button type="button" class="button small" on:click=accept>
                    {t!(i18n, notices.accept)}
                </button>
                <button type="button" class="button small quiet" on:click=decline>
                    {t!(i18n, notices.decline)}
                </button>
            </div>
        </Show>
    }
}
