//! One socket: reads commands, carries them out through the ports, and writes what waits.

use std::{sync::Arc, time::Duration};

use app::{
    accounts::User,
    context::Ports,
    error::{AppError, ErrorCode},
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
    listener::{Backlog, Listener, ListenerId, Outbound},
    registry::{Hub, encode},
};
use crate::accounts::{AccountsOnPostgres, SessionKey};

/// How long a socket that does not take what is written to it is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a close frame may take to go out.
const FAREWELL: Duration = Duration::from_secs(1);

/// Serves a socket until it ends. One without a session is closed before anything is read.
pub(crate) async fn connect(
    mut socket: WebSocket,
    hub: Arc<Hub>,
    ports: Ports,
    accounts: Arc<AccountsOnPostgres>,
    token: Option<String>,
) {
    let Some((token, session)) = token.and_then(|token| {
        let session = SessionKey::of(&token)?;
        Some((token, session))
    }) else {
        let _ = socket.send(close_message(CloseCode::SignedOut)).await;
        return;
    };
    // Registered first and asked then: a session that ends in between closes this socket as well.
    let listener = hub.register(session);
    let registered = Registered {
        hub: Arc::clone(&hub),
        id: listener.id,
    };
    let user = match accounts.identify(&token).await {
        Ok(Some(user)) => user,
        Ok(None) => {
            let _ = socket.send(close_message(CloseCode::SignedOut)).await;
            return;
        }
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a socket cannot be served"
            );
            let _ = socket.send(close_message(CloseCode::Restart)).await;
            return;
        }
    };

    let Listener {
        id,
        frames,
        answers,
        closed,
        backlog,
    } = listener;
    let (sink, stream) = socket.split();
    let reader = Reader {
        hub: Arc::clone(&hub),
        ports,
        user,
        id,
        answers,
        backlog: Arc::clone(&backlog),
        closed: closed.clone(),
    };
    // In a task of its own: a command that has begun is carried out to its end.
    let reading = tokio::spawn(reader.run(stream));
    Writer {
        sink,
        hub: Arc::clone(&hub),
        id,
        backlog,
    }
    .run(frames, closed)
    .await;
    hub.close_one(id, CloseCode::Restart);
    let _ = reading.await;
    drop(registered);
}

/// Takes the socket out of the hub, however its connection ends.
struct Registered {
    hub: Arc<Hub>,
    id: ListenerId,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.hub.remove(self.id);
    }
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
    backlog: Arc<Backlog>,
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

/// Waits until the hub wants the socket closed.
async fn wish(closed: &mut watch::Receiver<Option<CloseCode>>) -> CloseCode {
    let wish = closed.wait_for(Option::is_some).await;
    // The hub's end goes away only when the socket is removed.
    wish.ok()
        .and_then(|code| *code)
        .unwrap_or(CloseCode::Restart)
}

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
struct Reader {
    hub: Arc<Hub>,
    ports: Ports,
    user: User,
    id: ListenerId,
    answers: mpsc::Sender<Outbound>,
    backlog: Arc<Backlog>,
    closed: watch::Receiver<Option<CloseCode>>,
}

impl Reader {
    /// Carries out commands in the order in which they come, until the socket is to be closed.
    async fn run(mut self, mut stream: SplitStream<WebSocket>) {
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
                (None, Some(room), self.subscribe(room, epoch, since).await)
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
        let caught_up = messages.changes(&self.user, room, since).await;
        let caught_up = caught_up.inspect_err(|_| self.hub.unsubscribe(self.id, room))?;
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
