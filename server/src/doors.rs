//! The HTTP doors `POST /api/<noun>/<verb>`: server functions, for programs and for forms.
//!
//! Programs get JSON and a status. A form gets the next page, or its own page again with what is
//! wrong and what was typed.

use std::time::Duration;

use app::{
    context::{self, Caller},
    error::{AppError, ErrorCode},
    ui::Refusal,
};
use axum::{
    Json,
    body::{self, Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header, request},
    response::{IntoResponse, Redirect, Response},
};
use tokio::time::timeout;
use url::{Url, form_urlencoded};

use crate::{hub, pages, router::Services};

/// The most bytes that a form or a JSON object may have.
const MOST_BYTES: usize = 1024 * 1024;

/// The longest that somebody who asks for much is kept waiting.
const MOST_WAIT: Duration = Duration::from_secs(10);

/// Fields that never come back in a page.
const SECRETS: [&str; 2] = ["password", "current"];

/// What was typed into a form, by field.
pub(crate) type Fields = Vec<(String, String)>;

/// Server functions mark an error with this header.
const ERROR_HEADER: &str = "serverfnerror";

/// Calls the server function at this address and gives its answer the right form.
pub(crate) async fn door(State(services): State<Services>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match parts.method {
        Method::POST => {}
        // The address stays in the bar of a browser whose form was refused before its page was live.
        Method::GET | Method::HEAD if wants_page(&parts.headers) => {
            return Redirect::to("/").into_response();
        }
        _ => {
            let allow = [(header::ALLOW, "POST")];
            return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
        }
    }
    let body = match timeout(services.bounds.body, body::to_bytes(body, MOST_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            let error = ErrorCode::TooLarge.into();
            return pages::failed(&services.leptos, &parts.method, &parts.headers, error);
        }
        // Whoever has not even sent it by now does not wait for a page.
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let browser = services.browser(&parts.headers, &parts.extensions);
    let mut who = Caller {
        user: None,
        browser,
    };
    let result = match admit(&services, &mut who, &parts).await {
        Ok(()) => call(&services, &who, &parts, body.clone()).await,
        Err(error) => Err(error),
    };
    answer(&services, &who, parts, body, result).await
}

/// Finds out who it is whose turn it is now. A session may end while its owner waits.
pub(crate) async fn admit(
    services: &Services,
    who: &mut Caller,
    parts: &request::Parts,
) -> Result<(), AppError> {
    *who = pages::caller(services, who.browser.clone()).await?;
    if pace(services, who, parts).await? {
        *who = pages::caller(services, who.browser.clone()).await?;
    }
    Ok(())
}

/// What a person asks for through doors counts with what they ask for over their sockets, and is
/// slowed down like it. Only who has asked for very much is refused. Returns whether they had to wait.
pub(crate) async fn pace(
    services: &Services,
    who: &Caller,
    parts: &request::Parts,
) -> Result<bool, AppError> {
    let mut waited = false;
    if let Some(user) = &who.user {
        let cost = hub::cost_of_door(parts.uri.path().trim_start_matches("/api/"));
        let wait = services.hub.spend(user.id, cost);
        if wait > MOST_WAIT {
            services.hub.spend(user.id, -cost);
            return Err(ErrorCode::TooMany.into());
        }
        waited = !wait.is_zero();
        if waited {
            tokio::time::sleep(wait).await;
        }
    }
    Ok(waited)
}

/// The JSON answer of the server function, or its error.
async fn call(
    services: &Services,
    caller: &Caller,
    parts: &request::Parts,
    body: Bytes,
) -> Result<Response, AppError> {
    let mut request = Request::from_parts(parts.clone(), Body::from(body));
    // Leptos would answer a form by itself; here every call is a program's.
    request
        .headers_mut()
        .insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let (ports, caller) = (services.ports.clone(), caller.clone());
    let provide = move || context::provide(&ports, &caller, None);
    let response = leptos_axum::handle_server_fns_with_context(provide, request)
        .await
        .into_response();
    if response.headers().get(ERROR_HEADER).is_none() {
        // Leptos answers so, and without the header, when it knows no such function.
        return match response.status() {
            StatusCode::BAD_REQUEST => Err(ErrorCode::NotFound.into()),
            _ => Ok(response),
        };
    }
    let body = body::to_bytes(response.into_body(), MOST_BYTES)
        .await
        .unwrap_or_default();
    Err(serde_json::from_slice(&body).unwrap_or_else(|_| ErrorCode::BadRequest.into()))
}

async fn answer(
    services: &Services,
    caller: &Caller,
    parts: request::Parts,
    body: Bytes,
    result: Result<Response, AppError>,
) -> Response {
    let form = wants_page(&parts.headers);
    match result {
        Ok(response) if form => next_page(services, &parts, &fields(&body), response),
        Ok(response) => response,
        Err(error) if form => {
            let door = parts.uri.path().to_owned();
            form_again(services, caller, parts, door, fields(&body), error).await
        }
        Err(error) => refusal(error).into_response(),
    }
}

/// Whether a browser waits for a page, rather than a program for data.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    let accepts = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accepts.is_some_and(|accepts| accepts.contains("text/html"))
}

/// An error as programs get it.
pub(crate) fn refusal(error: AppError) -> impl IntoResponse {
    (status(error.code), retry_after(&error), Json(error))
}

/// Says when trying again makes sense, where that is known.
pub(crate) fn retry_after(error: &AppError) -> Option<[(HeaderName, HeaderValue); 1]> {
    let wait = error.wait?;
    Some([(header::RETRY_AFTER, HeaderValue::from(wait))])
}

pub(crate) fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Where a form's sender goes: where the door says, where the form asks, or back.
fn next_page(
    services: &Services,
    parts: &request::Parts,
    fields: &Fields,
    response: Response,
) -> Response {
    let (made, _) = response.into_parts();
    let asked = local_path(fields, "next");
    let next = made
        .headers
        .get(header::LOCATION)
        .and_then(|path| path.to_str().ok())
        .map(str::to_owned)
        .or(asked)
        .unwrap_or_else(|| page_of(&parts.headers, fields));
    let mut redirect = if app::ui::is_local(&next) {
        Redirect::to(&next).into_response()
    } else {
        pages::leaving(&services.leptos, &next)
    };
    for cookie in made.headers.get_all(header::SET_COOKIE) {
        redirect
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    redirect
}

/// The page that the form of this door stands on, with the error at its field and everything typed still
/// there.
pub(crate) async fn form_again(
    services: &Services,
    caller: &Caller,
    parts: request::Parts,
    door: String,
    fields: Fields,
    error: AppError,
) -> Response {
    if error.code == ErrorCode::Unavailable && caller.user.is_none() {
        return pages::failed(&services.leptos, &parts.method, &parts.headers, error);
    }
    let page = page_of(&parts.headers, &fields);
    let typed = fields.into_iter();
    let typed = typed.filter(|(name, _)| !SECRETS.contains(&name.as_str()));
    let refusal = Refusal {
        door,
        page: page.clone(),
        error,
        typed: typed.collect(),
    };
    let Ok(uri) = page.parse::<Uri>() else {
        return self::refusal(refusal.error).into_response();
    };
    let mut request = Request::from_parts(parts, Body::empty());
    *request.method_mut() = Method::GET;
    *request.uri_mut() = uri;
    pages::render(services, caller, Some(refusal), request).await
}

/// Path and query of the page that a form stands on: what it says itself, else where it was sent
/// from. That is one of ours: others were refused.
fn page_of(headers: &HeaderMap, fields: &Fields) -> String {
    let referer = || {
        let referer = headers.get(header::REFERER)?.to_str().ok()?;
        let url = Url::parse(referer).ok()?;
        let query = url.query().map(|query| format!("?{query}"));
        Some(format!("{}{}", url.path(), query.unwrap_or_default()))
    };
    local_path(fields, "page")
        .or_else(referer)
        .filter(|page| app::ui::is_local(page) && !page.starts_with("/api/"))
        .filter(|page| page != app::media::FORM)
        .unwrap_or_else(|| "/".to_owned())
}

/// A field of a form that holds a path of this site.
fn local_path(fields: &Fields, field: &str) -> Option<String> {
    let value = fields.iter().find(|(name, _)| name == field);
    value
        .map(|(_, path)| path.clone())
        .filter(|path| app::ui::is_local(path))
}

fn fields(body: &[u8]) -> Fields {
    form_urlencoded::parse(body).into_owned().collect()
}
