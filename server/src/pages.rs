//! Pages: the app, rendered on the server.

use std::{any::Any, panic::AssertUnwindSafe};

use app::{
    accounts::Browser,
    context::{self, Caller},
    error::{AppError, ErrorCode},
    shell::{leaving_page, plain_page, shell},
    ui::Refusal,
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use futures::FutureExt;
use leptos::{config::LeptosOptions, prelude::provide_context};
use url::Url;

use crate::{doors, router::Services};

/// Any address that nothing else answers: the app's own router knows it, or says that it does not.
pub(crate) async fn page(State(services): State<Services>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let browser = services.browser(request.headers(), request.extensions());
    match caller(&services, browser).await {
        Ok(caller) => render(&services, &caller, None, request).await,
        Err(error) => failed(&services.leptos, request.method(), request.headers(), error),
    }
}

/// Who asks. An ended session is nobody's.
pub(crate) async fn caller(services: &Services, browser: Browser) -> Result<Caller, AppError> {
    let user = match &browser.session {
        Some(token) => services.accounts.identify(token).await?,
        None => None,
    };
    Ok(Caller { user, browser })
}

/// The page at the request's address, as the answer to a refused form where there is one.
pub(crate) async fn render(
    services: &Services,
    caller: &Caller,
    refusal: Option<Refusal>,
    request: Request,
) -> Response {
    let (ports, caller) = (services.ports.clone(), caller.clone());
    let options = services.leptos.clone();
    let status = refusal.as_ref().map(|refusal| refusal.error.code);
    let provided = options.clone();
    let handler = leptos_axum::render_app_async_with_context(
        move || {
            context::provide(&ports, &caller, refusal.as_ref());
            provide_context(provided.clone());
        },
        move || shell(options.clone()),
    );
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let Ok(mut response) = AssertUnwindSafe(handler(request)).catch_unwind().await else {
        return failed(
            &services.leptos,
            &method,
            &headers,
            ErrorCode::Internal.into(),
        );
    };
    if let Some(code) = status {
        *response.status_mut() = doors::status(code);
    }
    // A page shows what this person may see at this moment. One that is theirs alone says more than that.
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-cache"));
    response
}

/// The answer while the server starts.
pub(crate) fn starting(options: &LeptosOptions, request: &Request) -> Response {
    failed(
        options,
        request.method(),
        request.headers(),
        ErrorCode::Unavailable.into(),
    )
}

/// An error before any page could be made.
pub(crate) fn failed(
    options: &LeptosOptions,
    method: &Method,
    headers: &HeaderMap,
    error: AppError,
) -> Response {
    if !doors::wants_page(headers) {
        return doors::refusal(error).into_response();
    }
    let form = *method == Method::POST;
    let page = Html(plain_page(options, error.code, form));
    let mut response = (doors::status(error.code), page).into_response();
    let soon = HeaderValue::from_static("2");
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, soon.clone());
    if !form && error.code == ErrorCode::Unavailable {
        // The page asks again by itself; a form is sent again by its sender.
        response.headers_mut().insert(header::REFRESH, soon);
    }
    response
}

/// The answer to a form that leads to another site: a page that goes there by itself.
///
/// Not a redirect. The content security policy of the form's page lets forms go to this site alone, and
/// browsers hold every redirect that follows to it, those at the other site too.
pub(crate) fn leaving(options: &LeptosOptions, url: &str) -> Response {
    let host = Url::parse(url).ok();
    let host = host.as_ref().and_then(Url::host_str).unwrap_or(url);
    let mut response = Html(leaving_page(options, host, url)).into_response();
    let headers = response.headers_mut();
    if let Ok(refresh) = HeaderValue::from_str(&format!("0;url={url}")) {
        headers.insert(header::REFRESH, refresh);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
        ),
    );
    response
}

/// What the client gets when a handler has panicked; the log has the rest.
pub(crate) fn panicked(_: Box<dyn Any + Send>) -> Response<Body> {
    doors::refusal(ErrorCode::Internal.into()).into_response()
}
