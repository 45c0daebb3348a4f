//! All SQL of sessions, and of the browsers that accounts know.

use app::{
    accounts::{Privacy, Session, User},
    error::ErrorCode,
    ids::{SessionId, UserId},
};
use sqlx::{PgConnection, query, query_scalar};

use super::SessionKey;
use crate::{accounts::user, database::milliseconds, error::Error};

/// A new session of a person, in a browser that calls itself so. However they have proved who they are, it
/// is refused with `suspended` when they are, and with `credentials_wrong` when their account is gone.
pub(in crate::accounts) async fn insert(
    db: &mut PgConnection,
    session: &SessionKey,
    user: UserId,
    device: &str,
) -> Result<(), Error> {
    let made = query!(
        "INSERT INTO sessions (token_hash, user_id, device, expires_at)
         SELECT $1, id, $3, now() + interval '90 days' FROM users
         WHERE id = $2 AND deleted_at IS NULL AND coalesce(suspended_until <= now(), true)",
        session.as_bytes(),
        user.0,
        device,
    )
    .execute(&mut *db)
    .await?;
    if made.rows_affected() == 1 {
        return Ok(());
    }
    let there = query_scalar!(
        r#"SELECT EXISTS (SELECT FROM users WHERE id = $1 AND deleted_at IS NULL) AS "there!""#,
        user.0,
    )
    .fetch_one(db)
    .await?;
    let why = if there {
        ErrorCode::Suspended
    } else {
        ErrorCode::CredentialsWrong
    };
    Err(why.into())
}

/// Somebody whose session stands.
pub(crate) struct SignedIn {
    pub(crate) user: User,
    /// The version of their standing, which moves when a session of theirs ends, or when a membership
    /// or what they let others see changes.
    pub(crate) version: i64,
    pub(crate) privacy: Privacy,
}

/// Whose session it is, while it has not expired, and they are neither suspended nor gone. Notes at most
/// hourly that it was used.
pub(crate) async fn owner(
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
             AND last_seen_at > now() - interval '30 days'
             AND deleted_at IS NULL AND coalesce(suspended_until <= now(), true)"#,
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

/// Whether a session has begun within the last quarter of an hour.
pub(in crate::accounts) async fn has_just_begun(
    db: &mut PgConnection,
    session: &SessionKey,
) -> Result<bool, Error> {
    let fresh = query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM sessions
               WHERE token_hash = $1 AND created_at > now() - interval '15 minutes'
           ) AS "fresh!""#,
        session.as_bytes(),
    )
    .fetch_one(db)
    .await?;
    Ok(fresh)
}

/// Ends a session. Returns whose it was.
pub(in crate::accounts) async fn delete(
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
pub(in crate::accounts) async fn delete_others(
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

/// The sessions of a person that have not expired, the last used first. `asking` is the one that asks.
pub(in crate::accounts) async fn list(
    db: &mut PgConnection,
    user: UserId,
    asking: Option<&SessionKey>,
) -> Result<Vec<Session>, Error> {
    let rows = query!(
        r#"SELECT id, device, created_at, last_seen_at,
                  token_hash IS NOT DISTINCT FROM $2 AS "current!"
           FROM sessions
           WHERE user_id = $1 AND expires_at > now() AND last_seen_at > now() - interval '30 days'
           ORDER BY 5 DESC, last_seen_at DESC LIMIT 100"#,
        user.0,
        asking.map(SessionKey::as_bytes),
    )
    .fetch_all(db)
    .await?;
    let sessions = rows.into_iter().map(|row| Session {
        id: SessionId(row.id),
        device: row.device,
        since: milliseconds(row.created_at),
        used: milliseconds(row.last_seen_at),
        current: row.current,
    });
    Ok(sessions.collect())
}

/// Ends one of a person's sessions. False if it is none of theirs.
pub(in crate::accounts) async fn delete_one(
    db: &mut PgConnection,
    user: UserId,
    session: SessionId,
) -> Result<bool, Error> {
    let deleted = query!(
        "DELETE FROM sessions WHERE user_id = $1 AND id = $2",
        user.0,
        session.0,
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Whether the account has been signed in to in the browser that has this token. Asked in the same way
/// for an account that does not exist.
pub(in crate::accounts) async fn knows_device(
    db: &mut PgConnection,
    user: Option<UserId>,
    device: Option<[u8; 32]>,
) -> Result<bool, Error> {
    let known = query_scalar!(
        r#"SELECT EXISTS (SELECT FROM known_devices WHERE user_id = $1 AND token_hash = $2) AS "known!""#,
        user.map(|user| user.0),
        device.as_ref().map(<[u8; 32]>::as_slice),
    )
    .fetch_one(db)
    .await?;
    Ok(known)
}

/// From now on the account knows the browser. It knows the last twenty.
pub(in crate::accounts) async fn learn_device(
    db: &mut PgConnection,
    user: UserId,
    device: &[u8; 32],
) -> Result<(), Error> {
    query!(
        "INSERT INTO known_devices (user_id, token_hash) VALUES ($1, $2)
         ON CONFLICT (user_id, token_hash) DO UPDATE SET last_used_at = now()",
        user.0,
        device.as_slice(),
    )
    .execute(&mut *db)
    .await?;
    query!(
        "DELETE FROM known_devices WHERE user_id = $1 AND token_hash IN (
             SELECT token_hash FROM known_devices WHERE user_id = $1
             ORDER BY last_used_at DESC OFFSET 20)",
        user.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The account knows no browser any more but one.
pub(in crate::accounts) async fn forget_other_devices(
    db: &mut PgConnection,
    user: UserId,
    kept: Option<[u8; 32]>,
) -> Result<(), Error> {
    query!(
        "DELETE FROM known_devices WHERE user_id = $1 AND token_hash IS DISTINCT FROM $2",
        user.0,
        kept.as_ref().map(<[u8; 32]>::as_slice),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes the sessions that stand for nobody any more, and browsers that have not come for a year.
pub(in crate::accounts) async fn forget_expired(db: &mut PgConnection) -> Result<(), Error> {
    query!(
        "DELETE FROM sessions
         WHERE expires_at <= now() OR last_seen_at <= now() - interval '30 days'",
    )
    .execute(&mut *db)
    .await?;
    query!("DELETE FROM known_devices WHERE last_used_at < now() - interval '400 days'")
        .execute(db)
        .await?;
    Ok(())
}
