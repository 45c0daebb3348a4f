//! The SQL that finds what somebody has left in a room, and takes their reactions back.

use app::ids::{RoomId, UserId};
use sqlx::{PgConnection, query_as, query_scalar};
use uuid::Uuid;

use crate::error::Error;

/// Something that was said, and the name under which its sender has sent it.
pub(super) struct Said {
    pub(super) id: Uuid,
    pub(super) client: Uuid,
}

/// The next messages of somebody that still have their words, in the order of their senders' ids, after
/// this one.
pub(super) async fn said(
    db: &mut PgConnection,
    room: RoomId,
    author: UserId,
    after: Option<Uuid>,
    most: i64,
) -> Result<Vec<Said>, Error> {
    let said = query_as!(
        Said,
        r#"SELECT id, client_id AS "client!" FROM messages
           WHERE room_id = $1 AND sender_id = $2 AND deleted_at IS NULL
               AND client_id IS NOT NULL AND ($3::uuid IS NULL OR client_id > $3)
           ORDER BY client_id LIMIT $4"#,
        room.0,
        author.0,
        after,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(said)
}

/// System lines that hold words of somebody's: the names and topics that they have given the room.
pub(super) async fn lines(
    db: &mut PgConnection,
    room: RoomId,
    author: UserId,
    most: i64,
) -> Result<Vec<Uuid>, Error> {
    let lines = query_scalar!(
        "SELECT id FROM messages
         WHERE room_id = $1 AND sender_id = $2 AND client_id IS NULL AND body <> ''
             AND kind IN ('renamed', 'topic')
         LIMIT $3",
        room.0,
        author.0,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(lines)
}

/// Those of these messages and lines that still say or show something. Their room's head is locked.
pub(super) async fn not_empty(db: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let ids = query_scalar!(
        "SELECT id FROM messages WHERE id = ANY ($1) AND (body <> '' OR media > 0)",
        ids,
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// The next messages that somebody has answered with an emoji, in the order of their ids.
pub(super) async fn reacted(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
    after: Uuid,
    most: i64,
) -> Result<Vec<Uuid>, Error> {
    let reacted = query_scalar!(
        "SELECT DISTINCT message_id FROM reactions JOIN messages ON messages.id = message_id
         WHERE user_id = $1 AND room_id = $2 AND message_id > $3
         ORDER BY message_id LIMIT $4",
        user.0,
        room.0,
        after,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(reacted)
}

/// Takes somebody's reactions off these messages. Returns those that had any. Their room's head is
/// locked.
pub(super) async fn unreact(
    db: &mut PgConnection,
    messages: &[Uuid],
    user: UserId,
) -> Result<Vec<Uuid>, Error> {
    let changed = query_scalar!(
        "WITH removed AS (
             DELETE FROM reactions WHERE message_id = ANY ($1) AND user_id = $2
             RETURNING message_id)
         UPDATE messages SET reactions = reactions - sums.removed
         FROM (SELECT message_id, count(*)::integer AS removed FROM removed GROUP BY message_id) sums
         WHERE id = sums.message_id
         RETURNING id",
        messages,
        user.0,
    )
    .fetch_all(db)
    .await?;
    Ok(changed)
}
