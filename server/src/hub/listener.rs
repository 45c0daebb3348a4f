//! One socket's two ends: the hub's, which knows what it listens to, and the connection's, which
//! writes what waits in the mailbox that they share.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use app::{accounts::User, ids::RoomId, live::wire::CloseCode};

use super::{
    batch::Batch,
    feed::Stretch,
    mailbox::{MOST_BYTES, MOST_FRAMES, Mailbox, Outbound},
};
use crate::accounts::SessionKey;

/// One socket, for as long as it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListenerId(pub(super) u64);

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
    mailbox: Arc<Mailbox>,
    pub(super) rooms: HashMap<RoomId, Subscription>,
}

/// What the next frame `me` says.
#[derive(Debug, Default)]
pub(super) struct News {
    pub(super) heads: HashMap<RoomId, i64>,
    pub(super) gone: HashSet<RoomId>,
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
        self.mailbox.push(frame);
    }

    /// Queues a frame that may be lost, if the socket is not behind.
    pub(super) fn push_if_idle(&self, frame: Outbound) {
        self.mailbox.push_if_idle(frame);
    }

    /// Delivers changes of a room: at once, or when the socket has caught up.
    pub(super) fn deliver(&mut self, batch: &Batch) {
        let frame = match self.rooms.get_mut(&batch.room()) {
            Some(Subscription::CatchingUp { batches, bytes }) => {
                *bytes += batch.bytes();
                batches.push(batch.clone());
                if batches.len() > MOST_FRAMES || *bytes > MOST_BYTES {
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

    /// The number in a batch of changes at which its owner is no member any more.
    pub(super) fn gone_at(&self, batch: &Batch) -> Option<i64> {
        let last = self.last(batch.room())?;
        batch.gone_at(self.user.as_ref()?.id, last)
    }

    /// Delivers what has changed up to a number.
    pub(super) fn deliver_until(&mut self, batch: &Batch, last: i64) {
        if let Some(batch) = batch.up_to(last) {
            self.deliver(&batch);
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
        self.mailbox.close(code);
    }
}

/// The end of a socket that its connection holds.
#[derive(Debug)]
pub struct Listener {
    pub id: ListenerId,
    /// What is to be written, in order, until the socket is to be closed.
    pub mailbox: Arc<Mailbox>,
}

/// A new socket's two ends; it listens to no room yet.
pub(super) fn pair(id: ListenerId, session: SessionKey) -> (Handle, Listener) {
    let mailbox = Arc::new(Mailbox::default());
    let handle = Handle {
        session,
        user: None,
        wants_news: false,
        own_rooms: HashSet::new(),
        news: News::default(),
        mailbox: Arc::clone(&mailbox),
        rooms: HashMap::new(),
    };
    (handle, Listener { id, mailbox })
}
