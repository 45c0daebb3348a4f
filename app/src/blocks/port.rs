//! What the server does for blocks.

use async_trait::async_trait;

use crate::{
    accounts::{Handle, User},
    error::AppError,
    ids::UserId,
};

#[async_trait]
pub trait Blocks: Send + Sync {
    /// From now on neither of the two writes in their conversation, and what the other says elsewhere is
    /// neither new to the viewer nor shown to them. Blocking twice is no error. At most 500.
    async fn add(&self, viewer: &User, user: UserId) -> Result<(), AppError>;

    /// The same, by a handle.
    async fn add_named(&self, viewer: &User, handle: &Handle) -> Result<(), AppError>;

    /// Undoes it. Undoing nothing is no error.
    async fn remove(&self, viewer: &User, user: UserId) -> Result<(), AppError>;

    /// Whom the viewer has blocked, by handle.
    async fn list(&self, viewer: &User) -> Result<Vec<User>, AppError>;
}
