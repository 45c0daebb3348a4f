//! What sockets are told from time to time, though nobody has asked.

use app::{
    ids::{RoomId, UserId},
    live::wire::{HEADS_SECONDS, ServerFrame},
};
use tokio::time::Instant;

use super::{
    letter::Letter,
    mailbox::Outbound,
    node::Hub,
    registry::{Registry, encode},
};

impl Hub {
    /// Says `heads` to those whose turn it is in this second: a client checks itself by them.
    pub(super) fn say_heads(&self, second: u64) {
        let registry = self.registry();
        for (id, handle) in &registry.listeners {
            if id.0 % HEADS_SECONDS != second % HEADS_SECONDS {
                continue;
            }
            let heads = registry.heads(*id);
            if let Some(frame) = encode(&ServerFrame::Heads { heads }) {
                handle.push(frame);
            }
        }
    }

    /// Once a second: who is where, what is new in one's own rooms, and whose bucket is full.
    pub(super) fn tell_news(&self) {
        let now = Instant::now();
        self.rates.forget_full(now);
        let mut registry = self.registry();
        for (room, people) in registry.tell_presence(now) {
            self.tell(room, &Letter::Presence(people));
        }
        for id in std::mem::take(&mut registry.stirred) {
            let Some(handle) = registry.listeners.get_mut(&id) else {
                continue;
            };
            let news = std::mem::take(&mut handle.news);
            let me = ServerFrame::Me {
                heads: news.heads.into_iter().collect(),
                gone: news.gone.into_iter().collect(),
            };
            if let Some(frame) = encode(&me) {
                handle.push(frame);
            }
        }
    }

    /// Somebody has read a room up to `seq`. Their own devices learn it at once, and when that person
    /// shows it, those who have the room open and show theirs; devices on nodes where nobody has the room open find
    /// it within a second, by the version of the person's standing.
    pub(crate) fn reads(&self, room: RoomId, user: UserId, seq: i64, shows: bool) {
        let Some(frame) = encode(&ServerFrame::Read {
            room,
            reader: user,
            seq,
        }) else {
            return;
        };
        let letter = Letter::Read {
            user,
            shows,
            frame: frame.clone(),
        };
        self.tell(room, &letter);
        Self::tell_of_reading(&mut self.registry(), room, user, shows, &frame);
    }

    pub(super) fn tell_of_reading(
        registry: &mut Registry,
        room: RoomId,
        reader: UserId,
        shows: bool,
        frame: &Outbound,
    ) {
        let own = registry.users.get(&reader);
        for id in own.into_iter().flat_map(|present| &present.listeners) {
            if let Some(handle) = registry.listeners.get(id).filter(|own| own.wants_news) {
                handle.push_if_idle(frame.clone());
            }
        }
        let others = registry.rooms.get(&room).filter(|_| shows);
        for id in others.into_iter().flat_map(|room| &room.listeners) {
            if let Some(handle) = registry.listeners.get(id)
                && let Some(user) = &handle.user
                && user.id != reader
                && registry.shows_reading(user.id)
                && handle.last(room).is_some()
            {
                handle.push_if_idle(frame.clone());
            }
        }
    }

    /// Something of a person's own has changed that their devices ask for.
    pub(crate) fn stir_person(&self, user: UserId) {
        self.registry().stir_person(user);
    }
}
