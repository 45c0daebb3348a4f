//! What comes over a socket: messages, and a bound on what comes in place of one.

use std::{future::poll_fn, task::Poll};

use app::live::wire::{self, ClientFrame, CloseCode};
use axum::extract::ws::WebSocket;
use futures::{StreamExt, stream::SplitStream};

use super::commands::read;
use crate::connections::Meter;

/// How many bytes may come without being a whole message: the largest one, and as much again for the
/// heads of its fragments. These may be empty, so that the size of the message does not bound them.
const MOST_BYTES: u64 = 2 * wire::MOST_BYTES as u64;

/// The end of a socket that is read.
pub(super) struct Incoming {
    stream: SplitStream<WebSocket>,
    meter: Meter,
    /// What had come when the last message was whole.
    known: u64,
}

impl Incoming {
    pub(super) fn new(stream: SplitStream<WebSocket>, meter: Meter) -> Self {
        let known = meter.bytes();
        Self {
            stream,
            meter,
            known,
        }
    }

    /// The next message: a command, or nothing to carry out, or why its socket is to be closed.
    pub(super) async fn next(&mut self) -> Result<Option<ClientFrame>, CloseCode> {
        let message = poll_fn(|cx| match self.stream.poll_next_unpin(cx) {
            Poll::Pending if self.meter.bytes() - self.known > MOST_BYTES => {
                Poll::Ready(Err(CloseCode::BadFrame))
            }
            message => message.map(Ok),
        });
        let message = message.await?;
        self.known = self.meter.bytes();
        read(message)
    }

    /// Takes what still comes, and does nothing with it.
    pub(super) async fn ignore(mut self) {
        while let Some(Ok(_)) = self.stream.next().await {}
    }
}
