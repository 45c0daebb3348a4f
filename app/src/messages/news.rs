//! What frames tell beyond the window that is loaded: of the room, and of what is new in it.

use std::collections::VecDeque;

use super::{Hidden, Message, MessageKind};

/// New messages are counted up to this.
pub(super) const MOST_UNSEEN: usize = 100;

/// How many changes outside the window are kept for a page that is on its way.
const MOST_SKIPPED: usize = 100;

/// What has happened in the room since it was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    grown: i64,
    name: Option<String>,
    topic: Option<String>,
    /// The places of new messages that were not on screen, in order.
    unseen: Vec<i64>,
}

impl News {
    /// By how many people the room has grown.
    pub fn grown(&self) -> i64 {
        self.grown
    }

    /// Its name, if it has another one by now.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Its topic, if it has another one by now.
    pub fn topic(&self) -> Option<&str> {
        self.topic.as_deref()
    }

    /// The first new message that was not on screen, and how many there are, counted up to 100.
    pub fn unseen(&self) -> Option<(i64, usize)> {
        let first = self.unseen.first()?;
        Some((*first, self.unseen.len()))
    }

    /// A row that was not there before.
    pub(super) fn note(&mut self, row: &Message, hidden: &Hidden) {
        match row.kind {
            // Words that were taken back: the room keeps the name and the topic that it has.
            _ if row.deleted => {}
            MessageKind::Text if hidden.has(row.sender.id) => {}
            MessageKind::Text if self.unseen.len() < MOST_UNSEEN => self.unseen.push(row.seq),
            MessageKind::Joined => self.grown += 1,
            MessageKind::Renamed => self.name = Some(row.body.clone()),
            MessageKind::Topic => self.topic = Some(row.body.clone()),
            kind if kind.ends_membership() => self.grown -= 1,
            _ => {}
        }
    }

    pub(super) fn see(&mut self, seen: i64) {
        self.unseen.retain(|place| *place > seen);
    }
}

/// The latest changes of rows outside the window. A page that was read before them, and arrives after
/// them, is put right by them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Skipped {
    changes: VecDeque<Message>,
    /// Changes up to this sequence number are kept no more.
    dropped: i64,
}

impl Skipped {
    pub(super) fn push(&mut self, row: Message) {
        self.changes.push_back(row);
        if self.changes.len() > MOST_SKIPPED
            && let Some(row) = self.changes.pop_front()
        {
            self.dropped = self.dropped.max(row.version);
        }
    }

    /// Whether all that changed after `head` is here.
    pub(super) fn complete(&self, head: i64) -> bool {
        self.dropped <= head
    }

    pub(super) fn take(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.changes).into()
    }
}
