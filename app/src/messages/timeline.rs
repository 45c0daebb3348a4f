//! What a client knows of one room's history: a pure fold of pages and changes.
//!
//! It refuses to know sockets and signals. Invariant: page + changes == a fresh page; a row is only
//! ever replaced by a later version of itself.

use std::collections::BTreeMap;

use super::{Changes, Message, MessageKind, Page};
use crate::ids::ClientId;

/// A loaded window of history that grows at both ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// By place.
    rows: BTreeMap<i64, Message>,
    /// Every change up to this sequence number is in `rows`, where it concerns the window.
    last: i64,
    /// Where the window begins: ask for the page before it. None when it reaches the beginning.
    before: Option<i64>,
}

/// What a frame of changes was, seen from what the timeline knew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// It followed, and is applied.
    Applied,
    /// It was known already.
    Known,
    /// Something is missing in between: subscribe again from `last`.
    Gap,
}

impl Timeline {
    /// Starts from the newest page.
    pub fn new(page: Page) -> Self {
        let mut timeline = Self {
            last: page.head,
            before: page.before,
            ..Self::default()
        };
        timeline.merge(page.messages);
        timeline
    }

    /// Every change up to this sequence number is known.
    pub fn last(&self) -> i64 {
        self.last
    }

    /// The place before which history goes on, if it does.
    pub fn before(&self) -> Option<i64> {
        self.before
    }

    /// Whether nobody has said anything yet.
    pub fn is_quiet(&self) -> bool {
        self.before.is_none() && self.rows.values().all(|row| row.kind != MessageKind::Text)
    }

    /// By how many people the room has grown after the place `seq`.
    pub fn joined_after(&self, seq: i64) -> i64 {
        let after = self.rows.range(seq + 1..);
        after
            .map(|(_, row)| match row.kind {
                MessageKind::Joined => 1,
                kind if kind.ends_membership() => -1,
                _ => 0,
            })
            .sum()
    }

    /// What the newest system line of this kind says.
    pub fn last_said(&self, kind: MessageKind) -> Option<&str> {
        let mut rows = self.rows.values().rev();
        rows.find(|row| row.kind == kind)
            .map(|row| row.body.as_str())
    }

    /// Oldest first.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.rows.values()
    }

    /// Whether the message that a client named so is here.
    pub fn contains(&self, id: ClientId) -> bool {
        // A send that is still pending is among the newest, so the search ends soon.
        self.rows
            .values()
            .rev()
            .any(|message| message.client_id == Some(id))
    }

    /// Applies a frame as a whole, or not at all.
    pub fn apply(&mut self, changes: Changes) -> Judged {
        if changes.last_seq <= self.last {
            return Judged::Known;
        }
        if changes.first_seq > self.last + 1 {
            return Judged::Gap;
        }
        self.last = changes.last_seq;
        self.merge(changes.items);
        Judged::Applied
    }

    /// Puts the page before the place `asked` in front; one that was asked for twice is ignored.
    /// What changes have already told is not put back.
    pub fn extend_back(&mut self, asked: i64, page: Page) {
        if self.before == Some(asked) {
            self.before = page.before;
            self.merge(page.messages);
        }
    }

    /// A row outside the loaded window is skipped: it comes with its page.
    fn merge(&mut self, items: Vec<Message>) {
        let window = self.before.unwrap_or(i64::MIN);
        for item in items.into_iter().filter(|item| item.seq >= window) {
            let newer = self
                .rows
                .get(&item.seq)
                .is_none_or(|row| row.version < item.version);
            if newer {
                self.rows.insert(item.seq, item);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        accounts::{Handle, User},
        ids::{MessageId, RoomId, UserId},
    };

    fn row(seq: i64, version: i64) -> Message {
        Message {
            id: MessageId(uuid::Uuid::from_u128(seq.unsigned_abs().into())),
            seq,
            version,
            kind: MessageKind::Text,
            sender: User {
                id: UserId(uuid::Uuid::nil()),
                handle: Handle::parse("ana").unwrap(),
            },
            client_id: None,
            body: format!("row {seq} as of {version}"),
            html: None,
            reply_to: None,
            reactions: Vec::new(),
            pinned: false,
            edited: version > seq,
            deleted: false,
            sent_at: 0,
        }
    }

    fn changes(first_seq: i64, last_seq: i64, items: Vec<Message>) -> Changes {
        Changes {
            room: RoomId(uuid::Uuid::nil()),
            first_seq,
            last_seq,
            items,
        }
    }

    /// A room's history: at each sequence number a new row, or a change of an earlier one.
    #[derive(Debug, Clone)]
    struct History(Vec<i64>);

    impl History {
        fn any() -> impl Strategy<Value = Self> {
            prop::collection::vec(any::<Option<prop::sample::Index>>(), 1..40).prop_map(|steps| {
                let mut places = Vec::new();
                for (step, seq) in steps.iter().zip(1..) {
                    let place = match step {
                        Some(earlier) if !places.is_empty() => *earlier.get(&places),
                        _ => seq,
                    };
                    places.push(place);
                }
                Self(places)
            })
        }

        fn head(&self) -> i64 {
            i64::try_from(self.0.len()).unwrap()
        }

        /// The rows as they are after `head` changes.
        fn rows(&self, head: i64) -> BTreeMap<i64, Message> {
            let changes = self
                .0
                .iter()
                .zip(1..)
                .take_while(|(_, version)| *version <= head);
            changes
                .map(|(place, version)| (*place, row(*place, version)))
                .collect()
        }

        fn page(&self, head: i64, before: i64, size: usize) -> Page {
            let rows = self.rows(head);
            let mut messages: Vec<_> = rows.range(..before).map(|(_, row)| row.clone()).collect();
            let older = messages.len().saturating_sub(size);
            messages.drain(..older);
            let before = messages.first().map(|row| row.seq).filter(|_| older > 0);
            Page {
                messages,
                head,
                before,
                ..Page::default()
            }
        }

        fn frame(&self, first: i64, last: i64) -> Changes {
            let rows = self
                .rows(last)
                .into_values()
                .filter(|row| row.version >= first);
            changes(first, last, rows.collect())
        }
    }

    proptest! {
        #[test]
        fn a_page_and_the_changes_after_it_are_a_fresh_page(
            history in History::any(),
            start in any::<prop::sample::Index>(),
            steps in prop::collection::vec((0..6_i64, 0..6_i64), 0..30),
        ) {
            let start = i64::try_from(start.index(history.0.len())).unwrap();
            let mut timeline = Timeline::new(history.page(start, i64::MAX, 100));
            // Frames that overlap, repeat, or leave a gap, as a bad network makes them.
            for (back, length) in steps {
                let first = (timeline.last() + 2 - back).clamp(1, history.head());
                let last = (first + length).min(history.head());
                let known = timeline.clone();
                let judged = timeline.apply(history.frame(first, last));
                prop_assert_eq!(judged == Judged::Gap, first > known.last() + 1);
                if judged != Judged::Applied {
                    prop_assert_eq!(&timeline, &known);
                }
            }
            timeline.apply(history.frame(timeline.last() + 1, history.head()));
            prop_assert_eq!(timeline, Timeline::new(history.page(history.head(), i64::MAX, 100)));
        }

        #[test]
        fn an_older_page_never_puts_back_what_a_change_has_told(
            history in History::any(),
            asked_at in any::<prop::sample::Index>(),
            size in 1..5_usize,
        ) {
            let asked_at = i64::try_from(asked_at.index(history.0.len())).unwrap();
            let mut timeline = Timeline::new(history.page(asked_at, i64::MAX, size));
            let asked = timeline.before();
            // The older page is read before the changes come, and arrives after them.
            let older = asked.map(|place| history.page(asked_at, place, 100));
            timeline.apply(history.frame(asked_at + 1, history.head()));
            if let (Some(asked), Some(older)) = (asked, older) {
                timeline.extend_back(asked, older);
            }
            for message in timeline.messages().filter(|row| Some(row.seq) >= asked) {
                prop_assert_eq!(message, &history.rows(history.head())[&message.seq]);
            }
            prop_assert_eq!(timeline.last(), history.head());
        }
    }

    #[test]
    fn a_page_that_was_asked_for_twice_is_put_in_once() {
        let newest = Page {
            messages: vec![row(5, 5)],
            head: 5,
            before: Some(5),
            ..Page::default()
        };
        let mut timeline = Timeline::new(newest);
        let older = Page {
            messages: vec![row(4, 4)],
            head: 5,
            before: Some(4),
            ..Page::default()
        };
        timeline.extend_back(5, older.clone());
        let once = timeline.clone();
        timeline.extend_back(5, older);
        assert_eq!(timeline, once);
        assert_eq!(timeline.before(), Some(4));
    }
}
