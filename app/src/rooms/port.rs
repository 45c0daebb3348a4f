//! What the server does for rooms.

use async_trait::async_trait;

use super::{
    Description, Mute, Role, Room, RoomAbout, RoomKind, RoomName, RoomSummary, RoomView, Topic,
};
use crate::{
    accounts::{Handle, User},
    error::AppError,
    ids::{RoomId, UserId},
};

/// What those who keep order in a room give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomEdit {
    pub name: RoomName,
    pub topic: Topic,
    pub description: Description,
}

#[async_trait]
pub trait Rooms: Send + Sync {
    /// The rooms that the viewer may find: one's own first, then by name, and what is new in one's
    /// own. At most 200.
    async fn list(&self, viewer: Option<&User>) -> Result<Vec<RoomSummary>, AppError>;

    /// People whom the viewer shares a room with and whose handle has `query` in it, those whose
    /// begins with it first. At most 20.
    async fn people(&self, viewer: &User, query: &str) -> Result<Vec<User>, AppError>;

    /// Opens a new public room or group, its creator the first member and owner.
    async fn create(&self, viewer: &User, name: RoomName, kind: RoomKind)
    -> Result<Room, AppError>;

    /// The viewer's conversation with somebody. It is made by whoever asks first, and once.
    async fn direct(&self, viewer: &User, with: &Handle) -> Result<Room, AppError>;

    /// A room that the viewer may read. An unknown and a forbidden one are the same error.
    async fn open(&self, viewer: Option<&User>, room: RoomId) -> Result<RoomView, AppError>;

    /// The same, with what the viewer may know of the people in it.
    async fn about(&self, viewer: Option<&User>, room: RoomId) -> Result<RoomAbout, AppError>;

    /// Gives a room another name, topic and description, for those who keep order in it.
    async fn update(&self, viewer: &User, room: RoomId, edit: RoomEdit) -> Result<(), AppError>;

    /// Makes the viewer a member of a public room. Joining twice is no error and changes nothing.
    async fn join(&self, viewer: &User, room: RoomId) -> Result<Room, AppError>;

    /// Ends the viewer's membership. Leaving twice is no error and changes nothing. When the last
    /// owner leaves, the longest-standing moderator, else member, becomes owner.
    async fn leave(&self, viewer: &User, room: RoomId) -> Result<(), AppError>;

    /// Ends the membership of `user`, for whoever keeps order and is above them. They hear nothing
    /// that comes after.
    async fn remove(&self, viewer: &User, room: RoomId, user: UserId) -> Result<(), AppError>;

    /// Gives a member another role, for an owner.
    async fn set_role(
        &self,
        viewer: &User,
        room: RoomId,
        user: UserId,
        role: Role,
    ) -> Result<(), AppError>;

    /// Removes `user`, if they are a member, and keeps them out.
    async fn ban(&self, viewer: &User, room: RoomId, user: UserId) -> Result<(), AppError>;

    /// Lets somebody in again. Lifting no ban is no error.
    async fn unban(&self, viewer: &User, room: RoomId, user: UserId) -> Result<(), AppError>;

    /// Sets what the viewer wants to be told of a room of theirs. Nobody else learns it.
    async fn set_mute(&self, viewer: &User, room: RoomId, level: Mute) -> Result<(), AppError>;
}
