//! What people change of their own accounts.

use app::{
    accounts::{
        Browser, Details, Email, Handle, Letter, Occasion, Password, Privacy, Session, User,
    },
    error::ErrorCode,
    ids::SessionId,
};
use sqlx::PgConnection;

use super::{
    AccountsOnPostgres, SessionKey, recovery,
    sessions::{self, hash_of},
    store,
};
use crate::{
    attempts::{CURRENT, RENAME, Whom},
    error::Error,
};

/// The session that a browser asks with.
fn asking(browser: &Browser) -> Option<SessionKey> {
    browser.session.as_deref().and_then(SessionKey::of)
}

/// Ends all sessions of somebody but the browser's. What tells the nodes is committed with it.
pub(crate) async fn keep_only(
    db: &mut PgConnection,
    owner: &User,
    browser: &Browser,
) -> Result<(), Error> {
    sessions::store::delete_others(db, owner.id, asking(browser).as_ref()).await?;
    store::move_head(db, owner.id).await
}

impl AccountsOnPostgres {
    pub(super) async fn read_details(&self, viewer: &User) -> Result<Details, Error> {
        let mut db = self.pool.acquire().await?;
        store::details(&mut db, viewer.id).await
    }

    /// Checks that the viewer knows the password that they have now; returns its hash. Who has none
    /// cannot know it.
    pub(crate) async fn prove(&self, viewer: &User, current: &str) -> Result<String, Error> {
        self.attempts
            .spend(CURRENT, Whom::Name(viewer.id.0.as_bytes()))
            .await?;
        let mut db = self.pool.acquire().await?;
        let hash = store::password_hash(&mut db, viewer.id).await?;
        drop(db);
        let hash = hash.ok_or(ErrorCode::CurrentWrong)?;
        if self.passwords.verify(current, &hash).await? {
            Ok(hash)
        } else {
            Err(ErrorCode::CurrentWrong.into())
        }
    }

    /// Refuses what nobody may do in a session that somebody else may have taken over: it has to have just
    /// begun.
    pub(crate) async fn require_fresh(&self, browser: &Browser) -> Result<(), Error> {
        let session = asking(browser).ok_or(ErrorCode::SignInAgain)?;
        let mut db = self.pool.acquire().await?;
        if sessions::store::has_just_begun(&mut db, &session).await? {
            Ok(())
        } else {
            Err(ErrorCode::SignInAgain.into())
        }
    }

    /// Checks the current password, sets another, and ends every session but the browser's.
    pub(super) async fn replace_password(
        &self,
        viewer: &User,
        browser: &Browser,
        current: &str,
        password: Password,
    ) -> Result<(), Error> {
        let old = self.prove(viewer, current).await?;
        let new = self.passwords.hash(password.as_bytes()).await?;
        let kept = asking(browser);
        let device = browser.device.as_deref().and_then(hash_of);
        let mut tx = self.pool.begin().await?;
        store::lock(&mut tx, viewer.id).await?;
        if !store::set_password_hash(&mut tx, viewer.id, &old, &new).await? {
            // It has changed meanwhile.
            return Err(ErrorCode::CurrentWrong.into());
        }
        sessions::store::delete_others(&mut tx, viewer.id, kept.as_ref()).await?;
        sessions::store::forget_other_devices(&mut tx, viewer.id, device).await?;
        recovery::end_links(&mut tx, viewer.id).await?;
        store::move_head(&mut tx, viewer.id).await?;
        let details = store::details(&mut tx, viewer.id).await?;
        tx.commit().await?;
        self.hub.hurry();
        if details.confirmed {
            let (to, occasion) = (details.handle, Occasion::PasswordChanged);
            self.tell(details.email, Letter { to, occasion });
        }
        Ok(())
    }

    /// The new address takes the old one's place when it is confirmed.
    pub(super) async fn replace_email(
        &self,
        viewer: &User,
        current: &str,
        email: Email,
    ) -> Result<(), Error> {
        self.prove(viewer, current).await?;
        self.mails_may_go_to(&email).await?;
        self.greet(viewer.clone(), email);
        Ok(())
    }

    /// Sockets of the person connect again, on every node, and speak for them by the new handle.
    pub(super) async fn rename(&self, viewer: &User, handle: Handle) -> Result<(), Error> {
        if handle == viewer.handle {
            return Ok(());
        }
        let mut db = self.pool.acquire().await?;
        let owner = store::find(&mut db, &handle).await?;
        drop(db);
        // Asking for one that is taken costs nothing.
        if owner.is_some_and(|owner| owner.id != viewer.id) {
            return Err(ErrorCode::HandleTaken.into());
        }
        self.attempts
            .spend(RENAME, Whom::Name(viewer.id.0.as_bytes()))
            .await?;
        let mut tx = self.pool.begin().await?;
        store::set_handle(&mut tx, viewer.id, &handle).await?;
        store::move_head(&mut tx, viewer.id).await?;
        tx.commit().await?;
        self.hub.hurry();
        Ok(())
    }

    pub(super) async fn list_sessions(
        &self,
        viewer: &User,
        browser: &Browser,
    ) -> Result<Vec<Session>, Error> {
        let mut db = self.pool.acquire().await?;
        sessions::store::list(&mut db, viewer.id, asking(browser).as_ref()).await
    }

    pub(super) async fn end_own(&self, viewer: &User, session: SessionId) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        if !sessions::store::delete_one(&mut tx, viewer.id, session).await? {
            return Err(ErrorCode::SessionUnknown.into());
        }
        store::move_head(&mut tx, viewer.id).await?;
        tx.commit().await?;
        self.hub.hurry();
        Ok(())
    }

    pub(super) async fn end_others(&self, viewer: &User, browser: &Browser) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        keep_only(&mut tx, viewer, browser).await?;
        tx.commit().await?;
        self.hub.hurry();
        Ok(())
    }

    pub(super) async fn read_privacy(&self, viewer: &User) -> Result<Privacy, Error> {
        let mut db = self.pool.acquire().await?;
        store::privacy(&mut db, viewer.id).await
    }

    pub(super) async fn change_privacy(
        &self,
        viewer: &User,
        privacy: Privacy,
    ) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        store::set_privacy(&mut tx, viewer.id, privacy).await?;
        store::move_head(&mut tx, viewer.id).await?;
        tx.commit().await?;
        self.hub.hurry();
        Ok(())
    }
}
