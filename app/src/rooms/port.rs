//! What the server does for rooms.

use async_trait::async_trait;

use super::{Room, RoomKind, RoomName, RoomSummary, RoomView};
use crate::{
    accounts::User,
    error::AppError,
    ids::{RoomId, UserId},
};

#[async_trait]
pub trait Rooms: Send + Sync {
    /// The rooms that the viewer may find: one's own first, then by name. At most 200.
    async fn list(&self, viewer: Option<&User>) -> Result<Vec<RoomSummary>, AppError>;

    /// Opens a new room, its creator the first member.
    async fn create(&self, viewer: &User, name: RoomName, kind: RoomKind)
    -> Result<Room, AppError>;

    /// Makes the viewer a member of a public room. Joining twice is no error and changes nothing.
    async fn join(&self, viewer: &User, room: RoomId) -> Result<Room, AppError>;

    /// Ends the viewer's membership. Leaving twice is no error and changes nothing.
    async fn leave(&self, viewer: &User, room: RoomId) -> Result<(), AppError>;

    /// Ends the membership of `user`, for an owner. They hear nothing that comes after.
    async fn remove(&self, viewer: &User, room: RoomId, user: UserId) -> Result<(), AppError>;

    /// A room that the viewer may read. An unknown and a forbidden one are the same error.
    async fn open(&self, viewer: Option<&User>, room: RoomId) -> Result<RoomView, AppError>;
}
