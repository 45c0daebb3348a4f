//! What the server does for deletions.

use async_trait::async_trait;

use super::{Deletion, DeletionView, Fate};
use crate::{
    accounts::{Browser, User},
    error::AppError,
};

/// By what somebody shows that they mean it. Which of the two counts depends on their account.
#[derive(Debug, Clone, Copy)]
pub struct Proof<'a> {
    /// The password that the account has now, if it has one.
    pub current: &'a str,
    /// Else its handle, as typed, in a session that has just begun.
    pub handle: &'a str,
}

#[async_trait]
pub trait Deletions: Send + Sync {
    /// Asks for the end of the viewer's account after the days of grace, and ends all sessions but the
    /// browser's. A mail tells the owner. Whoever asks again changes what becomes of the messages, and not the date.
    async fn ask(
        &self,
        viewer: &User,
        browser: &Browser,
        proof: Proof<'_>,
        messages: Fate,
    ) -> Result<Deletion, AppError>;

    /// Takes that back. Doing it without having asked is no error.
    async fn take_back(&self, viewer: &User) -> Result<(), AppError>;

    /// How the viewer's account stands to its end.
    async fn read(&self, viewer: &User) -> Result<DeletionView, AppError>;
}
