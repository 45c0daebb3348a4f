//! One file, as the upload layer knows it: what is known of its upload, and what it holds in the browser.

use std::time::Duration;

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{
    prelude::*,
    task::spawn_local,
    web_sys::{Blob, File, Url, XmlHttpRequest},
};

use super::{requests, upload::Upload};
use crate::{error::ErrorCode, ids::MediaId, journeys::has_case_number, media::describe_media};

/// After how long what is said of a file is tried again.
const AGAIN: Duration = Duration::from_secs(3);

/// A file on its way. Copied freely; it lives until the file is neither picked nor sent.
#[derive(Clone, Copy)]
pub(super) struct Track {
    pub(super) upload: RwSignal<Upload>,
    /// How many bytes of the piece that is under way have gone out.
    pub(super) out: RwSignal<f64>,
    /// What it shows, in words.
    pub(super) alt: RwSignal<String>,
    /// What is sent: the file, or what was made of it.
    pub(super) bytes: StoredValue<Option<Blob>, LocalStorage>,
    /// Where this browser has it.
    pub(super) address: StoredValue<String>,
    pub(super) request: StoredValue<Option<XmlHttpRequest>, LocalStorage>,
    /// Ends a pause.
    pub(super) wake: StoredValue<Option<oneshot::Sender<()>>, LocalStorage>,
    /// Whether somebody works on it.
    pub(super) moving: RwSignal<bool>,
    /// Whether a message shows it: then it is not to be taken back.
    pub(super) sent: StoredValue<bool>,
    /// Whether nobody wants it any more.
    pub(super) dropped: StoredValue<bool>,
}

impl Track {
    pub(super) fn new(file: &File) -> Self {
        let address = Url::create_object_url_with_blob(file).unwrap_or_default();
        Self {
            upload: RwSignal::new(Upload::new(whole(file.size()))),
            out: RwSignal::new(0.0),
            alt: RwSignal::new(String::new()),
            bytes: StoredValue::new_local(None),
            address: StoredValue::new(address),
            request: StoredValue::new_local(None),
            wake: StoredValue::new_local(None),
            moving: RwSignal::new(false),
            sent: StoredValue::new(false),
            dropped: StoredValue::new(false),
        }
    }

    /// Says in words what it shows. Where that fails it goes without.
    pub(super) async fn describe(self, media: MediaId) {
        let alt = self.alt.try_get_untracked().unwrap_or_default();
        // Whether a number in it may be told was asked when its message was sent.
        let knowing = has_case_number(&alt);
        while !alt.trim().is_empty()
            && let Err(error) = describe_media(media, alt.clone(), knowing).await
            && matches!(
                error.code,
                ErrorCode::Offline | ErrorCode::Unavailable | ErrorCode::Busy | ErrorCode::TooMany
            )
            && self.dropped.try_get_value() == Some(false)
        {
            self.pause(AGAIN).await;
        }
    }

    pub(super) fn piece(self, from: u64, to: u64) -> Option<Blob> {
        let bytes = self.bytes.try_get_value().flatten()?;
        #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
        let piece = bytes.slice_with_f64_and_f64(from as f64, to as f64);
        piece.ok()
    }

    pub(super) async fn pause(self, pause: Duration) {
        let (wake, woken) = oneshot::channel();
        self.wake.try_set_value(Some(wake));
        let pause = u32::try_from(pause.as_millis()).unwrap_or(u32::MAX);
        if let Either::Left((Err(_), timer)) = select(woken, TimeoutFuture::new(pause)).await {
            timer.await;
        }
    }

    pub(super) fn wake(self) {
        let wake = self.wake.try_update_value(Option::take).flatten();
        if let Some(wake) = wake {
            let _ = wake.send(());
        }
    }

    pub(super) fn stop(self) {
        if let Some(request) = self.request.try_get_value().flatten() {
            let _ = request.abort();
        }
    }

    /// Nobody wants it any more: what is under way ends.
    pub(super) fn drop_it(self) {
        self.dropped.set_value(true);
        if self.moving.get_untracked() {
            self.wake();
            self.stop();
        } else {
            spawn_local(self.forget());
        }
    }

    /// Takes it back from the server, where no message shows it, and frees what it holds.
    pub(super) async fn forget(self) {
        if self.sent.try_get_value() == Some(false)
            && let Some(id) = self.upload.try_with_untracked(Upload::id).flatten()
        {
            requests::give_up(self, id).await;
        }
        if let Some(address) = self.address.try_get_value() {
            let _ = Url::revoke_object_url(&address);
        }
        self.upload.dispose();
        self.out.dispose();
        self.alt.dispose();
        self.bytes.dispose();
        self.address.dispose();
        self.request.dispose();
        self.wake.dispose();
        self.moving.dispose();
        self.sent.dispose();
        self.dropped.dispose();
    }

    pub(super) fn is_moving(self) -> bool {
        self.moving.get()
    }

    /// How much of it is there or on its way, of how much, in bytes.
    pub(super) fn progress(self) -> (f64, f64) {
        let upload = self.upload.read();
        #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
        let (offset, length) = (upload.offset() as f64, upload.length() as f64);
        ((offset + self.out.get()).min(length), length)
    }
}

/// The browser counts bytes in floating point.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of bytes"
)]
pub(super) fn whole(bytes: f64) -> u64 {
    bytes as u64
}
