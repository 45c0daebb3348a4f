//! The upload layer: sends what was picked, a few files at a time, and lets a message go once all that it
//! shows has come in.

use std::{collections::HashSet, pin::pin, sync::Arc, time::Duration};

use futures::{
    future::{Either, select},
    lock::Mutex,
};
use gloo_timers::future::TimeoutFuture;
use js_sys::futures::JsFuture;
use leptos::{prelude::*, task::spawn_local, web_sys::Blob};

use super::{
    Picked, Uploads, Views, requests, stills,
    track::{Track, whole},
    tray,
    upload::{Answer, Step, Upload},
};
use crate::{
    ids::{ClientId, MediaId},
    live::Phase,
    ui::later,
};

/// How many files are sent at once.
const AT_ONCE: usize = 3;

/// How long a video waits for its still, in milliseconds.
const PATIENCE_FOR_STILLS: u32 = 30_000;

/// How long it takes to look again whether the person is signed in.
const SIGNED_OUT: Duration = Duration::from_secs(5);

later!(pub(super) upload_layer, begin(uploads: Uploads));

/// Begins to send what is picked, for as long as the app is open.
fn begin(uploads: Uploads) {
    uploads.owner.get_value().with(|| {
        let leaving = StoredValue::new(HashSet::<ClientId>::new());
        let drawing = Arc::new(Mutex::new(()));
        Effect::new(move || uploads.follow(&drawing));
        Effect::new(move || uploads.let_go(leaving));
        // The network is back, or is not: a good moment to look.
        for change in ["online", "offline"] {
            let _ = window_event_listener_untyped(change, move |_| uploads.hurry());
        }
    });
    uploads.views.set(Some(Views {
        tray: tray::tray,
        row: tray::row,
    }));
}

impl Uploads {
    fn track(self, key: u32) -> Option<Track> {
        self.tracks.with_value(|tracks| tracks.get(&key).copied())
    }

    /// What is known of a file: it begins where it is first asked for.
    pub(super) fn track_of(self, file: &Picked) -> Track {
        self.track(file.key).unwrap_or_else(|| {
            // It outlives whoever asks.
            let owner = self.owner.get_value();
            let track = owner.with(|| Track::new(&file.file));
            self.tracks.update_value(|tracks| {
                tracks.insert(file.key, track);
            });
            track
        })
    }

    /// Begins with what was picked, and ends what is not wanted any more.
    fn follow(self, drawing: &Arc<Mutex<()>>) {
        let picked = self.picked.get();
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
        let tracks = picked.into_iter().map(|file| {
            let track = self.track_of(&file);
            (file, track)
        });
        let tracks: Vec<_> = tracks.collect();
        // One that cannot go on keeps no other waiting.
        let goes_on = |track: &Track| track.moving.get() && !track.upload.with(Upload::troubled);
        let moving = tracks.iter().filter(|(_, track)| goes_on(track)).count();
        let still = tracks.into_iter().filter(|(_, track)| {
            let upload = track.upload.read_untracked();
            let rests = upload.ready().is_some() || upload.refused().is_some();
            !rests && !track.moving.get_untracked()
        });
        let start: Vec<_> = still.take(AT_ONCE.saturating_sub(moving)).collect();
        for (file, track) in start {
            track.moving.set(true);
            spawn_local(self.send(file, track, Arc::clone(drawing)));
        }
    }

    async fn send(self, file: Picked, track: Track, drawing: Arc<Mutex<()>>) {
        if track.bytes.try_get_value().flatten().is_none() {
            // A picture takes many times its bytes while it is drawn.
            let turn = drawing.lock().await;
            let bytes = stills::lighter(&file.file).await;
            drop(turn);
            let length = bytes.size();
            track.bytes.try_set_value(Some(bytes));
            track.upload.try_set(Upload::new(whole(length)));
        }
        self.carry(track, &file.file.name(), None).await;
        let ready = track.upload.try_with_untracked(Upload::ready).flatten();
        if let Some(video) = ready
            && file.file.type_().starts_with("video/")
        {
            self.send_still(track, video).await;
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
            let tracks: Vec<_> = files.map(|file| self.track_of(file)).collect();
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
                        track.sent.try_set_value(true);
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

    /// A message that is queued does not wait for this file of its.
    pub(super) fn leave_out(self, file: &Picked) {
        self.remove(file.key);
        if let Some(id) = file.message
            && !untrack(|| self.has(id))
        {
            self.live.goes_without(id);
        }
    }

    /// The server has forgotten what a message was to show: its files are sent anew.
    pub fn send_anew(self, id: ClientId) {
        for file in self.picked.get_untracked() {
            if file.message == Some(id) {
                let track = self.track_of(&file);
                track.sent.set_value(false);
                track.upload.update(Upload::begin_anew);
            }
        }
        self.picked.notify();
    }

    /// Asks and sends until it has come in, is refused, or is not wanted any more.
    async fn carry(self, track: Track, name: &str, poster_of: Option<MediaId>) {
        while track.dropped.try_get_value() == Some(false) {
            if untrack(|| self.live.phase()) == Phase::SignedOut {
                // Somebody else may be signed in here meanwhile.
                track.pause(SIGNED_OUT).await;
                continue;
            }
            let answer = match track.upload.with_untracked(Upload::next) {
                Step::Create => requests::create(track, name, poster_of).await,
                Step::Ask(id) => requests::ask(track, id).await,
                Step::Send(id, range) => match track.piece(range.start, range.end) {
                    Some(piece) => match requests::go_on(track, id, range.start, &piece).await {
                        Answer::Lost if !is_readable(&piece).await => {
                            requests::give_up(track, id).await;
                            Answer::Refused(String::new())
                        }
                        answer => answer,
                    },
                    None => Answer::Refused(String::new()),
                },
                Step::Wait(pause) => {
                    track.pause(pause).await;
                    Answer::Waited
                }
                Step::Rest => return,
            };
            track.upload.try_update(|upload| upload.on(answer));
        }
    }

    /// Makes a still of the video and sends it along. Where that fails, or takes long, there is none.
    async fn send_still(self, track: Track, video: MediaId) {
        let address = track.address.try_get_value().unwrap_or_default();
        let Some(still) = stills::still(&address).await else {
            return;
        };
        let still = Track {
            upload: RwSignal::new(Upload::new(whole(still.size()))),
            bytes: StoredValue::new_local(Some(still)),
            ..track
        };
        let sent = pin!(self.carry(still, "still.jpg", Some(video)));
        let sent = select(sent, TimeoutFuture::new(PATIENCE_FOR_STILLS)).await;
        if matches!(sent, Either::Right(_)) {
            still.stop();
            if let Some(id) = still.upload.try_with_untracked(Upload::id).flatten() {
                requests::give_up(still, id).await;
            }
        }
        still.upload.dispose();
        still.bytes.dispose();
    }
}

/// Whether the file is still there, and as it was when it was picked.
async fn is_readable(piece: &Blob) -> bool {
    match piece.slice_with_i32_and_i32(0, 1) {
        Ok(start) => JsFuture::from(start.array_buffer()).await.is_ok(),
        Err(_) => false,
    }
}
