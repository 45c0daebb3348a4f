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

/// How long somebody who changes theirs again and again is not told of.
const PAUSE: Duration = Duration::from_secs(1);

/// The version of each profile that was told last, and when; of those that have changed within seconds.
#[derive(Debug, Default)]
pub(super) struct Told(HashMap<UserId, (i64, Instant)>);

impl Told {
    /// Which of these are to be told now. The others were, or are in a later round.
    pub(super) fn untold(&mut self, changed: &[(UserId, i64)], now: Instant) -> Vec<(UserId, i64)> {
        if self.0.is_empty() && changed.is_empty() {
            return Vec::new();
        }
        let lately: HashSet<_> = changed.iter().map(|(user, _)| *user).collect();
        self.0.retain(|user, _| lately.contains(user));
        let due = changed.iter().filter(|(user, version)| {
            let told = self.0.get(user);
            told.is_none_or(|(told, at)| told != version && now - *at >= PAUSE)
        });
        due.copied().collect()
    }
}

impl Hub {
    /// Tells of these, whose owners have these `memberships`.
    pub(super) fn tell_profiles(
        &self,
        profiles: &[(UserId, i64)],
        memberships: &[(UserId, RoomId, i64)],
    ) {
        let now = Instant::now();
        let mut registry = self.registry();
        for (user, version) in profiles {
            registry.profiles.0.insert(*user, (*version, now));
            let Some(frame) = encode(&ServerFrame::Profile { whose: *user }) else {
                continue;
            };
            let own = registry.users.get(user);
            let own = own.into_iter().flat_map(|present| &present.listeners);
            let rooms = memberships.iter().filter(|(member, ..)| member == user);
            let rooms = rooms.filter_map(|(_, room, _)| registry.watched.get(room));
            let others = rooms.flat_map(|watched| &watched.listeners);
            // Each once, however many rooms they share.
            let ears: HashSet<_> = own.chain(others).collect();
            let handles = ears.into_iter().filter_map(|id| registry.listeners.get(id));
            for handle in handles.filter(|handle| handle.wants_news) {
                handle.push(frame.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_told_once_and_those_that_follow_at_once_as_one() {
        let (ana, start) = (UserId::new(), Instant::now());
        let after = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut told = Told::default();
        assert_eq!(told.untold(&[(ana, 1)], start), [(ana, 1)]);
        told.0.insert(ana, (1, start));
        assert!(told.untold(&[(ana, 1)], after(2000)).is_empty());
        // Three changes within a second are one.
        for version in 2..5 {
            assert!(told.untold(&[(ana, version)], after(500)).is_empty());
        }
        assert_eq!(told.untold(&[(ana, 4)], after(1000)), [(ana, 4)]);
        assert!(told.untold(&[], after(3000)).is_empty());
        assert!(told.0.is_empty(), "what is over is forgotten");
    }
}
