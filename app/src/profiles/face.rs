//! Somebody's picture in its small form, or what stands for it, wherever people are shown.

use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use leptos::{wasm_bindgen::JsCast, web_sys::Element};

use super::picture_path;
use crate::ids::UserId;

/// It says nothing: the name stands beside it.
#[component]
pub fn Face(user: UserId) -> impl IntoView {
    view! { <img class="face" src=picture_path(user) alt="" width="36" height="36" loading="lazy"/> }
}

/// Fetches a person's picture again, wherever it is on the page.
#[cfg(feature = "hydrate")]
pub(crate) fn renew_faces(user: UserId) {
    let path = picture_path(user);
    let Ok(faces) = document().query_selector_all(&format!(".face[src^='{path}']")) else {
        return;
    };
    // Under the same address the browser would show what it has.
    let path = format!("{path}?{}", js_sys::Date::now());
    for face in (0..faces.length()).filter_map(|at| faces.get(at)) {
        let _ = face.unchecked_ref::<Element>().set_attribute("src", &path);
    }
}
