//! What the server does for reading.

use async_trait::async_trait;

use super::{Reader, Unread};
use crate::{accounts::User, error::AppError, ids::RoomId};

#[async_trait]
pub trait Reads: Send + Sync {
    /// The viewer has read everything up to the place `seq`, or to the last one there is. It only
    /// grows, and takes back what was marked as unread at or before it.
    async fn read(&self, viewer: &User, room: RoomId, seq: i64) -> Result<(), AppError>;

    /// What stands from the place `seq` on is new to the viewer again, until they read on.
    async fn mark_unread(&self, viewer: &User, room: RoomId, seq: i64) -> Result<(), AppError>;

    /// What is new in the viewer's rooms, one row for each. At most 1,000.
    async fn unread(&self, viewer: &User) -> Result<Vec<Unread>, AppError>;

    /// How far the other members have read, those who show it. Nobody in rooms with more than 200
    /// members, and for viewers who do not show it themselves.
    async fn readers(&self, viewer: &User, room: RoomId) -> Result<Vec<Reader>, AppError>;
}
