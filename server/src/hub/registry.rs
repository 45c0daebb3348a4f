//! Who listens to which room in this process.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use app::{
    ids::RoomId,
    live::wire::{CloseCode, ServerFrame},
    messages::Changes,
};
use tokio::sync::MutexGuard as Turn;

use super::{
    listener::{self, Handle, Listener, ListenerId, Outbound, Subscription},
    turns::Turns,
};
use crate::accounts::SessionKey;

#[derive(Debug, Default)]
struct Room {
    listeners: HashSet<ListenerId>,
    /// The last sequence number that was published, or that a subscription has read.
    last_seq: i64,
}

#[derive(Debug, Default)]
struct Registry {
    listeners: HashMap<ListenerId, Handle>,
    rooms: HashMap<RoomId, Room>,
}

/// The listeners of this process.
#[derive(Debug, Default)]
pub struct Hub {
    next_id: AtomicU64,
    turns: Turns,
    registry: Mutex<Registry>,
}

impl Hub {
    /// Held for moments, never across an `.await`. Whoever panics in between leaves whole entries.
    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until no other change of the room is between its commit and its publication. Hold it
    /// from before the transaction until after [`Hub::publish`].
    pub async fn turn(&self, room: RoomId) -> Turn<'_, ()> {
        self.turns.take(room).await
    }

    /// A new socket, which listens to no room yet.
    pub fn register(&self, session: SessionKey) -> Listener {
        let id = ListenerId(self.next_id.fetch_add(1, Ordering::Relaxed));
        let (handle, listener) = listener::pair(id, session);
        self.registry().listeners.insert(id, handle);
        listener
    }

    /// The socket has ended.
    pub fn remove(&self, id: ListenerId) {
        let mut registry = self.registry();
        if let Some(handle) = registry.listeners.remove(&id) {
            for room in handle.rooms.into_keys() {
                registry.leave(room, id);
            }
        }
    }

    /// From now on the socket hears of the room. Call it before reading what was missed: what is
    /// published in between waits until [`Hub::go_live`].
    pub fn subscribe(&self, id: ListenerId, room: RoomId) {
        let mut registry = self.registry();
        if let Some(handle) = registry.listeners.get_mut(&id) {
            handle.rooms.insert(
                room,
                Subscription::CatchingUp {
                    frames: Vec::new(),
                    bytes: 0,
                },
            );
            registry.rooms.entry(room).or_default().listeners.insert(id);
        }
    }

    /// What was missed up to `head` has been read and is in `answers`: they are queued, then what
    /// was published meanwhile and goes beyond, and from then on all that is new.
    pub fn go_live(&self, id: ListenerId, room: RoomId, head: i64, answers: Vec<Outbound>) {
        let mut registry = self.registry();
        let Registry { listeners, rooms } = &mut *registry;
        if let Some(known) = rooms.get_mut(&room) {
            known.last_seq = known.last_seq.max(head);
        }
        let Some(handle) = listeners.get_mut(&id) else {
            return;
        };
        let Some(subscription) = handle.rooms.get_mut(&room) else {
            return;
        };
        let waited = match std::mem::replace(subscription, Subscription::Live) {
            Subscription::CatchingUp { frames, .. } => frames,
            Subscription::Live => Vec::new(),
        };
        let new = waited.into_iter().filter(|(last_seq, _)| *last_seq > head);
        for frame in answers.into_iter().chain(new.map(|(_, frame)| frame)) {
            handle.push(frame);
        }
    }

    pub fn unsubscribe(&self, id: ListenerId, room: RoomId) {
        let mut registry = self.registry();
        if let Some(handle) = registry.listeners.get_mut(&id) {
            handle.rooms.remove(&room);
        }
        registry.leave(room, id);
    }

    /// The last sequence numbers of the rooms that a socket listens to, as far as the hub has seen.
    pub fn heads(&self, id: ListenerId) -> Vec<(RoomId, i64)> {
        let registry = self.registry();
        let rooms = registry
            .listeners
            .get(&id)
            .map(|handle| handle.rooms.keys());
        let heads = rooms.into_iter().flatten().filter_map(|room| {
            registry
                .rooms
                .get(room)
                .map(|known| (*room, known.last_seq))
        });
        heads.collect()
    }

    /// Delivers committed changes to everybody who listens to the room. Encoded once.
    pub fn publish(&self, changes: Changes) {
        let (room_id, last_seq) = (changes.room, changes.last_seq);
        let mut registry = self.registry();
        let Registry { listeners, rooms } = &mut *registry;
        let Some(room) = rooms.get_mut(&room_id) else {
            return;
        };
        room.last_seq = room.last_seq.max(last_seq);
        let Some(frame) = encode(&ServerFrame::Changes(changes)) else {
            return;
        };
        for id in &room.listeners {
            if let Some(handle) = listeners.get_mut(id) {
                handle.deliver(room_id, last_seq, frame.clone());
            }
        }
    }

    /// Closes one socket.
    pub fn close_one(&self, id: ListenerId, code: CloseCode) {
        if let Some(handle) = self.registry().listeners.get(&id) {
            handle.close(code);
        }
    }

    /// Closes the sockets of a session that has ended.
    pub fn close_session(&self, session: &SessionKey, code: CloseCode) {
        for handle in self.registry().listeners.values() {
            if handle.session == *session {
                handle.close(code);
            }
        }
    }

    /// Closes every socket.
    pub fn close_all(&self, code: CloseCode) {
        for handle in self.registry().listeners.values() {
            handle.close(code);
        }
    }
}

impl Registry {
    fn leave(&mut self, room: RoomId, id: ListenerId) {
        if let Some(known) = self.rooms.get_mut(&room) {
            known.listeners.remove(&id);
            if known.listeners.is_empty() {
                self.rooms.remove(&room);
            }
        }
    }
}

/// A frame's text. Frames are made of strings and numbers, which JSON can always hold.
pub(super) fn encode(frame: &ServerFrame) -> Option<Outbound> {
    match serde_json::to_string(frame) {
        Ok(text) => Some(text.into()),
        Err(error) => {
            tracing::error!(%error, "a frame cannot be encoded");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Token;

    fn session() -> SessionKey {
        Token::new().unwrap().key()
    }

    /// A socket that has caught up with a room.
    fn listen(hub: &Hub, room: RoomId) -> Listener {
        let listener = hub.register(session());
        hub.subscribe(listener.id, room);
        hub.go_live(listener.id, room, 0, Vec::new());
        listener
    }

    fn change(room: RoomId, seq: i64) -> Changes {
        Changes {
            room,
            first_seq: seq,
            last_seq: seq,
            items: Vec::new(),
        }
    }

    #[test]
    fn only_those_who_listen_to_a_room_hear_of_it() {
        let hub = Hub::default();
        let (room, other) = (RoomId::new(), RoomId::new());
        let (mut ana, mut ben) = (listen(&hub, room), listen(&hub, other));
        hub.publish(change(room, 1));
        assert!(ana.frames.try_recv().unwrap().contains(r#""first_seq":1"#));
        assert!(ben.frames.try_recv().is_err());
        assert_eq!(hub.heads(ana.id), [(room, 1)]);

        hub.unsubscribe(ana.id, room);
        hub.publish(change(room, 2));
        assert!(ana.frames.try_recv().is_err());
    }

    #[test]
    fn what_is_published_while_one_catches_up_comes_after_what_was_missed() {
        let hub = Hub::default();
        let room = RoomId::new();
        let mut ana = hub.register(session());
        hub.subscribe(ana.id, room);
        hub.publish(change(room, 4));
        hub.publish(change(room, 5));
        assert!(ana.frames.try_recv().is_err(), "it waits");
        // The snapshot that was read has everything up to 4.
        hub.go_live(ana.id, room, 4, vec!["missed".into()]);
        assert_eq!(ana.frames.try_recv().unwrap(), "missed");
        assert!(ana.frames.try_recv().unwrap().contains(r#""first_seq":5"#));
        hub.publish(change(room, 6));
        assert!(ana.frames.try_recv().unwrap().contains(r#""first_seq":6"#));
    }

    #[test]
    fn a_reader_that_falls_behind_is_closed_and_the_others_are_not() {
        let hub = Hub::default();
        let room = RoomId::new();
        let (slow, mut quick) = (listen(&hub, room), listen(&hub, room));
        for seq in 1..=600 {
            hub.publish(change(room, seq));
            assert!(quick.frames.try_recv().is_ok());
        }
        assert_eq!(*slow.closed.borrow(), Some(CloseCode::TooSlow));
        assert_eq!(*quick.closed.borrow(), None);
    }

    #[test]
    fn what_waits_for_a_socket_is_bounded_in_bytes() {
        let hub = Hub::default();
        let room = RoomId::new();
        let ana = hub.register(session());
        hub.subscribe(ana.id, room);
        let large: Outbound = "x".repeat(3 * 1024 * 1024).into();
        hub.go_live(ana.id, room, 0, vec![large.clone()]);
        assert_eq!(*ana.closed.borrow(), None, "a single frame may be large");
        hub.subscribe(ana.id, room);
        hub.go_live(ana.id, room, 0, vec![large]);
        assert_eq!(*ana.closed.borrow(), Some(CloseCode::TooSlow));
    }

    #[test]
    fn the_end_of_a_session_closes_its_sockets_alone() {
        let hub = Hub::default();
        let (one, two) = (session(), session());
        let (a, b, c) = (
            hub.register(one.clone()),
            hub.register(one.clone()),
            hub.register(two),
        );
        hub.close_session(&one, CloseCode::SignedOut);
        assert_eq!(*a.closed.borrow(), Some(CloseCode::SignedOut));
        assert_eq!(*b.closed.borrow(), Some(CloseCode::SignedOut));
        assert_eq!(*c.closed.borrow(), None);
    }

    #[test]
    fn a_socket_that_ended_leaves_nothing_behind() {
        let hub = Hub::default();
        let room = RoomId::new();
        let ana = hub.register(session());
        hub.subscribe(ana.id, room);
        hub.remove(ana.id);
        let registry = hub.registry();
        assert!(registry.listeners.is_empty() && registry.rooms.is_empty());
    }
}
