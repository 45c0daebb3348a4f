//! What the server does for invites.

use async_trait::async_trait;

use super::{Expiry, Invite, InviteCode, InviteView, MaxUses};
use crate::{
    accounts::{Browser, User},
    error::AppError,
    ids::RoomId,
    rooms::Room,
};

#[async_trait]
pub trait Invites: Send + Sync {
    /// A new link into a room, for those who keep order in it.
    async fn create(
        &self,
        viewer: &User,
        room: RoomId,
        expiry: Expiry,
        max_uses: MaxUses,
    ) -> Result<Invite, AppError>;

    /// The invites of a room that still work, the newest first, for those who keep order in it. At
    /// most 100.
    async fn list(&self, viewer: &User, room: RoomId) -> Result<Vec<Invite>, AppError>;

    /// From now on the link leads nowhere. Doing it twice is no error.
    async fn revoke(&self, viewer: &User, code: &InviteCode) -> Result<(), AppError>;

    /// Where a link leads. One that is unknown, has expired, is used up, was revoked, or is held by
    /// somebody who is kept out, are the same error.
    async fn open(
        &self,
        viewer: Option<&User>,
        browser: &Browser,
        code: &InviteCode,
    ) -> Result<InviteView, AppError>;

    /// Makes the viewer a member, which is one use. Whoever is one already uses nothing.
    async fn join(
        &self,
        viewer: &User,
        browser: &Browser,
        code: &InviteCode,
    ) -> Result<Room, AppError>;
}
