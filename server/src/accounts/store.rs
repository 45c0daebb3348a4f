//! All SQL of accounts.

use app::{
    accounts::{Details, Email, Handle, Privacy, User},
    ids::UserId,
};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use crate::error::Error;

/// What sign-in checks.
pub(super) struct Credentials {
    pub(super) user: User,
    /// None for who signs in through a provider alone.
    pub(super) password_hash: Option<String>,
}

/// A person, from the columns that every slice joins in.
pub(crate) fn user(id: Uuid, handle: &str) -> Result<User, Error> {
    let handle = Handle::parse(handle).map_err(|_| Error::Row { table: "users" })?;
    Ok(User {
        id: UserId(id),
        handle,
    })
}

/// Whose handle it is, in whatever case it is written.
pub(crate) async fn find(db: &mut PgConnection, handle: &Handle) -> Result<Option<User>, Error> {
    let row = query!(
        "SELECT id, handle FROM users WHERE lower(handle) = lower($1) AND deleted_at IS NULL",
        handle.as_str(),
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| user(row.id, &row.handle)).transpose()
}

/// Whose confirmed address it is.
pub(crate) async fn find_confirmed(
    db: &mut PgConnection,
    email: &Email,
) -> Result<Option<User>, Error> {
    let row = query!(
        "SELECT id, handle FROM users
         WHERE lower(email) = lower($1) AND email_verified_at IS NOT NULL AND deleted_at IS NULL",
        email.as_str(),
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| user(row.id, &row.handle)).transpose()
}

/// Refused with `handle_taken` when somebody has the handle.
pub(super) async fn insert_user(
    db: &mut PgConnection,
    user: &User,
    email: &Email,
    password_hash: &str,
) -> Result<(), Error> {
    query!(
        "INSERT INTO users (id, handle, email, password_hash) VALUES ($1, $2, $3, $4)",
        user.id.0,
        user.handle.as_str(),
        email.as_str(),
        password_hash,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// By handle, or by an e-mail that has been confirmed.
pub(super) async fn credentials(
    db: &mut PgConnection,
    login: &str,
) -> Result<Option<Credentials>, Error> {
    let handle = login.strip_prefix('@').unwrap_or(login);
    let row = query!(
        "SELECT id, handle, password_hash FROM users
         WHERE lower(handle) = lower($1)
            OR (lower(email) = lower($2) AND email_verified_at IS NOT NULL)",
        handle,
        login,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Credentials {
            user: user(row.id, &row.handle)?,
            password_hash: row.password_hash,
        })
    })
    .transpose()
}

/// Waits for whoever changes the account, and keeps others from it until the transaction ends. The first
/// lock of every transaction that changes passwords, links, addresses or ways in.
pub(crate) async fn lock(db: &mut PgConnection, user: UserId) -> Result<(), Error> {
    query!(
        "SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE",
        user.0
    )
    .fetch_optional(db)
    .await?;
    Ok(())
}

/// Replaces a hash, unless it has changed since it was read. Returns whether it has been replaced.
pub(super) async fn set_password_hash(
    db: &mut PgConnection,
    user: UserId,
    old: &str,
    new: &str,
) -> Result<bool, Error> {
    let replaced = query!(
        "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2",
        user.0,
        old,
        new,
    )
    .execute(db)
    .await?;
    Ok(replaced.rows_affected() == 1)
}

/// What a person lets others see.
pub(super) async fn privacy(db: &mut PgConnection, user: UserId) -> Result<Privacy, Error> {
    let row = query!(
        "SELECT invisible, hides_reading FROM users WHERE id = $1",
        user.0
    )
    .fetch_one(db)
    .await?;
    Ok(Privacy {
        shows_presence: !row.invisible,
        shows_reading: !row.hides_reading,
    })
}

pub(super) async fn set_privacy(
    db: &mut PgConnection,
    user: UserId,
    privacy: Privacy,
) -> Result<(), Error> {
    query!(
        "UPDATE users SET invisible = $2, hides_reading = $3 WHERE id = $1",
        user.0,
        !privacy.shows_presence,
        !privacy.shows_reading,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The hash of a person's password, if they have one.
pub(super) async fn password_hash(
    db: &mut PgConnection,
    user: UserId,
) -> Result<Option<String>, Error> {
    let hash = query_scalar!("SELECT password_hash FROM users WHERE id = $1", user.0)
        .fetch_one(db)
        .await?;
    Ok(hash)
}

/// Sets a password, whatever it was before.
pub(super) async fn reset_password_hash(
    db: &mut PgConnection,
    user: UserId,
    hash: &str,
) -> Result<(), Error> {
    query!(
        "UPDATE users SET password_hash = $2 WHERE id = $1",
        user.0,
        hash
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What only the owner sees of an account.
pub(crate) async fn details(db: &mut PgConnection, user: UserId) -> Result<Details, Error> {
    let row = query!(
        r#"SELECT handle, email AS "email!", email_verified_at IS NOT NULL AS "confirmed!",
                  password_hash IS NOT NULL AS "has_password!",
                  (SELECT mail_tokens.email FROM mail_tokens
                   WHERE user_id = users.id AND purpose = 'confirm' AND expires_at > now()
                       AND lower(mail_tokens.email) <> lower(users.email)
                   ORDER BY expires_at DESC LIMIT 1) AS awaited
           FROM users WHERE id = $1"#,
        user.0,
    )
    .fetch_one(db)
    .await?;
    let broken = |_| Error::Row { table: "users" };
    Ok(Details {
        handle: Handle::parse(&row.handle).map_err(broken)?,
        email: Email::parse(&row.email).map_err(broken)?,
        confirmed: row.confirmed,
        awaited: row.awaited.and_then(|email| Email::parse(&email).ok()),
        has_password: row.has_password,
    })
}

/// Refused with `handle_taken` when somebody else has the handle.
pub(super) async fn set_handle(
    db: &mut PgConnection,
    user: UserId,
    handle: &Handle,
) -> Result<(), Error> {
    query!(
        "UPDATE users SET handle = $2 WHERE id = $1",
        user.0,
        handle.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives an account an address that is confirmed. Refused with `email_taken` when another account has
/// confirmed it.
pub(super) async fn set_email(
    db: &mut PgConnection,
    user: UserId,
    email: &Email,
) -> Result<(), Error> {
    query!(
        "UPDATE users SET email = $2, email_verified_at = now() WHERE id = $1",
        user.0,
        email.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Tells every node to look again at what this person may hear. After any room's head, in the same
/// transaction as what has changed.
pub(crate) async fn move_head(db: &mut PgConnection, user: UserId) -> Result<(), Error> {
    move_heads(db, &[user]).await
}

/// The same for several people, in the order of their ids: two that are moved together never wait
/// for each other in a ring.
pub(crate) async fn move_heads(db: &mut PgConnection, users: &[UserId]) -> Result<(), Error> {
    let users: Vec<_> = users.iter().map(|user| user.0).collect();
    query!(
        "INSERT INTO user_heads (user_id, version)
         SELECT user_id, 1 FROM unnest($1::uuid[]) AS user_id ORDER BY user_id
         ON CONFLICT (user_id) DO UPDATE SET version = user_heads.version + 1",
        &users,
    )
    .execute(db)
    .await?;
    Ok(())
}
