//! What waits to be published.
//!
//! It is open while the link stands; what is published at other times is stale before anybody hears
//! it. Invariant: it never holds more than [`MOST_BYTES`] and [`MOST_MESSAGES`]. When it is full, the
//! newest is dropped: what is already queued stays whole and in order.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::sync::Notify;

use super::super::Channel;

const MOST_BYTES: usize = 16 * 1024 * 1024;
const MOST_MESSAGES: usize = 65_536;
/// One message. It bounds what a node holds that is slow to read its events, too.
const MOST_BYTES_EACH: usize = 256 * 1024;
/// How much goes out in one write: a ping must not wait behind all of the queue.
const WRITE_BYTES: usize = 1024 * 1024;

#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: Mutex<Queue>,
    filled: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    open: bool,
    messages: VecDeque<(Channel, Bytes)>,
    bytes: usize,
    dropped: u64,
}

impl Outbox {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn open(&self) {
        self.queue().open = true;
    }

    pub(super) fn close(&self) {
        let mut queue = self.queue();
        *queue = Queue {
            dropped: queue.dropped,
            ..Queue::default()
        };
    }

    pub(super) fn push(&self, channel: Channel, payload: Bytes) {
        let mut queue = self.queue();
        if !queue.open {
            return;
        }
        let full = queue.messages.len() >= MOST_MESSAGES
            || queue.bytes + payload.len() > MOST_BYTES
            || payload.len() > MOST_BYTES_EACH;
        if full {
            queue.dropped += 1;
            return;
        }
        queue.bytes += payload.len();
        queue.messages.push_back((channel, payload));
        drop(queue);
        self.filled.notify_one();
    }

    /// Waits until something is queued, and takes as much as goes out in one write.
    pub(super) async fn take(&self) -> Vec<(Channel, Bytes)> {
        loop {
            let some = self.queue().take();
            if !some.is_empty() {
                return some;
            }
            self.filled.notified().await;
        }
    }

    /// How many were dropped since the last call.
    pub(super) fn dropped(&self) -> u64 {
        std::mem::take(&mut self.queue().dropped)
    }
}

impl Queue {
    fn take(&mut self) -> Vec<(Channel, Bytes)> {
        let mut some = Vec::new();
        let mut bytes = 0;
        while let Some((_, payload)) = self.messages.front()
            && (some.is_empty() || bytes + payload.len() <= WRITE_BYTES)
        {
            bytes += payload.len();
            some.extend(self.messages.pop_front());
        }
        self.bytes -= bytes;
        some
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ROOM: Channel = Channel(Uuid::from_u128(1));

    #[tokio::test]
    async fn a_full_outbox_drops_the_newest_and_keeps_the_order() {
        let outbox = Outbox::default();
        outbox.open();
        outbox.push(ROOM, vec![0; MOST_BYTES_EACH + 1].into());
        assert_eq!(outbox.dropped(), 1, "too large by itself");
        let chunk = Bytes::from(vec![0; MOST_BYTES_EACH]);
        for _ in 0..70 {
            outbox.push(ROOM, chunk.clone());
        }
        assert_eq!(outbox.dropped(), 6);
        let first = outbox.take().await;
        assert_eq!(first.len(), 4, "a write is bounded");
        outbox.push(ROOM, "last".into());
        let mut last = Bytes::new();
        for _ in 0..15 {
            last = outbox.take().await.pop().unwrap().1;
        }
        assert_eq!(last, chunk);
        assert_eq!(outbox.take().await, [(ROOM, Bytes::from("last"))]);
    }

    #[tokio::test]
    async fn messages_are_bounded_in_number_too() {
        let outbox = Outbox::default();
        outbox.open();
        for _ in 0..=MOST_MESSAGES {
            outbox.push(ROOM, Bytes::new());
        }
        assert_eq!(outbox.dropped(), 1);
        assert_eq!(outbox.take().await.len(), MOST_MESSAGES);
    }

    #[test]
    fn nothing_is_queued_while_redis_is_away() {
        let outbox = Outbox::default();
        outbox.push(ROOM, "stale".into());
        outbox.open();
        outbox.push(ROOM, "lost with the link".into());
        outbox.close();
        outbox.push(ROOM, "stale".into());
        assert!(outbox.queue().messages.is_empty());
    }
}
