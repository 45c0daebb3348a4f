//! Consecutive changes of a room, encoded once for everybody who may see all of them.

use std::sync::Arc;

use app::{
    ids::{RoomId, UserId},
    live::wire::ServerFrame,
    messages::Changes,
};

use super::{feed::Stretch, mailbox::Outbound, registry::encode};

#[derive(Debug, Clone)]
pub(super) struct Batch {
    changes: Arc<Changes>,
    whole: Outbound,
    /// The lowest place of any item.
    oldest: i64,
}

impl Stretch for Batch {
    fn first(&self) -> i64 {
        self.changes.first_seq
    }

    fn last(&self) -> i64 {
        self.changes.last_seq
    }
}

impl Batch {
    pub(super) fn new(changes: Changes) -> Option<Self> {
        let frame = ServerFrame::Changes(changes);
        let whole = encode(&frame)?;
        let ServerFrame::Changes(changes) = frame else {
            return None;
        };
        Some(Self::encoded(changes, whole))
    }

    /// From the text that another node has encoded.
    pub(super) fn decode(text: Outbound) -> Option<Self> {
        match text.parse() {
            Ok(ServerFrame::Changes(changes)) => Some(Self::encoded(changes, text)),
            _ => None,
        }
    }

    fn encoded(changes: Changes, whole: Outbound) -> Self {
        let oldest = changes.items.iter().map(|item| item.seq).min();
        Self {
            oldest: oldest.unwrap_or(i64::MAX),
            changes: Arc::new(changes),
            whole,
        }
    }

    pub(super) fn room(&self) -> RoomId {
        self.changes.room
    }

    pub(super) fn bytes(&self) -> usize {
        self.whole.len()
    }

    pub(super) fn text(&self) -> &Outbound {
        &self.whole
    }

    /// The frame for those who may see the places from `visible_from` on. What they may not see is
    /// left out; the numbers stay.
    pub(super) fn frame_for(&self, visible_from: i64) -> Option<Outbound> {
        if visible_from <= self.oldest {
            return Some(self.whole.clone());
        }
        let mut changes = Changes::clone(&self.changes);
        changes.items.retain(|item| item.seq >= visible_from);
        encode(&ServerFrame::Changes(changes))
    }

    /// The number above `last` at which somebody left the room, or was removed from it.
    pub(super) fn gone_at(&self, user: UserId, last: i64) -> Option<i64> {
        let items = self.changes.items.iter();
        let ends = items.filter(|item| item.kind.ends_membership() && item.sender.id == user);
        ends.map(|item| item.seq).filter(|seq| *seq > last).min()
    }

    /// What has changed up to a number: who is gone then hears of their going, and of nothing after it.
    pub(super) fn up_to(&self, last: i64) -> Option<Self> {
        let mut changes = Changes::clone(&self.changes);
        changes.last_seq = last;
        changes.items.retain(|item| item.version <= last);
        Self::new(changes)
    }

    pub(super) fn has_gone(&self) -> bool {
        self.changes
            .items
            .iter()
            .any(|item| item.kind.ends_membership())
    }
}
