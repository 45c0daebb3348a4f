//! All SQL of accounts.

use app::{
    accounts::{Email, Handle, Privacy, User},
    ids::UserId,
};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::SessionKey;
use crate::error::Error;

/// What sign-in checks.
pub(super) struct Credentials {
    pub(super) user: User,
    pub(super) password_hash: String,
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
        "SELECT id, handle FROM users WHERE lower(handle) = lower($1)",
        handle.as_str(),
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

/// Replaces a hash, unless it has changed since it was read.
pub(super) async fn set_password_hash(
    db: &mut PgConnection,
    user: UserId,
    old: &str,
    new: &str,
) -> Result<(), Error> {
    query!(
        "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2",
        user.0,
        old,
        new,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn insert_session(
    db: &mut PgConnection,
    session: &SessionKey,
    user: UserId,
) -> Result<(), Error> {
    query!(
        "INSERT INTO sessions (token_hash, user_id, expires_at)
         VALUES ($1, $2, now() + interval '90 days')",
        session.as_bytes(),
        user.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Somebody whose session stands.
pub(crate) struct SignedIn {
    pub(crate) user: User,
    /// The version of their standing, which moves when a session of theirs ends, or when a membership
    /// or what they let others see changes.
    pub(crate) version: i64,
    pub(crate) privacy: Privacy,
}

/// Whose session it is, while it has not expired. Notes at most hourly that it was used.
pub(super) async fn session_user(
    db: &mut PgConnection,
    session: &SessionKey,
) -> Result<Option<SignedIn>, Error> {
    let row = query!(
        r#"SELECT users.id, users.handle, users.invisible, users.hides_reading,
                  coalesce(user_heads.version, 0) AS "version!",
                  sessions.last_seen_at < now() - interval '1 hour' AS "stale!"
           FROM sessions JOIN users ON users.id = sessions.user_id
                LEFT JOIN user_heads ON user_heads.user_id = users.id
           WHERE token_hash = $1 AND expires_at > now()
             AND last_seen_at > now() - interval '30 days'"#,
        session.as_bytes(),
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.stale {
        query!(
            "UPDATE sessions SET last_seen_at = now() WHERE token_hash = $1",
            session.as_bytes(),
        )
        .execute(db)
        .await?;
    }
    Ok(Some(SignedIn {
        user: user(row.id, &row.handle)?,
        version: row.version,
        privacy: Privacy {
            shows_presence: !row.invisible,
            shows_reading: !row.hides_reading,
        },
    }))
}

/// Ends a session. Returns whose it was.
pub(super) async fn delete_session(
    db: &mut PgConnection,
    session: &SessionKey,
) -> Result<Option<UserId>, Error> {
    let user = query_scalar!(
        "DELETE FROM sessions WHERE token_hash = $1 RETURNING user_id",
        session.as_bytes()
    )
    .fetch_optional(db)
    .await?;
    Ok(user.map(UserId))
}

/// Ends all sessions of a person but one.
pub(super) async fn delete_other_sessions(
    db: &mut PgConnection,
    user: UserId,
    kept: Option<&SessionKey>,
) -> Result<(), Error> {
    query!(
        "DELETE FROM sessions WHERE user_id = $1 AND token_hash IS DISTINCT FROM $2",
        user.0,
        kept.map(SessionKey::as_bytes),
    )
    .execute(db)
    .await?;
    Ok(())
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

/// The hash of a person's password.
pub(super) async fn password_hash(db: &mut PgConnection, user: UserId) -> Result<String, Error> {
    let hash = query_scalar!("SELECT password_hash FROM users WHERE id = $1", user.0)
        .fetch_one(db)
        .await?;
    Ok(hash)
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
