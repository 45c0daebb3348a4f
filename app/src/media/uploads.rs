//! What pages hold of files that are on their way in: which were picked, and for which message.
//!
//! All that moves and draws them is the upload layer: a chunk of WebAssembly of its own, which is
//! fetched when the first file is picked. On the server nothing ever is.

#[cfg(feature = "hydrate")]
mod layer;
#[cfg(feature = "hydrate")]
mod requests;
#[cfg(feature = "hydrate")]
mod stills;
#[cfg(feature = "hydrate")]
mod track;
#[cfg(feature = "hydrate")]
mod tray;
#[cfg(any(feature = "hydrate", test))]
mod upload;

use leptos::{prelude::*, web_sys::FileList};

use crate::{
    ids::{ClientId, RoomId},
    journeys::Care,
    ui::IntoAtOnce,
    words::i18n::{t_string, use_i18n},
};
#[cfg(feature = "hydrate")]
use crate::{live::Live, ui::pause};

/// What the layer draws, once it is there.
#[derive(Clone, Copy)]
struct Views {
    /// The files that a room's next message is to show.
    tray: fn(Uploads, RoomId) -> AnyView,
    /// Those of a message that is queued.
    row: fn(Uploads, ClientId) -> AnyView,
}

/// A file that was picked.
#[cfg(feature = "hydrate")]
#[derive(Clone)]
struct Picked {
    key: u32,
    room: RoomId,
    /// The message that waits for it; none while it is in the tray.
    message: Option<ClientId>,
    /// Whether the server has refused it.
    refused: bool,
    file: leptos::web_sys::File,
}

/// The files of all rooms of this tab. Copied freely.
#[derive(Clone, Copy)]
pub struct Uploads {
    #[cfg(feature = "hydrate")]
    live: Live,
    views: RwSignal<Option<Views>>,
    #[cfg(feature = "hydrate")]
    owner: StoredValue<Owner>,
    #[cfg(feature = "hydrate")]
    loading: StoredValue<bool>,
    #[cfg(feature = "hydrate")]
    picked: RwSignal<Vec<Picked>, LocalStorage>,
    /// How many files were ever picked.
    #[cfg(feature = "hydrate")]
    count: StoredValue<u32>,
    #[cfg(feature = "hydrate")]
    tracks: StoredValue<std::collections::HashMap<u32, track::Track>>,
}

impl Uploads {
    pub fn provide() {
        provide_context(Self {
            #[cfg(feature = "hydrate")]
            live: Live::expect(),
            views: RwSignal::new(None),
            #[cfg(feature = "hydrate")]
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            #[cfg(feature = "hydrate")]
            loading: StoredValue::new(false),
            #[cfg(feature = "hydrate")]
            picked: RwSignal::new_local(Vec::new()),
            #[cfg(feature = "hydrate")]
            count: StoredValue::new(0),
            #[cfg(feature = "hydrate")]
            tracks: StoredValue::new(std::collections::HashMap::new()),
        });
    }

    pub fn expect() -> Self {
        use_context().expect("the app provides uploads above every page")
    }

    /// The files that a room's next message is to show.
    pub fn tray(self, room: RoomId) -> Option<AnyView> {
        let Some(views) = self.views.get() else {
            // Until the layer has come there is only their number.
            let count = self.hears_count(room);
            let words = t_string!(use_i18n(), media.files, count).to_string();
            return (count > 0).then(|| view! { <p class="note tray">{words}</p> }.at_once());
        };
        Some((views.tray)(self, room))
    }

    /// Those of a message that is queued.
    pub fn row(self, id: ClientId) -> Option<AnyView> {
        self.views.get().map(|views| (views.row)(self, id))
    }
}

#[cfg(feature = "hydrate")]
impl Uploads {
    /// Begins to send these, as far as a message can show them. Returns whether it can show them all.
    pub fn pick(self, room: RoomId, files: &FileList) -> bool {
        let most = super::MOST_SHOWN.saturating_sub(self.count(room));
        let new = (0..files.length()).filter_map(|at| files.get(at));
        self.picked.update(|picked| {
            for file in new.take(most) {
                self.count.update_value(|count| *count += 1);
                picked.push(Picked {
                    key: self.count.get_value(),
                    room,
                    message: None,
                    refused: false,
                    file,
                });
            }
        });
        self.load();
        files.length() as usize <= most
    }

    /// How many files a room's next message would show.
    pub fn count(self, room: RoomId) -> usize {
        untrack(|| self.hears_count(room))
    }

    /// The same, for what is to run again when it changes.
    fn hears_count(self, room: RoomId) -> usize {
        self.picked.with(|picked| {
            let in_tray = picked.iter().filter(|file| file.is_in_tray(room));
            in_tray.filter(|file| !file.refused).count()
        })
    }

    /// Whether what is said of a room's files may be sent, if there are case numbers in it.
    pub fn words_pass(self, room: RoomId, care: Care) -> bool {
        let picked = self.picked.read_untracked();
        let tracks = self.tracks.read_value();
        let here = picked.iter().filter(|file| file.is_in_tray(room));
        let mut alts = here
            .filter_map(|file| tracks.get(&file.key))
            .map(|track| track.alt);
        alts.all(|alt| {
            let said = alt.try_get_untracked().unwrap_or_default();
            let passes = care.take(said);
            passes.map(|said| alt.try_set(said)).is_ok()
        })
    }

    /// How many files are picked, in all rooms, and for no message yet.
    pub fn in_trays(self) -> usize {
        self.picked.with_untracked(|picked| {
            let in_trays = picked.iter().filter(|file| file.message.is_none());
            in_trays.count()
        })
    }

    /// Nothing of it is wanted any more.
    pub fn clear(self) {
        self.picked.set(Vec::new());
    }

    /// What is in a room's tray is for this message. What was refused stays there.
    pub fn give_to(self, room: RoomId, id: ClientId) {
        self.picked.update(|picked| {
            for file in picked {
                if file.is_in_tray(room) && !file.refused {
                    file.message = Some(id);
                }
            }
        });
    }

    /// The message is not to be sent after all: its files are in the tray again.
    pub fn take_back(self, id: ClientId) {
        self.picked.update(|picked| {
            for file in picked {
                if file.message == Some(id) {
                    file.message = None;
                }
            }
        });
    }

    /// Whether this tab sends the files of a message.
    pub fn has(self, id: ClientId) -> bool {
        self.picked
            .with(|picked| picked.iter().any(|file| file.message == Some(id)))
    }

    fn load(self) {
        if self.loading.get_value() {
            return;
        }
        self.loading.set_value(true);
        let _ = window_event_listener(leptos::ev::beforeunload, move |event| {
            if self.unfinished() {
                event.prevent_default();
                // Browsers of some years ago ask only then.
                event.set_return_value(" ");
            }
        });
        leptos::task::spawn_local(async move {
            // On a bad network it may not come at once.
            while layer::upload_layer(self).await.is_err() {
                pause().await;
            }
        });
    }

    /// Whether anything that was picked has not come in.
    fn unfinished(self) -> bool {
        self.picked.with_untracked(|picked| {
            picked.iter().any(|file| match file.message {
                None => !file.refused,
                Some(id) => untrack(|| self.live.awaits(id)) == Some(true),
            })
        })
    }
}

#[cfg(feature = "hydrate")]
impl Picked {
    fn is_in_tray(&self, room: RoomId) -> bool {
        self.room == room && self.message.is_none()
    }
}

#[cfg(not(feature = "hydrate"))]
#[expect(clippy::unused_self, reason = "the browser's versions stand above")]
impl Uploads {
    pub fn pick(self, _: RoomId, _: &FileList) -> bool {
        true
    }
    pub fn count(self, _: RoomId) -> usize {
        0
    }
    fn hears_count(self, _: RoomId) -> usize {
        0
    }
    pub fn in_trays(self) -> usize {
        0
    }
    pub fn words_pass(self, _: RoomId, _: Care) -> bool {
        true
    }
    pub fn clear(self) {}
    pub fn give_to(self, _: RoomId, _: ClientId) {}
    pub fn take_back(self, _: ClientId) {}
    pub fn send_anew(self, _: ClientId) {}
    pub fn has(self, _: ClientId) -> bool {
        false
    }
}
