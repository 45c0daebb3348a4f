//! The half of a socket that writes what waits.

use std::{sync::Arc, time::Duration};

use app::live::wire::CloseCode;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{SinkExt, stream::SplitSink};

use super::mailbox::{Mailbox, Outbound};

/// How long a socket that does not take what is written to it is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a close frame may take to go out.
const FAREWELL: Duration = Duration::from_secs(1);

/// The half that writes.
pub(super) struct Writer {
    pub(super) sink: SplitSink<WebSocket, Message>,
    pub(super) mailbox: Arc<Mailbox>,
}

impl Writer {
    /// Writes all that waits and flushes once; ends with the socket.
    pub(super) async fn run(mut self) {
        let mailbox = Arc::clone(&self.mailbox);
        let code = loop {
            let frame = tokio::select! {
                biased;
                code = mailbox.closing() => break code,
                frame = mailbox.next() => frame,
            };
            let written = tokio::select! {
                biased;
                // A socket that takes nothing is not waited for once it has to go.
                code = mailbox.closing() => break code,
                written = self.write(frame) => written,
            };
            if !written {
                return;
            }
        };
        let _ = tokio::time::timeout(FAREWELL, self.sink.send(close_message(code))).await;
    }

    async fn write(&mut self, first: Outbound) -> bool {
        let all = async {
            let mut bytes = first.len();
            self.sink.feed(Message::Text(first)).await?;
            while let Some(next) = self.mailbox.pop() {
                bytes += next.len();
                self.sink.feed(Message::Text(next)).await?;
            }
            self.sink.flush().await?;
            Ok::<_, axum::Error>(bytes)
        };
        let Ok(Ok(bytes)) = tokio::time::timeout(PATIENCE, all).await else {
            return false;
        };
        self.mailbox.written(bytes);
        true
    }
}

pub(super) fn close_message(code: CloseCode) -> Message {
    Message::Close(Some(CloseFrame {
        code: code.number(),
        reason: "".into(),
    }))
}
