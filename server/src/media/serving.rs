//! `GET /media/ID/VARIANT`: what a message shows, for those who may see it.

use std::{fmt::Write, io, ops::Range, time::Duration};

use app::{
    error::{AppError, ErrorCode},
    ids::MediaId,
    media::{MediaKind, Variant},
};
use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use tokio::{sync::mpsc::channel, time::timeout};

use super::{
    Media,
    finishing::POSTER,
    objects::Piecemeal,
    policy::may_fetch,
    ranges::{Wanted, range},
    store::{self, Found},
};
use crate::{doors, error::Error, pages, router::Services};

/// Nothing in it runs, loads or leads anywhere, whatever a browser takes it for. Styles are those with which
/// browsers themselves show a picture that stands alone.
const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

const NEVER: HeaderValue = HeaderValue::from_static("no-store");

/// How long somebody may take nothing of what they have asked for. Players that have enough wait, and ask again
/// for the rest.
const PATIENCE: Duration = Duration::from_mins(5);

/// Nobody may see it any more once its messages are gone; who has seen it, has.
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("private, max-age=86400");

impl Media {
    /// One of its forms, as an answer brings it; none when it is not there. Whoever asks for the head of
    /// the answer gets nothing else.
    pub(crate) async fn body(
        &self,
        id: MediaId,
        variant: Variant,
        method: &Method,
    ) -> Result<Option<Body>, Error> {
        if *method == Method::HEAD {
            return Ok(Some(Body::empty()));
        }
        let pieces = self.form(id, variant).await?;
        Ok(pieces.map(|pieces| Body::from_stream(taken(pieces, PATIENCE))))
    }
}

pub(crate) async fn serve(
    State(services): State<Services>,
    Path((id, variant)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (asked, _) = request.into_parts();
    let served = served(&services, &id, &variant, &asked).await;
    served.unwrap_or_else(|error| {
        let mut response = doors::refusal(error).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, NEVER);
        response
    })
}

async fn served(
    services: &Services,
    id: &str,
    variant: &str,
    asked: &request::Parts,
) -> Result<Response, AppError> {
    let id = id.parse().map_err(|_| ErrorCode::MediaUnknown)?;
    let variant: Variant = variant.parse()?;
    let browser = services.browser(&asked.headers, &asked.extensions);
    let caller = pages::caller(services, browser).await?;
    let viewer = caller.user.map(|user| user.id);
    let media = &services.media;
    let found = store::fetch(&media.pool, viewer, id).await?;
    let found = found.ok_or(ErrorCode::MediaUnknown)?;
    may_fetch(found.view)?;
    let tag = tag(id, variant)?;
    if names(&asked.headers, &header::IF_NONE_MATCH, &tag) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        let headers = response.headers_mut();
        headers.insert(header::ETAG, tag);
        headers.insert(header::CACHE_CONTROL, cache(&found));
        return Ok(response);
    }
    let key = (id, variant);
    let size = media.objects.size(key).await.map_err(Error::from)?;
    let size = size.ok_or(ErrorCode::MediaUnknown)?;
    let mut response = match wanted(asked, &tag, size) {
        Wanted::Nothing => StatusCode::RANGE_NOT_SATISFIABLE.into_response(),
        wanted => {
            let (status, range) = match wanted {
                Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
                _ => (StatusCode::OK, 0..size),
            };
            let body = if asked.method == Method::HEAD {
                Body::empty()
            } else {
                let pieces = media.objects.read(key, range.clone()).await;
                Body::from_stream(taken(pieces.map_err(Error::from)?, PATIENCE))
            };
            let mut response = (status, body).into_response();
            describe(response.headers_mut(), &range, size, status);
            response
        }
    };
    if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
        let whole = HeaderValue::from_str(&format!("bytes */{size}"));
        let whole = whole.map_err(|_| ErrorCode::Internal)?;
        response.headers_mut().insert(header::CONTENT_RANGE, whole);
    }
    let saved = asked.uri.query() == Some("download");
    response.headers_mut().insert(header::ETAG, tag);
    label(response.headers_mut(), &found, variant, saved)?;
    Ok(response)
}

/// What tells a form from every other. Its bytes never change once a message shows it.
fn tag(id: MediaId, variant: Variant) -> Result<HeaderValue, ErrorCode> {
    let tag = format!("\"{id}-{}\"", variant.as_str());
    HeaderValue::from_str(&tag).map_err(|_| ErrorCode::Internal)
}

/// Whether a header names this tag among others. What is known of something that is not there counts for
/// nothing: that was found out before.
pub(crate) fn names(headers: &HeaderMap, header: &HeaderName, tag: &HeaderValue) -> bool {
    let named = headers.get_all(header).iter();
    let mut named = named.filter_map(|names| names.to_str().ok());
    named.any(|names| {
        let mut names = names.split(',').map(str::trim);
        names.any(|name| name == "*" || name.trim_start_matches("W/") == tag)
    })
}

/// Parts are for whoever asks for bytes, and knows the rest of the same (`If-Range`).
fn wanted(asked: &request::Parts, tag: &HeaderValue, size: u64) -> Wanted {
    let same = asked.headers.get(header::IF_RANGE);
    if asked.method == Method::HEAD || same.is_some_and(|same| same != tag) {
        return Wanted::Whole;
    }
    range(&asked.headers, size)
}

/// Passes on what is read as long as somebody takes it. Who takes nothing for so long gets no more, and keeps
/// neither a file nor a way to the store.
fn taken(
    mut pieces: Piecemeal,
    patience: Duration,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let (sender, receiver) = channel(1);
    tokio::spawn(async move {
        while let Some(piece) = pieces.next().await {
            if !matches!(timeout(patience, sender.send(piece)).await, Ok(Ok(()))) {
                break;
            }
        }
    });
    stream::unfold(receiver, |mut receiver| async move {
        let piece = receiver.recv().await?;
        Some((piece, receiver))
    })
}

/// Which part it is.
fn describe(headers: &mut HeaderMap, range: &Range<u64>, size: u64, status: StatusCode) {
    let length = HeaderValue::from(range.end - range.start);
    headers.insert(header::CONTENT_LENGTH, length);
    if status == StatusCode::PARTIAL_CONTENT {
        let part = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        if let Ok(part) = HeaderValue::from_str(&part) {
            headers.insert(header::CONTENT_RANGE, part);
        }
    }
}

/// What people have sent in does nothing, whatever it is.
pub(crate) fn tame(headers: &mut HeaderMap) {
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    // Another site's page does not show it, even to somebody who may see it.
    let corp = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(corp, HeaderValue::from_static("same-origin"));
}

/// What it is, and what a browser may do with it.
fn label(
    headers: &mut HeaderMap,
    found: &Found,
    variant: Variant,
    saved: bool,
) -> Result<(), ErrorCode> {
    let mime = match variant {
        Variant::Poster => POSTER,
        _ => &found.mime,
    };
    let text = |text: &str| HeaderValue::from_str(text).map_err(|_| ErrorCode::Internal);
    headers.insert(header::CONTENT_TYPE, text(mime)?);
    tame(headers);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, cache(found));
    let kind = if saved || found.kind == MediaKind::File {
        "attachment"
    } else {
        "inline"
    };
    let name = disposition(kind, &name_of(found, mime));
    headers.insert(header::CONTENT_DISPOSITION, text(&name)?);
    Ok(())
}

fn cache(found: &Found) -> HeaderValue {
    if found.view.public { FOR_A_DAY } else { NEVER }
}

/// What it is called when it is saved: as it was sent in, with the ending of what it has become.
fn name_of(found: &Found, mime: &str) -> String {
    let ending = match mime {
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "video/mp4" => "mp4",
        "video/webm" => "webm",
        _ => return found.name.clone(),
    };
    let stem = found.name.rsplit_once('.').map(|(stem, _)| stem);
    let stem = stem.filter(|stem| !stem.is_empty()).unwrap_or(&found.name);
    format!("{stem}.{ending}")
}

/// `Content-Disposition`, with the name in both of its forms (RFC 6266).
fn disposition(kind: &str, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| match c {
            ' '..='~' if !matches!(c, '"' | '\\' | '%') => c,
            _ => '_',
        })
        .collect();
    let mut whole = String::new();
    for byte in name.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' | b'_' => {
                whole.push(char::from(byte));
            }
            _ => {
                // Writing to a string does not fail.
                let _ = write!(whole, "%{byte:02X}");
            }
        }
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn who_takes_nothing_gets_no_more() {
        let (read, all) = (Arc::new(()), 10);
        let held = Arc::clone(&read);
        let pieces = stream::iter(0..all).map(move |_| {
            let _ = &held;
            Ok(Bytes::from_static(b"piece"))
        });
        let mut slow = Box::pin(taken(pieces.boxed(), Duration::from_millis(1)));
        while Arc::strong_count(&read) > 1 {
            tokio::task::yield_now().await;
        }
        let mut got = 0;
        while slow.next().await.is_some() {
            got += 1;
        }
        assert_eq!(got, 1);
        let pieces = stream::iter(0..all).map(|_| Ok(Bytes::from_static(b"piece")));
        let quick = taken(pieces.boxed(), Duration::from_secs(20));
        assert_eq!(quick.count().await, all);
    }

    #[test]
    fn row_32_a_name_cannot_break_out_of_its_header() {
        assert_eq!(
            disposition("attachment", "a\"b\\c;\u{e9}%0d.pdf"),
            "attachment; filename=\"a_b_c;__0d.pdf\"; filename*=UTF-8''a%22b%5Cc%3B%C3%A9%250d.pdf"
        );
    }
}
