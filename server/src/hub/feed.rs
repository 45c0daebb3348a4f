//! One room's changes on their way through this node: a pure machine that puts them in order.
//!
//! Changes come from this node's own commits, from other nodes and from the database, late, twice
//! or not at all. Invariant: what goes out is consecutive from the start, and nothing goes out twice.

use std::collections::BTreeMap;

/// How many stretches may wait for what is missing before them. More are dropped: the database has
/// them.
const MOST_WAITING: usize = 1024;

/// Consecutive sequence numbers, from the first to the last.
pub(super) trait Stretch {
    fn first(&self) -> i64;
    fn last(&self) -> i64;
}

#[derive(Debug)]
pub(super) struct Feed<T> {
    /// The next number to go out; none until the room's head has been read once.
    next: Option<i64>,
    waiting: BTreeMap<i64, T>,
}

impl<T> Default for Feed<T> {
    fn default() -> Self {
        Self {
            next: None,
            waiting: BTreeMap::new(),
        }
    }
}

impl<T: Stretch> Feed<T> {
    /// The last number that has gone out.
    pub(super) fn last(&self) -> Option<i64> {
        self.next.map(|next| next - 1)
    }

    /// Whether something waits for what is missing before it, or `head` says that there is more.
    pub(super) fn is_behind(&self, head: i64) -> bool {
        self.next.is_some_and(|next| head >= next) || self.has_gap()
    }

    pub(super) fn has_gap(&self) -> bool {
        self.next.is_some() && !self.waiting.is_empty()
    }

    /// Whether the database has less than what went out: it is another one now.
    pub(super) fn is_ahead_of(&self, head: i64) -> bool {
        self.last().is_some_and(|last| last > head)
    }

    /// The head has been read: what is beyond it is news. Starting twice changes nothing.
    #[must_use]
    pub(super) fn start(&mut self, head: i64) -> Vec<T> {
        if self.next.is_none() {
            self.next = Some(head + 1);
        }
        self.drain()
    }

    /// Takes a stretch in; returns what can go out now, in order.
    #[must_use]
    pub(super) fn offer(&mut self, stretch: T) -> Vec<T> {
        if self.waiting.len() < MOST_WAITING {
            let known = self.waiting.get(&stretch.first());
            if known.is_none_or(|known| known.last() < stretch.last()) {
                self.waiting.insert(stretch.first(), stretch);
            }
        }
        self.drain()
    }

    /// Everything up to `head` is given up: listeners fetch it themselves.
    #[must_use]
    pub(super) fn skip_to(&mut self, head: i64) -> Vec<T> {
        self.next = Some(head + 1);
        self.drain()
    }

    fn drain(&mut self) -> Vec<T> {
        let mut out = Vec::new();
        let Some(mut next) = self.next else {
            return out;
        };
        while let Some(entry) = self.waiting.first_entry() {
            if *entry.key() > next {
                break;
            }
            let stretch = entry.remove();
            if stretch.last() >= next {
                next = stretch.last() + 1;
                out.push(stretch);
            }
        }
        self.next = Some(next);
        out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    impl Stretch for (i64, i64) {
        fn first(&self) -> i64 {
            self.0
        }

        fn last(&self) -> i64 {
            self.1
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_goes_out_in_order_and_once(
            start in 0..10_i64,
            stretches in prop::collection::vec((1..30_i64, 0..4_i64), 0..60),
        ) {
            let mut feed = Feed::default();
            let mut last = start;
            let mut out = feed.start(start);
            for (first, length) in stretches {
                out.extend(feed.offer((first, first + length)));
            }
            let known = feed.last().unwrap();
            out.extend(feed.offer((known + 1, 40)));
            for (first, to) in out {
                prop_assert!(first <= last + 1 && last < to, "{first}..{to} after {last}");
                last = to;
            }
            prop_assert_eq!(last, 40);
            prop_assert!(!feed.has_gap());
        }
    }

    #[test]
    fn what_comes_before_the_head_is_known_waits_for_it() {
        let mut feed = Feed::default();
        assert!(feed.offer((5, 5)).is_empty());
        assert!(!feed.has_gap(), "nobody knows yet what is missing");
        assert_eq!(feed.start(4), [(5, 5)]);
        assert!(feed.offer((7, 7)).is_empty());
        assert!(feed.has_gap() && feed.is_behind(5));
        assert_eq!(feed.offer((6, 7)), [(6, 7)]);
        assert!(!feed.is_behind(7) && feed.is_behind(8));
    }

    #[test]
    fn a_database_that_went_back_is_noticed() {
        let mut feed = Feed::<(i64, i64)>::default();
        let _ = feed.start(9);
        assert!(!feed.is_ahead_of(9));
        assert!(feed.is_ahead_of(8));
        let _ = feed.skip_to(3);
        assert_eq!(feed.last(), Some(3));
    }
}
