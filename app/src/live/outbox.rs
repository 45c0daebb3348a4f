//! Commands that are not yet known to be committed: a pure queue, first in, first out per room.
//!
//! Invariant: what a person has sent, changed or taken back is in here until the server has accepted it and its row is in
//! sight, or until the person takes it out. Its storage is the caller's: all tabs of a browser share
//! one, each entry stands in it by itself, and [`reconcile`](Outbox::reconcile) reads it.

use serde::{Deserialize, Serialize};

use super::wire::ClientFrame;
use crate::{
    error::ErrorCode,
    ids::{ClientId, MediaId, MessageId, RoomId},
    journeys::{Care, mask_case_numbers},
    messages::Sent,
};

/// One command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: ClientId,
    pub room: RoomId,
    #[serde(default)]
    pub command: Command,
    /// The words to send, or the emoji; none for a deletion and a pin.
    pub body: String,
    /// The place of the message that it answers.
    #[serde(default)]
    pub reply_to: Option<i64>,
    /// What it shows.
    #[serde(default)]
    pub media: Vec<MediaId>,
    /// Whether what it is to show has not come in yet: it is not sent before.
    #[serde(default)]
    pub awaits: bool,
    /// Whether the person wants it sent with the case numbers that are in it.
    #[serde(default)]
    pub knowing: bool,
    pub state: State,
    /// Whether it stands in the storage: once it is gone from there, another tab has seen to it.
    #[serde(skip)]
    pub stored: bool,
}

/// What an entry asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// A new message.
    #[default]
    Send,
    /// Other words for a message.
    Edit(MessageId),
    /// That a message be taken back.
    Delete(MessageId),
    /// That a message be answered with an emoji, or that this be taken back.
    React(MessageId, bool),
    /// That a message be held up, or no longer.
    Pin(MessageId, bool),
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

impl Entry {
    pub fn new(room: RoomId, id: ClientId, command: Command, body: String) -> Self {
        Self {
            id,
            room,
            command,
            body,
            reply_to: None,
            media: Vec::new(),
            awaits: false,
            knowing: false,
            state: State::Waiting,
            stored: false,
        }
    }

    fn frame(&self) -> ClientFrame {
        let (room, id) = (self.room, self.id);
        let body = self.body.clone();
        match self.command {
            Command::Send => ClientFrame::Send {
                room,
                id,
                body,
                reply_to: self.reply_to,
                media: self.media.clone(),
                knowing: self.knowing,
            },
            Command::Edit(message) => ClientFrame::Edit {
                room,
                id,
                message,
                body,
                knowing: self.knowing,
            },
            Command::Delete(message) => ClientFrame::Delete { room, id, message },
            Command::React(message, on) => ClientFrame::React {
                room,
                id,
                message,
                emoji: body,
                on,
            },
            Command::Pin(message, on) => ClientFrame::Pin {
                room,
                id,
                message,
                on,
            },
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outbox {
    entries: Vec<Entry>,
}

impl Outbox {
    /// Queues a send behind the other commands of its room. Returns it, to be stored.
    pub fn push(
        &mut self,
        room: RoomId,
        id: ClientId,
        body: String,
        reply_to: Option<i64>,
    ) -> &mut Entry {
        self.add(Entry {
            reply_to,
            ..Entry::new(room, id, Command::Send, body)
        })
    }

    /// Queues a command behind the others of its room. Returns it, to be stored.
    pub fn add(&mut self, entry: Entry) -> &mut Entry {
        self.entries.push_mut(entry)
    }

    /// Takes over what stands in the storage, whatever tab has put it there; the ids say in which
    /// order it was written. What is gone from there was answered or taken out in another tab.
    pub fn reconcile(&mut self, stored: Vec<Entry>) {
        self.entries.retain(|known| {
            let gone = known.stored && !stored.iter().any(|entry| entry.id == known.id);
            !gone || matches!(known.state, State::Accepted(_))
        });
        for mut entry in stored {
            let refused = matches!(entry.state, State::Refused(_));
            if let Some(known) = self.entries.iter_mut().find(|known| known.id == entry.id) {
                match known.state {
                    State::Waiting | State::Sending if refused => known.state = entry.state,
                    State::Refused(_) if !refused => {
                        known.state = State::Waiting;
                        known.body = entry.body;
                        known.knowing = entry.knowing;
                    }
                    _ => {}
                }
                if known.awaits && !entry.awaits {
                    known.awaits = false;
                    known.media = entry.media;
                }
                known.stored = true;
            } else {
                if !refused {
                    entry.state = State::Waiting;
                }
                entry.stored = true;
                let at = self.entries.iter().position(|known| entry.id < known.id);
                self.entries.insert(at.unwrap_or(self.entries.len()), entry);
            }
        }
    }

    /// What the server has not accepted.
    pub fn unsent(&self) -> impl Iterator<Item = &Entry> {
        let unsent = |entry: &&Entry| !matches!(entry.state, State::Accepted(_));
        self.entries.iter().filter(unsent)
    }

    /// The commands of a room, oldest first.
    pub fn of(&self, room: RoomId) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.room == room)
    }

    /// The room that a command in the queue is for.
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
            .filter(|entry| entry.state == State::Waiting && !entry.awaits)
            .map(|entry| {
                entry.state = State::Sending;
                entry.frame()
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

    /// The server will not take it. It leaves the queue's order and waits for the person. Returns
    /// it, to be stored.
    pub fn refused(&mut self, id: ClientId, code: ErrorCode) -> Option<&mut Entry> {
        self.set(id, State::Refused(code))
    }

    /// The person tries again, under the same id and at the same place, and says what becomes of case numbers
    /// in it. Returns it, to be stored.
    pub fn retry(&mut self, id: ClientId, care: Care) -> Option<&mut Entry> {
        let entry = self.set(id, State::Waiting)?;
        match care {
            Care::Refuse => {}
            Care::Mask => entry.body = mask_case_numbers(&entry.body),
            Care::Knowing => entry.knowing = true,
        }
        Some(entry)
    }

    pub fn is_refused(&self, id: ClientId) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|entry| entry.id == id && matches!(entry.state, State::Refused(_)))
    }

    /// Whether what a command is to show has not come in yet. None: there is no such command.
    pub fn awaits(&self, id: ClientId) -> Option<bool> {
        let entry = self.entries.iter().find(|entry| entry.id == id)?;
        Some(entry.awaits)
    }

    /// All that it shows has come in: it may be sent. Returns it, to be stored.
    pub fn has_come_in(&mut self, id: ClientId, media: Vec<MediaId>) -> Option<&mut Entry> {
        let entry = self.entries.iter_mut().find(|entry| entry.id == id)?;
        entry.media = media;
        entry.awaits = false;
        Some(entry)
    }

    /// Whether it has no words.
    pub fn is_wordless(&self, id: ClientId) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|entry| entry.id == id && entry.body.is_empty())
    }

    /// The person gives up on it. Returns what it was.
    pub fn discard(&mut self, id: ClientId) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.id == id)?;
        Some(self.entries.remove(at))
    }

    fn set(&mut self, id: ClientId, state: State) -> Option<&mut Entry> {
        let entry = self.entries.iter_mut().find(|entry| entry.id == id)?;
        entry.state = state;
        Some(entry)
    }
}

#[cfg(test)]
mod tests;
