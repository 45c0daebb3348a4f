//! All SQL of mentions, but for that of posting.

use std::collections::HashMap;

use app::{
    ids::{RoomId, UserId},
    messages::Message,
};
use sqlx::{PgConnection, query};

use super::named;
use crate::{
    error::Error,
    messages::{pages::store::PAGE, store::load},
};

/// Names the members whom a message mentions, in place of those it named before. The room's head is
/// locked.
pub(in crate::messages) async fn set(
    db: &mut PgConnection,
    room: RoomId,
    message: &Message,
) -> Result<(), Error> {
    query!(
        "DELETE FROM mentions WHERE room_id = $1 AND seq = $2",
        room.0,
        message.seq,
    )
    .execute(&mut *db)
    .await?;
    let handles = named(&message.body);
    if !handles.is_empty() {
        query!(
            "INSERT INTO mentions (user_id, room_id, seq)
             SELECT id, $1, $2 FROM users JOIN members ON members.user_id = id
             WHERE members.room_id = $1 AND lower(handle) = ANY ($3) AND id <> $4",
            room.0,
            message.seq,
            &handles,
            message.sender.id.0,
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// The last messages that name somebody, the newest first, each with its room. Of a room that is not
/// public only what was said since they joined, and nothing by those whom they have blocked.
pub(in crate::messages) async fn list(
    db: &mut PgConnection,
    user: UserId,
) -> Result<Vec<(RoomId, Message)>, Error> {
    let rows = query!(
        "SELECT messages.id, messages.room_id
         FROM mentions
              JOIN messages ON messages.room_id = mentions.room_id AND messages.seq = mentions.seq
              JOIN rooms ON rooms.id = mentions.room_id
              JOIN member_intervals joined ON joined.room_id = mentions.room_id
                  AND joined.user_id = mentions.user_id AND joined.left_seq IS NULL
         WHERE mentions.user_id = $1
             AND (rooms.kind = 'public' OR mentions.seq >= joined.joined_seq)
             AND messages.sender_id NOT IN (SELECT blocked_id FROM blocks WHERE user_id = $1)
         ORDER BY messages.created_at DESC LIMIT $2",
        user.0,
        PAGE,
    )
    .fetch_all(&mut *db)
    .await?;
    let rooms: HashMap<_, _> = rows.iter().map(|row| (row.id, row.room_id)).collect();
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut messages = load(db, &ids).await?;
    messages.sort_by_key(|message| ids.iter().position(|id| *id == message.id.0));
    let with_room = messages.into_iter().filter_map(|message| {
        let room = rooms.get(&message.id.0)?;
        Some((RoomId(*room), message))
    });
    Ok(with_room.collect())
}
