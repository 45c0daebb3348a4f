//! The upload layer: sends what was picked, a few files at a time, and lets a message go once all that it
//! shows has come in.

use std::{collections::HashSet, time::Duration};

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{
    ev,
    prelude::*,
    task::spawn_local,
    web_sys::{Blob, File, Url, XmlHttpRequest},
};

use super::{
    Picked, Uploads, Views, requests, stills, tray,
    upload::{Answer, Step, Upload},
};
use crate::{
    ids::{ClientId, MediaId},
    media::describe_media,
    ui::later,
};

/// How many files are sent at once.
const AT_ONCE: usize = 3;

/// A file, as the layer knows it. Copied freely; it lives until the file is neither picked nor sent.
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
    wake: StoredValue<Option<oneshot::Sender<()>>, LocalStorage>,
    /// Whether somebody works on it.
    moving: RwSignal<bool>,
    /// Whether nobody wants it any more.
    dropped: StoredValue<bool>,
}

later!(pub(super) upload_layer, begin(uploads: Uploads));

/// Begins to send what is picked, for as long as the app is open.
fn begin(uploads: Uploads) {
    uploads.owner.get_value().with(|| {
        let leaving = StoredValue::new(HashSet::<ClientId>::new());
        Effect::new(move || uploads.follow());
        Effect::new(move || uploads.let_go(leaving));
        // The network is back, or is not: a good moment to look.
        for change in ["online", "offline"] {
            let _ = window_event_listener_untyped(change, move |_| uploads.hurry());
        }
        let _ = window_event_listener(ev::beforeunload, move |event| {
            if uploads.unfinished() {
                event.prevent_default();
            }
        });
    });
    uploads.views.set(Some(Views {
        tray: tray::tray,
        row: tray::row,
    }));
}

impl Uploads {
    pub(super) fn track(self, key: u32) -> Option<Track> {
        self.tracks.with_value(|tracks| tracks.get(&key).copied())
    }

    /// Begins with what was picked, and ends what is not wanted any more.
    fn follow(self) {
        let picked = self.picked.get();
        for file in &picked {
            if self.track(file.key).is_none() {
                // It outlives this turn of the effect.
                let owner = self.owner.get_value();
                let track = owner.with(|| Track::new(&file.file));
                self.tracks.update_value(|tracks| {
                    tracks.insert(file.key, track);
                });
            }
        }
        let keys: HashSet<_> = picked.iter().map(|file| file.key).collect();
        let gone = self.tracks.try_update_value(|tracks| {
            tracks
                .extract_if(|key, _| !keys.contains(key))
                .map(|(_, track)| track)
                .collect::<Vec<_>>()
        });
        for track in gone.unwrap_or_default() {
            track.drop_it();
        }
        let moving = picked
            .iter()
            .filter_map(|file| self.track(file.key))
            .filter(|track| track.moving.get())
            .count();
        let still = picked.into_iter().filter_map(|file| {
            let track = self.track(file.key)?;
            let upload = track.upload.read_untracked();
            let rests = upload.ready().is_some() || upload.refused().is_some();
            (!rests && !track.moving.get_untracked()).then_some((file, track))
        });
        let start: Vec<_> = still.take(AT_ONCE.saturating_sub(moving)).collect();
        for (file, track) in start {
            track.moving.set(true);
            spawn_local(self.send(file, track));
        }
    }

    async fn send(self, file: Picked, track: Track) {
        if track.bytes.try_get_value().flatten().is_none() {
            let bytes = stills::lighter(&file.file).await;
            let length = bytes.size();
            track.bytes.try_set_value(Some(bytes));
            track.upload.try_set(Upload::new(whole(length)));
        }
        track.carry(&file.file.name(), None).await;
        let ready = track.upload.try_with_untracked(Upload::ready).flatten();
        if let Some(video) = ready
            && file.file.type_().starts_with("video/")
        {
            track.send_still(video).await;
        }
        let refused = track
            .upload
            .try_with_untracked(|upload| upload.refused().is_some());
        if refused == Some(true) {
            self.picked.try_update(|picked| {
                for known in picked.iter_mut().filter(|known| known.key == file.key) {
                    known.refused = true;
                }
            });
        }
        track.moving.try_set(false);
        if track.dropped.try_get_value() == Some(true) {
            track.forget().await;
        }
    }

    /// Sends the messages all of whose files have come in; forgets the files of those that are gone.
    fn let_go(self, leaving: StoredValue<HashSet<ClientId>>) {
        let picked = self.picked.get();
        let messages: HashSet<_> = picked.iter().filter_map(|file| file.message).collect();
        for id in messages {
            let Some(waits) = self.live.awaits(id) else {
                self.picked
                    .update(|picked| picked.retain(|file| file.message != Some(id)));
                continue;
            };
            let files = picked.iter().filter(|file| file.message == Some(id));
            let tracks: Vec<_> = files.filter_map(|file| self.track(file.key)).collect();
            let ready = |track: &Track| {
                let rests = !track.moving.get();
                track.upload.with(Upload::ready).filter(|_| rests)
            };
            let media: Option<Vec<_>> = tracks.iter().map(ready).collect();
            let new = || leaving.try_update_value(|leaving| leaving.insert(id));
            if let Some(media) = media
                && waits
                && new() == Some(true)
            {
                spawn_local(async move {
                    for (track, media) in tracks.iter().zip(&media) {
                        track.describe(*media).await;
                    }
                    self.live.has_come_in(id, media);
                    leaving.update_value(|leaving| {
                        leaving.remove(&id);
                    });
                });
            }
        }
    }

    /// Another try, now.
    fn hurry(self) {
        let online = window().navigator().on_line();
        self.tracks.with_value(|tracks| {
            for track in tracks.values() {
                if online {
                    track.wake();
                } else {
                    // A request whose network is gone would stand still for a while.
                    track.stop();
                }
            }
        });
    }

    /// Whether anything that was picked has not been sent.
    fn unfinished(self) -> bool {
        let picked = self.picked.get_untracked();
        picked.iter().any(|file| match file.message {
            None => !file.refused,
            Some(id) => untrack(|| self.live.awaits(id)) == Some(true),
        })
    }

    pub(super) fn retry(self, key: u32) {
        if let Some(track) = self.track(key) {
            track.upload.update(Upload::retry);
            self.picked.update(|picked| {
                for known in picked.iter_mut().filter(|known| known.key == key) {
                    known.refused = false;
                }
            });
        }
    }

    pub(super) fn remove(self, key: u32) {
        self.picked
            .update(|picked| picked.retain(|file| file.key != key));
    }
}

impl Track {
    fn new(file: &File) -> Self {
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
            dropped: StoredValue::new(false),
        }
    }

    /// Asks and sends until it has come in, is refused, or is not wanted any more.
    async fn carry(self, name: &str, poster_of: Option<MediaId>) {
        while self.dropped.try_get_value() == Some(false) {
            let answer = match self.upload.with_untracked(Upload::next) {
                Step::Create => requests::create(self, name, poster_of).await,
                Step::Ask(id) => requests::ask(self, id).await,
                Step::Send(id, range) => match self.piece(range.start, range.end) {
                    Some(piece) => requests::go_on(self, id, range.start, &piece).await,
                    None => Answer::Lost,
                },
                Step::Wait(pause) => {
                    self.pause(pause).await;
                    Answer::Waited
                }
                Step::Rest => return,
            };
            self.upload.try_update(|upload| upload.on(answer));
        }
    }

    /// Makes a still of the video and sends it along. Where that fails there is none.
    async fn send_still(self, video: MediaId) {
        let address = self.address.try_get_value().unwrap_or_default();
        if let Some(still) = stills::still(&address).await {
            let track = Self {
                upload: RwSignal::new(Upload::new(whole(still.size()))),
                bytes: StoredValue::new_local(Some(still)),
                ..self
            };
            track.carry("still.jpg", Some(video)).await;
            track.upload.dispose();
            track.bytes.dispose();
        }
    }

    /// Says in words what it shows. Where that fails it goes without.
    async fn describe(self, media: MediaId) {
        let alt = self.alt.try_get_untracked().unwrap_or_default();
        if !alt.trim().is_empty() {
            let _ = describe_media(media, alt).await;
        }
    }

    fn piece(self, from: u64, to: u64) -> Option<Blob> {
        let bytes = self.bytes.try_get_value().flatten()?;
        #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
        let piece = bytes.slice_with_f64_and_f64(from as f64, to as f64);
        piece.ok()
    }

    async fn pause(self, pause: Duration) {
        let (wake, woken) = oneshot::channel();
        self.wake.try_set_value(Some(wake));
        let pause = u32::try_from(pause.as_millis()).unwrap_or(u32::MAX);
        if let Either::Left((Err(_), timer)) = select(woken, TimeoutFuture::new(pause)).await {
            timer.await;
        }
    }

    fn wake(self) {
        let wake = self.wake.try_update_value(Option::take).flatten();
        if let Some(wake) = wake {
            let _ = wake.send(());
        }
    }

    fn stop(self) {
        if let Some(request) = self.request.try_get_value().flatten() {
            let _ = request.abort();
        }
    }

    /// Nobody wants it any more: what is under way ends.
    fn drop_it(self) {
        self.dropped.set_value(true);
        if self.moving.get_untracked() {
            self.wake();
            self.stop();
        } else {
            spawn_local(self.forget());
        }
    }

    /// Takes it back from the server, where no message shows it, and frees what it holds.
    async fn forget(self) {
        if let Some(id) = self.upload.try_with_untracked(Upload::id).flatten() {
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
fn whole(bytes: f64) -> u64 {
    bytes as u64
}
