//! Static files: what the build made, and what stands in `public/`.

use std::path::Path;

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    routing::MethodRouter,
};
use leptos::config::LeptosOptions;
use tower_http::services::ServeDir;

/// The build's files. In a release their names carry a hash of what is in them, so that a browser
/// never has to ask for one again.
pub(crate) fn package(options: &LeptosOptions) -> axum::Router {
    let folder = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
    let files = MethodRouter::new().fallback_service(
        ServeDir::new(folder)
            .precompressed_br()
            .precompressed_gzip(),
    );
    let lifetime = if options.hash_files {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    axum::Router::new()
        .fallback_service(files)
        .layer(middleware::from_fn(
            move |request: Request, next: Next| async move {
                let mut response = next.run(request).await;
                let found = response.status() == StatusCode::OK
                    || response.status() == StatusCode::NOT_MODIFIED;
                let value = if found { lifetime } else { "no-store" };
                response
                    .headers_mut()
                    .insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
                response
            },
        ))
}

/// Icons, the manifest and the like, by their plain names; anything else is a page.
pub(crate) fn public(options: &LeptosOptions) -> ServeDir {
    ServeDir::new(&*options.site_root)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
        .call_fallback_on_method_not_allowed(true)
}
