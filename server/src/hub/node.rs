//! The hub of this node: the doors of the registry, and what goes to other nodes.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use app::{
    accounts::{Privacy, User},
    error::ErrorCode,
    ids::{Epoch, RoomId, UserId},
    live::wire::{CloseCode, ServerFrame},
    messages::Changes,
};
use tokio::{
    sync::{Notify, Semaphore, mpsc},
    time::Instant,
};
use uuid::Uuid;

use super::{
    batch::Batch,
    bus::{Bus, Channel},
    comparison::READERS,
    letter::Letter,
    listener::{self, Listener, ListenerId, Subscription},
    mailbox::Outbound,
    rates::{Limits, Rates},
    registry::{Behind, Offered, Registry, encode},
};
use crate::accounts::SessionKey;

/// How many rooms may wait for what they have missed to be read.
const MOST_GAPS: usize = 4096;

/// The listeners of this process, and its link to the others.
pub struct Hub {
    node: Uuid,
    limits: Limits,
    pub(super) rates: Rates,
    next_id: AtomicU64,
    bus: Arc<dyn Bus>,
    registry: Mutex<Registry>,
    /// Rooms in which something is missing.
    gaps: mpsc::Sender<RoomId>,
    /// Whoever reads what is missing holds one of these.
    pub(super) readers: Semaphore,
    /// Wakes whoever compares with the database.
    pub(super) hurried: Notify,
    /// Wakes whoever waits for the last socket to end.
    emptied: Notify,
}

impl Hub {
    /// A hub, and the rooms in which it misses something, for [`super::keep_up`].
    pub fn new(bus: Arc<dyn Bus>, limits: Limits) -> (Self, mpsc::Receiver<RoomId>) {
        let (gaps, missing) = mpsc::channel(MOST_GAPS);
        let hub = Self {
            node: Uuid::new_v4(),
            limits,
            rates: Rates::new(&limits),
            next_id: AtomicU64::default(),
            bus,
            registry: Mutex::default(),
            gaps,
            readers: Semaphore::new(READERS as usize),
            hurried: Notify::new(),
            emptied: Notify::new(),
        };
        (hub, missing)
    }

    /// Held for moments, never across an `.await`. Whoever panics in between leaves whole entries.
    pub(super) fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something has changed that sockets must not wait a second for.
    pub(crate) fn hurry(&self) {
        self.hurried.notify_one();
    }

    pub(super) fn hears_others(&self) -> bool {
        self.bus.is_up()
    }

    /// A new socket, which listens to no room yet.
    pub fn register(&self, session: SessionKey) -> Listener {
        let id = ListenerId(self.next_id.fetch_add(1, Ordering::Relaxed));
        let (handle, listener) = listener::pair(id, session);
        self.registry().listeners.insert(id, handle);
        listener
    }

    /// Whose socket it is. `version` is that of their standing when it was found good, and when
    /// their `privacy` was read.
    pub fn identify(&self, id: ListenerId, user: User, version: i64, privacy: Privacy) {
        let mut registry = self.registry();
        let Registry {
            listeners, users, ..
        } = &mut *registry;
        if let Some(handle) = listeners.get_mut(&id) {
            let present = users.entry(user.id).or_default();
            if present.listeners.is_empty() {
                present.version = version;
                present.privacy = privacy;
            }
            present.version = present.version.min(version);
            present.listeners.insert(id);
            handle.user = Some(user);
        }
    }

    /// The socket has ended.
    pub fn remove(&self, id: ListenerId) {
        let mut registry = self.registry();
        for room in registry.remove(id) {
            self.fall_silent(room);
        }
        if registry.listeners.is_empty() {
            self.emptied.notify_waiters();
        }
    }

    /// Waits until every socket has ended.
    pub(crate) async fn emptied(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.registry().listeners.is_empty() {
                return;
            }
            emptied.await;
        }
    }

    /// Nobody here listens to the room any more: the other nodes need not wait to find out.
    pub(super) fn fall_silent(&self, room: RoomId) {
        self.tell(room, &Letter::Presence(Vec::new()));
        self.bus.unsubscribe(Channel(room.0));
    }

    /// What a person asks for costs `tokens`; returns how long they wait first.
    pub(crate) fn spend(&self, user: UserId, tokens: f64) -> Duration {
        self.rates.take(user, tokens, Instant::now())
    }

    /// From now on the socket hears of the room; returns once this node does. Call it before reading
    /// what was missed: what is published in between waits until [`Hub::go_live`].
    ///
    /// # Errors
    ///
    /// `too_many` when the socket listens to as many rooms as it may.
    pub async fn subscribe(&self, id: ListenerId, room: RoomId) -> Result<(), ErrorCode> {
        let heard = {
            let mut registry = self.registry();
            let Some(handle) = registry.listeners.get_mut(&id) else {
                return Ok(());
            };
            let most = self.limits.subscriptions;
            if most > 0 && !handle.rooms.contains_key(&room) && handle.rooms.len() >= most {
                return Err(ErrorCode::TooMany);
            }
            handle.rooms.insert(room, Subscription::default());
            let room = registry.rooms.entry(room).or_default();
            room.listeners.insert(id);
            room.people.newcomer = true;
            Arc::clone(&room.heard)
        };
        heard
            .get_or_init(|| async {
                // Without the bus the database is compared with more often.
                if let Err(error) = self.bus.subscribe(Channel(room.0)).await {
                    tracing::debug!(room.id = %room, %error, "the room is not heard from other nodes");
                }
            })
            .await;
        Ok(())
    }

    /// What was missed up to `head` has been read and is in `answers`: they are queued, then what
    /// was published meanwhile and goes beyond, and from then on all that is new.
    ///
    /// # Errors
    ///
    /// When more went out in between: read what was missed after `known`, and call it again.
    pub fn go_live(
        &self,
        id: ListenerId,
        room: RoomId,
        head: i64,
        visible_from: i64,
        answers: Vec<Outbound>,
    ) -> Result<(), Behind> {
        let mut registry = self.registry();
        let offered = registry.go_live(id, room, head, visible_from, answers)?;
        self.follow_up(&mut registry, room, offered);
        Ok(())
    }

    pub fn unsubscribe(&self, id: ListenerId, room: RoomId) {
        let mut registry = self.registry();
        let left = registry
            .listeners
            .get_mut(&id)
            .is_some_and(|handle| handle.rooms.remove(&room).is_some());
        if left && registry.leave(room, id) {
            self.fall_silent(room);
        }
    }

    /// The socket's owner wants to hear when something changes in these rooms, which are theirs.
    pub fn watch(&self, id: ListenerId, rooms: &[(RoomId, i64)]) {
        let mut registry = self.registry();
        let Some(handle) = registry.listeners.get_mut(&id) else {
            return;
        };
        handle.wants_news = true;
        let before = std::mem::take(&mut handle.own_rooms);
        handle.own_rooms = rooms.iter().map(|(room, _)| *room).collect();
        for room in before {
            registry.unwatch(id, room);
        }
        for (room, head) in rooms {
            registry.watch(id, *room, *head);
        }
    }

    /// Delivers committed changes to everybody who listens to the room, here and on other nodes. A
    /// room's changes are published one after the other.
    pub fn publish(&self, changes: Changes) {
        let (room, head) = (changes.room, changes.last_seq);
        let epoch = {
            let mut registry = self.registry();
            registry.stir(room, head);
            if !self.bus.is_up() && !registry.rooms.contains_key(&room) {
                return;
            }
            registry.epoch
        };
        // Encoded while others may have the registry.
        let Some(batch) = Batch::new(changes) else {
            return;
        };
        if let Some(epoch) = epoch {
            self.tell(room, &Letter::Changes(epoch, batch.text().clone()));
        }
        let mut registry = self.registry();
        let offered = registry.offer(batch);
        self.follow_up(&mut registry, room, offered);
    }

    /// Tells the other nodes, if they can be heard.
    pub(super) fn tell(&self, room: RoomId, letter: &Letter) {
        if self.bus.is_up() {
            self.bus.publish(Channel(room.0), letter.seal(self.node));
        }
    }

    pub(super) fn follow_up(&self, registry: &mut Registry, room: RoomId, offered: Offered) {
        if offered.empty {
            self.fall_silent(room);
        }
        // A full queue is no harm: the next comparison finds the room.
        if offered.gap
            && self.gaps.try_send(room).is_err()
            && let Some(room) = registry.rooms.get_mut(&room)
        {
            room.filling = false;
        }
    }

    /// Whether a room is a conversation of two that has ended, as one of them finds it.
    pub(super) fn set_ended(&self, room: RoomId, ended: bool) {
        self.registry().learn_ended(room, ended);
    }

    /// Somebody is writing in a room that their socket listens to. Of who is invisible nobody hears it,
    /// and in a conversation that has ended neither does.
    pub fn typing(&self, id: ListenerId, room: RoomId, user: &User) {
        let registry = self.registry();
        let handle = registry.listeners.get(&id);
        let ended = registry.rooms.get(&room).is_some_and(|room| room.ended);
        if handle.is_none_or(|handle| handle.last(room).is_none())
            || ended
            || registry.hides(user.id)
        {
            return;
        }
        let typing = ServerFrame::Typing {
            room,
            user: user.clone(),
        };
        if let Some(frame) = encode(&typing) {
            self.tell(room, &Letter::Typing(user.id, frame.clone()));
            Self::tell_of_typing(&registry, room, user.id, &frame);
        }
    }

    fn tell_of_typing(registry: &Registry, id: RoomId, writer: UserId, frame: &Outbound) {
        let Some(room) = registry.rooms.get(&id).filter(|room| !room.ended) else {
            return;
        };
        for handle in room
            .listeners
            .iter()
            .filter_map(|listener| registry.listeners.get(listener))
        {
            let other = handle.user.as_ref().is_some_and(|user| user.id != writer);
            if other && handle.last(id).is_some() {
                handle.push_if_idle(frame.clone());
            }
        }
    }

    /// Another node has said something.
    pub(super) fn receive(&self, channel: Channel, payload: &[u8]) {
        let room = RoomId(channel.0);
        let Some((node, letter)) = Letter::open(payload) else {
            tracing::warn!(room.id = %room, "a letter of another node cannot be read");
            return;
        };
        if node == self.node {
            return;
        }
        match letter {
            Letter::Changes(epoch, text) => {
                let Some(batch) = Batch::decode(text).filter(|batch| batch.room() == room) else {
                    return;
                };
                let mut registry = self.registry();
                if registry.epoch == Some(epoch) {
                    let offered = registry.offer(batch);
                    self.follow_up(&mut registry, room, offered);
                }
            }
            Letter::Typing(user, frame) => {
                Self::tell_of_typing(&self.registry(), room, user, &frame);
            }
            Letter::Read { user, shows, frame } => {
                Self::tell_of_reading(&mut self.registry(), room, user, shows, &frame);
            }
            Letter::Presence(people) => {
                let mut registry = self.registry();
                if let Some(known) = registry.rooms.get_mut(&room) {
                    known.people.heard(node, people, Instant::now());
                    registry.moved.insert(room);
                }
            }
        }
    }

    /// Closes one socket.
    pub fn close_one(&self, id: ListenerId, code: CloseCode) {
        if let Some(handle) = self.registry().listeners.get(&id) {
            handle.close(code);
        }
    }

    /// Closes the sockets of a session that has ended; other nodes find it within a second.
    pub fn close_session(&self, session: &SessionKey, code: CloseCode) {
        for handle in self.registry().listeners.values() {
            if handle.session == *session {
                handle.close(code);
            }
        }
    }

    /// Closes every socket.
    pub fn close_all(&self, code: CloseCode) {
        self.registry().close_all(code);
    }

    /// The epoch is known before anything is published.
    pub(crate) fn set_epoch(&self, epoch: Epoch) {
        self.registry().epoch = Some(epoch);
    }

    /// The epoch of the sequence numbers that this node gives out.
    pub(super) fn epoch(&self) -> Option<Epoch> {
        self.registry().epoch
    }
}
