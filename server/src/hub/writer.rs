//! The half of a socket that writes what waits.

use std::{sync::Arc, time::Duration};

use app::live::wire::{CloseCode, HEADS_SECONDS, ServerFrame};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{SinkExt, stream::SplitSink};
use tokio::sync::{mpsc, watch};

use super::{
    listener::{Backlog, ListenerId, Outbound, wish},
    node::Hub,
    registry::encode,
};

/// How long a socket that does not take what is written to it is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a close frame may take to go out.
const FAREWELL: Duration = Duration::from_secs(1);

/// The half that writes.
pub(super) struct Writer {
    pub(super) sink: SplitSink<WebSocket, Message>,
    pub(super) hub: Arc<Hub>,
    pub(super) id: ListenerId,
    pub(super) backlog: Arc<Backlog>,
}

impl Writer {
    /// Writes all that waits and flushes once; says `heads` at intervals; ends with the socket.
    pub(super) async fn run(
        mut self,
        mut frames: mpsc::Receiver<Outbound>,
        mut closed: watch::Receiver<Option<CloseCode>>,
    ) {
        let mut beat = tokio::time::interval(Duration::from_secs(HEADS_SECONDS));
        beat.reset();
        let code = loop {
            let written = tokio::select! {
                biased;
                code = wish(&mut closed) => break code,
                Some(frame) = frames.recv() => {
                    tokio::select! {
                        biased;
                        // A socket that takes nothing is not waited for once it has to go.
                        code = wish(&mut closed) => break code,
                        written = self.write(frame, &mut frames) => written,
                    }
                }
                _ = beat.tick() => self.heads().await,
            };
            if !written {
                return;
            }
        };
        let _ = tokio::time::timeout(FAREWELL, self.sink.send(close_message(code))).await;
    }

    async fn write(&mut self, first: Outbound, frames: &mut mpsc::Receiver<Outbound>) -> bool {
        let all = async {
            let mut bytes = first.len();
            self.sink.feed(Message::Text(first)).await?;
            while let Ok(next) = frames.try_recv() {
                bytes += next.len();
                self.sink.feed(Message::Text(next)).await?;
            }
            self.sink.flush().await?;
            Ok::<_, axum::Error>(bytes)
        };
        let Ok(Ok(bytes)) = tokio::time::timeout(PATIENCE, all).await else {
            return false;
        };
        self.backlog.remove(bytes);
        true
    }

    async fn heads(&mut self) -> bool {
        let heads = self.hub.heads(self.id);
        let Some(frame) = encode(&ServerFrame::Heads { heads }) else {
            return true;
        };
        let sent = tokio::time::timeout(PATIENCE, self.sink.send(Message::Text(frame))).await;
        matches!(sent, Ok(Ok(())))
    }
}

pub(super) fn close_message(code: CloseCode) -> Message {
    Message::Close(Some(CloseFrame {
        code: code.number(),
        reason: "".into(),
    }))
}
