//! Requests that another site makes a browser send: refused before anything reads them.

use std::sync::Arc;

use app::error::{AppError, ErrorCode};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use url::Url;

use crate::doors;

/// Refuses unsafe requests from other sites. Browsers say where a request comes from in
/// `Sec-Fetch-Site`, older ones in `Origin`; a request with neither is not a browser's.
pub(crate) async fn refuse_cross_site(
    State(public_url): State<Arc<Url>>,
    request: Request,
    next: Next,
) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if safe || is_same_site(request.headers(), &public_url) {
        next.run(request).await
    } else {
        doors::refusal(AppError::from(ErrorCode::CrossSite)).into_response()
    }
}

/// Whether a request says that it comes from this site, or is not a browser's.
pub(crate) fn is_same_site(headers: &HeaderMap, public_url: &Url) -> bool {
    match headers.get("sec-fetch-site") {
        // `none` is a person who typed the address.
        Some(site) => site == "same-origin" || site == "none",
        None => headers.get(header::ORIGIN).is_none() || is_own_origin(headers, public_url),
    }
}

/// Whether the request says that it comes from this very host. A missing or `null` origin does not.
pub(crate) fn is_own_origin(headers: &HeaderMap, public_url: &Url) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN).and_then(|origin| Url::parse(origin).ok()) else {
        return false;
    };
    if !matches!(origin.scheme(), "http" | "https") {
        return false;
    }
    let host = text(header::HOST).and_then(|host| {
        // The host header has no scheme: it stands for the one that the origin names.
        Url::parse(&format!("{}://{host}", origin.scheme())).ok()
    });
    host.is_some_and(|host| host.origin() == origin.origin())
        || origin.origin() == public_url.origin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    fn public_url() -> Url {
        Url::parse("https://layover.example").unwrap()
    }

    #[test]
    fn row_1_only_an_origin_equal_to_the_host_or_the_public_url_is_our_own() {
        for (origin, own) in [
            ("http://10.0.0.2:3000", true),
            ("https://layover.example", true),
            ("https://layover.example:444", false),
            ("http://10.0.0.2", false),
            ("https://layover.example.evil.org", false),
            ("null", false),
            ("file://10.0.0.2:3000", false),
            ("", false),
        ] {
            let headers = headers(&[("origin", origin), ("host", "10.0.0.2:3000")]);
            assert_eq!(is_own_origin(&headers, &public_url()), own, "{origin}");
        }
        assert!(!is_own_origin(
            &headers(&[("host", "layover.example")]),
            &public_url()
        ));
    }

    #[test]
    fn row_7_what_the_browser_says_of_the_site_wins_over_the_origin() {
        let host = ("host", "layover.example");
        let own = ("origin", "https://layover.example");
        for (site, same) in [
            ("same-origin", true),
            ("none", true),
            ("same-site", false),
            ("cross-site", false),
        ] {
            let headers = headers(&[host, own, ("sec-fetch-site", site)]);
            assert_eq!(is_same_site(&headers, &public_url()), same, "{site}");
        }
        assert!(
            is_same_site(&headers(&[host]), &public_url()),
            "not a browser"
        );
        assert!(!is_same_site(
            &headers(&[host, ("origin", "null")]),
            &public_url()
        ));
    }
}
