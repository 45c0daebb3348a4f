//! One socket's two ends: the hub's, which frames are queued at, and the connection's, which writes
//! them.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use app::{ids::RoomId, live::wire::CloseCode};
use axum::extract::ws::Utf8Bytes;
use tokio::sync::{Notify, mpsc, watch};

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
#[derive(Debug, Clone)]
pub(super) struct Handle {
    pub(super) session: SessionKey,
    frames: mpsc::Sender<Outbound>,
    close: watch::Sender<Option<CloseCode>>,
    backlog: Arc<Backlog>,
    pub(super) rooms: HashMap<RoomId, Subscription>,
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
#[derive(Debug, Clone)]
pub(super) enum Subscription {
    /// What was missed is being read; what is published meanwhile waits here, with the number that
    /// it ends at. Bounded as the queue is.
    CatchingUp {
        frames: Vec<(i64, Outbound)>,
        bytes: usize,
    },
    Live,
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

    /// Delivers a change of a room, which ends at `last_seq`: at once, or when it has caught up.
    pub(super) fn deliver(&mut self, room: RoomId, last_seq: i64, frame: Outbound) {
        match self.rooms.get_mut(&room) {
            Some(Subscription::CatchingUp { frames, bytes }) => {
                *bytes += frame.len();
                frames.push((last_seq, frame));
                if frames.len() > MOST_WAITING || *bytes > MOST_BYTES {
                    frames.clear();
                    self.close(CloseCode::TooSlow);
                }
            }
            Some(Subscription::Live) => self.push(frame),
            None => {}
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
