//! Which channels this node wants to hear, which ones Redis has confirmed, and who waits for that.
//!
//! It knows no Redis and does no I/O. Invariant: while a link is there, each channel of which wish
//! and confirmation differ is in `changed` or in the batch that the link is sending.

use std::collections::{HashMap, HashSet};

use tokio::sync::oneshot;

use super::super::Channel;

/// How many subscriptions change in one write.
const BATCH: usize = 1_000;

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum Phase {
    #[default]
    Away,
    /// Connected; the wanted channels are being subscribed.
    Rising,
    Up,
}

#[derive(Debug, Default)]
pub(super) struct Wishes {
    phase: Phase,
    /// Which link is there: what an earlier one still says is not heard.
    link: u64,
    wanted: HashSet<Channel>,
    /// Confirmed on this link.
    held: HashSet<Channel>,
    changed: HashSet<Channel>,
    /// Being unsubscribed: that Redis says so is no news.
    leaving: HashSet<Channel>,
    waiting: HashMap<Channel, Vec<oneshot::Sender<()>>>,
}

/// What became of the wish to hear a channel.
#[derive(Debug)]
pub(super) enum Wish {
    Held,
    /// Confirmed through this, which is dropped when the link is lost or the wish is withdrawn.
    Pending(oneshot::Receiver<()>),
    Away,
}

/// Subscriptions to change at Redis.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) join: Vec<Channel>,
    pub(super) leave: Vec<Channel>,
}

impl Wishes {
    pub(super) fn want(&mut self, channel: Channel) -> Wish {
        self.wanted.insert(channel);
        if self.phase == Phase::Up && self.held.contains(&channel) && !self.is_moving(channel) {
            return Wish::Held;
        }
        self.note(channel);
        if self.phase != Phase::Up {
            return Wish::Away;
        }
        let (confirm, confirmed) = oneshot::channel();
        let waiting = self.waiting.entry(channel).or_default();
        // Those who gave up waiting are not kept.
        waiting.retain(|other| !other.is_closed());
        waiting.push(confirm);
        Wish::Pending(confirmed)
    }

    pub(super) fn unwant(&mut self, channel: Channel) {
        self.wanted.remove(&channel);
        self.waiting.remove(&channel);
        self.note(channel);
    }

    pub(super) fn is_up(&self) -> bool {
        self.phase == Phase::Up
    }

    /// A new link, which holds nothing yet. Its number tells it from those before.
    pub(super) fn begin(&mut self) -> u64 {
        self.fall();
        self.phase = Phase::Rising;
        self.changed.clone_from(&self.wanted);
        self.link
    }

    /// The link stands from now on, if nothing has changed since it settled.
    pub(super) fn rise(&mut self) -> bool {
        let settled = self.changed.is_empty();
        if settled {
            self.phase = Phase::Up;
        }
        settled
    }

    /// The link is lost. Whether it stood.
    pub(super) fn fall(&mut self) -> bool {
        let stood = self.is_up();
        self.phase = Phase::Away;
        self.link += 1;
        self.held.clear();
        self.changed.clear();
        self.leaving.clear();
        self.waiting.clear();
        stood
    }

    /// What to send next; nothing when Redis holds what is wanted.
    pub(super) fn take(&mut self) -> Option<Batch> {
        if self.changed.is_empty() {
            return None;
        }
        let some: Vec<Channel> = self.changed.iter().take(BATCH).copied().collect();
        let mut batch = Batch::default();
        for channel in some {
            self.changed.remove(&channel);
            match (self.wanted.contains(&channel), self.held.contains(&channel)) {
                (true, false) => batch.join.push(channel),
                (false, true) => {
                    self.leaving.insert(channel);
                    batch.leave.push(channel);
                }
                (true, true) => self.confirm(channel),
                (false, false) => {}
            }
        }
        Some(batch)
    }

    /// Redis has confirmed a batch.
    pub(super) fn done(&mut self, batch: &Batch) {
        for channel in &batch.join {
            self.held.insert(*channel);
            self.confirm(*channel);
        }
        for channel in &batch.leave {
            self.held.remove(channel);
            self.leaving.remove(channel);
        }
    }

    /// Whether a message on a link is for somebody.
    pub(super) fn hears(&self, link: u64, channel: Channel) -> bool {
        self.link == link && self.wanted.contains(&channel)
    }

    /// Whether this link asked to leave a channel. A cluster ends subscriptions by itself when
    /// their slot moves.
    pub(super) fn is_leaving(&self, channel: Channel) -> bool {
        self.leaving.contains(&channel)
    }

    fn is_moving(&self, channel: Channel) -> bool {
        self.changed.contains(&channel) || self.leaving.contains(&channel)
    }

    fn note(&mut self, channel: Channel) {
        // While the link is away, the next one starts from all that is wanted.
        if self.phase != Phase::Away {
            self.changed.insert(channel);
        }
    }

    fn confirm(&mut self, channel: Channel) {
        for waiting in self.waiting.remove(&channel).into_iter().flatten() {
            // Whoever gave up waiting does not mind.
            let _ = waiting.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ROOM: Channel = Channel(Uuid::from_u128(1));

    fn up() -> Wishes {
        let mut wishes = Wishes::default();
        wishes.begin();
        assert!(wishes.rise());
        wishes
    }

    #[test]
    fn a_wish_is_confirmed_when_redis_has_confirmed_it() {
        let mut wishes = up();
        let Wish::Pending(mut confirmed) = wishes.want(ROOM) else {
            panic!("nothing is held yet");
        };
        let batch = wishes.take().unwrap();
        assert_eq!(batch.join, [ROOM]);
        assert!(confirmed.try_recv().is_err());
        wishes.done(&batch);
        assert_eq!(confirmed.try_recv(), Ok(()));
        assert!(matches!(wishes.want(ROOM), Wish::Held));
        assert!(wishes.take().is_none());
    }

    #[test]
    fn who_comes_back_while_redis_is_told_to_leave_waits_for_a_new_subscription() {
        let mut wishes = up();
        wishes.want(ROOM);
        let batch = wishes.take().unwrap();
        wishes.done(&batch);
        wishes.unwant(ROOM);
        let leave = wishes.take().unwrap();
        assert_eq!(leave.leave, [ROOM]);
        assert!(wishes.is_leaving(ROOM));
        let Wish::Pending(mut confirmed) = wishes.want(ROOM) else {
            panic!("it is being left");
        };
        wishes.done(&leave);
        assert!(confirmed.try_recv().is_err());
        let join = wishes.take().unwrap();
        assert_eq!(join.join, [ROOM]);
        wishes.done(&join);
        assert_eq!(confirmed.try_recv(), Ok(()));
    }

    #[test]
    fn who_comes_back_before_redis_is_told_keeps_the_subscription() {
        let mut wishes = up();
        wishes.want(ROOM);
        let batch = wishes.take().unwrap();
        wishes.done(&batch);
        wishes.unwant(ROOM);
        assert!(!wishes.hears(wishes.link, ROOM), "nobody waits for Redis");
        let Wish::Pending(mut confirmed) = wishes.want(ROOM) else {
            panic!("Redis may be told to leave it");
        };
        let batch = wishes.take().unwrap();
        assert!(batch.join.is_empty() && batch.leave.is_empty());
        assert_eq!(confirmed.try_recv(), Ok(()));
    }

    #[test]
    fn a_link_does_not_stand_before_a_late_wish_is_granted() {
        let mut wishes = Wishes::default();
        wishes.begin();
        assert!(matches!(wishes.want(ROOM), Wish::Away));
        assert!(!wishes.rise() && !wishes.is_up());
        let batch = wishes.take().unwrap();
        wishes.done(&batch);
        assert!(wishes.rise() && wishes.is_up());
    }

    #[test]
    fn a_new_link_starts_from_all_that_is_wanted_and_the_old_one_is_not_heard() {
        let mut wishes = Wishes::default();
        assert!(matches!(wishes.want(ROOM), Wish::Away));
        let first = wishes.begin();
        assert!(wishes.hears(first, ROOM));
        assert_eq!(wishes.take().unwrap().join, [ROOM]);
        assert!(!wishes.fall(), "it never stood");
        let second = wishes.begin();
        assert_eq!(wishes.take().unwrap().join, [ROOM]);
        assert!(!wishes.hears(first, ROOM) && wishes.hears(second, ROOM));
        assert!(wishes.rise());
        assert!(wishes.fall());
    }
}
