//! What happened, as each client saw it, with the time: the only thing that is judged afterwards.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use app::{
    error::ErrorCode,
    ids::{ClientId, Epoch, MessageId, RoomId, UserId},
    messages::Message,
};
use serde::Serialize;

use crate::dice::digest;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Send,
    Edit,
    Delete,
    Join,
    Leave,
    /// Somebody else leaves, by the owner's will.
    Remove,
    SignOut,
}

/// The same for the same words of the same message; the history need not hold the words.
pub(crate) fn content(message: &Message) -> u64 {
    let client_id = message.client_id.map(|id| id.0);
    content_of(
        message.id,
        message.kind.as_str(),
        message.sender.id,
        client_id.map(ClientId),
        &message.body,
    )
}

pub(crate) fn content_of(
    id: MessageId,
    kind: &str,
    sender: UserId,
    op: Option<ClientId>,
    body: &str,
) -> u64 {
    digest(&(id, kind, sender, op, body))
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum What {
    /// A client begins something; it ends as ok, failed or unknown.
    Invoke {
        op: ClientId,
        kind: Kind,
        room: RoomId,
    },
    Ok {
        op: ClientId,
        seq: i64,
        /// Of a send, an edit, a deletion.
        message: Option<MessageId>,
    },
    Failed {
        op: ClientId,
        code: ErrorCode,
    },
    Unknown {
        op: ClientId,
    },
    /// A frame of changes came in.
    Frame {
        room: RoomId,
        first_seq: i64,
        last_seq: i64,
        /// The highest version among its items.
        top: Option<i64>,
        judged: &'static str,
    },
    /// A row went into the client's timeline, or replaced an earlier version of itself.
    Applied {
        epoch: Epoch,
        room: RoomId,
        seq: i64,
        version: i64,
        id: MessageId,
        op: Option<ClientId>,
        content: u64,
        /// It came as a change, not with a page.
        live: bool,
    },
    Reset {
        room: RoomId,
    },
    Page {
        room: RoomId,
        head: i64,
    },
    Connected {
        node: usize,
        epoch: Epoch,
    },
    Closed {
        code: u16,
    },
    /// The harness does something to the system.
    Nemesis {
        does: String,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Event {
    /// Microseconds since the world began.
    pub(crate) at: u64,
    pub(crate) client: u32,
    #[serde(flatten)]
    pub(crate) what: What,
}

/// The client's number under which the harness itself writes.
pub(crate) const NOBODY: u32 = u32::MAX;

/// Takes events from everybody, in the order of their times.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    began: Instant,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Recorder {
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            events: Arc::default(),
        }
    }

    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    pub(crate) fn note(&self, client: u32, what: What) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let at = self.now();
        events.push(Event { at, client, what });
    }

    pub(crate) fn nemesis(&self, does: &str) {
        let does = does.to_owned();
        self.note(NOBODY, What::Nemesis { does });
    }

    pub(crate) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One JSON object a line.
pub(crate) fn write(path: &Path, events: &[Event]) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for event in events {
        serde_json::to_writer(&mut file, event)?;
        file.write_all(b"\n")?;
    }
    file.flush()
}
