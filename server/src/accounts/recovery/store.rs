//! All SQL of the links in mails.

use app::{
    accounts::{Email, User},
    ids::UserId,
};
use sqlx::{PgConnection, query, query_scalar};

use super::Purpose;
use crate::{accounts::user, error::Error};

/// Whose link it was, and where it was sent.
pub(super) struct Used {
    pub(super) user: User,
    pub(super) email: Email,
}

/// A link that works once. Those that the person had for the same purpose work no more. False when their
/// account is gone: then there is none.
pub(super) async fn insert(
    db: &mut PgConnection,
    hash: &[u8; 32],
    user: UserId,
    purpose: Purpose,
    email: &Email,
) -> Result<bool, Error> {
    delete(db, user, purpose).await?;
    let inserted = query!(
        "INSERT INTO mail_tokens (token_hash, user_id, purpose, email, expires_at)
         SELECT $1, id, $3, $4, now() + make_interval(hours => $5)
         FROM users WHERE id = $2 AND deleted_at IS NULL",
        hash.as_slice(),
        user.0,
        purpose.as_str(),
        email.as_str(),
        purpose.hours(),
    )
    .execute(db)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Whose link it is, if it works.
pub(super) async fn owner(
    db: &mut PgConnection,
    hash: &[u8; 32],
    purpose: Purpose,
) -> Result<Option<UserId>, Error> {
    let owner = query_scalar!(
        "SELECT user_id FROM mail_tokens
         WHERE token_hash = $1 AND purpose = $2 AND expires_at > now()",
        hash.as_slice(),
        purpose.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(owner.map(UserId))
}

/// Uses a link up. None if it does not work. One that sets a password works only as long as it went to
/// the account's own address.
pub(super) async fn use_up(
    db: &mut PgConnection,
    hash: &[u8; 32],
    purpose: Purpose,
) -> Result<Option<Used>, Error> {
    let row = query!(
        "DELETE FROM mail_tokens USING users
         WHERE token_hash = $1 AND purpose = $2 AND expires_at > now() AND users.id = user_id
             AND (purpose = 'confirm' OR lower(mail_tokens.email) = lower(users.email))
         RETURNING users.id, users.handle, mail_tokens.email",
        hash.as_slice(),
        purpose.as_str(),
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Used {
            user: user(row.id, &row.handle)?,
            email: Email::parse(&row.email).map_err(|_| Error::Row {
                table: "mail_tokens",
            })?,
        })
    })
    .transpose()
}

pub(super) async fn delete(
    db: &mut PgConnection,
    user: UserId,
    purpose: Purpose,
) -> Result<(), Error> {
    query!(
        "DELETE FROM mail_tokens WHERE user_id = $1 AND purpose = $2",
        user.0,
        purpose.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whoever has set a password owns the account: links that somebody else may have asked for before work no
/// more, neither to another address nor to another password.
pub(super) async fn delete_others(db: &mut PgConnection, user: UserId) -> Result<(), Error> {
    query!(
        "DELETE FROM mail_tokens USING users
         WHERE users.id = $1 AND user_id = users.id
             AND (purpose = 'reset' OR lower(mail_tokens.email) <> lower(users.email))",
        user.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whoever reads the mail of an address owns the account: sign-ins at providers under other addresses may
/// be somebody else's and go, and so does what would add one.
pub(super) async fn delete_identities(
    db: &mut PgConnection,
    user: UserId,
    email: &Email,
) -> Result<(), Error> {
    query!(
        "WITH flows AS (DELETE FROM identity_flows WHERE linking = $1)
         DELETE FROM identities WHERE user_id = $1 AND lower(email) <> lower($2)",
        user.0,
        email.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn forget_expired(db: &mut PgConnection) -> Result<(), Error> {
    query!("DELETE FROM mail_tokens WHERE expires_at <= now()")
        .execute(db)
        .await?;
    Ok(())
}
