//! What the server does for accounts.

use async_trait::async_trait;

use super::{Email, Handle, Password, Privacy, User};
use crate::error::AppError;

/// A person who has just proved who they are, and the `Set-Cookie` value that remembers it.
#[derive(Debug)]
pub struct SignedIn {
    pub user: User,
    pub set_cookie: String,
}

#[async_trait]
pub trait Accounts: Send + Sync {
    /// Makes an account and signs it in. `session` is the one that the browser has brought along: it
    /// ends. Refuses a handle that is taken. An e-mail that somebody
    /// else has given is accepted: who has it is not told to strangers.
    async fn sign_up(
        &self,
        handle: Handle,
        email: Email,
        password: Password,
        session: Option<&str>,
    ) -> Result<SignedIn, AppError>;

    /// Starts a new session in place of `session`. An unknown login and a wrong password answer alike.
    async fn sign_in(
        &self,
        login: &str,
        password: &str,
        session: Option<&str>,
    ) -> Result<SignedIn, AppError>;

    /// Sets another password for who knows the current one, and ends all sessions but `session`.
    async fn change_password(
        &self,
        viewer: &User,
        session: Option<&str>,
        current: &str,
        password: Password,
    ) -> Result<(), AppError>;

    /// What the viewer lets others see.
    async fn privacy(&self, viewer: &User) -> Result<Privacy, AppError>;

    /// Sets what the viewer lets others see, on every node within about a second.
    async fn set_privacy(&self, viewer: &User, privacy: Privacy) -> Result<(), AppError>;

    /// Ends the session of this request, if there is one; returns the `Set-Cookie` value that
    /// makes the browser forget it.
    async fn sign_out(&self, session: Option<&str>) -> Result<String, AppError>;
}
