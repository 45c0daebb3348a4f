//! Accounts on PostgreSQL: sign-up, sign-in, and the sessions that every other door asks.
//!
//! Invariant: a token is in the browser alone; what is stored, logged and compared is its hash.

mod cookies;
mod passwords;
mod sessions;
pub(crate) mod store;

use std::sync::Arc;

use app::{
    accounts::{Accounts, Email, Handle, Password, Privacy, SignedIn, User},
    error::{AppError, ErrorCode},
    ids::UserId,
    live::wire::CloseCode,
};
use async_trait::async_trait;
use sqlx::PgPool;
use url::Url;

use crate::{error::Error, hub::Hub};

pub(crate) use self::{cookies::Cookies, store::user};
pub use self::{
    passwords::Passwords,
    sessions::{SessionKey, Token},
};

pub(crate) struct AccountsOnPostgres {
    pool: PgPool,
    passwords: Passwords,
    cookies: Cookies,
    hub: Arc<Hub>,
}

impl AccountsOnPostgres {
    pub(crate) fn new(pool: PgPool, hub: Arc<Hub>, public_url: &Url) -> Self {
        Self {
            pool,
            passwords: Passwords::default(),
            cookies: Cookies::new(public_url),
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
    ) -> Result<Option<store::SignedIn>, Error> {
        let Some(session) = SessionKey::of(token) else {
            return Ok(None);
        };
        let mut db = self.pool.acquire().await?;
        store::session_user(&mut db, &session).await
    }

    /// A new session, in place of the one that the browser has brought along.
    async fn start_session(&self, user: User, old: Option<&str>) -> Result<SignedIn, Error> {
        self.end_session(old).await?;
        let token = Token::new()?;
        let mut db = self.pool.acquire().await?;
        store::insert_session(&mut db, &token.key(), user.id).await?;
        Ok(SignedIn {
            user,
            set_cookie: self.cookies.set(&token),
        })
    }

    /// Ends a session, and its sockets, if it is one.
    async fn end_session(&self, token: Option<&str>) -> Result<(), Error> {
        if let Some(session) = token.and_then(SessionKey::of) {
            let mut tx = self.pool.begin().await?;
            if let Some(user) = store::delete_session(&mut tx, &session).await? {
                store::move_head(&mut tx, user).await?;
                tx.commit().await?;
            }
            // On this node at once; the others find it within a second.
            self.hub.close_session(&session, CloseCode::SignedOut);
        }
        Ok(())
    }

    /// Checks the current password, sets another, and ends every session but one.
    async fn replace_password(
        &self,
        viewer: &User,
        kept: Option<&str>,
        current: &str,
        password: Password,
    ) -> Result<(), Error> {
        let mut db = self.pool.acquire().await?;
        let old = store::password_hash(&mut db, viewer.id).await?;
        drop(db);
        if !self.passwords.verify(current, &old).await? {
            return Err(ErrorCode::CredentialsWrong.into());
        }
        let new = self.passwords.hash(password.as_bytes()).await?;
        let kept = kept.and_then(SessionKey::of);
        let mut tx = self.pool.begin().await?;
        store::set_password_hash(&mut tx, viewer.id, &old, &new).await?;
        store::delete_other_sessions(&mut tx, viewer.id, kept.as_ref()).await?;
        store::move_head(&mut tx, viewer.id).await?;
        tx.commit().await?;
        self.hub.hurry();
        Ok(())
    }

    async fn read_privacy(&self, viewer: &User) -> Result<Privacy, Error> {
        let mut db = self.pool.acquire().await?;
        store::privacy(&mut db, viewer.id).await
    }

    async fn change_privacy(&self, viewer: &User, privacy: Privacy) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        store::set_privacy(&mut tx, viewer.id, privacy).await?;
        store::move_head(&mut tx, viewer.id).await?;
        tx.commit().await?;
        self.hub.hurry();
        Ok(())
    }

    /// Finds the account and checks the password. An unknown login costs as much time as a known
    /// one, so that time tells nothing.
    async fn check(&self, login: &str, password: &str) -> Result<User, Error> {
        let found = if login.contains(char::is_control) {
            None
        } else {
            let mut db = self.pool.acquire().await?;
            store::credentials(&mut db, login.trim()).await?
        };
        let Some(found) = found else {
            self.passwords.verify_nothing(password).await?;
            return Err(ErrorCode::CredentialsWrong.into());
        };
        if !self
            .passwords
            .verify(password, &found.password_hash)
            .await?
        {
            return Err(ErrorCode::CredentialsWrong.into());
        }
        if Passwords::is_outdated(&found.password_hash) {
            let hash = self.passwords.hash(password.as_bytes()).await?;
            let mut db = self.pool.acquire().await?;
            store::set_password_hash(&mut db, found.user.id, &found.password_hash, &hash).await?;
        }
        Ok(found.user)
    }
}

#[async_trait]
impl Accounts for AccountsOnPostgres {
    async fn sign_up(
        &self,
        handle: Handle,
        email: Email,
        password: Password,
        session: Option<&str>,
    ) -> Result<SignedIn, AppError> {
        let hash = self.passwords.hash(password.as_bytes()).await?;
        let user = User {
            id: UserId::new(),
            handle,
        };
        let mut db = self.pool.acquire().await.map_err(Error::from)?;
        store::insert_user(&mut db, &user, &email, &hash).await?;
        drop(db);
        Ok(self.start_session(user, session).await?)
    }

    async fn sign_in(
        &self,
        login: &str,
        password: &str,
        session: Option<&str>,
    ) -> Result<SignedIn, AppError> {
        let user = self.check(login, password).await?;
        Ok(self.start_session(user, session).await?)
    }

    async fn change_password(
        &self,
        viewer: &User,
        session: Option<&str>,
        current: &str,
        password: Password,
    ) -> Result<(), AppError> {
        Ok(self
            .replace_password(viewer, session, current, password)
            .await?)
    }

    async fn privacy(&self, viewer: &User) -> Result<Privacy, AppError> {
        Ok(self.read_privacy(viewer).await?)
    }

    async fn set_privacy(&self, viewer: &User, privacy: Privacy) -> Result<(), AppError> {
        Ok(self.change_privacy(viewer, privacy).await?)
    }

    async fn sign_out(&self, session: Option<&str>) -> Result<String, AppError> {
        self.end_session(session).await?;
        Ok(self.cookies.forget())
    }
}
