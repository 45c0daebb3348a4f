//! What the server does for accounts.

use std::net::IpAddr;

use async_trait::async_trait;

use super::{Details, Email, Handle, Password, Privacy, Session, User};
use crate::{error::AppError, ids::SessionId};

/// What a request tells of the browser that sends it.
#[derive(Debug, Clone)]
pub struct Browser {
    /// The token of its session, as its cookie carries it.
    pub session: Option<String>,
    /// The token by which accounts know it again that were signed in here before.
    pub device: Option<String>,
    /// What it is and runs on, as it says itself, in a few words.
    pub name: String,
    /// Where it is, as far as that can be believed.
    pub address: IpAddr,
}

/// A person who has just proved who they are, and the `Set-Cookie` values that remember it.
#[derive(Debug)]
pub struct SignedIn {
    pub user: User,
    pub set_cookies: Vec<String>,
}

#[async_trait]
pub trait Accounts: Send + Sync {
    /// Makes an account and signs it in; the session that the browser has brought along ends. Refuses
    /// a handle that is taken. An e-mail that somebody else has given is accepted: who has it is not
    /// told to strangers. A mail goes to the address either way.
    async fn sign_up(
        &self,
        handle: Handle,
        email: Email,
        password: Password,
        browser: &Browser,
    ) -> Result<SignedIn, AppError>;

    /// Starts a new session in place of the browser's. An unknown login and a wrong password answer
    /// alike, also when it was tried too often.
    async fn sign_in(
        &self,
        login: &str,
        password: &str,
        browser: &Browser,
    ) -> Result<SignedIn, AppError>;

    /// What only the viewer sees of their account.
    async fn details(&self, viewer: &User) -> Result<Details, AppError>;

    /// Sends the mail by which the address is confirmed once more. Does nothing if it is.
    async fn send_confirmation(&self, viewer: &User) -> Result<(), AppError>;

    /// Makes the address to which the link was sent that of its account.
    async fn confirm(&self, token: &str) -> Result<(), AppError>;

    /// Sends a link to set a new password to this address, if an account has confirmed it; whether one
    /// has is not told.
    async fn forget_password(&self, email: Email, browser: &Browser) -> Result<(), AppError>;

    /// Sets another password for who has the link, and ends all sessions. Returns a `Set-Cookie`
    /// value: the browser is known to the account from then on.
    async fn reset_password(
        &self,
        token: &str,
        password: Password,
        browser: &Browser,
    ) -> Result<String, AppError>;

    /// Sets another password for who knows the current one, and ends all sessions but the browser's.
    async fn change_password(
        &self,
        viewer: &User,
        browser: &Browser,
        current: &str,
        password: Password,
    ) -> Result<(), AppError>;

    /// Sends a link to another address for who knows the password. The old one stays until it is
    /// followed.
    async fn change_email(
        &self,
        viewer: &User,
        current: &str,
        email: Email,
    ) -> Result<(), AppError>;

    /// Gives the viewer another handle, on everything they have said.
    async fn change_handle(&self, viewer: &User, handle: Handle) -> Result<(), AppError>;

    /// The browsers in which the viewer is signed in, the last used first.
    async fn sessions(&self, viewer: &User, browser: &Browser) -> Result<Vec<Session>, AppError>;

    /// Ends one of the viewer's sessions, with its sockets on all nodes.
    async fn end_session(&self, viewer: &User, session: SessionId) -> Result<(), AppError>;

    /// Ends all of them but the browser's.
    async fn end_other_sessions(&self, viewer: &User, browser: &Browser) -> Result<(), AppError>;

    /// What the viewer lets others see.
    async fn privacy(&self, viewer: &User) -> Result<Privacy, AppError>;

    /// Sets what the viewer lets others see, on every node within about a second.
    async fn set_privacy(&self, viewer: &User, privacy: Privacy) -> Result<(), AppError>;

    /// Ends the session of this request, if there is one; returns the `Set-Cookie` value that
    /// makes the browser forget it.
    async fn sign_out(&self, session: Option<&str>) -> Result<String, AppError>;
}
