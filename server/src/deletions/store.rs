//! All SQL of deletions, but for what belongs to rooms and their messages.

use app::{
    accounts::{Handle, User},
    deletions::{Deletion, DeletionView, Fate},
    ids::{RoomId, UserId},
};
use sqlx::{PgConnection, query, query_scalar};

use crate::{accounts, database::milliseconds, error::Error};

const BROKEN: Error = Error::Row { table: "users" };

/// Somebody whose account is to end, or has begun to.
pub(super) struct Leaving {
    pub(super) user: User,
    pub(super) messages: Fate,
    /// Whether the account is gone already, and only what it has left behind is still there.
    pub(super) gone: bool,
}

/// Returns when it is due. Whoever has asked before keeps that date. None if the account is gone.
pub(super) async fn ask(
    db: &mut PgConnection,
    user: UserId,
    days: u16,
    messages: Fate,
) -> Result<Option<i64>, Error> {
    let due_at = query_scalar!(
        r#"UPDATE users
           SET deletion_due_at = coalesce(deletion_due_at, now() + make_interval(days => $2)),
               deletion_fate = $3
           WHERE id = $1 AND deleted_at IS NULL
           RETURNING deletion_due_at AS "due_at!""#,
        user.0,
        i32::from(days),
        messages.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(due_at.map(milliseconds))
}

pub(super) async fn take_back(db: &mut PgConnection, user: UserId) -> Result<(), Error> {
    query!(
        "UPDATE users SET deletion_due_at = NULL, deletion_fate = NULL
         WHERE id = $1 AND deleted_at IS NULL",
        user.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn view(
    db: &mut PgConnection,
    user: UserId,
    days: u16,
) -> Result<DeletionView, Error> {
    let row = query!(
        r#"SELECT deletion_due_at, deletion_fate, password_hash IS NOT NULL AS "has_password!",
                  now() + make_interval(days => $2) AS "would_be_due_at!"
           FROM users WHERE id = $1"#,
        user.0,
        i32::from(days),
    )
    .fetch_one(db)
    .await?;
    let asked = match (row.deletion_due_at, row.deletion_fate) {
        (Some(due_at), Some(fate)) => Some(Deletion {
            due_at: milliseconds(due_at),
            messages: fate.parse().map_err(|_| BROKEN)?,
        }),
        _ => None,
    };
    Ok(DeletionView {
        asked,
        would_be_due_at: milliseconds(row.would_be_due_at),
        has_password: row.has_password,
    })
}

/// Whose deletion is due, and those that have stopped half-way first. At most 100.
pub(super) async fn due(db: &mut PgConnection) -> Result<Vec<Leaving>, Error> {
    let rows = query!(
        r#"SELECT id, handle, deletion_fate AS "fate!", deleted_at IS NOT NULL AS "gone!"
           FROM users
           WHERE deletion_fate IS NOT NULL AND (deleted_at IS NOT NULL OR deletion_due_at <= now())
           ORDER BY deleted_at, deletion_due_at LIMIT 100"#,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Leaving {
                user: accounts::user(row.id, &row.handle)?,
                messages: row.fate.parse().map_err(|_| BROKEN)?,
                gone: row.gone,
            })
        })
        .collect()
}

/// Ends the account, whose row then bears `handle` and says nothing of anybody. False when it is not
/// due any more: then nothing of it may be committed.
pub(super) async fn scrub(
    db: &mut PgConnection,
    user: UserId,
    handle: &Handle,
) -> Result<bool, Error> {
    let scrubbed = query!(
        "UPDATE users
         SET handle = $2, email = NULL, email_verified_at = NULL, password_hash = NULL,
             invisible = false, hides_reading = false, suspended_until = NULL,
             suspended_because = '', deletion_due_at = NULL, deleted_at = now()
         WHERE id = $1 AND deleted_at IS NULL AND deletion_due_at <= now()",
        user.0,
        handle.as_str(),
    )
    .execute(&mut *db)
    .await?;
    if scrubbed.rows_affected() == 0 {
        return Ok(false);
    }
    query!(
        "WITH sessions AS (DELETE FROM sessions WHERE user_id = $1),
              devices AS (DELETE FROM known_devices WHERE user_id = $1),
              tokens AS (DELETE FROM mail_tokens WHERE user_id = $1),
              identities AS (DELETE FROM identities WHERE user_id = $1),
              flows AS (DELETE FROM identity_flows WHERE linking = $1),
              blocks AS (DELETE FROM blocks WHERE user_id = $1 OR blocked_id = $1),
              bans AS (DELETE FROM bans WHERE user_id = $1)
         DELETE FROM invites WHERE created_by = $1",
        user.0,
    )
    .execute(db)
    .await?;
    Ok(true)
}

/// Takes the names of those who are gone out of reports. What was said and noted is evidence until the
/// report is resolved, and goes then.
pub(super) async fn scrub_reports(db: &mut PgConnection) -> Result<(), Error> {
    query!(
        "UPDATE reports SET reporter_handle = handle
         FROM users
         WHERE users.id = reporter_id AND deleted_at IS NOT NULL AND reporter_handle <> handle"
    )
    .execute(&mut *db)
    .await?;
    query!(
        "UPDATE reports
         SET user_handle = handle,
             room_name = CASE room_name WHEN user_handle THEN handle ELSE room_name END
         FROM users
         WHERE users.id = user_id AND deleted_at IS NOT NULL AND user_handle <> handle"
    )
    .execute(&mut *db)
    .await?;
    query!(
        "UPDATE reports SET note = '' FROM users
         WHERE users.id = reporter_id AND deleted_at IS NOT NULL AND state = 'resolved' AND note <> ''"
    )
    .execute(&mut *db)
    .await?;
    query!(
        "UPDATE reports SET body = '' FROM users
         WHERE users.id = user_id AND deleted_at IS NOT NULL AND state = 'resolved' AND body <> ''"
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The rooms that somebody is in.
pub(super) async fn memberships(db: &mut PgConnection, user: UserId) -> Result<Vec<RoomId>, Error> {
    let rooms = query_scalar!("SELECT room_id FROM members WHERE user_id = $1", user.0)
        .fetch_all(db)
        .await?;
    Ok(rooms.into_iter().map(RoomId).collect())
}

/// A room that somebody was in and that has not forgotten them.
pub(super) async fn next_room(
    db: &mut PgConnection,
    user: UserId,
) -> Result<Option<RoomId>, Error> {
    let room = query_scalar!(
        "SELECT room_id FROM member_intervals WHERE user_id = $1 LIMIT 1",
        user.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(room.map(RoomId))
}

/// Forgets that somebody was in a room, how far they had read it, and where they were named.
pub(super) async fn forget(db: &mut PgConnection, user: UserId, room: RoomId) -> Result<(), Error> {
    query!(
        "WITH mentions AS (DELETE FROM mentions WHERE user_id = $1 AND room_id = $2),
              read AS (DELETE FROM read_positions WHERE user_id = $1 AND room_id = $2)
         DELETE FROM member_intervals WHERE user_id = $1 AND room_id = $2",
        user.0,
        room.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Nothing is left to be done. Until now a mail that was asked for before could have been on its way.
pub(super) async fn finish(db: &mut PgConnection, user: UserId) -> Result<(), Error> {
    query!(
        "WITH tokens AS (DELETE FROM mail_tokens WHERE user_id = $1)
         UPDATE users SET deletion_fate = NULL WHERE id = $1",
        user.0,
    )
    .execute(db)
    .await?;
    Ok(())
}
