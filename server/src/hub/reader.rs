//! The half of a socket that reads commands and carries them out through the ports.

use std::{sync::Arc, time::Duration};

use app::{
    accounts::User,
    context::Ports,
    error::{AppError, ErrorCode},
    ids::{ClientId, Epoch, MediaId, MessageId, RoomId},
    journeys::Care,
    live::wire::{ClientFrame, CloseCode, ServerFrame},
    media::shown,
    messages::{Body, CaughtUp, Changed, Emoji, Lane, Posting, Resumed, Sent},
};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use tokio::time::Instant;

use super::{
    commands::cost,
    incoming::Incoming,
    listener::ListenerId,
    mailbox::Mailbox,
    node::Hub,
    registry::{Behind, encode},
};

/// How many sends of one socket may be under way.
const MOST_SENDS: usize = 64;

/// A client that has asked for too much for this long, without a pause, is closed.
const MOST_HASTE: Duration = Duration::from_secs(10);

/// How long a client that is told to go may take to do so.
const FAREWELL: Duration = Duration::from_secs(1);

type Sending = BoxFuture<'static, (ClientId, RoomId, Result<Sent, AppError>)>;

/// The half that reads.
pub(super) struct Reader {
    pub(super) hub: Arc<Hub>,
    pub(super) ports: Ports,
    pub(super) user: User,
    pub(super) id: ListenerId,
    pub(super) mailbox: Arc<Mailbox>,
    /// Sends that are committed in the order in which they came.
    pub(super) lane: Lane,
    pub(super) sending: FuturesUnordered<Sending>,
    /// Since when the client has been kept waiting.
    pub(super) hasty_since: Option<Instant>,
}

impl Reader {
    /// Carries out commands in the order in which they come, until the socket is to be closed; then
    /// takes what still comes, or the client would see a reset instead of the reason.
    pub(super) async fn run(mut self, mut incoming: Incoming) {
        self.serve(&mut incoming).await;
        let _ = tokio::time::timeout(FAREWELL, incoming.ignore()).await;
    }

    async fn serve(&mut self, incoming: &mut Incoming) {
        loop {
            let outcome = tokio::select! {
                biased;
                _ = self.mailbox.closing() => return,
                Some((id, room, sent)) = self.sending.next() => self.settle(id, room, sent).await,
                frame = incoming.next(), if self.sending.len() < MOST_SENDS => match frame {
                    Ok(frame) => self.admit(frame).await,
                    Err(code) => Err(code),
                },
            };
            if let Err(code) = outcome {
                self.hub.close_one(self.id, code);
                return;
            }
        }
    }

    /// Carries out a command when its sender can afford it.
    async fn admit(&mut self, frame: Option<ClientFrame>) -> Result<(), CloseCode> {
        let wait = self.hub.spend(self.user.id, cost(frame.as_ref()));
        if wait.is_zero() {
            self.hasty_since = None;
        } else {
            let since = *self.hasty_since.get_or_insert_with(Instant::now);
            if since.elapsed() + wait > MOST_HASTE {
                return Err(CloseCode::TooMuch);
            }
            tokio::select! {
                _ = self.mailbox.closing() => return Ok(()),
                () = tokio::time::sleep(wait) => {}
            }
        }
        match frame {
            // In a box: a socket that is idle does not hold what a command needs.
            Some(frame) => Box::pin(self.carry_out(frame)).await,
            None => Ok(()),
        }
    }

    /// Answers a command. When the database is away, its outcome is unknown: the socket is closed,
    /// so that the client tries again, from this command on and in the same order.
    async fn carry_out(&mut self, frame: ClientFrame) -> Result<(), CloseCode> {
        let (id, room, done) = match frame {
            ClientFrame::Hello => (None, None, self.welcome().await),
            ClientFrame::Subscribe { room, epoch, since } => {
                // What the last one brought goes out first: its size is what a client may ask for.
                self.mailbox.empty().await;
                if self.mailbox.wish().is_some() {
                    return Ok(());
                }
                let done = self.subscribe(room, epoch, since).await;
                let done = done.inspect_err(|error| {
                    // One that was refused for there being too many was not made.
                    if error.code != ErrorCode::TooMany {
                        self.hub.unsubscribe(self.id, room);
                    }
                });
                (None, Some(room), done)
            }
            ClientFrame::Unsubscribe { room } => {
                self.hub.unsubscribe(self.id, room);
                (None, None, Ok(()))
            }
            ClientFrame::Send {
                room,
                id,
                body,
                reply_to,
                media,
                knowing,
            } => {
                let care = Care::of(false, knowing);
                let sent = self.send(room, id, &body, reply_to, media, care);
                (Some(id), Some(room), sent)
            }
            ClientFrame::Edit {
                room,
                id,
                message,
                body,
                knowing,
            } => {
                let care = Care::of(false, knowing);
                let done = self.edit(room, id, message, &body, care).await;
                (Some(id), Some(room), done)
            }
            ClientFrame::Delete { room, id, message } => {
                (Some(id), Some(room), self.delete(room, id, message).await)
            }
            ClientFrame::React {
                room,
                id,
                message,
                emoji,
                on,
            } => {
                let done = self.react(room, id, message, &emoji, on).await;
                (Some(id), Some(room), done)
            }
            ClientFrame::Pin {
                room,
                id,
                message,
                on,
            } => {
                let done = self.pin(room, id, message, on).await;
                (Some(id), Some(room), done)
            }
            // Nobody waits for this: who may not read has nothing to read.
            ClientFrame::Read { room, seq } => {
                let read = self.ports.reads.read(&self.user, room, seq).await;
                if let Err(error) = read {
                    tracing::debug!(room.id = %room, %error, "a read position does not count");
                }
                (None, None, Ok(()))
            }
            ClientFrame::Typing { room } => {
                self.hub.typing(self.id, room, &self.user);
                (None, None, Ok(()))
            }
        };
        self.conclude(id, room, done).await
    }

    async fn settle(
        &mut self,
        id: ClientId,
        room: RoomId,
        sent: Result<Sent, AppError>,
    ) -> Result<(), CloseCode> {
        let done = match sent {
            Ok(sent) => {
                self.answer(&ServerFrame::Accepted(sent)).await;
                Ok(())
            }
            Err(error) => Err(error),
        };
        self.conclude(Some(id), Some(room), done).await
    }

    async fn conclude(
        &mut self,
        id: Option<ClientId>,
        room: Option<RoomId>,
        done: Result<(), AppError>,
    ) -> Result<(), CloseCode> {
        match done {
            Ok(()) => Ok(()),
            Err(AppError {
                code: ErrorCode::Busy | ErrorCode::Unavailable | ErrorCode::Internal,
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

    async fn welcome(&mut self) -> Result<(), AppError> {
        let epoch = self.epoch().await?;
        let heads = self.ports.messages.heads(&self.user).await?;
        self.hub.watch(self.id, &heads);
        let user = self.user.clone();
        let welcome = ServerFrame::Welcome { user, epoch, heads };
        self.answer(&welcome).await;
        Ok(())
    }

    async fn epoch(&mut self) -> Result<Epoch, AppError> {
        match self.hub.epoch() {
            Some(epoch) => Ok(epoch),
            None => self.ports.messages.epoch().await,
        }
    }

    /// Listens first and reads then, so that nothing falls in between.
    async fn subscribe(
        &mut self,
        room: RoomId,
        epoch: Option<Epoch>,
        since: Option<i64>,
    ) -> Result<(), AppError> {
        self.hub.subscribe(self.id, room).await?;
        let current = match epoch {
            Some(epoch) => epoch == self.epoch().await?,
            None => true,
        };
        // Whoever may not hear the room is refused here, before anything that waits gets out.
        let resumed = self.ports.messages.resume(&self.user, room, since).await?;
        let Resumed {
            mut caught_up,
            visible_from,
            ended,
        } = resumed;
        self.hub.set_ended(room, ended);
        let head = caught_up.head();
        if !current {
            caught_up = CaughtUp::Reset { head };
        }
        let mut answers = match &caught_up {
            CaughtUp::Reset { .. } => vec![],
            CaughtUp::Changes(_) => vec![ServerFrame::Subscribed { room, head }],
        };
        loop {
            let head = caught_up.head();
            match caught_up {
                CaughtUp::Reset { head } => answers.push(ServerFrame::Reset { room, head }),
                CaughtUp::Changes(changes) if changes.first_seq <= changes.last_seq => {
                    answers.push(ServerFrame::Changes(changes));
                }
                CaughtUp::Changes(_) => {}
            }
            let frames = answers.drain(..).filter_map(|frame| encode(&frame));
            let frames = frames.collect();
            let live = self.hub.go_live(self.id, room, head, visible_from, frames);
            let Err(Behind { known }) = live else {
                return Ok(());
            };
            caught_up = self
                .ports
                .messages
                .resume(&self.user, room, Some(known))
                .await?
                .caught_up;
        }
    }

    /// Queues a send; its answer comes when it is committed.
    fn send(
        &mut self,
        room: RoomId,
        id: ClientId,
        body: &str,
        reply_to: Option<i64>,
        media: Vec<MediaId>,
        care: Care,
    ) -> Result<(), AppError> {
        let media = shown(media)?;
        let posting = Posting {
            room,
            id,
            body: Body::beside(body, media.len())?.with(care)?,
            reply_to,
            media,
        };
        let sent = self.ports.messages.send(&self.user, &self.lane, posting);
        self.sending
            .push(sent.map(move |sent| (id, room, sent)).boxed());
        Ok(())
    }

    async fn edit(
        &mut self,
        room: RoomId,
        id: ClientId,
        message: MessageId,
        body: &str,
        care: Care,
    ) -> Result<(), AppError> {
        let body = Body::anew(body)?.with(care)?;
        let changed = self.ports.messages.edit(&self.user, room, message, body);
        self.accept(id, changed.await?).await;
        Ok(())
    }

    async fn delete(
        &mut self,
        room: RoomId,
        id: ClientId,
        message: MessageId,
    ) -> Result<(), AppError> {
        let changed = self.ports.messages.delete(&self.user, room, message);
        self.accept(id, changed.await?).await;
        Ok(())
    }

    async fn react(
        &mut self,
        room: RoomId,
        id: ClientId,
        message: MessageId,
        emoji: &str,
        on: bool,
    ) -> Result<(), AppError> {
        let emoji = Emoji::parse(emoji)?;
        let messages = &self.ports.messages;
        let changed = messages.react(&self.user, room, message, emoji, on);
        self.accept(id, changed.await?).await;
        Ok(())
    }

    async fn pin(
        &mut self,
        room: RoomId,
        id: ClientId,
        message: MessageId,
        on: bool,
    ) -> Result<(), AppError> {
        let changed = self.ports.messages.pin(&self.user, room, message, on);
        self.accept(id, changed.await?).await;
        Ok(())
    }

    async fn accept(&mut self, id: ClientId, changed: Changed) {
        let Changed { seq, message, .. } = changed;
        self.answer(&ServerFrame::Accepted(Sent { id, seq, message }))
            .await;
    }

    async fn answer(&mut self, frame: &ServerFrame) {
        if let Some(frame) = encode(frame) {
            self.mailbox.answer(frame).await;
        }
    }
}
