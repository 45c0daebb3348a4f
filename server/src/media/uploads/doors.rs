//! The tus protocol (1.0.0: creation, expiration, termination), at `/media/uploads` and below it.

use app::{
    accounts::User,
    error::{AppError, ErrorCode},
    ids::MediaId,
    journeys::Care,
    media::{AltText, FileName, UPLOADS},
};
use axum::{
    Json,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{Asked, metadata::Metadata};
use crate::{doors, pages, router::Services};

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");

/// What an upload has become by now.
#[derive(Serialize)]
struct Described {
    id: MediaId,
    offset: u64,
    length: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment: Option<app::media::Attachment>,
}

/// `OPTIONS`: what of the protocol is there.
pub(crate) async fn options(State(services): State<Services>) -> Response {
    let most = HeaderValue::from(services.media.limits.file);
    let told = [
        (HeaderName::from_static("tus-version"), VERSION),
        (
            HeaderName::from_static("tus-extension"),
            HeaderValue::from_static("creation,expiration,termination"),
        ),
        (HeaderName::from_static("tus-max-size"), most),
    ];
    answered(Ok((StatusCode::NO_CONTENT, told).into_response()))
}

/// `POST /media/uploads`.
pub(crate) async fn begin(State(services): State<Services>, request: Request) -> Response {
    let (asked, _) = request.into_parts();
    if is_other_version(&asked.headers) {
        return answered(Ok(StatusCode::PRECONDITION_FAILED.into_response()));
    }
    answered(begun(&services, &asked).await)
}

async fn begun(services: &Services, asked: &request::Parts) -> Result<Response, AppError> {
    let user = sender(services, asked).await?;
    let length = number(&asked.headers, &LENGTH)?;
    let Metadata {
        name,
        alt,
        poster_of,
        knowing,
    } = Metadata::parse(asked.headers.get(METADATA))?;
    let asked = Asked {
        length,
        name: FileName::of(&name),
        alt: AltText::parse(&alt)?.with(Care::of(false, knowing))?,
        poster_of,
        portrait: false,
    };
    let upload = services.media.begin(&user, asked).await?;
    let place = HeaderValue::from_str(&format!("{UPLOADS}/{}", upload.id));
    let place = place.map_err(|_| ErrorCode::Internal)?;
    Ok((StatusCode::CREATED, [(header::LOCATION, place)]).into_response())
}

/// `HEAD /media/uploads/ID`: from where it goes on. `GET` tells programs more.
pub(crate) async fn describe(
    State(services): State<Services>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (asked, _) = request.into_parts();
    if is_other_version(&asked.headers) {
        return answered(Ok(StatusCode::PRECONDITION_FAILED.into_response()));
    }
    answered(described(&services, &id, &asked).await)
}

async fn described(
    services: &Services,
    id: &str,
    asked: &request::Parts,
) -> Result<Response, AppError> {
    let user = signed_in(services, asked).await?;
    let upload = services.media.upload(&user, parse(id)?).await?;
    let offset = services.media.offset(&upload).await?;
    let told = [
        (OFFSET, HeaderValue::from(offset)),
        (LENGTH, HeaderValue::from(upload.length)),
    ];
    let described = Described {
        id: upload.id,
        offset,
        length: upload.length,
        attachment: upload.attachment,
    };
    Ok((told, Json(described)).into_response())
}

/// `PATCH /media/uploads/ID`.
pub(crate) async fn go_on(
    State(services): State<Services>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (asked, body) = request.into_parts();
    if is_other_version(&asked.headers) {
        return answered(Ok(StatusCode::PRECONDITION_FAILED.into_response()));
    }
    answered(gone_on(&services, &id, &asked, body).await)
}

async fn gone_on(
    services: &Services,
    id: &str,
    asked: &request::Parts,
    body: Body,
) -> Result<Response, AppError> {
    let kind = asked.headers.get(header::CONTENT_TYPE);
    if kind.is_none_or(|kind| kind != "application/offset+octet-stream") {
        return Ok(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
    }
    let user = sender(services, asked).await?;
    let offset = number(&asked.headers, &OFFSET)?;
    let id = parse(id)?;
    services.media.upload(&user, id).await?;
    let pieces = body.into_data_stream();
    let offset = services.media.receive(&user, id, offset, pieces).await?;
    let told = [(OFFSET, HeaderValue::from(offset))];
    Ok((StatusCode::NO_CONTENT, told).into_response())
}

/// `DELETE /media/uploads/ID`.
pub(crate) async fn cancel(
    State(services): State<Services>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (asked, _) = request.into_parts();
    if is_other_version(&asked.headers) {
        return answered(Ok(StatusCode::PRECONDITION_FAILED.into_response()));
    }
    answered(cancelled(&services, &id, &asked).await)
}

async fn cancelled(
    services: &Services,
    id: &str,
    asked: &request::Parts,
) -> Result<Response, AppError> {
    let user = sender(services, asked).await?;
    services.media.cancel(&user, parse(id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Who looks after an upload of theirs.
async fn signed_in(services: &Services, asked: &request::Parts) -> Result<User, AppError> {
    let browser = services.browser(&asked.headers, &asked.extensions);
    let caller = pages::caller(services, browser).await?;
    Ok(caller.user.ok_or(ErrorCode::SignInNeeded)?)
}

/// Who sends something in, as often as anything else.
async fn sender(services: &Services, asked: &request::Parts) -> Result<User, AppError> {
    let browser = services.browser(&asked.headers, &asked.extensions);
    let caller = pages::caller(services, browser).await?;
    doors::pace(services, &caller, asked).await?;
    Ok(caller.user.ok_or(ErrorCode::SignInNeeded)?)
}

fn parse(id: &str) -> Result<MediaId, ErrorCode> {
    id.parse().map_err(|_| ErrorCode::MediaUnknown)
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, ErrorCode> {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    let number = text.and_then(|text| text.parse().ok());
    number.ok_or(ErrorCode::BadRequest)
}

/// Programs of another version of the protocol are told so.
fn is_other_version(headers: &HeaderMap) -> bool {
    headers
        .get(RESUMABLE)
        .is_some_and(|version| *version != VERSION)
}

/// What every answer says.
fn answered(result: Result<Response, AppError>) -> Response {
    let mut response = result.unwrap_or_else(|error| doors::refusal(error).into_response());
    let headers = response.headers_mut();
    headers.insert(RESUMABLE, VERSION);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
