//! Somebody's picture in its small form, or what stands for it, wherever people are shown.

#[cfg(feature = "hydrate")]
use std::{cell::RefCell, time::Duration};

use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use leptos::{wasm_bindgen::JsCast, web_sys::Element};

use super::picture_path;
use crate::ids::UserId;

#[cfg(feature = "hydrate")]
thread_local! {
    /// Whose picture was another when. Under the same address a document goes on showing what it has.
    static STAMPS: RefCell<Vec<(UserId, f64)>> = const { RefCell::new(Vec::new()) };
}

/// Where it is fetched as it is now.
pub(super) fn face_path(user: UserId) -> String {
    let path = picture_path(user);
    #[cfg(feature = "hydrate")]
    if let Some(stamp) = stamp_of(user) {
        return format!("{path}?{stamp}");
    }
    path
}

/// The same, in its whole size.
pub(super) fn large_path(user: UserId) -> String {
    let path = face_path(user);
    let (path, stamp) = path.split_once('?').unwrap_or((&path, ""));
    format!("{path}?large&{stamp}")
}

#[cfg(feature = "hydrate")]
fn stamp_of(user: UserId) -> Option<f64> {
    STAMPS.with_borrow(|stamps| {
        let found = stamps.iter().find(|(whose, _)| *whose == user);
        found.map(|(_, stamp)| *stamp)
    })
}

/// It may be another from now on.
pub(super) fn stamp(user: UserId) {
    #[cfg(feature = "hydrate")]
    STAMPS.with_borrow_mut(|stamps| {
        stamps.retain(|(whose, _)| *whose != user);
        stamps.push((user, js_sys::Date::now()));
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = user;
}

/// It says nothing: the name stands beside it.
#[component]
pub fn Face(user: UserId) -> impl IntoView {
    view! { <img class="face" src=face_path(user) alt="" width="36" height="36" loading="lazy"/> }
}

/// Fetches a person's picture again, wherever it is on the page: within a second, since all who show it are
/// told at once.
#[cfg(feature = "hydrate")]
pub(crate) fn renew_faces(user: UserId) {
    stamp(user);
    let renew = move || {
        let selector = format!(".face[src^='{}']", picture_path(user));
        let Ok(faces) = document().query_selector_all(&selector) else {
            return;
        };
        let path = face_path(user);
        for face in (0..faces.length()).filter_map(|at| faces.get(at)) {
            let _ = face.unchecked_ref::<Element>().set_attribute("src", &path);
        }
    };
    set_timeout(renew, Duration::from_secs_f64(js_sys::Math::random()));
}
