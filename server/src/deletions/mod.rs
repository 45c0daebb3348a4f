//! Deletions on PostgreSQL: asking for the end of one's account, and taking that back. What is due is
//! carried out by the [`Eraser`].

mod eraser;
mod store;

use std::sync::Arc;

use app::{
    accounts::{Browser, Handle, Letter, Occasion, User},
    deletions::{Deletion, DeletionView, Deletions, Fate, Proof},
    error::{AppError, ErrorCode},
};
use async_trait::async_trait;
use sqlx::PgPool;
use time::OffsetDateTime;

pub use self::eraser::Eraser;
use crate::{
    accounts::{self, AccountsOnPostgres},
    error::Error,
    hub::Hub,
};

/// How many days somebody has to change their mind, unless it is set otherwise.
pub const GRACE: u16 = 14;

pub(crate) struct DeletionsOnPostgres {
    pool: PgPool,
    accounts: Arc<AccountsOnPostgres>,
    hub: Arc<Hub>,
    /// In days.
    grace: u16,
}

impl DeletionsOnPostgres {
    pub(crate) fn new(
        pool: PgPool,
        accounts: Arc<AccountsOnPostgres>,
        hub: Arc<Hub>,
        grace: u16,
    ) -> Self {
        Self {
            pool,
            accounts,
            hub,
            grace,
        }
    }

    /// By the password, and where there is none by the handle, in a session that has just begun: a handle
    /// is known to everybody.
    async fn check(&self, viewer: &User, browser: &Browser, proof: Proof<'_>) -> Result<(), Error> {
        if self.view(viewer).await?.has_password {
            self.accounts.prove(viewer, proof.current).await?;
            return Ok(());
        }
        if !is_own(viewer, proof.handle) {
            return Err(ErrorCode::HandleOther.into());
        }
        self.accounts.require_fresh(browser).await
    }

    async fn begin(
        &self,
        viewer: &User,
        browser: &Browser,
        proof: Proof<'_>,
        messages: Fate,
    ) -> Result<Deletion, Error> {
        self.check(viewer, browser, proof).await?;
        let mut tx = self.pool.begin().await?;
        let due_at = store::ask(&mut tx, viewer.id, self.grace, messages).await?;
        let due_at = due_at.ok_or(ErrorCode::SignInNeeded)?;
        accounts::keep_only(&mut tx, viewer, browser).await?;
        let details = accounts::store::details(&mut tx, viewer.id).await?;
        tx.commit().await?;
        self.hub.hurry();
        if details.confirmed {
            let occasion = Occasion::DeletionAsked(day(due_at));
            let to = details.handle;
            self.accounts.tell(details.email, Letter { to, occasion });
        }
        Ok(Deletion { due_at, messages })
    }

    async fn end(&self, viewer: &User) -> Result<(), Error> {
        let mut db = self.pool.acquire().await?;
        store::take_back(&mut db, viewer.id).await
    }

    async fn view(&self, viewer: &User) -> Result<DeletionView, Error> {
        let mut db = self.pool.acquire().await?;
        store::view(&mut db, viewer.id, self.grace).await
    }
}

/// The day of a moment, as year, month and day.
fn day(at: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at / 1000);
    moment.map_or_else(|_| String::new(), |moment| moment.date().to_string())
}

/// Whether it is the viewer's handle, however it is written.
fn is_own(viewer: &User, typed: &str) -> bool {
    let own = viewer.handle.as_str();
    Handle::parse(typed).is_ok_and(|typed| typed.as_str().eq_ignore_ascii_case(own))
}

#[async_trait]
impl Deletions for DeletionsOnPostgres {
    async fn ask(
        &self,
        viewer: &User,
        browser: &Browser,
        proof: Proof<'_>,
        messages: Fate,
    ) -> Result<Deletion, AppError> {
        Ok(self.begin(viewer, browser, proof, messages).await?)
    }

    async fn take_back(&self, viewer: &User) -> Result<(), AppError> {
        Ok(self.end(viewer).await?)
    }

    async fn read(&self, viewer: &User) -> Result<DeletionView, AppError> {
        Ok(self.view(viewer).await?)
    }
}
