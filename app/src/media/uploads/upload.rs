//! One file on its way in, by the tus protocol: a pure machine that says what to ask the server next.
//!
//! Invariant: what is sent begins where the server says that it has everything before; after an answer
//! that has been lost, the server is asked again before anything more is sent.

use std::{ops::Range, time::Duration};

use crate::ids::MediaId;

/// How many bytes go with the first request. Many proxies take no more unless they are told to.
const FIRST_PIECE: u64 = 1024 * 1024;

const SMALLEST_PIECE: u64 = 64 * 1024;

const LARGEST_PIECE: u64 = 16 * 1024 * 1024;

/// A piece that arrives within this time may be followed by one twice as large.
const QUICK: Duration = Duration::from_secs(2);

/// The longest pause before trying again, in seconds.
const LONGEST_PAUSE: u64 = 30;

/// How often a file may turn out to be gone on the server before it is given up.
const MOST_RESTARTS: u32 = 3;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Ask for a place to send it to.
    Create,
    /// Ask how much of it is there.
    Ask(MediaId),
    /// Send these bytes of it. There may be none: that asks to finish what is all there.
    Send(MediaId, Range<u64>),
    /// Wait, unless there is reason to hope sooner.
    Wait(Duration),
    /// Nothing: it has come in, or is refused.
    Rest,
}

/// What has come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Created(MediaId),
    /// So much of it is there.
    Stands(u64),
    /// The piece was taken, after this time; so much is there now.
    Took(u64, Duration),
    /// The server has more or less of it than was thought.
    Moved,
    /// Nobody knows of it there, as the server says in these words.
    Gone(String),
    /// Something on the way does not let pieces of this size through.
    PieceLarge,
    /// No answer, or one that may be another next time.
    Lost,
    /// The wait is over.
    Waited,
    /// The server will not have it, as it says in these words.
    Refused(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Knowledge {
    /// What the server has said last holds.
    Sure,
    /// The last answer has not come, or says that something is different.
    Unsure,
    /// As [`Unsure`](Self::Unsure), and not to be asked at once.
    Troubled,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    Ready,
    Refused(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upload {
    /// In bytes.
    length: u64,
    id: Option<MediaId>,
    offset: u64,
    knowledge: Knowledge,
    piece: u64,
    largest: u64,
    /// How often nothing has come of it, one after the other.
    failures: u32,
    restarts: u32,
    end: Option<End>,
}

impl Upload {
    pub(super) fn new(length: u64) -> Self {
        Self {
            length,
            id: None,
            offset: 0,
            knowledge: Knowledge::Sure,
            piece: FIRST_PIECE,
            largest: LARGEST_PIECE,
            failures: 0,
            restarts: 0,
            end: None,
        }
    }

    pub(super) fn next(&self) -> Step {
        if self.end.is_some() {
            return Step::Rest;
        }
        match (self.knowledge, self.id) {
            (Knowledge::Troubled, _) => Step::Wait(self.pause()),
            (_, None) => Step::Create,
            (Knowledge::Unsure, Some(id)) => Step::Ask(id),
            (Knowledge::Sure, Some(id)) => {
                let to = self.length.min(self.offset + self.piece);
                Step::Send(id, self.offset..to)
            }
        }
    }

    pub(super) fn on(&mut self, answer: Answer) {
        match answer {
            Answer::Created(id) => {
                self.id = Some(id);
                self.stands(0);
            }
            // Only what brings it further ends a trouble.
            Answer::Stands(offset) => {
                let failures = if offset > self.offset {
                    0
                } else {
                    self.failures
                };
                self.stands(offset);
                self.failures = failures;
            }
            Answer::Took(offset, after) => {
                self.stands(offset);
                if offset >= self.length {
                    self.end = Some(End::Ready);
                } else if after < QUICK {
                    self.piece = self.largest.min(self.piece * 2);
                }
            }
            Answer::Gone(why) => {
                self.restarts += 1;
                if self.restarts > MOST_RESTARTS {
                    self.end = Some(End::Refused(why));
                } else {
                    self.id = None;
                    self.stands(0);
                }
            }
            Answer::PieceLarge if self.piece > SMALLEST_PIECE => {
                self.piece = (self.piece / 2).max(SMALLEST_PIECE);
                self.largest = self.piece;
                self.knowledge = Knowledge::Unsure;
            }
            Answer::PieceLarge | Answer::Lost => {
                self.failures += 1;
                self.piece = (self.piece / 2).max(SMALLEST_PIECE);
                self.knowledge = Knowledge::Troubled;
            }
            Answer::Moved | Answer::Waited => self.knowledge = Knowledge::Unsure,
            Answer::Refused(why) => {
                // The server has forgotten it.
                self.id = None;
                self.end = Some(End::Refused(why));
            }
        }
    }

    /// The person tries again what was refused.
    pub(super) fn retry(&mut self) {
        if matches!(self.end, Some(End::Refused(_))) {
            self.begin_anew();
        }
    }

    /// Nothing of it is there any more.
    pub(super) fn begin_anew(&mut self) {
        *self = Self::new(self.length);
    }

    /// How much of it is there, in bytes.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// In bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// What it is called on the server, once there is anything of it.
    pub(super) fn id(&self) -> Option<MediaId> {
        self.id
    }

    /// What a message may show.
    pub(super) fn ready(&self) -> Option<MediaId> {
        self.id.filter(|_| self.end == Some(End::Ready))
    }

    /// Why it was refused.
    pub(super) fn refused(&self) -> Option<&str> {
        match &self.end {
            Some(End::Refused(why)) => Some(why),
            _ => None,
        }
    }

    /// Whether it waits for the network.
    pub(super) fn troubled(&self) -> bool {
        self.end.is_none() && self.failures > 0
    }

    fn stands(&mut self, offset: u64) {
        self.offset = offset.min(self.length);
        self.knowledge = Knowledge::Sure;
        self.failures = 0;
    }

    /// Twice as long each time.
    fn pause(&self) -> Duration {
        let seconds = 1_u64.checked_shl(self.failures.saturating_sub(1));
        Duration::from_secs(seconds.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE))
    }
}

#[cfg(test)]
mod tests;
