//! What pages hold of the live connection: its state, the outbox, and the rooms that listen.
//!
//! On the server it is there and does nothing, so that components need not ask where they run.

use std::collections::HashMap;

use leptos::prelude::*;

use super::{Command, Entry, Event, OpenRoom, Outbox, Phase, Session, wire::ClientFrame};
use crate::{
    ids::{ClientId, Epoch, MediaId, RoomId, UserId},
    journeys::Care,
    messages::Timeline,
};

/// One connection for all rooms of the page. Copied freely.
#[derive(Clone, Copy)]
pub struct Live {
    pub(super) user: StoredValue<Option<UserId>>,
    pub(super) epoch: StoredValue<Option<Epoch>>,
    pub(super) session: RwSignal<Session>,
    pub(super) outbox: RwSignal<Outbox>,
    /// Told when something may be new in the person's own rooms.
    pub(super) news: RwSignal<()>,
    /// Whose profile was last said to have changed.
    pub(super) profile: RwSignal<Option<UserId>>,
    /// The rooms on screen, which frames are applied to.
    pub(super) rooms: StoredValue<HashMap<RoomId, OpenRoom>>,
    /// Frames that are not sends and have not been given to the socket; a new connection starts
    /// without them.
    pub(super) frames: StoredValue<Vec<ClientFrame>>,
    #[cfg(feature = "hydrate")]
    pub(super) wake: StoredValue<Option<super::socket::Wake>>,
    /// Above zero, this tab is the one that sends. It may take its turn from itself: then it is two
    /// for a moment.
    #[cfg(feature = "hydrate")]
    pub(super) turns: StoredValue<u32>,
}

impl Live {
    /// Puts a connection, not yet made, into the context.
    pub fn provide() -> Self {
        let live = Self {
            user: StoredValue::new(None),
            epoch: StoredValue::new(None),
            session: RwSignal::new(Session::default()),
            outbox: RwSignal::new(Outbox::default()),
            news: RwSignal::new(()),
            profile: RwSignal::new(None),
            rooms: StoredValue::new(HashMap::new()),
            frames: StoredValue::new(Vec::new()),
            #[cfg(feature = "hydrate")]
            wake: StoredValue::new(None),
            #[cfg(feature = "hydrate")]
            turns: StoredValue::new(0),
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
        self.event(Event::Start);
    }

    /// Whether the connection has been missing for longer than a blink.
    pub fn troubled(self) -> bool {
        self.session.read().troubled()
    }

    /// Runs the effect that calls this again when something may be new in the person's own rooms.
    pub fn hear_news(self) {
        self.news.track();
    }

    /// Calls `changed` each time that the profile of whoever `whose` names is said to have changed.
    pub fn hear_profile(
        self,
        whose: impl Fn() -> Option<UserId> + 'static,
        changed: impl Fn() + 'static,
    ) {
        self.hear_profiles(move |told| {
            if whose() == Some(told) {
                changed();
            }
        });
    }

    /// Calls `changed` with each person whose profile is said to have changed; with the viewer, when others' may have
    /// while there was no connection.
    pub fn hear_profiles(self, changed: impl Fn(UserId) + 'static) {
        Effect::watch(
            move || self.profile.get(),
            move |told, _, _| {
                if let Some(told) = *told {
                    changed(told);
                }
            },
            false,
        );
    }

    pub fn phase(self) -> Phase {
        self.session.read().phase()
    }

    /// From now on the room hears what changes in it, from where it stands.
    pub fn open(self, id: RoomId, room: OpenRoom) {
        self.rooms.update_value(|rooms| {
            rooms.insert(id, room);
        });
        self.subscribe(id);
    }

    /// It hears no more. Another page of the same room, opened since, goes on.
    pub fn close(self, id: RoomId, room: OpenRoom) {
        let removed = self.rooms.try_update_value(|rooms| {
            (rooms.get(&id) == Some(&room))
                .then(|| rooms.remove(&id))
                .is_some()
        });
        if removed == Some(true) {
            self.say(ClientFrame::Unsubscribe { room: id });
        }
    }

    /// Queues a command; it is on its way at once, or as soon as there is a connection and what it shows
    /// has come in.
    pub fn queue(self, entry: Entry) {
        self.outbox.update(|outbox| {
            let entry = outbox.add(entry);
            entry.stored = self.keep(entry);
        });
        self.take_turn();
        self.flush();
    }

    /// Everything up to the place `seq` was on the person's screen. Returns whether there is a
    /// connection to say it over.
    pub fn reads(self, room: RoomId, seq: i64) -> bool {
        self.say(ClientFrame::Read { room, seq })
    }

    /// The person is writing. Others forget it after 6 s.
    pub fn types(self, room: RoomId) {
        self.say(ClientFrame::Typing { room });
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
            .filter(|entry| entry.command == Command::Send && !timeline.contains(entry.id))
            .cloned()
            .collect()
    }

    /// The changes and deletions of a room that its timeline does not have.
    pub fn changes(self, room: RoomId) -> Vec<Entry> {
        let outbox = self.outbox.read();
        let changes = outbox
            .of(room)
            .filter(|entry| entry.command != Command::Send);
        changes.cloned().collect()
    }

    pub fn retry(self, id: ClientId, care: Care) {
        self.outbox.update(|outbox| {
            if let Some(entry) = outbox.retry(id, care) {
                entry.stored = self.keep(entry);
            }
        });
        self.take_turn();
        self.flush();
    }

    /// Takes out a command that was refused, or whose files have not come in, if that is so still.
    pub fn take_back(self, id: ClientId) -> Option<Entry> {
        let stays = self
            .outbox
            .with_untracked(|outbox| outbox.is_refused(id) || outbox.awaits(id) == Some(true));
        stays.then(|| self.discard(id)).flatten()
    }

    /// Whether what a message is to show has not come in yet. None: the message is not queued.
    pub fn awaits(self, id: ClientId) -> Option<bool> {
        self.outbox.with(|outbox| outbox.awaits(id))
    }

    /// A message goes without what it was to show; one that has no words does not go at all.
    pub fn goes_without(self, id: ClientId) {
        if self.outbox.with_untracked(|outbox| outbox.is_wordless(id)) {
            self.discard(id);
        } else {
            self.has_come_in(id, Vec::new());
        }
    }

    /// All that a message shows has come in: it is on its way.
    pub fn has_come_in(self, id: ClientId, media: Vec<MediaId>) {
        self.outbox.update(|outbox| {
            if let Some(entry) = outbox.has_come_in(id, media) {
                entry.stored = self.keep(entry);
            }
        });
        self.take_turn();
        self.flush();
    }

    /// Takes a command out.
    pub fn discard(self, id: ClientId) -> Option<Entry> {
        self.let_go(id);
        let discarded = self.outbox.try_update(|outbox| outbox.discard(id));
        discarded.flatten()
    }

    /// How many messages and changes the server has not accepted, whichever tab they were made in,
    /// and how many messages were only begun.
    pub fn unsent(self) -> usize {
        self.drafts() + self.outbox.with_untracked(|outbox| outbox.unsent().count())
    }

    /// Takes everything out, for every tab, and forgets what was begun.
    pub fn discard_all(self) {
        self.forget_drafts();
        for entry in self.outbox.get_untracked().unsent() {
            self.discard(entry.id);
        }
    }

    /// Asks for everything in the room after what its timeline knows, unless that is under way.
    pub fn subscribe(self, id: RoomId) {
        let Some(room) = self
            .room(id)
            .filter(|room| room.asking.try_get_value() == Some(false))
        else {
            return;
        };
        let since = room.timeline.try_with_untracked(Timeline::last);
        let epoch = self.epoch.get_value();
        let asked = since.is_some()
            && self.say(ClientFrame::Subscribe {
                room: id,
                epoch,
                since,
            });
        room.asking.set_value(asked);
    }

    pub(super) fn room(self, id: RoomId) -> Option<OpenRoom> {
        self.rooms.with_value(|rooms| rooms.get(&id).copied())
    }

    /// Says something that is of use only now. Returns whether there is a connection to say it over.
    fn say(self, frame: ClientFrame) -> bool {
        let online = self.session.with_untracked(Session::phase) == Phase::Online;
        if online {
            self.frames.update_value(|frames| frames.push(frame));
            self.flush();
        }
        online
    }
}

#[cfg(not(feature = "hydrate"))]
#[expect(
    clippy::unused_self,
    reason = "the browser's versions of these stand in socket.rs, turn.rs and storage.rs"
)]
impl Live {
    fn event(self, _: Event) {}
    fn flush(self) {}
    fn take_turn(self) {}
    fn keep(self, _: &Entry) -> bool {
        false
    }
    fn let_go(self, _: ClientId) {}
    pub fn draft(self, _: RoomId) -> Option<String> {
        None
    }
    pub fn keep_draft(self, _: RoomId, _: &str) {}
    pub fn drafts(self) -> usize {
        0
    }
    fn forget_drafts(self) {}
}
