//! All SQL of reading.

use app::{
    ids::{RoomId, UserId},
    reads::{Reader, Unread},
};
use sqlx::{PgConnection, query, query_scalar};

use crate::{accounts, error::Error};

/// Moves somebody's position on to `seq`. Returns whether that changes anything.
pub(super) async fn read(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
    seq: i64,
) -> Result<bool, Error> {
    let moved = query!(
        "INSERT INTO read_positions AS known (user_id, room_id, seq) VALUES ($1, $2, $3)
         ON CONFLICT (user_id, room_id) DO UPDATE
             SET seq = greatest(known.seq, $3),
                 unread_from = CASE WHEN known.unread_from > $3 THEN known.unread_from END
             WHERE known.seq < $3 OR known.unread_from <= $3",
        user.0,
        room.0,
        seq,
    )
    .execute(db)
    .await?;
    Ok(moved.rows_affected() > 0)
}

/// Everything up to this place is read by a member, and was not marked as unread again.
pub(crate) async fn position(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
) -> Result<i64, Error> {
    let position = query_scalar!(
        r#"SELECT least(greatest(coalesce(known.seq, 0), joined.joined_seq), known.unread_from - 1)
               AS "position!"
           FROM member_intervals joined
                LEFT JOIN read_positions known ON known.room_id = joined.room_id
                    AND known.user_id = joined.user_id
           WHERE joined.room_id = $1 AND joined.user_id = $2 AND joined.left_seq IS NULL"#,
        room.0,
        user.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(position.unwrap_or_default())
}

/// The place of the first message after the place `read` that is new to a member.
pub(crate) async fn first_unread(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
    read: i64,
) -> Result<Option<i64>, Error> {
    let first = query_scalar!(
        "SELECT seq FROM messages
         WHERE room_id = $1 AND seq > $2 AND kind = 'text' AND deleted_at IS NULL AND sender_id <> $3
             AND sender_id NOT IN (SELECT blocked_id FROM blocks WHERE user_id = $3)
         ORDER BY seq LIMIT 1",
        room.0,
        read,
        user.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(first)
}

/// What stands from `seq` on is new again.
pub(super) async fn mark_unread(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
    seq: i64,
) -> Result<(), Error> {
    query!(
        "INSERT INTO read_positions (user_id, room_id, seq, unread_from)
         SELECT $1, $2, coalesce(max(joined_seq), 0), $3 FROM member_intervals
         WHERE user_id = $1 AND room_id = $2 AND left_seq IS NULL
         ON CONFLICT (user_id, room_id) DO UPDATE SET unread_from = $3",
        user.0,
        room.0,
        seq,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What is new in somebody's rooms. What was said before they came is not new, and neither is what
/// they said themselves, or those whom they have blocked.
pub(crate) async fn unread(db: &mut PgConnection, user: UserId) -> Result<Vec<Unread>, Error> {
    let rows = query!(
        r#"SELECT mine.room_id, mine.mute, mine.read AS "read!",
                  (SELECT count(*) FROM (
                       SELECT FROM messages
                       WHERE messages.room_id = mine.room_id AND seq > mine.read AND kind = 'text'
                           AND deleted_at IS NULL AND sender_id <> $1
                           AND sender_id NOT IN (SELECT blocked_id FROM blocks WHERE user_id = $1)
                       ORDER BY seq LIMIT 100) new) AS "unread!",
                  (SELECT count(*) FROM (
                       SELECT FROM mentions JOIN messages USING (room_id, seq)
                       WHERE mentions.user_id = $1 AND room_id = mine.room_id AND seq > mine.read
                           AND sender_id NOT IN (SELECT blocked_id FROM blocks WHERE user_id = $1)
                       LIMIT 100) new) AS "mentions!"
           FROM (SELECT members.room_id, mute,
                        least(greatest(coalesce(known.seq, 0), joined.joined_seq),
                              known.unread_from - 1) AS read
                 FROM members
                      JOIN member_intervals joined ON joined.room_id = members.room_id
                          AND joined.user_id = members.user_id AND joined.left_seq IS NULL
                      LEFT JOIN read_positions known ON known.room_id = members.room_id
                          AND known.user_id = members.user_id
                 WHERE members.user_id = $1
                 LIMIT 1000) mine"#,
        user.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Unread {
                room: RoomId(row.room_id),
                unread: row.unread,
                mentions: row.mentions,
                read: row.read,
                mute: row
                    .mute
                    .parse()
                    .map_err(|_| Error::Row { table: "members" })?,
            })
        })
        .collect()
}

/// Whether others may see how far somebody has read.
pub(super) async fn shows_reading(db: &mut PgConnection, user: UserId) -> Result<bool, Error> {
    let shows = query_scalar!(
        r#"SELECT NOT hides_reading AS "shows!" FROM users WHERE id = $1"#,
        user.0
    )
    .fetch_one(db)
    .await?;
    Ok(shows)
}

/// How far the members of a room have read, but for `viewer` and those who do not show it.
pub(super) async fn readers(
    db: &mut PgConnection,
    room: RoomId,
    viewer: UserId,
) -> Result<Vec<Reader>, Error> {
    let rows = query!(
        "SELECT users.id, handle, seq
         FROM read_positions JOIN users ON users.id = user_id
              JOIN members USING (user_id, room_id)
         WHERE room_id = $1 AND user_id <> $2 AND NOT hides_reading
         ORDER BY seq DESC, lower(handle)",
        room.0,
        viewer.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Reader {
                user: accounts::user(row.id, &row.handle)?,
                seq: row.seq,
            })
        })
        .collect()
}
