//! One socket's two ends: the hub's, which frames are queued at, and the connection's, which writes
//! them.

use std::collections::HashMap;

use app::{ids::RoomId, live::wire::CloseCode};
use axum::extract::ws::Utf8Bytes;
use tokio::sync::{mpsc, watch};

use crate::accounts::SessionKey;

/// How many frames may wait for one socket. A reader that is further behind is closed, and resumes.
pub(super) const MOST_WAITING: usize = 512;

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
    pub(super) rooms: HashMap<RoomId, Subscription>,
}

/// How a socket stands to a room that it listens to.
#[derive(Debug, Clone)]
pub(super) enum Subscription {
    /// What was missed is being read; what is published meanwhile waits here, with the number that
    /// it ends at.
    CatchingUp(Vec<(i64, Outbound)>),
    Live,
}

impl Handle {
    /// Queues a frame; a reader whose queue is full is closed.
    pub(super) fn push(&self, frame: Outbound) {
        if self.frames.try_send(frame).is_err() {
            self.close(CloseCode::TooSlow);
        }
    }

    /// Delivers a change of a room, which ends at `last_seq`: at once, or when it has caught up.
    pub(super) fn deliver(&mut self, room: RoomId, last_seq: i64, frame: Outbound) {
        match self.rooms.get_mut(&room) {
            Some(Subscription::CatchingUp(waiting)) if waiting.len() < MOST_WAITING => {
                waiting.push((last_seq, frame));
            }
            Some(Subscription::CatchingUp(_)) => self.close(CloseCode::TooSlow),
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
}

/// A new socket's two ends; it listens to no room yet.
pub(super) fn pair(id: ListenerId, session: SessionKey) -> (Handle, Listener) {
    let (frames, waiting) = mpsc::channel(MOST_WAITING);
    let (close, closed) = watch::channel(None);
    let handle = Handle {
        session,
        frames: frames.clone(),
        close,
        rooms: HashMap::new(),
    };
    (
        handle,
        Listener {
            id,
            frames: waiting,
            answers: frames,
            closed,
        },
    )
}
