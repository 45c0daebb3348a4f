//! What a page tells search engines. As with the title, it is fixed when the page is rendered.

use leptos::prelude::*;
use leptos_meta::{Link, Meta};

/// The page is not for everybody: no search engine keeps it.
#[component]
pub fn NoIndex() -> impl IntoView {
    view! { <Meta name="robots" content="noindex" /> }
}

/// The page is for everybody: where it lives, and what it is about in a line or two.
#[component]
pub fn Indexed(
    /// Path and query on this site.
    path: String,
    /// Empty: it says nothing of itself.
    about: String,
) -> impl IntoView {
    let about = (!about.is_empty()).then(|| view! { <Meta name="description" content=about /> });
    view! {
        <Link rel="canonical" href=address(&path) />
        {about}
    }
}

/// The whole address of a path of this site, as people pass it on.
pub fn address(path: &str) -> String {
    #[cfg(feature = "ssr")]
    let origin = crate::context::public_url();
    #[cfg(not(feature = "ssr"))]
    let origin = window().location().origin().unwrap_or_default();
    format!("{origin}{path}")
}
