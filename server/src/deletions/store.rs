//! All SQL of deletions, but for what belongs to rooms and their messages.

use app::{
    accounts::{Handle, User},
    deletions::{Deletion, DeletionView, Fate},
    ids::{RoomId, UserId},
};
use sqlx::{Connection, PgConnection, query, query_scalar};
use uuid::Uuid;

use crate::{accounts, database::milliseconds, error::Error, media, waits};

const BROKEN: Error = Error::Row { table: "users" };

/// Somebody whose account is gone, and what it has left behind is not.
pub(super) struct Leaving {
    pub(super) user: User,
    pub(super) messages: Fate,
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

/// The next people, by their ids, whose deletion is due. At most 100.
///
/// Who is suspended for some days could not take it back: they are left alone until a week after these.
pub(super) async fn due(db: &mut PgConnection, after: Option<UserId>) -> Result<Vec<User>, Error> {
    let rows = query!(
        "SELECT id, handle FROM users
         WHERE deletion_fate IS NOT NULL AND deletion_due_at <= now() AND id > $1
             AND coalesce(suspended_until <= now() - interval '7 days' OR suspended_until = 'infinity', true)
         ORDER BY id LIMIT 100",
        after.map_or(Uuid::nil(), |user| user.0),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| accounts::user(row.id, &row.handle))
        .collect()
}

/// The next people, by their ids, whose accounts have ended and are not cleared up. At most 100.
pub(super) async fn leaving(
    db: &mut PgConnection,
    after: Option<UserId>,
) -> Result<Vec<Leaving>, Error> {
    let rows = query!(
        r#"SELECT id, handle, deletion_fate AS "fate!" FROM users
           WHERE deletion_fate IS NOT NULL AND deleted_at IS NOT NULL AND id > $1
           ORDER BY id LIMIT 100"#,
        after.map_or(Uuid::nil(), |user| user.0),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Leaving {
                user: accounts::user(row.id, &row.handle)?,
                messages: row.fate.parse().map_err(|_| BROKEN)?,
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
         WHERE id = $1 AND deleted_at IS NULL AND deletion_due_at <= now()
             AND coalesce(suspended_until <= now() - interval '7 days' OR suspended_until = 'infinity', true)",
        user.0,
        handle.as_str(),
    )
    .execute(&mut *db)
    .await?;
    if scrubbed.rows_affected() == 0 {
        return Ok(false);
    }
    sweep(db, user).await?;
    Ok(true)
}

/// Takes away what is no room's: how somebody gets in, and what they and others have noted of them; and who was
/// behind what statistics have told.
async fn sweep(db: &mut PgConnection, user: UserId) -> Result<(), Error> {
    query!(
        "WITH sessions AS (DELETE FROM sessions WHERE user_id = $1),
              devices AS (DELETE FROM known_devices WHERE user_id = $1),
              tokens AS (DELETE FROM mail_tokens WHERE user_id = $1),
              identities AS (DELETE FROM identities WHERE user_id = $1),
              flows AS (DELETE FROM identity_flows WHERE linking = $1),
              blocks AS (DELETE FROM blocks WHERE user_id = $1 OR blocked_id = $1),
              mentions AS (DELETE FROM mentions WHERE user_id = $1),
              read AS (DELETE FROM read_positions WHERE user_id = $1),
              bans AS (DELETE FROM bans WHERE user_id = $1),
              profile AS (DELETE FROM profiles WHERE user_id = $1),
              journeys AS (DELETE FROM journeys WHERE owner_id = $1)
         DELETE FROM invites WHERE created_by = $1",
        user.0,
    )
    .execute(&mut *db)
    .await?;
    waits::forget(db, user, None).await
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
    .execute(&mut *db)
    .await?;
    query!(
        "UPDATE report_media SET name = '' FROM reports JOIN users ON users.id = reports.user_id
         WHERE reports.id = report_id AND deleted_at IS NOT NULL AND reports.state = 'resolved'
             AND name <> ''"
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

/// Forgets that somebody was in a room.
pub(super) async fn forget(db: &mut PgConnection, user: UserId, room: RoomId) -> Result<(), Error> {
    query!(
        "DELETE FROM member_intervals WHERE user_id = $1 AND room_id = $2",
        user.0,
        room.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Nothing is left to be done. False as long as a request or a mail that was under way when the account
/// ended may still be: what it leaves is for the next round.
pub(super) async fn finish(db: &mut PgConnection, user: UserId) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    sweep(&mut tx, user).await?;
    tx.commit().await?;
    // What a profile has shown that was told meanwhile.
    media::store::doom_drafts(db, user).await?;
    let finished = query!(
        "UPDATE users SET deletion_fate = NULL
         WHERE id = $1 AND deletion_fate IS NOT NULL AND deleted_at < now() - interval '1 minute'",
        user.0,
    )
    .execute(db)
    .await?;
    Ok(finished.rows_affected() > 0)
}
