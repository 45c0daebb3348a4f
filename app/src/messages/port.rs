//! What the server does for messages.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use futures::future::BoxFuture;

use super::{Body, Changed, Changes, Emoji, Mention, Message, Page, Sent, Stretch};
use crate::{
    accounts::User,
    error::AppError,
    ids::{ClientId, Epoch, MediaId, MessageId, RoomId},
};

/// A message that somebody wants to post.
#[derive(Debug, Clone)]
pub struct Posting {
    pub room: RoomId,
    /// Named by the client: the same id with the same body is the same send.
    pub id: ClientId,
    pub body: Body,
    /// The place of the message that it answers.
    pub reply_to: Option<i64>,
    /// What it shows: the sender's own, each once.
    pub media: Vec<MediaId>,
}

/// Sends that are to stay in order: those of one connection. After one whose outcome is unknown the
/// lane is broken, and every later one is answered the same, without a try: the client repeats them
/// from there.
#[derive(Debug, Clone, Default)]
pub struct Lane(Arc<AtomicBool>);

impl Lane {
    pub fn is_broken(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    pub fn break_off(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// How a client that has seen everything up to some sequence number gets to the present.
#[derive(Debug, Clone)]
pub enum CaughtUp {
    /// Apply these.
    Changes(Changes),
    /// Too far behind: fetch a page and start from its head.
    Reset { head: i64 },
}

impl CaughtUp {
    pub fn head(&self) -> i64 {
        match self {
            Self::Changes(changes) => changes.last_seq,
            Self::Reset { head } => *head,
        }
    }
}

/// What a member who opens a room is given first.
#[derive(Debug, Clone)]
pub struct Resumed {
    pub caught_up: CaughtUp,
    /// Items whose place is below this are not theirs to see.
    pub visible_from: i64,
    /// It is a conversation of two, and one of them has blocked the other.
    pub ended: bool,
}

#[async_trait]
pub trait Messages: Send + Sync {
    /// Posts for a member. Queued when this returns, and done after the commit, even if the answer
    /// is not waited for; a repeated send answers what the first did. `busy` and `unavailable` mean
    /// that the outcome is unknown.
    fn send(
        &self,
        viewer: &User,
        lane: &Lane,
        posting: Posting,
    ) -> BoxFuture<'static, Result<Sent, AppError>>;

    /// Changes the words of the viewer's own message. The words that it has change nothing. It may have none
    /// where it shows something.
    async fn edit(
        &self,
        viewer: &User,
        room: RoomId,
        message: MessageId,
        body: Body,
    ) -> Result<Changed, AppError>;

    /// Deletes the viewer's own message, or anybody's where the viewer keeps order. Deleting twice is
    /// no error and changes nothing.
    async fn delete(
        &self,
        viewer: &User,
        room: RoomId,
        message: MessageId,
    ) -> Result<Changed, AppError>;

    /// Answers a message with an emoji, or takes that back. What is so already changes nothing. A
    /// message has at most 20 different ones.
    async fn react(
        &self,
        viewer: &User,
        room: RoomId,
        message: MessageId,
        emoji: Emoji,
        on: bool,
    ) -> Result<Changed, AppError>;

    /// Puts a message among those that the room holds up, or takes it away: for those who keep order,
    /// and for both in a conversation of two. A room has at most 50.
    async fn pin(
        &self,
        viewer: &User,
        room: RoomId,
        message: MessageId,
        on: bool,
    ) -> Result<Changed, AppError>;

    /// The pinned messages that the viewer may see, the last one first.
    async fn pins(&self, viewer: Option<&User>, room: RoomId) -> Result<Vec<Message>, AppError>;

    /// The last 50 messages that name the viewer, the newest first, in rooms that are theirs.
    async fn mentions(&self, viewer: &User) -> Result<Vec<Mention>, AppError>;

    /// The message at a place that the viewer may see.
    async fn find(
        &self,
        viewer: Option<&User>,
        room: RoomId,
        place: i64,
    ) -> Result<Message, AppError>;

    /// Up to 50 messages, and what they answer.
    async fn page(
        &self,
        viewer: Option<&User>,
        room: RoomId,
        stretch: Stretch,
    ) -> Result<Page, AppError>;

    /// What changed in a member's room after `since`, up to the head read in the same snapshot.
    /// Without `since`: nothing, and the head.
    async fn resume(
        &self,
        viewer: &User,
        room: RoomId,
        since: Option<i64>,
    ) -> Result<Resumed, AppError>;

    /// The epoch of this installation's sequence numbers.
    async fn epoch(&self) -> Result<Epoch, AppError>;

    /// The rooms that the viewer is a member of, each with its head. At most 1,000.
    async fn heads(&self, viewer: &User) -> Result<Vec<(RoomId, i64)>, AppError>;
}
