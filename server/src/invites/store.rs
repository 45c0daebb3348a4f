//! All SQL of invites.

use app::{
    ids::{RoomId, UserId},
    invites::{Expiry, Invite, InviteCode, MaxUses},
};
use sqlx::{PgConnection, query, query_scalar};

use crate::{accounts, database::milliseconds, error::Error};

/// Returns when it expires, if ever.
pub(super) async fn insert(
    db: &mut PgConnection,
    code: &InviteCode,
    room: RoomId,
    creator: UserId,
    expiry: Expiry,
    max_uses: MaxUses,
) -> Result<Option<i64>, Error> {
    let expires_at = query_scalar!(
        "INSERT INTO invites (code, room_id, created_by, expires_at, max_uses)
         VALUES ($1, $2, $3, now() + make_interval(days => $4), $5)
         RETURNING expires_at",
        code.as_str(),
        room.0,
        creator.0,
        expiry.days(),
        max_uses.limit(),
    )
    .fetch_one(db)
    .await?;
    Ok(expires_at.map(milliseconds))
}

/// The room that an invite leads to, and whether it still works.
pub(super) async fn find(
    db: &mut PgConnection,
    code: &InviteCode,
) -> Result<Option<(RoomId, bool)>, Error> {
    let row = query!(
        r#"SELECT room_id,
                  revoked_at IS NULL AND coalesce(expires_at > now(), true)
                      AND coalesce(uses < max_uses, true) AS "works!"
           FROM invites WHERE code = $1"#,
        code.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (RoomId(row.room_id), row.works)))
}

/// Those that still work, the newest first.
pub(super) async fn list(db: &mut PgConnection, room: RoomId) -> Result<Vec<Invite>, Error> {
    let rows = query!(
        "SELECT code, expires_at, max_uses, uses, users.id, handle
         FROM invites JOIN users ON users.id = created_by
         WHERE room_id = $1 AND revoked_at IS NULL AND coalesce(expires_at > now(), true)
             AND coalesce(uses < max_uses, true)
         ORDER BY invites.created_at DESC, code LIMIT 100",
        room.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Invite {
                code: InviteCode::parse(&row.code).map_err(|_| Error::Row { table: "invites" })?,
                created_by: accounts::user(row.id, &row.handle)?,
                expires_at: row.expires_at.map(milliseconds),
                max_uses: row.max_uses,
                uses: row.uses,
            })
        })
        .collect()
}

/// Takes one use of an invite. False when it no longer works.
pub(super) async fn use_up(db: &mut PgConnection, code: &InviteCode) -> Result<bool, Error> {
    let used = query!(
        "UPDATE invites SET uses = uses + 1
         WHERE code = $1 AND revoked_at IS NULL AND coalesce(expires_at > now(), true)
             AND coalesce(uses < max_uses, true)",
        code.as_str(),
    )
    .execute(db)
    .await?;
    Ok(used.rows_affected() == 1)
}

pub(super) async fn revoke(db: &mut PgConnection, code: &InviteCode) -> Result<(), Error> {
    query!(
        "UPDATE invites SET revoked_at = now() WHERE code = $1 AND revoked_at IS NULL",
        code.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}
