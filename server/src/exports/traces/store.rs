//! The SQL that reads what somebody has left beside words: reactions, how far they have read, where they
//! are named, and links.

use app::ids::UserId;
use serde::Serialize;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::{
    error::Error,
    exports::{
        contents::{BATCH, Listed},
        moment,
    },
};

/// What they have answered a message with.
#[derive(Serialize)]
pub(in crate::exports) struct Reaction {
    room: Uuid,
    message: Uuid,
    seq: i64,
    emoji: String,
    given_at: String,
}

impl Listed for Reaction {
    const FILE: &str = "reactions.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            "SELECT room_id, message_id, seq, emoji, reactions.created_at
             FROM reactions JOIN messages ON messages.id = message_id
             WHERE user_id = $1 AND (message_id, emoji) > ($2, $3)
             ORDER BY message_id, emoji LIMIT $4",
            user.0,
            after.map_or(Uuid::nil(), |last| last.message),
            after.map_or("", |last| &last.emoji),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let reactions = rows.into_iter().map(|row| Self {
            room: row.room_id,
            message: row.message_id,
            seq: row.seq,
            emoji: row.emoji,
            given_at: moment(row.created_at),
        });
        Ok(reactions.collect())
    }
}

/// A message that names them.
#[derive(Serialize)]
pub(in crate::exports) struct Mention {
    room: Uuid,
    seq: i64,
}

impl Listed for Mention {
    const FILE: &str = "mentions.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            "SELECT room_id, seq FROM mentions
             WHERE user_id = $1 AND (room_id, seq) > ($2, $3)
             ORDER BY room_id, seq LIMIT $4",
            user.0,
            after.map_or(Uuid::nil(), |last| last.room),
            after.map_or(0, |last| last.seq),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let mentions = rows.into_iter().map(|row| Self {
            room: row.room_id,
            seq: row.seq,
        });
        Ok(mentions.collect())
    }
}

/// How far they have read a room.
#[derive(Serialize)]
pub(in crate::exports) struct ReadPosition {
    room: Uuid,
    seq: i64,
    /// What they have marked as unread begins here.
    unread_from: Option<i64>,
}

impl Listed for ReadPosition {
    const FILE: &str = "reads.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            "SELECT room_id, seq, unread_from FROM read_positions
             WHERE user_id = $1 AND room_id > $2 ORDER BY room_id LIMIT $3",
            user.0,
            after.map_or(Uuid::nil(), |last| last.room),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let positions = rows.into_iter().map(|row| Self {
            room: row.room_id,
            seq: row.seq,
            unread_from: row.unread_from,
        });
        Ok(positions.collect())
    }
}

/// A link into a room that they have made.
#[derive(Serialize)]
pub(in crate::exports) struct Invite {
    /// It opens the room to whoever has it, and stays here.
    #[serde(skip)]
    code: String,
    room: Uuid,
    created_at: String,
    expires_at: Option<String>,
    max_uses: Option<i32>,
    /// None when they are no more in the room.
    uses: Option<i32>,
    withdrawn_at: Option<String>,
}

impl Listed for Invite {
    const FILE: &str = "invites.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            "SELECT code, invites.room_id, created_at, expires_at, max_uses, revoked_at,
                    CASE WHEN members.user_id IS NOT NULL THEN uses END AS uses
             FROM invites LEFT JOIN members
                 ON members.room_id = invites.room_id AND members.user_id = created_by
             WHERE created_by = $1 AND code > $2 ORDER BY code LIMIT $3",
            user.0,
            after.map_or("", |last| &last.code),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let invites = rows.into_iter().map(|row| Self {
            code: row.code,
            room: row.room_id,
            created_at: moment(row.created_at),
            expires_at: row.expires_at.map(moment),
            max_uses: row.max_uses,
            uses: row.uses,
            withdrawn_at: row.revoked_at.map(moment),
        });
        Ok(invites.collect())
    }
}
