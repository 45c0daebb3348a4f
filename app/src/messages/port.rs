//! What the server does for messages.

use async_trait::async_trait;

use super::{Body, Changes, Page, Sent};
use crate::{
    accounts::User,
    error::AppError,
    ids::{ClientId, Epoch, RoomId},
};

/// A message that somebody wants to post.
#[derive(Debug, Clone)]
pub struct Posting {
    pub room: RoomId,
    /// Named by the client: the same id with the same body is the same send.
    pub id: ClientId,
    pub body: Body,
}

/// How a client that has seen everything up to some sequence number gets to the present.
#[derive(Debug, Clone)]
pub enum CaughtUp {
    /// Apply these.
    Changes(Changes),
    /// Too far behind: fetch a page and start from its head.
    Reset { head: i64 },
}

#[async_trait]
pub trait Messages: Send + Sync {
    /// Posts for a member. Returns after the commit; a repeated send returns what the first did.
    async fn send(&self, viewer: &User, posting: Posting) -> Result<Sent, AppError>;

    /// The 50 messages before the place `before`, or the newest 50.
    async fn page(
        &self,
        viewer: Option<&User>,
        room: RoomId,
        before: Option<i64>,
    ) -> Result<Page, AppError>;

    /// What changed in a member's room after `since`, up to the head read in the same snapshot.
    /// Without `since`: nothing, and the head.
    async fn changes(
        &self,
        viewer: &User,
        room: RoomId,
        since: Option<i64>,
    ) -> Result<CaughtUp, AppError>;

    /// The epoch of this installation's sequence numbers.
    async fn epoch(&self) -> Result<Epoch, AppError>;
}
