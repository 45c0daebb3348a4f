//! Who has seen what the person has said last in a room on screen.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::Live;
use crate::{
    ids::{RoomId, UserId},
    messages::MessageKind,
    reads::{Reader, list_readers},
    ui::later,
};

/// Others take a moment to read, and a room to be shown.
const SOON: Duration = Duration::from_secs(2);

impl Live {
    /// The timeline of an open room has changed: its last words may be the person's own.
    pub(super) fn look_at_last(self, id: RoomId) {
        let Some(room) = self.room(id) else {
            return;
        };
        let user = self.user.get_value();
        let own = room.timeline.try_with_untracked(|timeline| {
            let mut said = timeline.messages().rev();
            let last = said.find(|message| message.kind == MessageKind::Text && !message.deleted);
            let own = last.filter(|message| Some(message.sender.id) == user);
            own.map(|message| message.seq)
        });
        room.company.try_maybe_update(|company| {
            let new = company.says_last(own.flatten());
            (new, ())
        });
        self.ask_readers(id);
    }

    /// Somebody has read an open room up to this place.
    pub(super) fn read_elsewhere(self, id: RoomId, reader: UserId, seq: i64) {
        if let Some(room) = self.room(id) {
            room.company
                .try_update(|company| company.reads(reader, seq));
            self.ask_readers(id);
        }
    }

    fn fetch_readers(self, id: RoomId) {
        let room = self.room(id);
        // Who is a member no more is not told.
        if room.is_none_or(|room| room.ended.try_get_untracked() != Some(false)) {
            self.learn_readers(id, None);
            return;
        }
        spawn_local(async move {
            if readers_layer(self, id).await.is_err() {
                self.learn_readers(id, None);
            }
        });
    }

    fn learn_readers(self, id: RoomId, readers: Option<Vec<Reader>>) {
        let Some(room) = self.room(id) else {
            return;
        };
        let learned = readers.is_some();
        room.company
            .try_update(|company| company.learn_readers(readers));
        if learned {
            // Somebody may have come while the answer was on its way.
            self.ask_readers(id);
        }
    }

    fn ask_readers(self, id: RoomId) {
        let asks = self.room(id).and_then(|room| {
            room.company
                .try_maybe_update(|company| (false, company.asks_readers()))
        });
        if asks == Some(true) {
            set_timeout(move || self.fetch_readers(id), SOON);
        }
    }
}

later!(readers_layer, learn(live: Live, id: RoomId));

/// Learns how far others have read a room. It is a chunk of WebAssembly that is loaded when the person
/// has said something.
fn learn(live: Live, id: RoomId) {
    spawn_local(async move {
        let readers = list_readers(id).await.ok();
        live.learn_readers(id, readers);
    });
}
