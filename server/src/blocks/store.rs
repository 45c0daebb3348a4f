//! All SQL of blocks, but for what reading and posting leave out or refuse because of them.

use app::{
    accounts::User,
    error::ErrorCode,
    ids::{RoomId, UserId},
};
use sqlx::{PgConnection, query, query_scalar};

use crate::{accounts, error::Error};

/// Returns whether it is new. Refused with `person_unknown` when there is no such person, or no more.
pub(super) async fn insert(
    db: &mut PgConnection,
    user: UserId,
    blocked: UserId,
) -> Result<bool, Error> {
    let row = query!(
        r#"WITH whom AS (SELECT id FROM users WHERE id = $2 AND deleted_at IS NULL),
                added AS (
                    INSERT INTO blocks (user_id, blocked_id) SELECT $1, id FROM whom
                    ON CONFLICT DO NOTHING RETURNING blocked_id)
           SELECT EXISTS (SELECT FROM whom) AS "known!", EXISTS (SELECT FROM added) AS "new!""#,
        user.0,
        blocked.0,
    )
    .fetch_one(db)
    .await?;
    if row.known {
        Ok(row.new)
    } else {
        Err(ErrorCode::PersonUnknown.into())
    }
}

/// Returns whether it was there.
pub(super) async fn delete(
    db: &mut PgConnection,
    user: UserId,
    blocked: UserId,
) -> Result<bool, Error> {
    let removed = query!(
        "DELETE FROM blocks WHERE user_id = $1 AND blocked_id = $2",
        user.0,
        blocked.0,
    )
    .execute(db)
    .await?;
    Ok(removed.rows_affected() > 0)
}

pub(super) async fn count(db: &mut PgConnection, user: UserId) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"SELECT count(*) AS "count!" FROM blocks WHERE user_id = $1"#,
        user.0,
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// Whom somebody has blocked, by handle.
pub(super) async fn list(db: &mut PgConnection, user: UserId) -> Result<Vec<User>, Error> {
    let rows = query!(
        "SELECT users.id, handle FROM blocks JOIN users ON users.id = blocked_id
         WHERE user_id = $1 ORDER BY lower(handle)",
        user.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| accounts::user(row.id, &row.handle))
        .collect()
}

/// The same, as what a page hides them by; of the members of one room only, if it is named.
pub(crate) async fn ids(
    db: &mut PgConnection,
    user: UserId,
    of: Option<RoomId>,
) -> Result<Vec<UserId>, Error> {
    let ids = query_scalar!(
        "SELECT blocked_id FROM blocks
         WHERE user_id = $1 AND ($2::uuid IS NULL
             OR blocked_id IN (SELECT members.user_id FROM members WHERE room_id = $2))",
        user.0,
        of.map(|room| room.0),
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// Whether either of two people has blocked the other.
pub(crate) async fn is_between(
    db: &mut PgConnection,
    [one, other]: [UserId; 2],
) -> Result<bool, Error> {
    let between = query_scalar!(
        r#"SELECT EXISTS (SELECT FROM blocks
               WHERE (user_id, blocked_id) IN (($1, $2), ($2, $1))) AS "between!""#,
        one.0,
        other.0,
    )
    .fetch_one(db)
    .await?;
    Ok(between)
}
