//! What the browser makes of files before they are sent: lighter pictures, and stills of videos.
//!
//! Both are a favour to a bad network and to the eye: where the browser cannot do it, the file goes as it
//! is, and the server makes of it what it makes of any.

use std::time::Duration;

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use gloo_timers::future::TimeoutFuture;
use js_sys::futures::JsFuture;
use leptos::{
    prelude::*,
    web_sys::{
        Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, HtmlImageElement,
        HtmlVideoElement, Url,
    },
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// What people look at has at most so many pixels a side; the server keeps fewer.
const LONGEST_SIDE: f64 = 2048.0;

/// In bytes: what has no more is sent as it is.
const LIGHT: f64 = 600_000.0;

const JPEG: &str = "image/jpeg";

/// How long a browser may take to show something of a video.
const PATIENCE: Duration = Duration::from_secs(10);

/// The picture with no more pixels than anybody sees, when that is much less to send. Photographs alone:
/// what may have something to be seen through, or moves, stays as it is.
pub(super) async fn lighter(file: &File) -> Blob {
    let kind = file.type_();
    let photograph = matches!(kind.as_str(), JPEG | "image/heic" | "image/heif");
    if photograph
        && (file.size() > LIGHT || kind != JPEG)
        && let Some(made) = smaller(file).await
        && (made.size() < file.size() || kind != JPEG)
    {
        return made;
    }
    file.clone().into()
}

async fn smaller(file: &File) -> Option<Blob> {
    let address = Url::create_object_url_with_blob(file).ok()?;
    let picture = HtmlImageElement::new().ok()?;
    picture.set_src(&address);
    // Upright, as its file says.
    let decoded = JsFuture::from(picture.decode()).await;
    let (width, height) = (picture.natural_width(), picture.natural_height());
    // What is longer than twice its breadth is to be read: of that the server keeps more.
    let made = if decoded.is_ok() && width.max(height) <= 2 * width.min(height) {
        draw(&picture, width, height).await
    } else {
        None
    };
    let _ = Url::revoke_object_url(&address);
    made
}

/// What is seen of a video soon after it has begun.
pub(super) async fn still(address: &str) -> Option<Blob> {
    let video: HtmlVideoElement = document().create_element("video").ok()?.dyn_into().ok()?;
    video.set_muted(true);
    video.set_preload("auto");
    let _ = video.set_attribute("playsinline", "");
    let still = first_picture(&video, address).await;
    // It frees what was decoded.
    video.set_src("");
    still
}

async fn first_picture(video: &HtmlVideoElement, address: &str) -> Option<Blob> {
    happens(video, "loadeddata", || video.set_src(address)).await?;
    // The very first is often black.
    let moment = (video.duration() / 10.0).min(1.0);
    if moment.is_finite() && moment > 0.0 {
        happens(video, "seeked", || video.set_current_time(moment)).await?;
    }
    draw(video, video.video_width(), video.video_height()).await
}

/// Does something, and waits for the event that comes of it, for a while.
async fn happens(video: &HtmlVideoElement, event: &str, cause: impl FnOnce()) -> Option<()> {
    let (tell, told) = oneshot::channel();
    let mut tell = Some(tell);
    let closure = Closure::<dyn FnMut()>::new(move || {
        if let Some(tell) = tell.take() {
            let _ = tell.send(());
        }
    });
    let listener = closure.as_ref().unchecked_ref();
    video
        .add_event_listener_with_callback(event, listener)
        .ok()?;
    cause();
    let patience = u32::try_from(PATIENCE.as_millis()).unwrap_or(u32::MAX);
    let outcome = select(told, TimeoutFuture::new(patience)).await;
    let _ = video.remove_event_listener_with_callback(event, listener);
    matches!(outcome, Either::Left((Ok(()), _))).then_some(())
}

/// A picture of what an element shows, at most so large as is looked at.
async fn draw(shown: &JsValue, width: u32, height: u32) -> Option<Blob> {
    let (width, height) = (f64::from(width), f64::from(height));
    let scale = (LONGEST_SIDE / width.max(height)).min(1.0);
    if !scale.is_normal() {
        return None;
    }
    let (width, height) = (
        (width * scale).round().max(1.0),
        (height * scale).round().max(1.0),
    );
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between one and the longest side"
    )]
    {
        canvas.set_width(width as u32);
        canvas.set_height(height as u32);
    }
    let context = canvas.get_context("2d").ok().flatten()?;
    let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
    // Each kind of element has a method of its own here, and one in the browser.
    let drawn = match (
        shown.dyn_ref::<HtmlImageElement>(),
        shown.dyn_ref::<HtmlVideoElement>(),
    ) {
        (Some(picture), _) => context
            .draw_image_with_html_image_element_and_dw_and_dh(picture, 0.0, 0.0, width, height),
        (_, Some(video)) => {
            context.draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, width, height)
        }
        _ => return None,
    };
    drawn.ok()?;
    let (tell, told) = oneshot::channel();
    let made = Closure::once(move |blob: Option<Blob>| {
        let _ = tell.send(blob);
    });
    canvas
        .to_blob_with_type_and_encoder_options(made.as_ref().unchecked_ref(), JPEG, &0.85.into())
        .ok()?;
    let made = told.await.ok().flatten();
    // Phones keep little for canvases.
    canvas.set_width(0);
    canvas.set_height(0);
    made
}
