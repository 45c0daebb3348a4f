//! Sends that are not yet known to be committed: a pure queue, first in, first out per room.
//!
//! Invariant: what a person has sent is in here until the server has accepted it and its row is in
//! sight, or until the person takes it out. Its storage is the caller's.

use serde::{Deserialize, Serialize};

use super::wire::ClientFrame;
use crate::{
    error::ErrorCode,
    ids::{ClientId, RoomId},
    messages::Sent,
};

/// One send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: ClientId,
    pub room: RoomId,
    pub body: String,
    pub state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not on its way.
    Waiting,
    /// Given to the socket, not answered.
    Sending,
    /// Committed at this place; its row may not have arrived.
    Accepted(i64),
    /// Refused for good, unless the person tries again.
    Refused(ErrorCode),
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Outbox {
    entries: Vec<Entry>,
}

impl Outbox {
    /// Queues a send behind the others of its room.
    pub fn push(&mut self, room: RoomId, id: ClientId, body: String) {
        self.entries.push(Entry {
            id,
            room,
            body,
            state: State::Waiting,
        });
    }

    /// The sends of a room, oldest first.
    pub fn of(&self, room: RoomId) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.room == room)
    }

    /// The room that a send in the queue is for.
    pub fn room_of(&self, id: ClientId) -> Option<RoomId> {
        self.entries
            .iter()
            .find(|entry| entry.id == id)
            .map(|entry| entry.room)
    }

    /// What to give to the socket now, in order. Each is handed out once, until
    /// [`disconnected`](Self::disconnected).
    pub fn take_waiting(&mut self) -> Vec<ClientFrame> {
        self.entries
            .iter_mut()
            .filter(|entry| entry.state == State::Waiting)
            .map(|entry| {
                entry.state = State::Sending;
                ClientFrame::Send {
                    room: entry.room,
                    id: entry.id,
                    body: entry.body.clone(),
                }
            })
            .collect()
    }

    /// What was on its way has an unknown fate: it is sent again, under the same ids.
    pub fn disconnected(&mut self) {
        for entry in &mut self.entries {
            if entry.state == State::Sending {
                entry.state = State::Waiting;
            }
        }
    }

    /// The server has committed it. `known` is the last sequence number that the room's timeline
    /// has, if the room is open: the entry stays until its row is there.
    pub fn accepted(&mut self, sent: Sent, known: Option<i64>) {
        self.set(sent.id, State::Accepted(sent.seq));
        if let Some(room) = self.room_of(sent.id) {
            self.arrived(room, known.unwrap_or(i64::MAX));
        }
    }

    /// The timeline of a room has everything up to `last`. Returns whether that let an entry go.
    pub fn arrived(&mut self, room: RoomId, last: i64) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| {
            let here = matches!(entry.state, State::Accepted(seq) if seq <= last);
            entry.room != room || !here
        });
        self.entries.len() < before
    }

    /// The server will not take it. It leaves the queue's order and waits for the person.
    pub fn refused(&mut self, id: ClientId, code: ErrorCode) {
        self.set(id, State::Refused(code));
    }

    /// The person tries again, under the same id.
    pub fn retry(&mut self, id: ClientId) {
        if let Some(at) = self.entries.iter().position(|entry| entry.id == id) {
            let mut entry = self.entries.remove(at);
            entry.state = State::Waiting;
            self.entries.push(entry);
        }
    }

    /// The person gives up on it. Returns what it said.
    pub fn discard(&mut self, id: ClientId) -> Option<String> {
        let at = self.entries.iter().position(|entry| entry.id == id)?;
        Some(self.entries.remove(at).body)
    }

    fn set(&mut self, id: ClientId, state: State) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            entry.state = state;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::MessageId;

    fn room(number: u128) -> RoomId {
        RoomId(uuid::Uuid::from_u128(number))
    }

    fn id(number: u128) -> ClientId {
        ClientId(uuid::Uuid::from_u128(number))
    }

    fn sent(number: u128, seq: i64) -> Sent {
        Sent {
            id: id(number),
            seq,
            message: MessageId(uuid::Uuid::nil()),
        }
    }

    fn ids(frames: &[ClientFrame]) -> Vec<ClientId> {
        frames
            .iter()
            .filter_map(|frame| match frame {
                ClientFrame::Send { id, .. } => Some(*id),
                _ => None,
            })
            .collect()
    }

    proptest! {
        #[test]
        fn every_send_is_tried_in_order_until_it_is_answered(
            cuts in prop::collection::vec((0..5_u128, 0..5_usize), 1..20),
        ) {
            let mut outbox = Outbox::default();
            let (mut made, mut answered) = (0, 0);
            for (new, answers) in cuts {
                for _ in 0..new {
                    outbox.push(room(made % 2), id(made), made.to_string());
                    made += 1;
                }
                let tried = ids(&outbox.take_waiting());
                prop_assert_eq!(&tried, &(answered..made).map(id).collect::<Vec<_>>());
                prop_assert!(outbox.take_waiting().is_empty());
                // The link breaks after some of them were answered.
                for _ in 0..answers.min(tried.len()) {
                    outbox.accepted(sent(answered, 1), None);
                    answered += 1;
                }
                outbox.disconnected();
            }
        }
    }

    #[test]
    fn an_accepted_send_stays_in_sight_until_its_row_is_there() {
        let mut outbox = Outbox::default();
        outbox.push(room(1), id(1), "hi".into());
        outbox.take_waiting();
        outbox.accepted(sent(1, 7), Some(6));
        assert_eq!(outbox.of(room(1)).count(), 1);
        outbox.disconnected();
        assert!(outbox.take_waiting().is_empty(), "it is never sent again");
        outbox.arrived(room(1), 7);
        assert_eq!(outbox.of(room(1)).count(), 0);
    }

    #[test]
    fn a_refused_send_keeps_its_text_and_lets_the_next_one_pass() {
        let mut outbox = Outbox::default();
        outbox.push(room(1), id(1), "long".into());
        outbox.push(room(1), id(2), "short".into());
        outbox.take_waiting();
        outbox.refused(id(1), ErrorCode::BodyLong);
        outbox.disconnected();
        assert_eq!(ids(&outbox.take_waiting()), [id(2)]);
        outbox.retry(id(1));
        assert_eq!(ids(&outbox.take_waiting()), [id(1)]);
        assert_eq!(outbox.discard(id(1)).as_deref(), Some("long"));
    }

    #[test]
    fn an_outbox_survives_being_written_down() {
        let mut outbox = Outbox::default();
        outbox.push(room(1), id(1), "hi".into());
        outbox.take_waiting();
        let text = serde_json::to_string(&outbox).unwrap();
        let mut read: Outbox = serde_json::from_str(&text).unwrap();
        read.disconnected();
        assert_eq!(ids(&read.take_waiting()), [id(1)]);
    }
}
