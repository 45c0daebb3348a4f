//! What waits to be written to one socket, and why the socket is to be closed once it is. One
//! allocation for as long as the socket is open: there are many, and most are idle.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use app::live::wire::CloseCode;
use axum::extract::ws::Utf8Bytes;
use tokio::sync::Notify;

/// How many frames may wait for one socket. A reader that is further behind is closed, and resumes.
pub(super) const MOST_FRAMES: usize = 512;

/// How many bytes may wait for one socket, unless it is a single frame.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;

/// A queue that has grown beyond this gives its memory back when it is empty.
const KEPT_FRAMES: usize = 32;

/// What waits for one socket: an encoded frame, whose bytes all sockets share.
pub type Outbound = Utf8Bytes;

/// A queue of frames, bounded in number and bytes, that is filled by many and emptied by one.
#[derive(Debug, Default)]
pub struct Mailbox {
    waiting: Mutex<Waiting>,
    /// Wakes the half that writes.
    filled: Notify,
    /// Wakes the half that reads when something has been written.
    eased: Notify,
    /// Wakes both when the socket is to be closed.
    closing: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    frames: VecDeque<Outbound>,
    /// Of what is queued, and of what is being written.
    bytes: usize,
    close: Option<CloseCode>,
}

impl Mailbox {
    /// Held for moments. Whoever panics in between leaves a whole queue.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a frame; a reader whose queue is full is closed. One that is to be closed gets
    /// nothing any more.
    pub(super) fn push(&self, frame: Outbound) {
        let mut waiting = self.waiting();
        if waiting.close.is_some() {
            return;
        }
        let bytes = waiting.bytes + frame.len();
        let full = waiting.frames.len() >= MOST_FRAMES || (waiting.bytes > 0 && bytes > MOST_BYTES);
        if full {
            drop(waiting);
            self.close(CloseCode::TooSlow);
            return;
        }
        waiting.bytes = bytes;
        waiting.frames.push_back(frame);
        drop(waiting);
        self.filled.notify_one();
    }

    /// Queues a frame that may be lost, if the socket is not behind.
    pub(super) fn push_if_idle(&self, frame: Outbound) {
        if self.waiting().frames.len() < MOST_FRAMES / 2 {
            self.push(frame);
        }
    }

    /// Queues the connection's own answer, as soon as there is room: waiting here is what slows a
    /// client that asks too much.
    pub(super) async fn answer(&self, frame: Outbound) {
        self.ease(|waiting| waiting.frames.len() < MOST_FRAMES)
            .await;
        self.push(frame);
    }

    /// Waits until nothing waits to be written, or the socket is to be closed.
    pub(super) async fn empty(&self) {
        self.ease(|waiting| waiting.bytes == 0).await;
    }

    async fn ease(&self, enough: impl Fn(&Waiting) -> bool) {
        loop {
            // Made first and looked at then: what is written in between wakes it.
            let (eased, closing) = (self.eased.notified(), self.closing.notified());
            {
                let waiting = self.waiting();
                if waiting.close.is_some() || enough(&waiting) {
                    return;
                }
            }
            tokio::select! {
                () = eased => {}
                () = closing => {}
            }
        }
    }

    /// The next frame, if one waits.
    pub(super) fn pop(&self) -> Option<Outbound> {
        let mut waiting = self.waiting();
        let frame = waiting.frames.pop_front();
        if waiting.frames.is_empty() && waiting.frames.capacity() > KEPT_FRAMES {
            waiting.frames = VecDeque::new();
        }
        frame
    }

    /// Waits for the next frame. For one caller.
    pub(super) async fn next(&self) -> Outbound {
        loop {
            if let Some(frame) = self.pop() {
                return frame;
            }
            self.filled.notified().await;
        }
    }

    /// So many bytes of what was taken have been written.
    pub(super) fn written(&self, bytes: usize) {
        self.waiting().bytes -= bytes;
        self.eased.notify_waiters();
    }

    /// Asks the connection to close its socket. The first reason stands.
    pub(super) fn close(&self, code: CloseCode) {
        let mut waiting = self.waiting();
        waiting.close.get_or_insert(code);
        // Nobody will read them.
        waiting.frames = VecDeque::new();
        drop(waiting);
        self.closing.notify_waiters();
    }

    /// Why the socket is to be closed, if it is.
    pub(super) fn wish(&self) -> Option<CloseCode> {
        self.waiting().close
    }

    /// Waits until the socket is to be closed.
    pub(super) async fn closing(&self) -> CloseCode {
        loop {
            let closing = self.closing.notified();
            if let Some(code) = self.wish() {
                return code;
            }
            closing.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn an_answer_waits_for_room_and_a_socket_that_has_to_go_waits_for_nothing() {
        let mailbox = Arc::new(Mailbox::default());
        for _ in 0..MOST_FRAMES {
            mailbox.push("x".into());
        }
        let answering = Arc::clone(&mailbox);
        let answering = tokio::spawn(async move { answering.answer("late".into()).await });
        tokio::task::yield_now().await;
        assert_eq!(mailbox.wish(), None, "it is not closed for asking");
        assert!(!answering.is_finished());
        assert!(mailbox.pop().is_some());
        mailbox.written(1);
        answering.await.unwrap();
        let frames: Vec<_> = std::iter::from_fn(|| mailbox.pop()).collect();
        assert_eq!(frames.len(), MOST_FRAMES);
        assert_eq!(frames.last().unwrap().as_str(), "late");

        mailbox.close(CloseCode::Restart);
        mailbox.close(CloseCode::SignedOut);
        assert_eq!(mailbox.closing().await, CloseCode::Restart);
        mailbox.empty().await;
        mailbox.answer("never".into()).await;
        assert!(mailbox.pop().is_none());
    }

    #[test]
    fn a_queue_that_was_long_gives_its_memory_back() {
        let mailbox = Mailbox::default();
        for _ in 0..MOST_FRAMES {
            mailbox.push("x".into());
        }
        while mailbox.pop().is_some() {}
        assert_eq!(mailbox.waiting().frames.capacity(), 0);
    }
}
