//! The requests of one upload: the only user of the browser's `XMLHttpRequest`, which alone tells how
//! much of a body has gone out.

use std::{cell::Cell, pin::pin, rc::Rc, time::Duration};

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{
    prelude::*,
    web_sys::{Blob, ProgressEvent, XmlHttpRequest},
};
use serde::Deserialize;
use wasm_bindgen::{JsCast, closure::Closure};

use super::{track::Track, upload::Answer};
use crate::{ids::MediaId, media::UPLOADS};

/// How long a request may stand still, in milliseconds. Large pictures take a while to be made anew.
const SILENCE: u32 = 60_000;

/// What is asked for beside the body.
struct Request<'a> {
    method: &'a str,
    path: &'a str,
    headers: &'a [(&'a str, &'a str)],
}

/// What an error says.
#[derive(Deserialize)]
struct Told {
    code: String,
    message: String,
}

/// Asks for a place to send a file to, or a still of a video.
pub(super) async fn create(track: Track, name: &str, poster_of: Option<MediaId>) -> Answer {
    let length = track.upload.with_untracked(super::upload::Upload::length);
    let mut told = format!("filename {}", base64(name));
    if let Some(video) = poster_of {
        told = format!("{told},poster_of {}", base64(&video.to_string()));
    }
    let request = Request {
        method: "POST",
        path: UPLOADS,
        headers: &[
            ("Upload-Length", &length.to_string()),
            ("Upload-Metadata", &told),
        ],
    };
    let (xhr, _) = send(track, request, None).await;
    let place = xhr.get_response_header("Location").ok().flatten();
    let id = place.and_then(|place| place.rsplit('/').next()?.parse().ok());
    match (status(&xhr), id) {
        (201, Some(id)) => Answer::Created(id),
        _ => problem(&xhr),
    }
}

/// Asks how much of it is there.
pub(super) async fn ask(track: Track, id: MediaId) -> Answer {
    let request = Request {
        method: "HEAD",
        path: &format!("{UPLOADS}/{id}"),
        headers: &[],
    };
    let (xhr, _) = send(track, request, None).await;
    match offset(&xhr) {
        Some(offset) => Answer::Stands(offset),
        None => problem(&xhr),
    }
}

/// Sends a piece, from this place on.
pub(super) async fn go_on(track: Track, id: MediaId, from: u64, piece: &Blob) -> Answer {
    let request = Request {
        method: "PATCH",
        path: &format!("{UPLOADS}/{id}"),
        headers: &[
            ("Upload-Offset", &from.to_string()),
            ("Content-Type", "application/offset+octet-stream"),
        ],
    };
    let (xhr, took) = send(track, request, Some(piece)).await;
    match offset(&xhr) {
        Some(offset) => Answer::Took(offset, took),
        None => problem(&xhr),
    }
}

/// Takes back what no message shows. What that fails for expires.
pub(super) async fn give_up(track: Track, id: MediaId) {
    let request = Request {
        method: "DELETE",
        path: &format!("{UPLOADS}/{id}"),
        headers: &[],
    };
    send(track, request, None).await;
}

async fn send(
    track: Track,
    request: Request<'_>,
    body: Option<&Blob>,
) -> (XmlHttpRequest, Duration) {
    let begun = now();
    let xhr = XmlHttpRequest::new().expect("browsers with WebAssembly have it");
    let (end, ended) = oneshot::channel::<()>();
    let mut end = Some(end);
    let on_end = Closure::<dyn FnMut()>::new(move || {
        if let Some(end) = end.take() {
            let _ = end.send(());
        }
    });
    let moved = Rc::new(Cell::new(true));
    let on_progress = Closure::<dyn FnMut(ProgressEvent)>::new({
        let moved = Rc::clone(&moved);
        move |event: ProgressEvent| {
            moved.set(true);
            track.out.try_set(event.loaded());
        }
    });
    let begin = || {
        xhr.open(request.method, request.path)?;
        xhr.set_request_header("Tus-Resumable", "1.0.0")?;
        for (name, value) in request.headers {
            xhr.set_request_header(name, value)?;
        }
        xhr.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
        if body.is_some() {
            let on_progress = on_progress.as_ref().unchecked_ref();
            xhr.upload()?.set_onprogress(Some(on_progress));
        }
        xhr.send_with_opt_blob(body)
    };
    if begin().is_ok() {
        track.request.try_set_value(Some(xhr.clone()));
        let mut ended = pin!(ended);
        while let Either::Right(_) = select(&mut ended, TimeoutFuture::new(SILENCE)).await {
            if !moved.replace(false) {
                let _ = xhr.abort();
            }
        }
        track.request.try_set_value(None);
    }
    track.out.try_set(0.0);
    let took = Duration::from_secs_f64((now() - begun).max(0.0) / 1000.0);
    (xhr, took)
}

/// In milliseconds.
fn now() -> f64 {
    js_sys::Date::now()
}

/// Zero when no answer has come.
fn status(xhr: &XmlHttpRequest) -> u16 {
    xhr.status().unwrap_or(0)
}

/// What a good answer says of how much is there.
fn offset(xhr: &XmlHttpRequest) -> Option<u64> {
    let offset = xhr.get_response_header("Upload-Offset").ok().flatten();
    let good = (200..300).contains(&status(xhr));
    offset.filter(|_| good)?.parse().ok()
}

fn problem(xhr: &XmlHttpRequest) -> Answer {
    let text = xhr.response_text().ok().flatten().unwrap_or_default();
    let (code, message) = match serde_json::from_str::<Told>(&text) {
        Ok(told) => (told.code, told.message),
        Err(_) => (String::new(), String::new()),
    };
    match (status(xhr), code.as_str()) {
        (404 | 410, _) => Answer::Gone(message),
        (_, "upload_moved") => Answer::Moved,
        // Something between here and the server says so.
        (413, "") => Answer::PieceLarge,
        // Later it may be different: too much at once, or nobody who is signed in.
        (401 | 408 | 425 | 429, _) | (_, "uploads_many") => Answer::Lost,
        (400..500, code) if !code.is_empty() => Answer::Refused(message),
        _ => Answer::Lost,
    }
}

/// Of the text's UTF-8.
fn base64(text: &str) -> String {
    let bytes: String = text.bytes().map(char::from).collect();
    window().btoa(&bytes).unwrap_or_default()
}
