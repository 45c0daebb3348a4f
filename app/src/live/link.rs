//! What pages hold of the live connection: its state, the outbox, and the rooms that listen.
//!
//! On the server it is there and does nothing, so that components need not ask where they run.

use std::collections::HashMap;

use leptos::prelude::*;

use super::{Entry, Event, Outbox, Phase, Session, wire::ClientFrame};
use crate::{
    ids::{ClientId, Epoch, RoomId, UserId},
    messages::Timeline,
};

/// One connection for all rooms of the page. Copied freely.
#[derive(Clone, Copy)]
pub struct Live {
    pub(super) user: StoredValue<Option<UserId>>,
    pub(super) epoch: StoredValue<Option<Epoch>>,
    pub(super) session: RwSignal<Session>,
    pub(super) outbox: RwSignal<Outbox>,
    /// The timelines on screen, which frames are applied to.
    pub(super) rooms: StoredValue<HashMap<RoomId, RwSignal<Timeline>>>,
    /// Frames that are not sends and have not been given to the socket; a new connection starts
    /// without them.
    pub(super) frames: StoredValue<Vec<ClientFrame>>,
    #[cfg(feature = "hydrate")]
    pub(super) wake: StoredValue<Option<super::socket::Wake>>,
}

impl Live {
    /// Puts a connection, not yet made, into the context.
    pub fn provide() -> Self {
        let live = Self {
            user: StoredValue::new(None),
            epoch: StoredValue::new(None),
            session: RwSignal::new(Session::default()),
            outbox: RwSignal::new(Outbox::default()),
            rooms: StoredValue::new(HashMap::new()),
            frames: StoredValue::new(Vec::new()),
            #[cfg(feature = "hydrate")]
            wake: StoredValue::new(None),
        };
        provide_context(live);
        live
    }

    pub fn expect() -> Self {
        use_context().expect("the app provides the live connection above every page")
    }

    /// Connects for the person who is signed in. Called once, in the browser.
    pub fn start(self, user: UserId) {
        self.user.set_value(Some(user));
        self.restore_outbox();
        self.event(Event::Start);
    }

    /// Nobody is signed in: what somebody left in this tab goes.
    pub fn forget() {
        Self::clear_outbox();
    }

    /// Whether the connection has been missing for longer than a blink.
    pub fn troubled(self) -> bool {
        self.session.read().troubled()
    }

    pub fn phase(self) -> Phase {
        self.session.read().phase()
    }

    /// From now on the timeline of this room hears what changes, from where it stands.
    pub fn open(self, room: RoomId, timeline: RwSignal<Timeline>) {
        self.rooms.update_value(|rooms| {
            rooms.insert(room, timeline);
        });
        if self.session.with_untracked(Session::phase) == Phase::Online {
            self.subscribe(room);
        }
    }

    /// The timeline hears no more. Another one of the same room, opened since, goes on.
    pub fn close(self, room: RoomId, timeline: RwSignal<Timeline>) {
        let removed = self.rooms.try_update_value(|rooms| {
            (rooms.get(&room) == Some(&timeline))
                .then(|| rooms.remove(&room))
                .is_some()
        });
        if removed == Some(true) {
            self.frames
                .update_value(|frames| frames.push(ClientFrame::Unsubscribe { room }));
            self.flush();
        }
    }

    /// Queues a message; it is on its way at once, or as soon as there is a connection.
    pub fn send(self, room: RoomId, body: String) {
        self.outbox
            .update(|outbox| outbox.push(room, ClientId::new(), body));
        self.flush();
    }

    /// The sends of a room that are not in its timeline.
    pub fn pending(self, room: RoomId, timeline: RwSignal<Timeline>) -> Vec<Entry> {
        let outbox = self.outbox.read();
        // The page of a room that was left stays on screen until the next one has been loaded.
        let Some(timeline) = timeline.try_read() else {
            return Vec::new();
        };
        outbox
            .of(room)
            .filter(|entry| !timeline.contains(entry.id))
            .cloned()
            .collect()
    }

    pub fn retry(self, id: ClientId) {
        self.outbox.update(|outbox| outbox.retry(id));
        self.flush();
    }

    /// Takes a refused send out; returns its text.
    pub fn discard(self, id: ClientId) -> Option<String> {
        let body = self
            .outbox
            .try_update(|outbox| outbox.discard(id))
            .flatten();
        self.save_outbox();
        body
    }

    /// Asks for everything in the room after what its timeline knows.
    pub(super) fn subscribe(self, room: RoomId) {
        let timeline = self.rooms.with_value(|rooms| rooms.get(&room).copied());
        let since = timeline.and_then(|timeline| timeline.try_with_untracked(Timeline::last));
        let epoch = self.epoch.get_value();
        if since.is_some() {
            self.frames
                .update_value(|frames| frames.push(ClientFrame::Subscribe { room, epoch, since }));
            self.flush();
        }
    }
}

#[cfg(not(feature = "hydrate"))]
#[expect(
    clippy::unused_self,
    reason = "the browser's versions of these stand in socket.rs"
)]
impl Live {
    fn event(self, _: Event) {}
    fn flush(self) {}
    fn restore_outbox(self) {}
    fn save_outbox(self) {}
    fn clear_outbox() {}
}
