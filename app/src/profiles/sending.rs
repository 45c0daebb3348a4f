//! What the dialog asks of the browser: to decode a picture, and to send what was cut out of it.

#[cfg(feature = "hydrate")]
use js_sys::futures::JsFuture;
use leptos::web_sys::{File, HtmlCanvasElement, ImageBitmap};
#[cfg(feature = "hydrate")]
use leptos::{
    prelude::window,
    wasm_bindgen::JsCast,
    web_sys::{Blob, FormData, RequestInit, Response},
};

#[cfg(feature = "hydrate")]
use super::picture_path;
#[cfg(feature = "hydrate")]
use crate::{
    error::{AppError, ErrorCode},
    words,
};
use crate::{ids::UserId, words::i18n::Locale};

/// As the browser decodes it, turned as it was taken.
#[cfg(feature = "hydrate")]
pub(super) async fn read(file: &File) -> Option<ImageBitmap> {
    let reading = window().create_image_bitmap_with_blob(file).ok()?;
    let read = JsFuture::from(reading).await.ok()?;
    read.dyn_into().ok()
}

/// Sends what is in the square. An error is in words.
#[cfg(feature = "hydrate")]
pub(super) async fn send(
    canvas: &HtmlCanvasElement,
    user: UserId,
    kind: &str,
    i18n: Locale,
) -> Result<(), String> {
    let offline = || words::refusal(i18n, &ErrorCode::Offline.into());
    let answer = post(canvas, user, kind).await.ok_or_else(offline)?;
    if answer.ok() {
        return Ok(());
    }
    let text = match answer.text() {
        Ok(text) => JsFuture::from(text).await.ok(),
        Err(_) => None,
    };
    let text = text.and_then(|text| text.as_string()).unwrap_or_default();
    let error: Option<AppError> = serde_json::from_str(&text).ok();
    Err(error.map_or_else(offline, |error| words::refusal(i18n, &error)))
}

#[cfg(feature = "hydrate")]
async fn post(canvas: &HtmlCanvasElement, user: UserId, kind: &str) -> Option<Response> {
    let made = js_sys::Promise::new(&mut |done, _| {
        let _ = canvas.to_blob_with_type(&done, kind);
    });
    let blob: Blob = JsFuture::from(made).await.ok()?.dyn_into().ok()?;
    let form = FormData::new().ok()?;
    form.append_with_blob_and_filename("file", &blob, "picture")
        .ok()?;
    let asked = RequestInit::new();
    asked.set_method("POST");
    asked.set_body(&form);
    let path = picture_path(user);
    let answer = window().fetch_with_str_and_init(&path, &asked);
    JsFuture::from(answer).await.ok()?.dyn_into().ok()
}

#[cfg(not(feature = "hydrate"))]
pub(super) async fn read(_: &File) -> Option<ImageBitmap> {
    None
}

#[cfg(not(feature = "hydrate"))]
pub(super) async fn send(
    _: &HtmlCanvasElement,
    _: UserId,
    _: &str,
    _: Locale,
) -> Result<(), String> {
    Ok(())
}
