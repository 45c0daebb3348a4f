//! One socket: reads commands, carries them out through the ports, and writes what waits.

use std::{sync::Arc, time::Duration};

use app::{
    accounts::User,
    context::Ports,
    error::AppError,
    ids::{ClientId, Epoch, RoomId},
    live::wire::{ClientFrame, CloseCode, HEADS_SECONDS, ServerFrame},
    messages::{Body, CaughtUp, Posting},
};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use tokio::sync::{mpsc, watch};

use super::{
    listener::{Listener, ListenerId, Outbound},
    registry::{Hub, encode},
};
use crate::accounts::Identity;

/// How long a socket that does not take what is written to it is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Serves a socket until it ends. Without an identity it is closed at once.
pub(crate) async fn connect(
    mut socket: WebSocket,
    hub: Arc<Hub>,
    ports: Ports,
    identity: Option<Identity>,
) {
    let Some(Identity { user, session }) = identity else {
        let _ = socket.send(close_message(CloseCode::SignedOut)).await;
        return;
    };
    let Listener {
        id,
        frames,
        answers,
        closed,
    } = hub.register(session);
    let (sink, stream) = socket.split();
    let writer = Writer {
        sink,
        hub: Arc::clone(&hub),
        id,
    };
    let reader = Reader {
        hub: Arc::clone(&hub),
        ports,
        user,
        id,
        answers,
    };
    let writing = writer.run(frames, closed);
    tokio::pin!(writing);
    tokio::select! {
        code = reader.run(stream) => {
            // A protocol error is told; a client that left hears nothing more.
            if let Some(code) = code {
                hub.close_one(id, code);
                let _ = tokio::time::timeout(PATIENCE, writing).await;
            }
        }
        () = &mut writing => {}
    }
    hub.remove(id);
}

fn close_message(code: CloseCode) -> Message {
    Message::Close(Some(CloseFrame {
        code: code.number(),
        reason: "".into(),
    }))
}

/// The half that writes.
struct Writer {
    sink: SplitSink<WebSocket, Message>,
    hub: Arc<Hub>,
    id: ListenerId,
}

impl Writer {
    /// Writes all that waits and flushes once; says `heads` at intervals; ends with the socket.
    async fn run(
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
                Some(frame) = frames.recv() => self.write(frame, &mut frames).await,
                _ = beat.tick() => self.heads().await,
            };
            if !written {
                return;
            }
        };
        let _ = tokio::time::timeout(PATIENCE, self.sink.send(close_message(code))).await;
    }

    async fn write(&mut self, first: Outbound, frames: &mut mpsc::Receiver<Outbound>) -> bool {
        let all = async {
            self.sink.feed(Message::Text(first)).await?;
            while let Ok(next) = frames.try_recv() {
                self.sink.feed(Message::Text(next)).await?;
            }
            self.sink.flush().await
        };
        matches!(tokio::time::timeout(PATIENCE, all).await, Ok(Ok(())))
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

/// Waits until the hub wants the socket closed.
async fn wish(closed: &mut watch::Receiver<Option<CloseCode>>) -> CloseCode {
    let wish = closed.wait_for(Option::is_some).await;
    // The hub's end goes away only when the socket is removed.
    wish.ok()
        .and_then(|code| *code)
        .unwrap_or(CloseCode::Restart)
}

/// The half that reads.
struct Reader {
    hub: Arc<Hub>,
    ports: Ports,
    user: User,
    id: ListenerId,
    answers: mpsc::Sender<Outbound>,
}

impl Reader {
    /// Carries out commands in the order in which they come. Returns why the socket must be closed,
    /// or nothing when the client has left.
    async fn run(self, mut stream: SplitStream<WebSocket>) -> Option<CloseCode> {
        while let Some(Ok(message)) = stream.next().await {
            let text = match message {
                Message::Text(text) => text,
                Message::Binary(_) => return Some(CloseCode::BadFrame),
                Message::Ping(_) | Message::Pong(_) => continue,
                Message::Close(_) => return None,
            };
            let Ok(frame) = serde_json::from_str(&text) else {
                return Some(CloseCode::BadFrame);
            };
            self.carry_out(frame).await;
        }
        None
    }

    async fn carry_out(&self, frame: ClientFrame) {
        match frame {
            ClientFrame::Hello => match self.ports.messages.epoch().await {
                Ok(epoch) => {
                    self.answer(&ServerFrame::Welcome {
                        user: self.user.clone(),
                        epoch,
                    })
                    .await;
                }
                Err(error) => self.refuse(None, None, error).await,
            },
            ClientFrame::Subscribe { room, epoch, since } => {
                if let Err(error) = self.subscribe(room, epoch, since).await {
                    self.hub.unsubscribe(self.id, room);
                    self.refuse(None, Some(room), error).await;
                }
            }
            ClientFrame::Unsubscribe { room } => self.hub.unsubscribe(self.id, room),
            ClientFrame::Send { room, id, body } => match self.send(room, id, &body).await {
                Ok(accepted) => self.answer(&accepted).await,
                Err(error) => self.refuse(Some(id), Some(room), error).await,
            },
        }
    }

    /// Listens first and reads then, so that nothing falls in between.
    async fn subscribe(
        &self,
        room: RoomId,
        epoch: Option<Epoch>,
        since: Option<i64>,
    ) -> Result<(), AppError> {
        let messages = &self.ports.messages;
        self.hub.subscribe(self.id, room);
        // Whoever may not hear the room is refused here, before anything that waits gets out.
        let caught_up = messages.changes(&self.user, room, since).await?;
        let current = match epoch {
            Some(epoch) => epoch == messages.epoch().await?,
            None => true,
        };
        let caught_up = match caught_up {
            CaughtUp::Changes(changes) if !current => CaughtUp::Reset {
                head: changes.last_seq,
            },
            caught_up => caught_up,
        };
        let (head, answers) = match caught_up {
            CaughtUp::Reset { head } => (head, vec![ServerFrame::Reset { room, head }]),
            CaughtUp::Changes(changes) => {
                let head = changes.last_seq;
                let mut answers = vec![ServerFrame::Subscribed { room, head }];
                if changes.first_seq <= head {
                    answers.push(ServerFrame::Changes(changes));
                }
                (head, answers)
            }
        };
        self.hub.go_live(
            self.id,
            room,
            head,
            answers.iter().filter_map(encode).collect(),
        );
        Ok(())
    }

    async fn send(&self, room: RoomId, id: ClientId, body: &str) -> Result<ServerFrame, AppError> {
        let posting = Posting {
            room,
            id,
            body: Body::parse(body)?,
        };
        Ok(ServerFrame::Accepted(
            self.ports.messages.send(&self.user, posting).await?,
        ))
    }

    async fn refuse(&self, id: Option<ClientId>, room: Option<RoomId>, error: AppError) {
        let AppError { code, message, .. } = error;
        self.answer(&ServerFrame::Refused {
            id,
            room,
            code,
            message,
        })
        .await;
    }

    async fn answer(&self, frame: &ServerFrame) {
        if let Some(frame) = encode(frame) {
            // A closed queue belongs to a socket that is about to end.
            let _ = self.answers.send(frame).await;
        }
    }
}
