//! What a client does of its own accord, and how that ends.

use app::{
    error::ErrorCode,
    ids::{ClientId, RoomId},
    live::{Phase, wire::ClientFrame},
    messages::Sent,
};

use super::{Client, Pace};
use crate::history::{Kind, What};

/// How many sends may be open before a client waits with the next one.
const MOST_OPEN: usize = 100;

/// How many of its own messages a client remembers, to change them.
const MOST_OWN: usize = 40;

impl Client {
    pub(super) fn accepted(&mut self, sent: Sent) {
        let room = self.outbox.room_of(sent.id);
        let known = room.and_then(|room| self.rooms.get(&room)?.last());
        self.outbox.accepted(sent, known);
        let Some(kind) = self.open.remove(&sent.id) else {
            return;
        };
        self.witness.note(What::Ok {
            op: sent.id,
            seq: sent.seq,
            message: Some(sent.message),
        });
        if let (Kind::Send, Some(room)) = (kind, room) {
            self.own.push((room, sent.message));
            if self.own.len() > MOST_OWN {
                self.own.remove(0);
            }
        }
    }

    pub(super) fn fail(&mut self, op: ClientId, code: ErrorCode) {
        if self.open.remove(&op).is_some() {
            self.witness.note(What::Failed { op, code });
        }
    }

    pub(super) fn begin(&mut self, kind: Kind, room: RoomId) -> ClientId {
        let op = ClientId::new();
        self.open.insert(op, kind);
        self.witness.note(What::Invoke { op, kind, room });
        op
    }

    /// One operation of its own accord.
    pub(super) fn act(&mut self, pace: Pace) {
        if self.open.len() >= MOST_OPEN || self.session.phase() == Phase::SignedOut {
            return;
        }
        let mut rooms: Vec<_> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.member && room.timeline.is_some())
            .map(|(id, _)| *id)
            .collect();
        rooms.sort_unstable();
        let change = self.dice.below(1000);
        let kind = match u64::try_from(change).unwrap_or(0) {
            change if change < pace.edits => Kind::Edit,
            change if change < pace.edits + pace.deletions => Kind::Delete,
            _ => Kind::Send,
        };
        if kind != Kind::Send {
            if self.session.phase() == Phase::Online && !pace.twice {
                self.change(kind);
            }
            return;
        }
        let Some(room) = self.dice.pick(&rooms).copied() else {
            return;
        };
        let body = self.words(pace.padding);
        if pace.twice {
            self.send_twice(room, body);
        } else {
            let op = self.begin(Kind::Send, room);
            self.outbox.push(room, op, body, None);
            self.flush();
        }
    }

    /// Words that nobody else says.
    fn words(&mut self, padding: usize) -> String {
        self.said += 1;
        let padding = "語".repeat(self.dice.below(padding + 1));
        format!("{} says {} {padding}", self.witness.client, self.said)
            .trim()
            .to_owned()
    }

    /// Edits or deletes one of its own messages.
    fn change(&mut self, kind: Kind) {
        if self.own.is_empty() {
            return;
        }
        let at = self.dice.below(self.own.len());
        let (room, message) = self.own[at];
        let id = self.begin(kind, room);
        let frame = if kind == Kind::Delete {
            self.own.remove(at);
            ClientFrame::Delete { room, id, message }
        } else {
            let body = self.words(20);
            ClientFrame::Edit {
                room,
                id,
                message,
                body,
                knowing: false,
            }
        };
        if !self.link.say(&frame) && self.open.remove(&id).is_some() {
            self.witness.note(What::Unknown { op: id });
        }
    }
}
