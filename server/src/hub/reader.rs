//! The half of a socket that reads commands and carries them out through the ports.

use std::sync::Arc;

use app::{
    accounts::User,
    context::Ports,
    error::{AppError, ErrorCode},
    ids::{ClientId, Epoch, RoomId},
    live::wire::{ClientFrame, CloseCode, ServerFrame},
    messages::{Body, CaughtUp, Posting},
};
use axum::extract::ws::{Message, WebSocket};
use futures::{StreamExt, stream::SplitStream};
use tokio::sync::{mpsc, watch};

use super::{
    listener::{Backlog, ListenerId, Outbound, wish},
    registry::{Hub, encode},
};

/// What a client said: a command, or nothing to carry out, or why its socket is to be closed.
fn read(message: Option<Result<Message, axum::Error>>) -> Result<Option<ClientFrame>, CloseCode> {
    match message {
        Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
            Ok(frame) => Ok(Some(frame)),
            Err(_) => Err(CloseCode::BadFrame),
        },
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Close(_))) | None => Err(CloseCode::Other(1000)),
        // Too large, not UTF-8, or the link has broken, in which case nobody reads the code.
        Some(Ok(Message::Binary(_)) | Err(_)) => Err(CloseCode::BadFrame),
    }
}

/// The half that reads.
pub(super) struct Reader {
    pub(super) hub: Arc<Hub>,
    pub(super) ports: Ports,
    pub(super) user: User,
    pub(super) id: ListenerId,
    pub(super) answers: mpsc::Sender<Outbound>,
    pub(super) backlog: Arc<Backlog>,
    pub(super) closed: watch::Receiver<Option<CloseCode>>,
}

impl Reader {
    /// Carries out commands in the order in which they come, until the socket is to be closed.
    pub(super) async fn run(mut self, mut stream: SplitStream<WebSocket>) {
        loop {
            let frame = tokio::select! {
                biased;
                _ = wish(&mut self.closed) => return,
                message = stream.next() => read(message),
            };
            let outcome = match frame {
                Ok(Some(frame)) => self.carry_out(frame).await,
                Ok(None) => Ok(()),
                Err(code) => Err(code),
            };
            if let Err(code) = outcome {
                self.hub.close_one(self.id, code);
                return;
            }
        }
    }

    /// Answers a command. When the database is away, its outcome is unknown: the socket is closed,
    /// so that the client tries again, from this command on and in the same order.
    async fn carry_out(&mut self, frame: ClientFrame) -> Result<(), CloseCode> {
        let (id, room, done) = match frame {
            ClientFrame::Hello => (None, None, self.welcome().await),
            ClientFrame::Subscribe { room, epoch, since } => {
                // What the last one brought goes out first: its size is what a client may ask for.
                tokio::select! {
                    _ = wish(&mut self.closed) => return Ok(()),
                    () = self.backlog.empty() => {}
                }
                let done = self.subscribe(room, epoch, since).await;
                let done = done.inspect_err(|_| self.hub.unsubscribe(self.id, room));
                (None, Some(room), done)
            }
            ClientFrame::Unsubscribe { room } => {
                self.hub.unsubscribe(self.id, room);
                (None, None, Ok(()))
            }
            ClientFrame::Send { room, id, body } => {
                (Some(id), Some(room), self.send(room, id, &body).await)
            }
        };
        match done {
            Ok(()) => Ok(()),
            Err(AppError {
                code: ErrorCode::Busy | ErrorCode::Unavailable,
                ..
            }) => Err(CloseCode::Restart),
            Err(AppError { code, message, .. }) => {
                self.answer(&ServerFrame::Refused {
                    id,
                    room,
                    code,
                    message,
                })
                .await;
                Ok(())
            }
        }
    }

    async fn welcome(&self) -> Result<(), AppError> {
        let epoch = self.ports.messages.epoch().await?;
        let user = self.user.clone();
        self.answer(&ServerFrame::Welcome { user, epoch }).await;
        Ok(())
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

    async fn send(&self, room: RoomId, id: ClientId, body: &str) -> Result<(), AppError> {
        let posting = Posting {
            room,
            id,
            body: Body::parse(body)?,
        };
        let sent = self.ports.messages.send(&self.user, posting).await?;
        self.answer(&ServerFrame::Accepted(sent)).await;
        Ok(())
    }

    async fn answer(&self, frame: &ServerFrame) {
        if let Some(frame) = encode(frame) {
            self.backlog.add(frame.len());
            // A closed queue belongs to a socket that is about to end.
            let _ = self.answers.send(frame).await;
        }
    }
}
