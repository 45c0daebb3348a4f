//! Who has a room open, on this node and on the others. Never stored; what a node says of itself is
//! forgotten when it has been silent for a while.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use app::{
    accounts::{Privacy, User},
    ids::{RoomId, UserId},
    live::wire::ServerFrame,
};
use tokio::time::Instant;
use uuid::Uuid;

use super::registry::{Registry, encode};

/// How often a node repeats who is there, so that others know that it lives.
pub(super) const REPEAT: Duration = Duration::from_secs(10);

/// How long what another node has said holds.
const EXPIRY: Duration = Duration::from_secs(30);

/// With more people than this, only their number is told.
const MOST_NAMED: usize = 200;

/// The people of one room.
#[derive(Debug, Default)]
pub(super) struct People {
    elsewhere: HashMap<Uuid, (Vec<User>, Instant)>,
    /// What this node's listeners were told last.
    told: Vec<UserId>,
    /// What the other nodes were told last, and when.
    said: Option<(Vec<UserId>, Instant)>,
    /// Somebody has come who was told nothing yet.
    pub(super) newcomer: bool,
}

impl People {
    /// Another node has said who is there.
    pub(super) fn heard(&mut self, node: Uuid, people: Vec<User>, now: Instant) {
        if people.is_empty() {
            self.elsewhere.remove(&node);
        } else {
            self.elsewhere.insert(node, (people, now));
        }
    }

    /// What other nodes have said of it is told to nobody.
    fn forget_others(&mut self) {
        self.elsewhere.clear();
    }

    /// Whether a node that has been silent for too long is still in here.
    fn has_expired(&self, now: Instant) -> bool {
        self.elsewhere
            .values()
            .any(|(_, heard)| now - *heard > EXPIRY)
    }

    /// Everybody, each once, and whether the other nodes are to be told `here`.
    fn settle(&mut self, here: &BTreeMap<UserId, User>, now: Instant) -> Settled {
        self.elsewhere
            .retain(|_, (_, heard)| now - *heard <= EXPIRY);
        let mut all = here.clone();
        for (people, _) in self.elsewhere.values() {
            all.extend(people.iter().map(|user| (user.id, user.clone())));
        }
        let ids: Vec<_> = all.keys().copied().collect();
        let tell = std::mem::take(&mut self.newcomer) || ids != self.told;
        self.told = ids;
        let own: Vec<_> = here.keys().copied().collect();
        let say = self
            .said
            .as_ref()
            .is_none_or(|(said, at)| *said != own || now - *at >= REPEAT);
        if say {
            self.said = Some((own, now));
        }
        Settled { all, tell, say }
    }
}

struct Settled {
    all: BTreeMap<UserId, User>,
    tell: bool,
    say: bool,
}

impl Registry {
    /// Whether nobody is told that this person is here.
    pub(super) fn hides(&self, user: UserId) -> bool {
        let present = self.users.get(&user);
        present.is_some_and(|present| !present.privacy.shows_presence)
    }

    /// Whether this person shows how far they have read, and so is told of others' reading.
    pub(super) fn shows_reading(&self, user: UserId) -> bool {
        let present = self.users.get(&user);
        present.is_some_and(|present| present.privacy.shows_reading)
    }

    /// What somebody lets others see from now on: those who are with them learn whether they are here.
    pub(super) fn learn_privacy(&mut self, user: UserId, privacy: Privacy) {
        let Some(present) = self.users.get_mut(&user) else {
            return;
        };
        let before = std::mem::replace(&mut present.privacy, privacy);
        if before.shows_presence == privacy.shows_presence {
            return;
        }
        let listeners = present.listeners.iter();
        let handles = listeners.filter_map(|id| self.listeners.get(id));
        let rooms = handles.flat_map(|handle| handle.rooms.keys());
        self.moved.extend(rooms);
    }

    /// Whether a room is a conversation that has ended: who is there learns that nobody is.
    pub(super) fn learn_ended(&mut self, id: RoomId, ended: bool) {
        if let Some(room) = self.rooms.get_mut(&id)
            && room.ended != ended
        {
            room.ended = ended;
            self.moved.insert(id);
        }
    }

    /// Tells this node's listeners who is in the rooms whose people have moved. Returns what the
    /// other nodes are to be told.
    pub(super) fn tell_presence(&mut self, now: Instant) -> Vec<(RoomId, Vec<User>)> {
        let due = self.rooms.iter().filter(|(_, room)| {
            let said = room.people.said.as_ref();
            said.is_some_and(|(_, at)| now - *at >= REPEAT) || room.people.has_expired(now)
        });
        let due: Vec<_> = due.map(|(id, _)| *id).collect();
        self.moved.extend(due);
        let mut says = Vec::new();
        for id in std::mem::take(&mut self.moved) {
            let Some(room) = self.rooms.get_mut(&id) else {
                continue;
            };
            let ended = room.ended;
            if ended {
                room.people.forget_others();
            }
            let handles = room
                .listeners
                .iter()
                .filter_map(|id| self.listeners.get(id));
            let here: BTreeMap<_, _> = handles
                .filter(|handle| !ended && handle.last(id).is_some())
                .filter_map(|handle| handle.user.as_ref())
                .filter(|user| {
                    let present = self.users.get(&user.id);
                    present.is_none_or(|present| present.privacy.shows_presence)
                })
                .map(|user| (user.id, user.clone()))
                .collect();
            let Settled { all, tell, say } = room.people.settle(&here, now);
            if say {
                says.push((id, here.into_values().collect()));
            }
            if !tell {
                continue;
            }
            let frame = ServerFrame::Presence {
                room: id,
                count: all.len(),
                people: (all.len() <= MOST_NAMED).then(|| all.into_values().collect()),
            };
            let Some(frame) = encode(&frame) else {
                continue;
            };
            for listener in &room.listeners {
                if let Some(handle) = self.listeners.get(listener)
                    && handle.last(id).is_some()
                {
                    handle.push_if_idle(frame.clone());
                }
            }
        }
        says
    }
}

#[cfg(test)]
mod tests {
    use app::accounts::Handle;

    use super::*;

    fn user(name: &str) -> User {
        User {
            id: UserId::new(),
            handle: Handle::parse(name).unwrap(),
        }
    }

    #[test]
    fn a_node_that_falls_silent_takes_its_people_with_it() {
        let mut people = People::default();
        let (ana, ben) = (user("ana"), user("ben"));
        let here = BTreeMap::from([(ana.id, ana)]);
        let (node, start) = (Uuid::now_v7(), Instant::now());
        people.heard(node, vec![ben], start);
        let first = people.settle(&here, start);
        assert!(first.all.len() == 2 && first.tell && first.say);
        let again = people.settle(&here, start + Duration::from_secs(1));
        assert!(!again.tell && !again.say);
        let later = start + Duration::from_secs(31);
        assert!(people.has_expired(later));
        let last = people.settle(&here, later);
        assert!(last.all.len() == 1 && last.tell && last.say);
    }
}
