//! One socket's two ends: the hub's, which frames are queued at, and the connection's, which writes
//! them.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use app::{accounts::User, ids::RoomId, live::wire::CloseCode};
use axum::extract::ws::Utf8Bytes;
use tokio::sync::{Notify, mpsc, watch};

use super::{batch::Batch, feed::Stretch};
use crate::accounts::SessionKey;

/// How many frames may wait for one socket. A reader that is further behind is closed, and resumes.
pub(super) const MOST_WAITING: usize = 512;

/// How many bytes may wait for one socket, unless it is a single frame.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// One socket, for as long as it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListenerId(pub(super) u64);

/// What waits for one socket: an encoded frame, whose bytes all sockets share.
pub type Outbound = Utf8Bytes;

/// The end of a socket that the hub holds.
#[derive(Debug)]
pub(super) struct Handle {
    pub(super) session: SessionKey,
    /// Whose it is, once that is known.
    pub(super) user: Option<User>,
    /// Whether they have asked for news of their rooms.
    pub(super) wants_news: bool,
    /// The rooms that they were told to be theirs.
    pub(super) own_rooms: HashSet<RoomId>,
    pub(super) news: News,
    frames: mpsc::Sender<Outbound>,
    close: watch::Sender<Option<CloseCode>>,
    backlog: Arc<Backlog>,
    pub(super) rooms: HashMap<RoomId, Subscription>,
}

/// What the next frame `me` says.
#[derive(Debug, Default)]
pub(super) struct News {
    pub(super) heads: HashMap<RoomId, i64>,
    pub(super) gone: HashSet<RoomId>,
}

/// How many bytes wait for a socket.
#[derive(Debug, Default)]
pub struct Backlog {
    bytes: AtomicUsize,
    emptied: Notify,
}

impl Backlog {
    /// Returns what waited before.
    pub(super) fn add(&self, bytes: usize) -> usize {
        self.bytes.fetch_add(bytes, Ordering::AcqRel)
    }

    /// They have been written.
    pub(super) fn remove(&self, bytes: usize) {
        if self.bytes.fetch_sub(bytes, Ordering::AcqRel) == bytes {
            self.emptied.notify_waiters();
        }
    }

    /// Waits until nothing waits.
    pub(super) async fn empty(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.bytes.load(Ordering::Acquire) == 0 {
                return;
            }
            emptied.await;
        }
    }
}

/// How a socket stands to a room that it listens to.
#[derive(Debug)]
pub(super) enum Subscription {
    /// What was missed is being read; what is published meanwhile waits here. Bounded as the queue is.
    CatchingUp { batches: Vec<Batch>, bytes: usize },
    /// It has been given everything up to `last` at the places from `visible_from` on.
    Live { last: i64, visible_from: i64 },
}

impl Default for Subscription {
    fn default() -> Self {
        Self::CatchingUp {
            batches: Vec::new(),
            bytes: 0,
        }
    }
}

impl Handle {
    /// Queues a frame; a reader whose queue is full is closed.
    pub(super) fn push(&self, frame: Outbound) {
        let bytes = frame.len();
        let waiting = self.backlog.add(bytes);
        if (waiting > 0 && waiting + bytes > MOST_BYTES) || self.frames.try_send(frame).is_err() {
            self.close(CloseCode::TooSlow);
        }
    }

    /// Queues a frame that may be lost, if the socket is not behind.
    pub(super) fn push_if_idle(&self, frame: Outbound) {
        if self.frames.capacity() > MOST_WAITING / 2 {
            self.push(frame);
        }
    }

    /// Delivers changes of a room: at once, or when the socket has caught up.
    pub(super) fn deliver(&mut self, batch: &Batch) {
        let frame = match self.rooms.get_mut(&batch.room()) {
            Some(Subscription::CatchingUp { batches, bytes }) => {
                *bytes += batch.bytes();
                batches.push(batch.clone());
                if batches.len() > MOST_WAITING || *bytes > MOST_BYTES {
                    batches.clear();
                    self.close(CloseCode::TooSlow);
                }
                return;
            }
            Some(Subscription::Live { last, visible_from }) if batch.last() > *last => {
                *last = batch.last();
                batch.frame_for(*visible_from)
            }
            Some(Subscription::Live { .. }) | None => return,
        };
        if let Some(frame) = frame {
            self.push(frame);
        }
    }

    /// The last number that the socket has been given of a room, if it has caught up.
    pub(super) fn last(&self, room: RoomId) -> Option<i64> {
        match self.rooms.get(&room) {
            Some(Subscription::Live { last, .. }) => Some(*last),
            Some(Subscription::CatchingUp { .. }) | None => None,
        }
    }

    /// Asks the connection to close its socket.
    pub(super) fn close(&self, code: CloseCode) {
        self.close.send_replace(Some(code));
    }
}

/// The end of a socket that its connection holds.
#[derive(Debug)]
pub struct Listener {
    pub id: ListenerId,
    /// Frames in the order in which they are to be written.
    pub frames: mpsc::Receiver<Outbound>,
    /// For the connection's own answers; waiting here is what slows a client that asks too much.
    pub answers: mpsc::Sender<Outbound>,
    /// Why the hub wants the socket closed, once it does.
    pub closed: watch::Receiver<Option<CloseCode>>,
    /// How many bytes are in `frames`.
    pub backlog: Arc<Backlog>,
}

/// Waits until the hub wants the socket closed.
pub(super) async fn wish(closed: &mut watch::Receiver<Option<CloseCode>>) -> CloseCode {
    let wish = closed.wait_for(Option::is_some).await;
    // The hub's end goes away only when the socket is removed.
    wish.ok()
        .and_then(|code| *code)
        .unwrap_or(CloseCode::Restart)
}

/// A new socket's two ends; it listens to no room yet.
pub(super) fn pair(id: ListenerId, session: SessionKey) -> (Handle, Listener) {
    let (frames, waiting) = mpsc::channel(MOST_WAITING);
    let (close, closed) = watch::channel(None);
    let backlog = Arc::new(Backlog::default());
    let handle = Handle {
        session,
        user: None,
        wants_news: false,
        own_rooms: HashSet::new(),
        news: News::default(),
        frames: frames.clone(),
        close,
        backlog: Arc::clone(&backlog),
        rooms: HashMap::new(),
    };
    (
        handle,
        Listener {
            id,
            frames: waiting,
            answers: frames,
            closed,
            backlog,
        },
    )
}
