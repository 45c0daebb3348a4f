//! What the handles of a bus and its link share.
//!
//! It does no I/O. Invariant: its locks are held for moments, never across an `.await`, and a message
//! never takes the room in the queue of events that `Up` and `Down` need.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc};

use super::{
    super::{BusEvent, Channel},
    outbox::Outbox,
    wishes::{Wish, Wishes},
};

/// How many events wait for a node that is slow.
const EVENTS: usize = 4_096;
/// Of these, how many are kept for `Up` and `Down`.
const RESERVED: usize = 64;

#[derive(Debug)]
pub(super) struct Shared {
    wishes: Mutex<Wishes>,
    /// Wakes the link when wishes have changed.
    pub(super) changed: Notify,
    pub(super) outbox: Outbox,
    pub(super) events: mpsc::Sender<BusEvent>,
    unheard: AtomicU64,
}

impl Shared {
    pub(super) fn new() -> (Self, mpsc::Receiver<BusEvent>) {
        let (events, receiver) = mpsc::channel(EVENTS);
        let shared = Self {
            wishes: Mutex::default(),
            changed: Notify::new(),
            outbox: Outbox::default(),
            events,
            unheard: AtomicU64::new(0),
        };
        (shared, receiver)
    }

    pub(super) fn wishes(&self) -> MutexGuard<'_, Wishes> {
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn want(&self, channel: Channel) -> Wish {
        let wish = self.wishes().want(channel);
        self.changed.notify_one();
        wish
    }

    pub(super) fn unwant(&self, channel: Channel) {
        self.wishes().unwant(channel);
        self.changed.notify_one();
    }

    /// Whether the link stands from now on: not while a wish is still open.
    pub(super) fn rise(&self) -> bool {
        let stands = self.wishes().rise();
        if stands {
            self.outbox.open();
        }
        stands
    }

    /// Whether the link stood.
    pub(super) fn fall(&self) -> bool {
        self.outbox.close();
        self.wishes().fall()
    }

    /// A message from a link, for the node. Never waits.
    pub(super) fn deliver(&self, link: u64, channel: Channel, payload: Bytes) {
        // Held until the message is queued, so that none of a lost link comes after its `Down`.
        let wishes = self.wishes();
        if !wishes.hears(link, channel) {
            return;
        }
        let message = BusEvent::Message { channel, payload };
        if self.events.capacity() <= RESERVED || self.events.try_send(message).is_err() {
            self.unheard.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Says how many messages were dropped since the last call.
    pub(super) fn report_losses(&self) {
        let unsent = self.outbox.dropped();
        let unheard = self.unheard.swap(0, Ordering::Relaxed);
        if unsent > 0 || unheard > 0 {
            tracing::warn!(
                unsent,
                unheard,
                "the bus is overloaded: messages were dropped"
            );
        }
    }
}
