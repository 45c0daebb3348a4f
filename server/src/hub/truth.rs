//! What the database says, compared with what this node knows: what it has missed of its rooms, and
//! who may no longer listen. Asking is the caller's.

use std::collections::{HashMap, HashSet};

use app::{
    accounts::{Privacy, User},
    ids::{RoomId, UserId},
    live::wire::CloseCode,
    messages::CaughtUp,
};
use tokio::time::Instant;
use uuid::Uuid;

use super::{batch::Batch, node::Hub, profiles::Changed, registry::Offered, store::Heads};
use crate::accounts::SessionKey;

/// What a comparison with the database has shown.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// Rooms of which the database has more than this node.
    pub(super) behind: Vec<RoomId>,
    /// People whose standing has changed, with its version.
    pub(super) changed: Vec<(UserId, i64)>,
    /// Profiles that have changed.
    pub(super) profiles: Vec<Changed>,
    /// The sequence numbers are of another epoch now.
    pub(super) other_epoch: bool,
}

impl Hub {
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
        let mut compared = Compared {
            profiles: registry
                .profiles
                .untold(&heads.profiles, &heads.pictures, Instant::now()),
            ..Compared::default()
        };
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

    /// Who these people are now, and what they let others see of them. A socket speaks for its owner by
    /// the handle that it was opened with: those of another one connect again.
    pub(super) fn learn_people(&self, people: &[(User, Privacy)]) {
        let mut registry = self.registry();
        for (user, privacy) in people {
            registry.learn_privacy(user.id, *privacy);
            let present = registry.users.get(&user.id);
            let sockets = present.into_iter().flat_map(|present| &present.listeners);
            for handle in sockets.filter_map(|id| registry.listeners.get(id)) {
                if handle.user.as_ref().is_some_and(|known| known != user) {
                    handle.close(CloseCode::Restart);
                }
            }
        }
    }

    /// Which of the rooms that these people listen to are conversations that have ended. Whoever has
    /// blocked is one of them; the other's node hears from this one that nobody is here.
    pub(super) fn learn_ended(&self, users: &[(UserId, i64)], ended: &HashSet<RoomId>) {
        let mut registry = self.registry();
        let listeners = users
            .iter()
            .filter_map(|(user, _)| registry.users.get(user))
            .flat_map(|present| &present.listeners);
        let rooms: HashSet<_> = listeners
            .filter_map(|id| registry.listeners.get(id))
            .flat_map(|handle| handle.rooms.keys().copied())
            .collect();
        for room in rooms {
            registry.learn_ended(room, ended.contains(&room));
        }
    }

    /// Compares the sockets of these people with what they may still hear.
    pub(super) fn settle(
        &self,
        users: &[(UserId, i64)],
        memberships: &[(UserId, RoomId, i64)],
        sessions: &HashSet<SessionKey>,
    ) {
        // People who are many at once are looked up, not searched for.
        let mut rooms: HashMap<UserId, HashMap<RoomId, i64>> = HashMap::new();
        for (user, room, head) in memberships {
            rooms.entry(*user).or_default().insert(*room, *head);
        }
        let none = HashMap::new();
        let mut registry = self.registry();
        for (user, version) in users {
            let Some(present) = registry.users.get_mut(user) else {
                continue;
            };
            // Their read positions may be what has changed.
            let stirs = present.version != *version;
            present.version = *version;
            let listeners: Vec<_> = present.listeners.iter().copied().collect();
            let rooms = rooms.get(user).unwrap_or(&none);
            for id in listeners {
                for room in registry.settle_one(id, rooms, sessions) {
                    self.fall_silent(room);
                }
            }
            if stirs {
                registry.stir_person(*user);
            }
        }
    }
}
