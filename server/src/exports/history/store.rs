//! The SQL that reads what somebody has said.

use std::{collections::HashMap, ops::Range};

use app::ids::{RoomId, UserId};
use serde::Serialize;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::{error::Error, exports::moment};

/// The part of a room's history in which somebody can have said something.
pub(super) struct Stretch {
    pub(super) room: RoomId,
    pub(super) first: i64,
    pub(super) last: i64,
    /// What others do there today they may know from this place on.
    pub(super) reads_from: i64,
}

/// Something that somebody has said, or a system line about them.
#[derive(Debug, Serialize)]
pub(super) struct Said {
    id: Uuid,
    pub(super) seq: i64,
    kind: String,
    sent_at: String,
    body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<String>,
    /// How many people have answered it with each emoji.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reactions: Vec<Reacted>,
}

#[derive(Debug, Serialize)]
pub(super) struct Reacted {
    emoji: String,
    count: i64,
}

/// The next room that somebody is or was in, in the order of their ids.
pub(super) async fn next(
    db: &mut PgConnection,
    user: UserId,
    after: Option<RoomId>,
) -> Result<Option<Stretch>, Error> {
    let row = query!(
        r#"SELECT mine.room_id AS "room!", first AS "first!", coalesce(last, last_seq) AS "last!",
                  CASE kind WHEN 'public' THEN 0 ELSE coalesce(since, $3) END AS "reads_from!"
           FROM (SELECT room_id, min(joined_seq) AS first,
                        CASE WHEN bool_and(left_seq IS NOT NULL) THEN max(left_seq) END AS last,
                        max(joined_seq) FILTER (WHERE left_seq IS NULL) AS since
                 FROM member_intervals
                 WHERE user_id = $1 AND room_id > $2
                 GROUP BY room_id ORDER BY room_id LIMIT 1) mine
                JOIN rooms ON rooms.id = mine.room_id
                JOIN room_heads ON room_heads.room_id = mine.room_id"#,
        user.0,
        after.map_or(Uuid::nil(), |room| room.0),
        i64::MAX,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Stretch {
        room: RoomId(row.room),
        first: row.first,
        last: row.last,
        reads_from: row.reads_from,
    }))
}

/// What they have said after the first of these places, and up to the second.
pub(super) async fn said(
    db: &mut PgConnection,
    user: UserId,
    stretch: &Stretch,
    places: Range<i64>,
    most: i64,
) -> Result<Vec<Said>, Error> {
    let rows = query!(
        r#"SELECT id, seq, kind, client_id, body, reply_to, created_at, edited_at, deleted_at,
                  reactions
           FROM messages
           WHERE room_id = $1 AND sender_id = $2 AND seq > $3 AND seq <= $4
           ORDER BY seq LIMIT $5"#,
        stretch.room.0,
        user.0,
        places.start,
        places.end,
        most,
    )
    .fetch_all(&mut *db)
    .await?;
    let reacted = rows
        .iter()
        .filter(|row| row.reactions > 0 && row.seq >= stretch.reads_from);
    let reacted: Vec<_> = reacted.map(|row| row.id).collect();
    let mut reactions = if reacted.is_empty() {
        HashMap::new()
    } else {
        counts(db, &reacted).await?
    };
    let said = rows.into_iter().map(|row| Said {
        id: row.id,
        seq: row.seq,
        kind: row.kind,
        sent_at: moment(row.created_at),
        body: row.body,
        client_id: row.client_id,
        reply_to: row.reply_to,
        edited_at: row.edited_at.map(moment),
        deleted_at: row.deleted_at.map(moment),
        reactions: reactions.remove(&row.id).unwrap_or_default(),
    });
    Ok(said.collect())
}

async fn counts(
    db: &mut PgConnection,
    messages: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Reacted>>, Error> {
    let rows = query!(
        r#"SELECT message_id, emoji, count(*) AS "count!" FROM reactions
           WHERE message_id = ANY ($1)
           GROUP BY message_id, emoji ORDER BY message_id, min(created_at), emoji"#,
        messages,
    )
    .fetch_all(db)
    .await?;
    let mut counts: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        counts.entry(row.message_id).or_default().push(Reacted {
            emoji: row.emoji,
            count: row.count,
        });
    }
    Ok(counts)
}
