//! The SQL that reads what is somebody's own, and the form in which they get it (docs/export.md).
//!
//! Nothing here opens anything: no hash, no token, no code of an invite. And nothing tells of a room
//! that its reader may know of no more.

use app::ids::UserId;
use serde::Serialize;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use super::{
    contents::{BATCH, Listed},
    moment,
};
use crate::error::Error;

/// An account, as its owner gets it.
#[derive(Serialize)]
pub(super) struct Account {
    id: Uuid,
    handle: String,
    email: Option<String>,
    email_confirmed_at: Option<String>,
    /// An address that replaces it once it is confirmed.
    email_awaited: Option<String>,
    created_at: String,
    has_password: bool,
    shows_presence: bool,
    shows_reading: bool,
    /// When the account is to be deleted, if that was asked for, and what becomes of the messages.
    deletion_due_at: Option<String>,
    deletion_messages: Option<String>,
}

pub(super) async fn account(db: &mut PgConnection, user: UserId) -> Result<Account, Error> {
    let row = query!(
        r#"SELECT handle, email, email_verified_at, created_at, invisible, hides_reading,
                  password_hash IS NOT NULL AS "has_password!", deletion_due_at, deletion_fate,
                  (SELECT mail_tokens.email FROM mail_tokens
                   WHERE user_id = users.id AND purpose = 'confirm' AND expires_at > now()
                   ORDER BY expires_at DESC LIMIT 1) AS awaited
           FROM users WHERE id = $1"#,
        user.0,
    )
    .fetch_one(db)
    .await?;
    Ok(Account {
        id: user.0,
        handle: row.handle,
        email: row.email,
        email_confirmed_at: row.email_verified_at.map(moment),
        email_awaited: row.awaited,
        created_at: moment(row.created_at),
        has_password: row.has_password,
        shows_presence: !row.invisible,
        shows_reading: !row.hides_reading,
        deletion_due_at: row.deletion_due_at.map(moment),
        deletion_messages: row.deletion_fate,
    })
}

/// A browser in which they are signed in.
#[derive(Serialize)]
pub(super) struct Session {
    id: Uuid,
    /// The browser and the system, as the browser has said.
    device: String,
    signed_in_at: String,
    last_used_at: String,
    expires_at: String,
}

impl Listed for Session {
    const FILE: &str = "sessions.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            "SELECT id, device, created_at, last_seen_at, expires_at FROM sessions
             WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
            user.0,
            after.map_or(Uuid::nil(), |last| last.id),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let sessions = rows.into_iter().map(|row| Self {
            id: row.id,
            device: row.device,
            signed_in_at: moment(row.created_at),
            last_used_at: moment(row.last_seen_at),
            expires_at: moment(row.expires_at),
        });
        Ok(sessions.collect())
    }
}

/// A browser in which they have signed in before: guesses of others do not count against it.
#[derive(Serialize)]
pub(super) struct Device {
    /// What it is found by. It opens nothing, and stays here.
    #[serde(skip)]
    key: Vec<u8>,
    last_used_at: String,
}

impl Listed for Device {
    const FILE: &str = "devices.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            "SELECT token_hash, last_used_at FROM known_devices
             WHERE user_id = $1 AND token_hash > $2 ORDER BY token_hash LIMIT $3",
            user.0,
            after.map_or(&[][..], |last| &last.key),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let devices = rows.into_iter().map(|row| Self {
            key: row.token_hash,
            last_used_at: moment(row.last_used_at),
        });
        Ok(devices.collect())
    }
}

/// A room that they are or were in.
#[derive(Serialize)]
pub(super) struct Room {
    id: Uuid,
    kind: String,
    /// None of a room that they may read no more. A conversation bears the other's handle.
    name: Option<String>,
    created_by_you: bool,
    banned: bool,
    /// What they are in it, if they are still in it, since when, and what they want to be told.
    role: Option<String>,
    joined_at: Option<String>,
    told_of: Option<String>,
}

impl Listed for Room {
    const FILE: &str = "rooms.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            r#"SELECT rooms.id, kind, created_by = $1 AS "created!", bans.user_id IS NOT NULL AS "banned!",
                      CASE WHEN kind = 'direct' THEN other.handle
                           WHEN kind = 'public' OR members.user_id IS NOT NULL THEN name END AS name,
                      role AS "role?", mute AS "mute?", joined_at AS "joined_at?"
               FROM (SELECT DISTINCT room_id FROM member_intervals
                     WHERE user_id = $1 AND room_id > $2 ORDER BY room_id LIMIT $3) mine
                    JOIN rooms ON rooms.id = mine.room_id
                    LEFT JOIN members ON members.room_id = rooms.id AND members.user_id = $1
                    LEFT JOIN bans ON bans.room_id = rooms.id AND bans.user_id = $1
                    LEFT JOIN direct_pairs pair ON pair.room_id = rooms.id
                    LEFT JOIN users other
                        ON other.id = CASE pair.low_id WHEN $1 THEN pair.high_id ELSE pair.low_id END
               ORDER BY rooms.id"#,
            user.0,
            after.map_or(Uuid::nil(), |last| last.id),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let rooms = rows.into_iter().map(|row| Self {
            id: row.id,
            kind: row.kind,
            name: row.name,
            created_by_you: row.created,
            banned: row.banned,
            role: row.role,
            joined_at: row.joined_at.map(moment),
            told_of: row.mute,
        });
        Ok(rooms.collect())
    }
}

/// From where to where in a room's history they were in it.
#[derive(Serialize)]
pub(super) struct Membership {
    room: Uuid,
    joined_seq: i64,
    left_seq: Option<i64>,
}

impl Listed for Membership {
    const FILE: &str = "memberships.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            "SELECT room_id, joined_seq, left_seq FROM member_intervals
             WHERE user_id = $1 AND (room_id, joined_seq) > ($2, $3)
             ORDER BY room_id, joined_seq LIMIT $4",
            user.0,
            after.map_or(Uuid::nil(), |last| last.room),
            after.map_or(0, |last| last.joined_seq),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let memberships = rows.into_iter().map(|row| Self {
            room: row.room_id,
            joined_seq: row.joined_seq,
            left_seq: row.left_seq,
        });
        Ok(memberships.collect())
    }
}
