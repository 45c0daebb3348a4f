//! What is judged: the history, the database at the end, and the clients at the end.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use app::ids::{ClientId, Epoch, MessageId, RoomId, UserId};

use crate::history::Event;

/// A row of a room, by its place.
pub(crate) type Rows = BTreeMap<i64, Row>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: MessageId,
    pub(crate) version: i64,
    pub(crate) sender: UserId,
    pub(crate) op: Option<ClientId>,
    pub(crate) content: u64,
    /// Whether it has words; a deleted one has none.
    pub(crate) empty: bool,
}

/// A stretch in which somebody is a member, in the room's sequence numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) room: RoomId,
    pub(crate) user: UserId,
    pub(crate) joined: i64,
    pub(crate) left: Option<i64>,
}

/// What one client has of one room at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Final {
    pub(crate) client: u32,
    pub(crate) room: RoomId,
    pub(crate) last: i64,
    /// The place at which its window begins.
    pub(crate) window: i64,
    pub(crate) rows: Rows,
}

/// How long a client took until it knew everything, from when nothing stood in its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settled {
    pub(crate) client: u32,
    /// None: it never did.
    pub(crate) after: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) node: String,
    pub(crate) most_bytes: u64,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) settle: Duration,
    pub(crate) memory_bytes: u64,
    /// Of what healthy clients send; none where the fault stops everybody.
    pub(crate) acknowledgement_p99: Option<Duration>,
    pub(crate) delivery_p99: Option<Duration>,
    /// How long the socket of an ended session may stay, and be served.
    pub(crate) revocation: Duration,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Evidence {
    pub(crate) events: Vec<Event>,
    pub(crate) epoch: Epoch,
    pub(crate) heads: HashMap<RoomId, i64>,
    pub(crate) rooms: HashMap<RoomId, Rows>,
    pub(crate) intervals: Vec<Interval>,
    /// Rooms whose members see what was said since they joined.
    pub(crate) since_join: HashSet<RoomId>,
    /// Who each client is.
    pub(crate) users: HashMap<u32, UserId>,
    /// Clients that the fault itself keeps away: they are owed nothing in time.
    pub(crate) unwell: HashSet<u32>,
    pub(crate) finals: Vec<Final>,
    pub(crate) settled: Vec<Settled>,
    pub(crate) memory: Vec<Memory>,
    /// Panics in the nodes' logs.
    pub(crate) panics: Vec<String>,
    pub(crate) limits: Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            settle: Duration::from_secs(5),
            memory_bytes: 256 * 1024 * 1024,
            acknowledgement_p99: None,
            delivery_p99: None,
            revocation: Duration::from_secs(2),
        }
    }
}

impl Evidence {
    pub(crate) fn row(&self, room: RoomId, seq: i64) -> Option<&Row> {
        self.rooms.get(&room)?.get(&seq)
    }

    /// The first place that a member of today sees; none for who is no member.
    pub(crate) fn visible_from(&self, room: RoomId, user: UserId) -> Option<i64> {
        let current = self.intervals.iter().find(|interval| {
            interval.room == room && interval.user == user && interval.left.is_none()
        })?;
        Some(if self.since_join.contains(&room) {
            current.joined
        } else {
            0
        })
    }
}
