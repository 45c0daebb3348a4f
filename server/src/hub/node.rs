//! The hub of this node: the doors of the registry, and what goes to other nodes.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use app::{
    accounts::User,
    error::ErrorCode,
    ids::{Epoch, RoomId, UserId},
    live::wire::{CloseCode, ServerFrame},
    messages::{CaughtUp, Changes},
};
use tokio::{
    sync::{Notify, mpsc},
    time::Instant,
};
use uuid::Uuid;

use super::{
    batch::Batch,
    bus::{Bus, Channel},
    letter::Letter,
    listener::{self, Listener, ListenerId, Outbound, Subscription},
    rates::{Limits, Rates},
    registry::{Behind, Offered, Registry, encode},
    store::Heads,
};
use crate::accounts::SessionKey;

/// How many rooms may wait for what they have missed to be read.
const MOST_GAPS: usize = 4096;

/// The listeners of this process, and its link to the others.
pub struct Hub {
    node: Uuid,
    limits: Limits,
    rates: Rates,
    next_id: AtomicU64,
    bus: Arc<dyn Bus>,
    registry: Mutex<Registry>,
    /// Rooms in which something is missing.
    gaps: mpsc::Sender<RoomId>,
    /// Wakes whoever compares with the database.
    pub(super) hurried: Notify,
}

/// What a comparison with the database has shown.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// Rooms of which the database has more than this node.
    pub(super) behind: Vec<RoomId>,
    /// People whose standing has changed, with its version.
    pub(super) changed: Vec<(UserId, i64)>,
    /// The sequence numbers are of another epoch now.
    pub(super) other_epoch: bool,
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
            hurried: Notify::new(),
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

    /// Whose socket it is. `version` is that of their standing when it was found good.
    pub fn identify(&self, id: ListenerId, user: User, version: i64) {
        let mut registry = self.registry();
        let Registry {
            listeners, users, ..
        } = &mut *registry;
        if let Some(handle) = listeners.get_mut(&id) {
            let present = users.entry(user.id).or_default();
            if present.listeners.is_empty() {
                present.version = version;
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
            self.bus.unsubscribe(Channel(room.0));
        }
    }

    /// What a person asks for costs `tokens`; returns how long they wait first.
    pub(super) fn spend(&self, user: UserId, tokens: f64) -> Duration {
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
            self.bus.unsubscribe(Channel(room.0));
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

    /// The last sequence numbers of the rooms that a socket listens to.
    pub fn heads(&self, id: ListenerId) -> Vec<(RoomId, i64)> {
        let registry = self.registry();
        let handle = registry.listeners.get(&id);
        let rooms = handle.map(|handle| handle.rooms.keys());
        let heads = rooms.into_iter().flatten().filter_map(|id| {
            let room = registry.rooms.get(id)?;
            Some((*id, room.head.max(room.feed.last()?)))
        });
        heads.collect()
    }

    /// Delivers committed changes to everybody who listens to the room, here and on other nodes.
    pub fn publish(&self, changes: Changes) {
        let (room, head) = (changes.room, changes.last_seq);
        let mut registry = self.registry();
        registry.stir(room, head);
        if !self.bus.is_up() && !registry.rooms.contains_key(&room) {
            return;
        }
        let Some(batch) = Batch::new(changes) else {
            return;
        };
        if let Some(epoch) = registry.epoch {
            let letter = Letter::Changes(epoch, batch.text().clone());
            self.bus.publish(Channel(room.0), letter.seal(self.node));
        }
        let offered = registry.offer(batch);
        self.follow_up(&mut registry, room, offered);
    }

    fn follow_up(&self, registry: &mut Registry, room: RoomId, offered: Offered) {
        if offered.empty {
            self.bus.unsubscribe(Channel(room.0));
        }
        // A full queue is no harm: the next comparison finds the room.
        if offered.gap
            && self.gaps.try_send(room).is_err()
            && let Some(room) = registry.rooms.get_mut(&room)
        {
            room.filling = false;
        }
    }

    /// Somebody is writing in a room that their socket listens to.
    pub fn typing(&self, id: ListenerId, room: RoomId, user: &User) {
        let registry = self.registry();
        let handle = registry.listeners.get(&id);
        if handle.is_none_or(|handle| handle.last(room).is_none()) {
            return;
        }
        let typing = ServerFrame::Typing {
            room,
            user: user.clone(),
        };
        if let Some(frame) = encode(&typing) {
            let letter = Letter::Typing(user.id, frame.clone());
            self.bus.publish(Channel(room.0), letter.seal(self.node));
            Self::tell_of_typing(&registry, room, user.id, &frame);
        }
    }

    fn tell_of_typing(registry: &Registry, id: RoomId, writer: UserId, frame: &Outbound) {
        let Some(room) = registry.rooms.get(&id) else {
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
            Letter::Presence(people) => {
                let mut registry = self.registry();
                if let Some(known) = registry.rooms.get_mut(&room) {
                    known.people.heard(node, people, Instant::now());
                    registry.moved.insert(room);
                }
            }
        }
    }

    /// Once a second: who is where, what is new in one's own rooms, and whose bucket is full.
    pub(super) fn tell_news(&self) {
        let now = Instant::now();
        self.rates.forget_full(now);
        let mut registry = self.registry();
        for (room, people) in registry.tell_presence(now) {
            let letter = Letter::Presence(people);
            self.bus.publish(Channel(room.0), letter.seal(self.node));
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

    /// What to ask the database for: the rooms that are listened to, and with `all` also those that
    /// somebody wants news of, and everybody who is here.
    pub(super) fn questions(&self, all: bool) -> (Vec<Uuid>, Vec<Uuid>) {
        let registry = self.registry();
        let mut rooms: Vec<_> = registry.rooms.keys().map(|room| room.0).collect();
        if !all {
            return (rooms, Vec::new());
        }
        let watched = registry.watched.keys();
        rooms.extend(
            watched
                .filter(|room| !registry.rooms.contains_key(room))
                .map(|room| room.0),
        );
        let users = registry.users.keys().map(|user| user.0);
        (rooms, users.collect())
    }

    /// Compares what the database answered with what this node knows.
    pub(super) fn compare(&self, heads: &Heads) -> Compared {
        let mut registry = self.registry();
        let known = registry.epoch;
        registry.epoch = heads.epoch.or(known);
        if known.is_some() && known != registry.epoch {
            return Compared {
                other_epoch: true,
                ..Compared::default()
            };
        }
        let mut compared = Compared::default();
        for (id, head) in &heads.rooms {
            registry.stir(*id, *head);
            let Some(room) = registry.rooms.get_mut(id) else {
                continue;
            };
            room.head = *head;
            if room.feed.is_ahead_of(*head) {
                // A commit may have gone out since the question was asked. When the answer stays
                // what it was, the database has gone back.
                if room.ahead_of.replace(*head) == Some(*head) {
                    let offered = registry.reset(*id, *head);
                    self.follow_up(&mut registry, *id, offered);
                }
                continue;
            }
            room.ahead_of = None;
            if room.feed.is_behind(*head) && !room.filling {
                room.filling = true;
                compared.behind.push(*id);
            }
        }
        for (id, version) in &heads.users {
            let present = registry.users.get(id);
            if present.is_some_and(|present| present.version != *version) {
                compared.changed.push((*id, *version));
            }
        }
        compared
    }

    /// What a room misses begins after this number; none if nothing is missing any more.
    pub(super) fn missing_after(&self, id: RoomId) -> Option<i64> {
        let mut registry = self.registry();
        let room = registry.rooms.get_mut(&id)?;
        if room.feed.is_behind(room.head) {
            room.feed.last()
        } else {
            room.filling = false;
            None
        }
    }

    /// What was missing has been read, or could not be.
    pub(super) fn fill(&self, id: RoomId, missed: Option<CaughtUp>) {
        let mut registry = self.registry();
        let offered = match missed {
            None => Offered::default(),
            Some(CaughtUp::Reset { head }) => registry.reset(id, head),
            Some(CaughtUp::Changes(changes)) => {
                if let Some(room) = registry.rooms.get_mut(&id) {
                    room.head = room.head.max(changes.last_seq);
                }
                // Nothing is new when others have delivered it meanwhile.
                let new = changes.first_seq <= changes.last_seq;
                match Batch::new(changes).filter(|_| new) {
                    Some(batch) => registry.offer(batch),
                    None => Offered::default(),
                }
            }
        };
        if let Some(room) = registry.rooms.get_mut(&id) {
            room.filling = false;
        }
        self.follow_up(
            &mut registry,
            id,
            Offered {
                gap: false,
                ..offered
            },
        );
    }

    /// The sessions of the sockets of these people; with none named, of everybody.
    pub(super) fn sessions_of(&self, users: &[(UserId, i64)]) -> Vec<SessionKey> {
        let registry = self.registry();
        let ids = users
            .iter()
            .filter_map(|(user, _)| registry.users.get(user))
            .flat_map(|present| &present.listeners);
        ids.filter_map(|id| registry.listeners.get(id))
            .map(|handle| handle.session.clone())
            .collect()
    }

    /// Everybody who is here, with the version of their standing that is known.
    pub(super) fn everybody(&self) -> Vec<(UserId, i64)> {
        let registry = self.registry();
        let users = registry.users.iter();
        users
            .map(|(user, present)| (*user, present.version))
            .collect()
    }

    /// Compares the sockets of these people with what they may still hear.
    pub(super) fn settle(
        &self,
        users: &[(UserId, i64)],
        memberships: &[(UserId, RoomId, i64)],
        sessions: &HashSet<SessionKey>,
    ) {
        let mut registry = self.registry();
        for (user, version) in users {
            let Some(present) = registry.users.get_mut(user) else {
                continue;
            };
            present.version = *version;
            let listeners: Vec<_> = present.listeners.iter().copied().collect();
            let rooms: HashMap<_, _> = memberships
                .iter()
                .filter(|(member, ..)| member == user)
                .map(|(_, room, head)| (*room, *head))
                .collect();
            for id in listeners {
                for room in registry.settle_one(id, &rooms, sessions) {
                    self.bus.unsubscribe(Channel(room.0));
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

#[cfg(test)]
mod tests {
    use app::{
        accounts::Handle,
        ids::MessageId,
        messages::{Message, MessageKind},
    };

    use super::*;
    use crate::{accounts::Token, hub::bus::MemoryBus};

    fn hub() -> Hub {
        Hub::new(Arc::new(MemoryBus), Limits::default()).0
    }

    fn session() -> SessionKey {
        Token::new().unwrap().key()
    }

    fn user(name: &str) -> User {
        User {
            id: UserId::new(),
            handle: Handle::parse(name).unwrap(),
        }
    }

    /// A socket of a person that has caught up with a room.
    async fn listen(hub: &Hub, person: &User, room: RoomId, head: i64) -> Listener {
        let listener = hub.register(session());
        hub.identify(listener.id, person.clone(), 0);
        hub.subscribe(listener.id, room).await.unwrap();
        hub.go_live(listener.id, room, head, 0, Vec::new()).unwrap();
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

    fn line(room: RoomId, seq: i64, about: &User, kind: MessageKind) -> Changes {
        let item = Message {
            id: MessageId::new(),
            seq,
            version: seq,
            kind,
            sender: about.clone(),
            client_id: None,
            body: String::new(),
            edited: false,
            deleted: false,
            sent_at: 0,
        };
        Changes {
            items: vec![item],
            ..change(room, seq)
        }
    }

    fn heard(listener: &mut Listener) -> Vec<ServerFrame> {
        let frames = std::iter::from_fn(|| listener.frames.try_recv().ok());
        frames
            .map(|frame| serde_json::from_str(&frame).unwrap())
            .collect()
    }

    #[tokio::test]
    async fn only_those_who_listen_to_a_room_hear_of_it() {
        let hub = hub();
        let (room, other) = (RoomId::new(), RoomId::new());
        let mut ana = listen(&hub, &user("ana"), room, 0).await;
        let mut ben = listen(&hub, &user("ben"), other, 0).await;
        hub.publish(change(room, 1));
        assert_eq!(heard(&mut ana), [ServerFrame::Changes(change(room, 1))]);
        assert!(heard(&mut ben).is_empty());
        assert_eq!(hub.heads(ana.id), [(room, 1)]);

        hub.unsubscribe(ana.id, room);
        hub.publish(change(room, 2));
        assert!(heard(&mut ana).is_empty());
    }

    #[tokio::test]
    async fn changes_that_come_out_of_order_are_delivered_in_order() {
        let hub = hub();
        let room = RoomId::new();
        let mut ana = listen(&hub, &user("ana"), room, 4).await;
        hub.publish(change(room, 6));
        assert!(heard(&mut ana).is_empty(), "5 may only be late");
        hub.publish(change(room, 5));
        let wanted = [5, 6].map(|seq| ServerFrame::Changes(change(room, seq)));
        assert_eq!(heard(&mut ana), wanted);
        hub.publish(change(room, 5));
        assert!(heard(&mut ana).is_empty(), "nothing comes twice");
    }

    #[tokio::test]
    async fn what_is_published_while_one_catches_up_comes_after_what_was_missed() {
        let hub = hub();
        let room = RoomId::new();
        let mut ana = hub.register(session());
        hub.subscribe(ana.id, room).await.unwrap();
        hub.publish(change(room, 4));
        hub.publish(change(room, 5));
        assert!(ana.frames.try_recv().is_err(), "it waits");
        // The snapshot that was read has everything up to 4.
        let missed = vec!["missed".into()];
        hub.go_live(ana.id, room, 4, 0, missed).unwrap();
        assert_eq!(ana.frames.try_recv().unwrap(), "missed");
        hub.publish(change(room, 6));
        let wanted = [5, 6].map(|seq| ServerFrame::Changes(change(room, seq)));
        assert_eq!(heard(&mut ana), wanted);
    }

    #[tokio::test]
    async fn a_snapshot_that_is_older_than_what_went_out_is_read_again() {
        let hub = hub();
        let room = RoomId::new();
        let _ana = listen(&hub, &user("ana"), room, 4).await;
        hub.publish(change(room, 5));
        let ben = hub.register(session());
        hub.subscribe(ben.id, room).await.unwrap();
        let behind = hub.go_live(ben.id, room, 4, 0, Vec::new());
        assert_eq!(behind, Err(Behind { known: 4 }));
        hub.publish(change(room, 6));
        assert_eq!(hub.go_live(ben.id, room, 5, 0, Vec::new()), Ok(()));
        assert_eq!(hub.heads(ben.id), [(room, 6)]);
    }

    #[tokio::test]
    async fn a_comparison_finds_what_left_no_gap_and_reads_it_once() {
        let hub = hub();
        let room = RoomId::new();
        let mut ana = listen(&hub, &user("ana"), room, 4).await;
        let heads = Heads {
            rooms: vec![(room, 6)],
            ..Heads::default()
        };
        assert_eq!(hub.compare(&heads).behind, [room]);
        assert!(hub.compare(&heads).behind.is_empty(), "somebody reads it");
        assert_eq!(hub.missing_after(room), Some(4));
        let missed = Changes {
            first_seq: 5,
            ..change(room, 6)
        };
        hub.fill(room, Some(CaughtUp::Changes(missed.clone())));
        assert_eq!(heard(&mut ana), [ServerFrame::Changes(missed)]);
        assert!(hub.compare(&heads).behind.is_empty());
    }

    #[tokio::test]
    async fn a_database_that_went_back_resets_the_room() {
        let hub = hub();
        let room = RoomId::new();
        let mut ana = listen(&hub, &user("ana"), room, 9).await;
        let heads = Heads {
            rooms: vec![(room, 7)],
            ..Heads::default()
        };
        hub.compare(&heads);
        assert!(heard(&mut ana).is_empty(), "the answer may be old");
        hub.compare(&heads);
        assert_eq!(heard(&mut ana), [ServerFrame::Reset { room, head: 7 }]);
        hub.publish(change(room, 8));
        assert_eq!(heard(&mut ana).len(), 1);
    }

    #[tokio::test]
    async fn who_leaves_hears_that_and_nothing_after() {
        let hub = hub();
        let (room, ben) = (RoomId::new(), user("ben"));
        let mut ana = listen(&hub, &user("ana"), room, 1).await;
        let mut left = listen(&hub, &ben, room, 1).await;
        // One who has come back since is not sent away by the line about the last time.
        let mut back = listen(&hub, &ben, room, 2).await;
        let line = line(room, 2, &ben, MessageKind::Removed);
        hub.publish(line.clone());
        hub.publish(change(room, 3));
        let frames = heard(&mut left);
        assert_eq!(frames[0], ServerFrame::Changes(line));
        assert!(matches!(
            frames[1],
            ServerFrame::Refused {
                code: ErrorCode::NotMember,
                ..
            }
        ));
        assert_eq!(frames.len(), 2);
        assert_eq!(heard(&mut ana).len(), 2);
        assert_eq!(heard(&mut back), [ServerFrame::Changes(change(room, 3))]);
    }

    #[tokio::test]
    async fn what_is_older_than_ones_membership_is_left_out_of_its_frame() {
        let hub = hub();
        let (room, ana) = (RoomId::new(), user("ana"));
        let mut old = listen(&hub, &ana, room, 9).await;
        let mut young = hub.register(session());
        hub.subscribe(young.id, room).await.unwrap();
        hub.go_live(young.id, room, 9, 8, Vec::new()).unwrap();
        let mut edited = line(room, 3, &ana, MessageKind::Text);
        (edited.first_seq, edited.last_seq) = (10, 10);
        hub.publish(edited.clone());
        assert_eq!(heard(&mut old), [ServerFrame::Changes(edited)]);
        assert_eq!(heard(&mut young), [ServerFrame::Changes(change(room, 10))]);
    }

    #[tokio::test]
    async fn somebody_who_is_no_member_any_more_hears_nothing_after_a_comparison() {
        let hub = hub();
        let (room, kept, ana) = (RoomId::new(), RoomId::new(), user("ana"));
        let mut listener = listen(&hub, &ana, room, 1).await;
        hub.watch(listener.id, &[(room, 1), (kept, 1)]);
        let heads = Heads {
            users: vec![(ana.id, 3)],
            ..Heads::default()
        };
        let changed = hub.compare(&heads).changed;
        assert_eq!(changed, [(ana.id, 3)]);
        let sessions = hub.sessions_of(&changed).into_iter().collect();
        hub.settle(&changed, &[(ana.id, kept, 1)], &sessions);
        assert!(hub.compare(&heads).changed.is_empty());
        hub.publish(change(room, 2));
        hub.tell_news();
        let frames = heard(&mut listener);
        assert!(
            matches!(frames[0], ServerFrame::Refused { .. }),
            "{frames:?}"
        );
        let me = ServerFrame::Me {
            heads: Vec::new(),
            gone: vec![room],
        };
        assert_eq!(frames[1..], [me]);

        hub.settle(&changed, &[], &HashSet::new());
        assert_eq!(*listener.closed.borrow(), Some(CloseCode::SignedOut));
    }

    #[tokio::test]
    async fn news_of_ones_own_rooms_come_once() {
        let hub = hub();
        let (room, ana) = (RoomId::new(), user("ana"));
        let mut listener = hub.register(session());
        hub.identify(listener.id, ana, 0);
        hub.watch(listener.id, &[(room, 4)]);
        hub.publish(change(room, 5));
        hub.publish(change(room, 6));
        hub.tell_news();
        hub.tell_news();
        let me = ServerFrame::Me {
            heads: vec![(room, 6)],
            gone: Vec::new(),
        };
        assert_eq!(heard(&mut listener), [me]);
    }

    #[tokio::test]
    async fn a_socket_listens_to_so_many_rooms_and_no_more() {
        let limits = Limits {
            subscriptions: 1,
            ..Limits::default()
        };
        let (hub, _gaps) = Hub::new(Arc::new(MemoryBus), limits);
        let room = RoomId::new();
        let ana = listen(&hub, &user("ana"), room, 0).await;
        let more = hub.subscribe(ana.id, RoomId::new()).await;
        assert_eq!(more, Err(ErrorCode::TooMany));
        assert_eq!(hub.subscribe(ana.id, room).await, Ok(()));
    }

    #[tokio::test]
    async fn a_reader_that_falls_behind_is_closed_and_the_others_are_not() {
        let hub = hub();
        let room = RoomId::new();
        let slow = listen(&hub, &user("ana"), room, 0).await;
        let mut quick = listen(&hub, &user("ben"), room, 0).await;
        for seq in 1..=600 {
            hub.publish(change(room, seq));
            assert!(quick.frames.try_recv().is_ok());
        }
        assert_eq!(*slow.closed.borrow(), Some(CloseCode::TooSlow));
        assert_eq!(*quick.closed.borrow(), None);
    }

    #[tokio::test]
    async fn what_waits_for_a_socket_is_bounded_in_bytes() {
        let hub = hub();
        let room = RoomId::new();
        let ana = hub.register(session());
        let large: Outbound = "x".repeat(3 * 1024 * 1024).into();
        hub.subscribe(ana.id, room).await.unwrap();
        hub.go_live(ana.id, room, 0, 0, vec![large.clone()])
            .unwrap();
        assert_eq!(*ana.closed.borrow(), None, "a single frame may be large");
        hub.subscribe(ana.id, room).await.unwrap();
        hub.go_live(ana.id, room, 0, 0, vec![large]).unwrap();
        assert_eq!(*ana.closed.borrow(), Some(CloseCode::TooSlow));
    }

    #[tokio::test]
    async fn a_socket_that_ended_leaves_nothing_behind() {
        let hub = hub();
        let room = RoomId::new();
        let ana = listen(&hub, &user("ana"), room, 0).await;
        hub.watch(ana.id, &[(room, 0)]);
        hub.remove(ana.id);
        let registry = hub.registry();
        assert!(registry.listeners.is_empty() && registry.rooms.is_empty());
        assert!(registry.watched.is_empty() && registry.users.is_empty());
    }

    #[test]
    fn the_end_of_a_session_closes_its_sockets_alone() {
        let hub = hub();
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
}
