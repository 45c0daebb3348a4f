//! Accounts on PostgreSQL: sign-up, sign-in, and the sessions that every other door asks.
//!
//! Invariant: a token is in the browser or in a mail alone; what is stored, logged and compared is its
//! hash.

mod cookies;
mod details;
mod entrance;
mod passwords;
mod recovery;
pub(crate) mod sessions;
pub(crate) mod store;
mod suspensions;

use std::sync::Arc;

use app::{
    accounts::{
        Accounts, Browser, Details, Email, Handle, Password, Privacy, Session, SignedIn, User,
    },
    error::AppError,
    ids::SessionId,
};
use async_trait::async_trait;
use sqlx::PgPool;
use url::Url;

use crate::{attempts::Attempts, error::Error, hub::Hub, mails::Mails};

pub(crate) use self::{cookies::Cookies, details::keep_only, store::user};
pub use self::{
    passwords::Passwords,
    sessions::{SessionKey, Token},
    suspensions::{reinstate, suspend},
};

pub(crate) struct AccountsOnPostgres {
    pool: PgPool,
    passwords: Passwords,
    cookies: Cookies,
    attempts: Attempts,
    mails: Mails,
    hub: Arc<Hub>,
}

impl AccountsOnPostgres {
    pub(crate) fn new(
        pool: PgPool,
        attempts: Attempts,
        mails: Mails,
        hub: Arc<Hub>,
        public_url: &Url,
    ) -> Self {
        Self {
            pool,
            passwords: Passwords::default(),
            cookies: Cookies::new(public_url),
            attempts,
            mails,
            hub,
        }
    }

    pub(crate) fn cookies(&self) -> &Cookies {
        &self.cookies
    }

    /// Whose session this is. Nobody's, if it has ended or never was.
    pub(crate) async fn identify(&self, token: &str) -> Result<Option<User>, Error> {
        let found = self.find_standing(token).await?;
        Ok(found.map(|found| found.user))
    }

    /// The same, with what a socket of theirs goes by.
    pub(crate) async fn find_standing(
        &self,
        token: &str,
    ) -> Result<Option<sessions::store::SignedIn>, Error> {
        let Some(session) = SessionKey::of(token) else {
            return Ok(None);
        };
        let mut db = self.pool.acquire().await?;
        sessions::store::owner(&mut db, &session).await
    }
}

/// Removes what has expired: sessions, browsers, and links in mails.
pub(crate) async fn forget_expired(pool: &PgPool) -> Result<(), Error> {
    recovery::forget_expired(pool).await?;
    let mut db = pool.acquire().await?;
    sessions::store::forget_expired(&mut db).await
}

#[async_trait]
impl Accounts for AccountsOnPostgres {
    async fn sign_up(
        &self,
        handle: Handle,
        email: Email,
        password: Password,
        browser: &Browser,
    ) -> Result<SignedIn, AppError> {
        Ok(self.make_account(handle, email, password, browser).await?)
    }

    async fn sign_in(
        &self,
        login: &str,
        password: &str,
        browser: &Browser,
    ) -> Result<SignedIn, AppError> {
        Ok(self.enter(login, password, browser).await?)
    }

    async fn details(&self, viewer: &User) -> Result<Details, AppError> {
        Ok(self.read_details(viewer).await?)
    }

    async fn send_confirmation(&self, viewer: &User) -> Result<(), AppError> {
        Ok(self.greet_again(viewer).await?)
    }

    async fn confirm(&self, token: &str) -> Result<(), AppError> {
        Ok(self.confirm_email(token).await?)
    }

    async fn forget_password(&self, email: Email, browser: &Browser) -> Result<(), AppError> {
        Ok(self.remind(email, browser).await?)
    }

    async fn reset_password(
        &self,
        token: &str,
        password: Password,
        browser: &Browser,
    ) -> Result<String, AppError> {
        Ok(self.replace_forgotten(token, password, browser).await?)
    }

    async fn change_password(
        &self,
        viewer: &User,
        browser: &Browser,
        current: &str,
        password: Password,
    ) -> Result<(), AppError> {
        Ok(self
            .replace_password(viewer, browser, current, password)
            .await?)
    }

    async fn change_email(
        &self,
        viewer: &User,
        current: &str,
        email: Email,
    ) -> Result<(), AppError> {
        Ok(self.replace_email(viewer, current, email).await?)
    }

    async fn change_handle(&self, viewer: &User, handle: Handle) -> Result<(), AppError> {
        Ok(self.rename(viewer, handle).await?)
    }

    async fn sessions(&self, viewer: &User, browser: &Browser) -> Result<Vec<Session>, AppError> {
        Ok(self.list_sessions(viewer, browser).await?)
    }

    async fn end_session(&self, viewer: &User, session: SessionId) -> Result<(), AppError> {
        Ok(self.end_own(viewer, session).await?)
    }

    async fn end_other_sessions(&self, viewer: &User, browser: &Browser) -> Result<(), AppError> {
        Ok(self.end_others(viewer, browser).await?)
    }

    async fn privacy(&self, viewer: &User) -> Result<Privacy, AppError> {
        Ok(self.read_privacy(viewer).await?)
    }

    async fn set_privacy(&self, viewer: &User, privacy: Privacy) -> Result<(), AppError> {
        Ok(self.change_privacy(viewer, privacy).await?)
    }

    async fn sign_out(&self, session: Option<&str>) -> Result<String, AppError> {
        AccountsOnPostgres::end_session(self, session).await?;
        Ok(self.cookies.forget())
    }
}
