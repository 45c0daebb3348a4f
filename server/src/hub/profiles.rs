//! Whose profile has changed, for those who share a room with them. Every node finds it in the database, as
//! it finds who may still listen: it is heard with and without the bus, by who has no room open too.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use app::{
    ids::{RoomId, UserId},
    live::wire::ServerFrame,
};
use tokio::time::Instant;

use super::{node::Hub, registry::encode};

/// How long somebody who changes theirs again and again is not told of, for each of so many who hear it: all
/// of them ask for what it is now. It is less than what the database is asked about.
const PAUSE: Duration = Duration::from_secs(1);
const CROWD: usize = 200;
const MOST_PAUSE: Duration = Duration::from_secs(30);

/// Somebody's profile that is to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Changed {
    pub(super) user: UserId,
    pub(super) version: i64,
    /// Whether they may look otherwise.
    pub(super) picture: bool,
}

/// What was told last of a profile, and until when no more is.
#[derive(Debug)]
struct Last {
    version: i64,
    until: Instant,
}

/// Of those that have changed within the minute.
#[derive(Debug, Default)]
pub(super) struct Told(HashMap<UserId, Last>);

impl Told {
    /// Which of these are to be told now, with the version since which each is seen to look otherwise. The
    /// others were, or are in a later round.
    pub(super) fn untold(
        &mut self,
        changed: &[(UserId, i64)],
        pictures: &HashMap<UserId, i64>,
        now: Instant,
    ) -> Vec<Changed> {
        if self.0.is_empty() && changed.is_empty() {
            return Vec::new();
        }
        let lately: HashSet<_> = changed.iter().map(|(user, _)| *user).collect();
        self.0.retain(|user, _| lately.contains(user));
        let due = changed.iter().filter_map(|(user, version)| {
            let last = self.0.get(user);
            let due = last.is_none_or(|last| last.version != *version && now >= last.until);
            let since = last.map_or(0, |last| last.version);
            due.then(|| Changed {
                user: *user,
                version: *version,
                picture: pictures.get(user).is_some_and(|picture| *picture > since),
            })
        });
        due.collect()
    }

    /// So many have been told.
    fn tell(&mut self, changed: Changed, ears: usize, now: Instant) {
        let crowds = u32::try_from(ears.div_ceil(CROWD)).unwrap_or(u32::MAX);
        let pause = PAUSE.saturating_mul(crowds).clamp(PAUSE, MOST_PAUSE);
        let last = Last {
            version: changed.version,
            until: now + pause,
        };
        self.0.insert(changed.user, last);
    }
}

impl Hub {
    /// Tells of these, whose owners have these `memberships`.
    pub(super) fn tell_profiles(
        &self,
        profiles: &[Changed],
        memberships: &[(UserId, RoomId, i64)],
    ) {
        let now = Instant::now();
        let mut registry = self.registry();
        for changed in profiles {
            let user = changed.user;
            let Some(frame) = encode(&ServerFrame::Profile {
                whose: user,
                picture: changed.picture,
            }) else {
                continue;
            };
            let own = registry.users.get(&user);
            let own = own.into_iter().flat_map(|present| &present.listeners);
            let rooms = memberships.iter().filter(|(member, ..)| *member == user);
            let rooms = rooms.filter_map(|(_, room, _)| registry.watched.get(room));
            let others = rooms.flat_map(|watched| &watched.listeners);
            // Each once, however many rooms they share.
            let ears: HashSet<_> = own.chain(others).collect();
            let handles = ears.iter().filter_map(|id| registry.listeners.get(id));
            for handle in handles.filter(|handle| handle.wants_news) {
                handle.push(frame.clone());
            }
            let ears = ears.len();
            registry.profiles.tell(*changed, ears, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(user: UserId, version: i64, picture: bool) -> Changed {
        Changed {
            user,
            version,
            picture,
        }
    }

    #[test]
    fn each_change_is_told_once_and_those_that_follow_at_once_as_one() {
        let (ana, start) = (UserId::new(), Instant::now());
        let after = |milliseconds| start + Duration::from_millis(milliseconds);
        let (mut told, none) = (Told::default(), HashMap::new());
        let first = changed(ana, 1, false);
        assert_eq!(told.untold(&[(ana, 1)], &none, start), [first]);
        told.tell(first, 3, start);
        assert!(told.untold(&[(ana, 1)], &none, after(2000)).is_empty());
        // Three changes within a second are one.
        for version in 2..5 {
            let untold = told.untold(&[(ana, version)], &none, after(500));
            assert!(untold.is_empty());
        }
        let last = changed(ana, 4, false);
        assert_eq!(told.untold(&[(ana, 4)], &none, after(1000)), [last]);
        assert!(told.untold(&[], &none, after(3000)).is_empty());
        assert!(told.0.is_empty(), "what is over is forgotten");
    }

    #[test]
    fn the_more_hear_of_somebody_the_longer_they_are_not_told_of_again() {
        let (ana, start) = (UserId::new(), Instant::now());
        let (mut told, none) = (Told::default(), HashMap::new());
        for (ears, seconds) in [(0, 1), (200, 1), (201, 2), (1000, 5), (1_000_000, 30)] {
            told.tell(changed(ana, 1, false), ears, start);
            let due = start + Duration::from_secs(seconds);
            let before = due - Duration::from_millis(1);
            assert!(told.untold(&[(ana, 2)], &none, before).is_empty(), "{ears}");
            assert_eq!(told.untold(&[(ana, 2)], &none, due).len(), 1, "{ears}");
        }
    }

    #[test]
    fn how_somebody_looks_is_fetched_again_only_when_that_has_changed() {
        let (ana, start) = (UserId::new(), Instant::now());
        let pictures = HashMap::from([(ana, 2)]);
        let mut told = Told::default();
        let untold = told.untold(&[(ana, 3)], &pictures, start);
        assert_eq!(untold, [changed(ana, 3, true)]);
        told.tell(untold[0], 1, start);
        let later = start + Duration::from_secs(5);
        let untold = told.untold(&[(ana, 4)], &pictures, later);
        assert_eq!(untold, [changed(ana, 4, false)]);
    }
}
