//! Proving an address by the link that was sent there: to confirm it, and to set a password that was
//! forgotten.
//!
//! Nothing here tells whether an address is known: what depends on it happens after the answer.

mod store;

use app::{
    accounts::{Browser, Email, Letter, Occasion, Password, User},
    error::ErrorCode,
    ids::UserId,
};
use sqlx::{PgConnection, PgPool};

use super::{
    AccountsOnPostgres, Token,
    sessions::{self, hash_of},
    store as users,
};
use crate::{
    attempts::{FORGET_FROM, MAIL_TO, REMIND_TO, RESET_FROM, Whom},
    error::Error,
};

/// What a link in a mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Confirm,
    Reset,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Reset => "reset",
        }
    }

    /// How long a link works.
    fn hours(self) -> i32 {
        match self {
            Self::Confirm => 72,
            Self::Reset => 1,
        }
    }
}

/// A new link, and the letter that brings it. None when the account is gone.
async fn letter(
    pool: &PgPool,
    to: User,
    email: Email,
    purpose: Purpose,
) -> Result<Option<(Email, Letter)>, Error> {
    let token = Token::new()?;
    let mut tx = pool.begin().await?;
    users::lock(&mut tx, to.id).await?;
    if !store::insert(&mut tx, &token.hash(), to.id, purpose, &email).await? {
        return Ok(None);
    }
    tx.commit().await?;
    let token = token.as_str().to_owned();
    let occasion = match purpose {
        Purpose::Confirm => Occasion::Confirm(token),
        Purpose::Reset => Occasion::Reset(token),
    };
    let to = to.handle;
    Ok(Some((email, Letter { to, occasion })))
}

/// To an address that somebody gives as theirs: a link to confirm it or, if it is that of another
/// account, a word about that. Only who reads the mail learns which.
async fn greeting(
    pool: PgPool,
    user: User,
    email: Email,
) -> Result<Option<(Email, Letter)>, Error> {
    let mut db = pool.acquire().await?;
    let owner = users::find_confirmed(&mut db, &email).await?;
    drop(db);
    match owner {
        Some(owner) if owner.id == user.id => Ok(None),
        Some(owner) => {
            // An address that waits is shown to who gave it: a link that nobody gets waits alike.
            letter(&pool, user, email.clone(), Purpose::Confirm).await?;
            let (to, occasion) = (owner.handle, Occasion::Known);
            Ok(Some((email, Letter { to, occasion })))
        }
        None => letter(&pool, user, email, Purpose::Confirm).await,
    }
}

/// To who has forgotten their password, if somebody has confirmed the address.
async fn reminder(pool: PgPool, email: Email) -> Result<Option<(Email, Letter)>, Error> {
    let mut db = pool.acquire().await?;
    let Some(owner) = users::find_confirmed(&mut db, &email).await? else {
        return Ok(None);
    };
    // As it was confirmed: not every mail server takes two spellings for one address.
    let email = users::details(&mut db, owner.id).await?.email;
    drop(db);
    letter(&pool, owner, email, Purpose::Reset).await
}

fn unknown() -> Error {
    ErrorCode::TokenUnknown.into()
}

impl AccountsOnPostgres {
    /// Sends a mail to an address that a person has given as theirs.
    pub(super) fn greet(&self, user: User, email: Email) {
        self.mails.send(greeting(self.pool.clone(), user, email));
    }

    pub(super) async fn greet_again(&self, viewer: &User) -> Result<(), Error> {
        let mut db = self.pool.acquire().await?;
        let details = users::details(&mut db, viewer.id).await?;
        drop(db);
        let email = match details.awaited {
            Some(awaited) => awaited,
            None if details.confirmed => return Ok(()),
            None => details.email,
        };
        self.mails_may_go_to(&email).await?;
        self.greet(viewer.clone(), email);
        Ok(())
    }

    /// Each mail to one address counts, whoever causes it: nobody's inbox is filled from here.
    pub(super) async fn mails_may_go_to(&self, email: &Email) -> Result<(), Error> {
        let email = email.as_str().to_lowercase();
        self.attempts
            .spend(MAIL_TO, Whom::Name(email.as_bytes()))
            .await
    }

    pub(super) async fn confirm_email(&self, token: &str) -> Result<(), Error> {
        let hash = hash_of(token).ok_or_else(unknown)?;
        let mut tx = self.pool.begin().await?;
        let owner = store::owner(&mut tx, &hash, Purpose::Confirm).await?;
        users::lock(&mut tx, owner.ok_or_else(unknown)?).await?;
        let used = store::use_up(&mut tx, &hash, Purpose::Confirm).await?;
        let used = used.ok_or_else(unknown)?;
        let before = users::details(&mut tx, used.user.id).await?;
        users::set_email(&mut tx, used.user.id, &used.email).await?;
        if !before.confirmed {
            // Whoever gave the address was not its owner until now, and may be somebody else.
            store::delete_identities(&mut tx, used.user.id, &used.email).await?;
        }
        // A link to the address that is given up must not set a password any more.
        store::delete(&mut tx, used.user.id, Purpose::Reset).await?;
        tx.commit().await?;
        let moved = before.email.as_str().to_lowercase() != used.email.as_str().to_lowercase();
        if before.confirmed && moved {
            let (to, occasion) = (before.handle, Occasion::EmailChanged(used.email));
            self.tell(before.email, Letter { to, occasion });
        }
        Ok(())
    }

    /// Tells an account's owner what has happened to it.
    pub(crate) fn tell(&self, email: Email, letter: Letter) {
        self.mails.send(async move { Ok(Some((email, letter))) });
    }

    /// The same, to the address that they have confirmed. Nothing where there is none.
    pub(crate) fn tell_owner(&self, user: UserId, occasion: Occasion) {
        let pool = self.pool.clone();
        self.mails.send(async move {
            let mut db = pool.acquire().await?;
            let details = users::details(&mut db, user).await?;
            let to = details.handle;
            let letter = (details.email, Letter { to, occasion });
            Ok(details.confirmed.then_some(letter))
        });
    }

    pub(super) async fn remind(&self, email: Email, browser: &Browser) -> Result<(), Error> {
        self.attempts
            .spend(FORGET_FROM, Whom::Address(browser.address))
            .await?;
        let whom = email.as_str().to_lowercase();
        let whom = Whom::Name(whom.as_bytes());
        self.attempts.spend(REMIND_TO, whom).await?;
        self.mails.send(reminder(self.pool.clone(), email));
        Ok(())
    }

    /// Sets a password, and ends all sessions and the ways in under other addresses. Whoever has read the mail is no stranger from then on:
    /// guesses of others at the account do not count against this browser.
    pub(super) async fn replace_forgotten(
        &self,
        token: &str,
        password: Password,
        browser: &Browser,
    ) -> Result<String, Error> {
        let hash = hash_of(token).ok_or_else(unknown)?;
        self.attempts
            .spend(RESET_FROM, Whom::Address(browser.address))
            .await?;
        let mut db = self.pool.acquire().await?;
        let owner = store::owner(&mut db, &hash, Purpose::Reset).await?;
        drop(db);
        let owner = owner.ok_or_else(unknown)?;
        // Before the lock: hashing takes its time, and waits for a turn.
        let password = self.passwords.hash(password.as_bytes()).await?;
        let mut tx = self.pool.begin().await?;
        users::lock(&mut tx, owner).await?;
        let used = store::use_up(&mut tx, &hash, Purpose::Reset).await?;
        let used = used.ok_or_else(unknown)?;
        let user = used.user.id;
        users::reset_password_hash(&mut tx, user, &password).await?;
        sessions::store::delete_others(&mut tx, user, None).await?;
        sessions::store::forget_other_devices(&mut tx, user, None).await?;
        store::delete_others(&mut tx, user).await?;
        store::delete_identities(&mut tx, user, &used.email).await?;
        let set_cookie = self.learn_device(&mut tx, user, browser).await?;
        users::move_head(&mut tx, user).await?;
        tx.commit().await?;
        self.hub.hurry();
        let (to, occasion) = (used.user.handle, Occasion::PasswordChanged);
        self.tell(used.email, Letter { to, occasion });
        Ok(set_cookie)
    }
}

/// Ends the links that somebody else may have asked for, once a password is set.
pub(super) async fn end_links(db: &mut PgConnection, user: UserId) -> Result<(), Error> {
    store::delete_others(db, user).await
}

/// Removes links that work no more.
pub(super) async fn forget_expired(pool: &PgPool) -> Result<(), Error> {
    let mut db = pool.acquire().await?;
    store::forget_expired(&mut db).await
}
