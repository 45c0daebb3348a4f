//! Who listens to what in this process: plain data under one lock, held for moments.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use app::{
    accounts::Privacy,
    error::{AppError, ErrorCode},
    ids::{Epoch, RoomId, UserId},
    live::wire::{CloseCode, ServerFrame},
};
use tokio::sync::OnceCell;

use super::{
    batch::Batch,
    feed::{Feed, Stretch},
    listener::{Handle, ListenerId, Subscription},
    mailbox::Outbound,
    presence::People,
    profiles::Told,
};
use crate::accounts::SessionKey;

/// A room that somebody listens to.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) listeners: HashSet<ListenerId>,
    pub(super) feed: Feed<Batch>,
    /// The last number that the database was seen to have.
    pub(super) head: i64,
    /// The head that the database had when this node was found to be ahead of it.
    pub(super) ahead_of: Option<i64>,
    /// Set once the bus has confirmed that it hears the room, or could not.
    pub(super) heard: Arc<OnceCell<()>>,
    /// Somebody is reading what is missing.
    pub(super) filling: bool,
    pub(super) people: People,
    /// It is a conversation of two that has ended: neither is told whether the other is here or writes.
    pub(super) ended: bool,
}

/// A room that somebody wants news of.
#[derive(Debug, Default)]
pub(super) struct Watched {
    pub(super) listeners: HashSet<ListenerId>,
    head: i64,
}

/// Somebody who is here.
#[derive(Debug, Default)]
pub(super) struct Present {
    pub(super) listeners: HashSet<ListenerId>,
    /// The version of their standing that their sockets were last compared with.
    pub(super) version: i64,
    /// What others are told of them. Who does not show their reading is not told of others' either.
    pub(super) privacy: Privacy,
}

#[derive(Debug, Default)]
pub(super) struct Registry {
    pub(super) epoch: Option<Epoch>,
    pub(super) listeners: HashMap<ListenerId, Handle>,
    pub(super) rooms: HashMap<RoomId, Room>,
    pub(super) watched: HashMap<RoomId, Watched>,
    pub(super) users: HashMap<UserId, Present>,
    /// Profiles of which was told lately that they have changed.
    pub(super) profiles: Told,
    /// Sockets that have news to be told.
    pub(super) stirred: HashSet<ListenerId>,
    /// Rooms whose people may have changed.
    pub(super) moved: HashSet<RoomId>,
}

/// A socket cannot go live yet: it has everything up to `known`, and more went out meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    pub known: i64,
}

impl Registry {
    /// The socket has ended. Returns the rooms that nobody listens to any more.
    pub(super) fn remove(&mut self, id: ListenerId) -> Vec<RoomId> {
        let Some(handle) = self.listeners.remove(&id) else {
            return Vec::new();
        };
        if let Some(user) = handle.user
            && let Some(present) = self.users.get_mut(&user.id)
        {
            present.listeners.remove(&id);
            if present.listeners.is_empty() {
                self.users.remove(&user.id);
            }
        }
        for room in &handle.own_rooms {
            self.unwatch(id, *room);
        }
        self.stirred.remove(&id);
        let rooms = handle.rooms.into_keys();
        rooms.filter(|room| self.leave(*room, id)).collect()
    }

    /// Returns whether nobody listens to the room any more.
    pub(super) fn leave(&mut self, id: RoomId, listener: ListenerId) -> bool {
        let Some(room) = self.rooms.get_mut(&id) else {
            return false;
        };
        room.listeners.remove(&listener);
        self.moved.insert(id);
        if room.listeners.is_empty() {
            self.rooms.remove(&id);
            self.moved.remove(&id);
            return true;
        }
        false
    }

    pub(super) fn watch(&mut self, id: ListenerId, room: RoomId, head: i64) {
        let watched = self.watched.entry(room).or_default();
        watched.listeners.insert(id);
        watched.head = watched.head.max(head);
    }

    pub(super) fn unwatch(&mut self, id: ListenerId, room: RoomId) {
        if let Some(watched) = self.watched.get_mut(&room) {
            watched.listeners.remove(&id);
            if watched.listeners.is_empty() {
                self.watched.remove(&room);
            }
        }
    }

    /// The room has moved to `head`: whoever wants news of it gets them.
    pub(super) fn stir(&mut self, room: RoomId, head: i64) {
        let Some(watched) = self.watched.get_mut(&room) else {
            return;
        };
        if head > watched.head {
            watched.head = head;
            for id in &watched.listeners {
                if let Some(handle) = self.listeners.get_mut(id) {
                    handle.news.heads.insert(room, head);
                    self.stirred.insert(*id);
                }
            }
        }
    }

    /// Something of the person's own has changed: those of their sockets that want news get a `me`.
    pub(super) fn stir_person(&mut self, user: UserId) {
        let own = self.users.get(&user);
        for id in own.into_iter().flat_map(|present| &present.listeners) {
            if self
                .listeners
                .get(id)
                .is_some_and(|handle| handle.wants_news)
            {
                self.stirred.insert(*id);
            }
        }
    }

    /// Takes changes in and delivers what is in order.
    pub(super) fn offer(&mut self, batch: Batch) -> Offered {
        let id = batch.room();
        let Some(room) = self.rooms.get_mut(&id) else {
            return Offered::default();
        };
        let out = room.feed.offer(batch);
        self.deliver(id, &out)
    }

    /// Delivers what came out of a room's feed.
    pub(super) fn deliver(&mut self, id: RoomId, out: &[Batch]) -> Offered {
        let mut gone = Vec::new();
        let Some(room) = self.rooms.get_mut(&id) else {
            return Offered::default();
        };
        for batch in out {
            let ends = batch.has_gone();
            for listener in &room.listeners {
                // Who has gone with one batch hears nothing of the next.
                if gone.contains(listener) {
                    continue;
                }
                let Some(handle) = self.listeners.get_mut(listener) else {
                    continue;
                };
                if ends && let Some(until) = handle.gone_at(batch) {
                    handle.deliver_until(batch, until);
                    gone.push(*listener);
                } else {
                    handle.deliver(batch);
                }
            }
        }
        let gap = room.feed.has_gap() && !room.filling;
        room.filling |= gap;
        let mut empty = false;
        for listener in gone {
            empty |= self.end_subscription(listener, id);
        }
        Offered { gap, empty }
    }

    /// The socket's owner is no member any more. Returns whether nobody listens to the room.
    pub(super) fn end_subscription(&mut self, id: ListenerId, room: RoomId) -> bool {
        let Some(handle) = self.listeners.get_mut(&id) else {
            return false;
        };
        if handle.rooms.remove(&room).is_none() {
            return false;
        }
        let AppError { code, message, .. } = ErrorCode::NotMember.into();
        let refused = ServerFrame::Refused {
            id: None,
            room: Some(room),
            code,
            message,
        };
        if let Some(frame) = encode(&refused) {
            handle.push(frame);
        }
        self.leave(room, id)
    }

    /// What was missed up to `head` has been read and is in `answers`: they are queued, then what
    /// went out meanwhile and goes beyond, and from then on all that is new.
    pub(super) fn go_live(
        &mut self,
        id: ListenerId,
        room_id: RoomId,
        head: i64,
        visible_from: i64,
        answers: Vec<Outbound>,
    ) -> Result<Offered, Behind> {
        let (Some(room), Some(handle)) =
            (self.rooms.get_mut(&room_id), self.listeners.get_mut(&id))
        else {
            return Ok(Offered::default());
        };
        let Some(Subscription::CatchingUp { batches, .. }) = handle.rooms.get_mut(&room_id) else {
            return Ok(Offered::default());
        };
        let waited = std::mem::take(batches);
        for frame in answers {
            handle.push(frame);
        }
        handle.rooms.insert(
            room_id,
            Subscription::Live {
                last: head,
                visible_from,
            },
        );
        let mut known = head;
        for batch in &waited {
            // Beyond a hole it would be of no use: what is missing is read again, and this with it.
            if batch.first() > known + 1 {
                break;
            }
            if let Some(until) = handle.gone_at(batch) {
                handle.deliver_until(batch, until);
                let empty = self.end_subscription(id, room_id);
                return Ok(Offered { gap: false, empty });
            }
            // What was read already is passed over.
            handle.deliver(batch);
            known = known.max(batch.last());
        }
        room.head = room.head.max(head);
        // Something went out before this socket began to wait, and after its snapshot was taken.
        if room.feed.last().is_some_and(|last| last > known) {
            handle.rooms.insert(room_id, Subscription::default());
            return Err(Behind { known });
        }
        self.moved.insert(room_id);
        let out = room.feed.start(known);
        Ok(self.deliver(room_id, &out))
    }

    /// The last sequence numbers of the rooms that a socket listens to.
    pub(super) fn heads(&self, id: ListenerId) -> Vec<(RoomId, i64)> {
        let handle = self.listeners.get(&id);
        let rooms = handle.map(|handle| handle.rooms.keys());
        let heads = rooms.into_iter().flatten().filter_map(|id| {
            let room = self.rooms.get(id)?;
            Some((*id, room.head.max(room.feed.last()?)))
        });
        heads.collect()
    }

    /// Everybody who listens to the room fetches it anew.
    pub(super) fn reset(&mut self, id: RoomId, head: i64) -> Offered {
        let Some(room) = self.rooms.get_mut(&id) else {
            return Offered::default();
        };
        room.head = head;
        room.ahead_of = None;
        let out = room.feed.skip_to(head);
        let Some(frame) = encode(&ServerFrame::Reset { room: id, head }) else {
            return Offered::default();
        };
        for listener in &room.listeners {
            if let Some(handle) = self.listeners.get_mut(listener)
                && let Some(Subscription::Live { last, .. }) = handle.rooms.get_mut(&id)
            {
                *last = head;
                handle.push(frame.clone());
            }
        }
        self.deliver(id, &out)
    }

    /// Compares one socket with the rooms that its owner is a member of, and with the sessions that
    /// stand. Returns the rooms that nobody listens to any more.
    pub(super) fn settle_one(
        &mut self,
        id: ListenerId,
        member_of: &HashMap<RoomId, i64>,
        sessions: &HashSet<SessionKey>,
    ) -> Vec<RoomId> {
        let Some(handle) = self.listeners.get_mut(&id) else {
            return Vec::new();
        };
        if !sessions.contains(&handle.session) {
            handle.close(CloseCode::SignedOut);
            return Vec::new();
        }
        let ended = handle.rooms.keys();
        let ended: Vec<_> = ended
            .filter(|room| !member_of.contains_key(room))
            .copied()
            .collect();
        if handle.wants_news {
            let gone: Vec<_> = handle
                .own_rooms
                .iter()
                .filter(|room| !member_of.contains_key(room))
                .copied()
                .collect();
            let new: Vec<_> = member_of
                .iter()
                .filter(|(room, _)| !handle.own_rooms.contains(room))
                .map(|(room, head)| (*room, *head))
                .collect();
            for room in &gone {
                handle.own_rooms.remove(room);
                handle.news.gone.insert(*room);
                handle.news.heads.remove(room);
            }
            for (room, head) in &new {
                handle.own_rooms.insert(*room);
                handle.news.gone.remove(room);
                handle.news.heads.insert(*room, *head);
            }
            if !gone.is_empty() || !new.is_empty() {
                self.stirred.insert(id);
            }
            for room in gone {
                self.unwatch(id, room);
            }
            for (room, head) in new {
                self.watch(id, room, head);
            }
        }
        ended
            .into_iter()
            .filter(|room| self.end_subscription(id, *room))
            .collect()
    }

    pub(super) fn close_all(&self, code: CloseCode) {
        for handle in self.listeners.values() {
            handle.close(code);
        }
    }
}

/// What delivering has shown.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offered {
    /// Something is missing, and nobody is reading it yet.
    pub(super) gap: bool,
    /// Nobody listens to the room any more.
    pub(super) empty: bool,
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
