//! All SQL of identities.

use app::{
    accounts::{Email, User},
    ids::{IdentityId, UserId},
};
use sqlx::{PgConnection, query, query_scalar};

use super::flow::{Flow, Secrets};
use crate::{
    accounts::{self, SessionKey},
    database::milliseconds,
    error::Error,
};

/// Writes down that somebody has gone to the provider.
pub(super) async fn insert_flow(
    db: &mut PgConnection,
    secrets: &Secrets,
    flow: &Flow,
) -> Result<(), Error> {
    let (state, browser) = (secrets.state.key(), secrets.browser.key());
    query!(
        "INSERT INTO identity_flows
             (state_hash, browser_hash, nonce, verifier, next, linking, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, now() + interval '10 minutes')",
        state.as_bytes(),
        browser.as_bytes(),
        flow.nonce,
        flow.verifier,
        flow.next,
        flow.linking.map(|user| user.0),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets those who have not come back.
pub(super) async fn forget_expired(db: &mut PgConnection) -> Result<(), Error> {
    query!("DELETE FROM identity_flows WHERE expires_at <= now()")
        .execute(db)
        .await?;
    Ok(())
}

/// What was begun under this state, by this browser. It is gone by that.
pub(super) async fn take_flow(
    db: &mut PgConnection,
    state: &SessionKey,
    browser: &SessionKey,
) -> Result<Option<Flow>, Error> {
    let row = query!(
        "DELETE FROM identity_flows
         WHERE state_hash = $1 AND browser_hash = $2 AND expires_at > now()
         RETURNING nonce, verifier, next, linking",
        state.as_bytes(),
        browser.as_bytes(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Flow {
        nonce: row.nonce,
        verifier: row.verifier,
        next: row.next,
        linking: row.linking.map(UserId),
    }))
}

/// Whose identity it is. Nobody's, once their account is gone.
pub(super) async fn owner(
    db: &mut PgConnection,
    issuer: &str,
    subject: &str,
) -> Result<Option<User>, Error> {
    let row = query!(
        "SELECT users.id, handle FROM identities JOIN users ON users.id = user_id
         WHERE issuer = $1 AND subject = $2 AND deleted_at IS NULL",
        issuer,
        subject,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| accounts::user(row.id, &row.handle))
        .transpose()
}

/// A person without a password, whose address is confirmed. False when somebody has the handle or the
/// address by now.
pub(super) async fn insert_user(
    db: &mut PgConnection,
    user: &User,
    email: &Email,
) -> Result<bool, Error> {
    let inserted = query!(
        "INSERT INTO users (id, handle, email, email_verified_at)
         VALUES ($1, $2, $3, now()) ON CONFLICT DO NOTHING",
        user.id.0,
        user.handle.as_str(),
        email.as_str(),
    )
    .execute(db)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// False when the identity is somebody's by now, or the account is gone. Until the transaction ends, it
/// does not go.
pub(super) async fn insert(
    db: &mut PgConnection,
    user: UserId,
    issuer: &str,
    subject: &str,
    email: &Email,
) -> Result<bool, Error> {
    let inserted = query!(
        "INSERT INTO identities (id, user_id, issuer, subject, email)
         SELECT $1, id, $3, $4, $5 FROM users WHERE id = $2 AND deleted_at IS NULL
         FOR NO KEY UPDATE
         ON CONFLICT DO NOTHING",
        IdentityId::new().0,
        user.0,
        issuer,
        subject,
        email.as_str(),
    )
    .execute(db)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// An identity as it is stored.
pub(super) struct Stored {
    pub(super) id: IdentityId,
    pub(super) issuer: String,
    pub(super) email: String,
    pub(super) linked_at: i64,
}

/// A person's identities, the oldest first.
pub(super) async fn list(db: &mut PgConnection, user: UserId) -> Result<Vec<Stored>, Error> {
    let rows = query!(
        "SELECT id, issuer, email, linked_at FROM identities
         WHERE user_id = $1 ORDER BY linked_at, id",
        user.0,
    )
    .fetch_all(db)
    .await?;
    let stored = rows.into_iter().map(|row| Stored {
        id: IdentityId(row.id),
        issuer: row.issuer,
        email: row.email,
        linked_at: milliseconds(row.linked_at),
    });
    Ok(stored.collect())
}

/// Whether a person has a password. Until the transaction ends, none of their ways in is taken away by
/// another one.
pub(super) async fn lock_password(db: &mut PgConnection, user: UserId) -> Result<bool, Error> {
    let has = query_scalar!(
        r#"SELECT password_hash IS NOT NULL AS "has!" FROM users WHERE id = $1
               FOR NO KEY UPDATE"#,
        user.0,
    )
    .fetch_one(db)
    .await?;
    Ok(has)
}

pub(super) async fn delete(db: &mut PgConnection, identity: IdentityId) -> Result<(), Error> {
    query!("DELETE FROM identities WHERE id = $1", identity.0)
        .execute(db)
        .await?;
    Ok(())
}
