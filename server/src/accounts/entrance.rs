//! Signing up and in: who somebody is, how often they may try to say so, and the session that follows.

use app::{
    accounts::{Browser, Email, Handle, Password, SignedIn, User},
    error::ErrorCode,
    ids::UserId,
    live::wire::CloseCode,
};
use sqlx::PgConnection;

use super::{
    AccountsOnPostgres, Passwords, SessionKey, Token,
    sessions::{self, hash_of},
    store,
};
use crate::{
    attempts::{SIGN_IN_AGAIN, SIGN_IN_FROM, SIGN_IN_TO, SIGN_UP_FROM, Whom},
    error::Error,
};

impl AccountsOnPostgres {
    pub(super) async fn make_account(
        &self,
        handle: Handle,
        email: Email,
        password: Password,
        browser: &Browser,
    ) -> Result<SignedIn, Error> {
        self.attempts
            .spend(SIGN_UP_FROM, Whom::Address(browser.address))
            .await?;
        let hash = self.passwords.hash(password.as_bytes()).await?;
        let user = User {
            id: UserId::new(),
            handle,
        };
        let mut tx = self.pool.begin().await?;
        store::insert_user(&mut tx, &user, &email, &hash).await?;
        let signed_in = self.begin_session(&mut tx, user.clone(), browser).await?;
        tx.commit().await?;
        // An inbox that has had enough gets no more; the account is there all the same.
        if self.mails_may_go_to(&email).await.is_ok() {
            self.greet(user, email);
        }
        self.end_replaced_session(browser).await;
        Ok(signed_in)
    }

    pub(super) async fn enter(
        &self,
        login: &str,
        password: &str,
        browser: &Browser,
    ) -> Result<SignedIn, Error> {
        let found = self.check(login, password, browser).await?;
        let mut tx = self.pool.begin().await?;
        store::lock(&mut tx, found.user.id).await?;
        // The password may be another one by now: a session must not outlive the one that it was begun with.
        if found.password_hash != store::password_hash(&mut tx, found.user.id).await? {
            return Err(ErrorCode::CredentialsWrong.into());
        }
        let signed_in = self
            .begin_session(&mut tx, found.user.clone(), browser)
            .await?;
        tx.commit().await?;
        self.end_replaced_session(browser).await;
        if let Err(error) = self.renew_hash(&found, password).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(
                error,
                "a hash was not renewed; the next sign-in tries again"
            );
        }
        Ok(signed_in)
    }

    /// Ends the session that a browser has brought along, once it has another. Whoever is signed in stays
    /// so if that fails.
    pub(crate) async fn end_replaced_session(&self, browser: &Browser) {
        if let Err(error) = self.end_session(browser.session.as_deref()).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the session of before was not ended");
        }
    }

    /// A new session for who has proved in whatever way that they are somebody, and still does: what they
    /// have proved it by is held until `db`'s transaction ends. The session that the browser has brought
    /// along is ended after that: it stands while there is no other.
    pub(crate) async fn begin_session(
        &self,
        db: &mut PgConnection,
        user: User,
        browser: &Browser,
    ) -> Result<SignedIn, Error> {
        let token = Token::new()?;
        sessions::store::insert(db, &token.key(), user.id, &browser.name).await?;
        let device = self.learn_device(db, user.id, browser).await?;
        Ok(SignedIn {
            user,
            set_cookies: vec![self.cookies.set(&token), device],
        })
    }

    /// From now on the account knows the browser. Returns the `Set-Cookie` value by which.
    pub(super) async fn learn_device(
        &self,
        db: &mut PgConnection,
        user: UserId,
        browser: &Browser,
    ) -> Result<String, Error> {
        let known = browser.device.as_deref();
        let brought = known.and_then(|token| Some((token.to_owned(), hash_of(token)?)));
        let (token, hash) = if let Some(brought) = brought {
            brought
        } else {
            let new = Token::new()?;
            (new.as_str().to_owned(), new.hash())
        };
        sessions::store::learn_device(db, user, &hash).await?;
        Ok(self.cookies.set_device(&token))
    }

    /// Ends a session, and its sockets, if it is one.
    pub(crate) async fn end_session(&self, token: Option<&str>) -> Result<(), Error> {
        if let Some(session) = token.and_then(SessionKey::of) {
            let mut tx = self.pool.begin().await?;
            if let Some(user) = sessions::store::delete(&mut tx, &session).await? {
                store::move_head(&mut tx, user).await?;
                tx.commit().await?;
            }
            // On this node at once; the others find it within a second.
            self.hub.close_session(&session, CloseCode::SignedOut);
        }
        Ok(())
    }

    /// Counts a try to sign in. What was typed is counted, whether or not there is such an account; in a
    /// browser that the account knows, the browser is: nobody else can use up what it may try.
    async fn count(
        &self,
        login: &str,
        known: Option<(UserId, [u8; 32])>,
        browser: &Browser,
    ) -> Result<(), Error> {
        if let Some((user, device)) = known {
            let whom = [user.0.as_bytes().as_slice(), &device].concat();
            return self.attempts.spend(SIGN_IN_AGAIN, Whom::Name(&whom)).await;
        }
        self.attempts
            .spend(SIGN_IN_FROM, Whom::Address(browser.address))
            .await?;
        let typed = login.strip_prefix('@').unwrap_or(login).to_lowercase();
        self.attempts
            .spend(SIGN_IN_TO, Whom::Name(typed.as_bytes()))
            .await
    }

    /// Finds the account and checks the password. An unknown login costs as much time as a known
    /// one and is limited alike, so that neither tells anything.
    async fn check(
        &self,
        login: &str,
        password: &str,
        browser: &Browser,
    ) -> Result<store::Credentials, Error> {
        let login = login.trim();
        // No account can have it, and no database can be asked for it.
        let impossible = login.contains(char::is_control);
        let device = browser.device.as_deref().and_then(hash_of);
        let mut db = self.pool.acquire().await?;
        let asked = if impossible { "" } else { login };
        let found = store::credentials(&mut db, asked).await?;
        let user = found.as_ref().map(|found| found.user.id);
        let knows = sessions::store::knows_device(&mut db, user, device).await?;
        drop(db);
        let known = user.zip(device).filter(|_| knows);
        self.count(login, known, browser).await?;
        let hash = found
            .as_ref()
            .and_then(|found| found.password_hash.as_deref());
        let right = if let Some(hash) = hash {
            self.passwords.verify(password, hash).await?
        } else {
            self.passwords.verify_nothing(password).await?;
            false
        };
        let (Some(found), true) = (found, right) else {
            return Err(ErrorCode::CredentialsWrong.into());
        };
        Ok(found)
    }

    /// Hashes a password anew that is right and was hashed with weaker parameters than today's.
    async fn renew_hash(&self, found: &store::Credentials, password: &str) -> Result<(), Error> {
        let Some(old) = found
            .password_hash
            .as_deref()
            .filter(|hash| Passwords::is_outdated(hash))
        else {
            return Ok(());
        };
        let new = self.passwords.hash(password.as_bytes()).await?;
        let mut db = self.pool.acquire().await?;
        store::set_password_hash(&mut db, found.user.id, old, &new).await?;
        Ok(())
    }
}
