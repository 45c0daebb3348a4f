//! All SQL of rooms. Whatever changes a room's shared state locks its head before anything else.

use app::{
    ids::{RoomId, UserId},
    rooms::{Room, RoomName, RoomSummary},
};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::{Standing, unknown};
use crate::error::Error;

/// The numbers that a room's next change follows.
pub(crate) struct Head {
    pub(crate) last_seq: i64,
    pub(crate) last_message_no: i64,
}

fn room(id: Uuid, name: &str, kind: &str) -> Result<Room, Error> {
    let broken = |_| Error::Row { table: "rooms" };
    Ok(Room {
        id: RoomId(id),
        name: RoomName::parse(name).map_err(broken)?,
        kind: kind.parse().map_err(broken)?,
    })
}

/// Takes the room's lock until the transaction ends: what commits next is next in the order.
pub(crate) async fn lock_head(db: &mut PgConnection, room: RoomId) -> Result<Head, Error> {
    let row = query!(
        "SELECT last_seq, last_message_no FROM room_heads WHERE room_id = $1 FOR NO KEY UPDATE",
        room.0,
    )
    .fetch_optional(db)
    .await?;
    let row = row.ok_or_else(unknown)?;
    Ok(Head {
        last_seq: row.last_seq,
        last_message_no: row.last_message_no,
    })
}

/// Moves a locked head to `seq`, and by `messages` messages of people.
pub(crate) async fn move_head(
    db: &mut PgConnection,
    room: RoomId,
    seq: i64,
    messages: i64,
) -> Result<(), Error> {
    query!(
        "UPDATE room_heads SET last_seq = $2, last_message_no = last_message_no + $3
         WHERE room_id = $1",
        room.0,
        seq,
        messages,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A new room whose creator is its first member, with everything at sequence number 1.
pub(super) async fn insert(
    db: &mut PgConnection,
    room: &Room,
    creator: UserId,
) -> Result<(), Error> {
    query!(
        "INSERT INTO rooms (id, kind, name, version, created_by) VALUES ($1, $2, $3, 1, $4)",
        room.id.0,
        room.kind.as_str(),
        room.name.as_str(),
        creator.0,
    )
    .execute(&mut *db)
    .await?;
    query!(
        "INSERT INTO room_heads (room_id, last_seq) VALUES ($1, 1)",
        room.id.0
    )
    .execute(&mut *db)
    .await?;
    insert_member(db, room.id, creator, "owner", 1).await
}

pub(super) async fn insert_member(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
    role: &str,
    seq: i64,
) -> Result<(), Error> {
    query!(
        "INSERT INTO members (room_id, user_id, role, version) VALUES ($1, $2, $3, $4)",
        room.0,
        user.0,
        role,
        seq,
    )
    .execute(&mut *db)
    .await?;
    query!(
        "INSERT INTO member_intervals (room_id, user_id, joined_seq) VALUES ($1, $2, $3)",
        room.0,
        user.0,
        seq,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The facts that the policy decides by.
pub(crate) async fn standing(
    db: &mut PgConnection,
    room: RoomId,
    user: Option<UserId>,
) -> Result<Standing, Error> {
    let row = query!(
        r#"SELECT kind, EXISTS (SELECT FROM members WHERE room_id = $1 AND user_id = $2) AS "member!"
           FROM rooms WHERE id = $1"#,
        room.0,
        user.map(|user| user.0),
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else {
        return Ok(Standing::Unknown);
    };
    let kind = row
        .kind
        .parse()
        .map_err(|_| Error::Row { table: "rooms" })?;
    Ok(if row.member {
        Standing::Member(kind)
    } else {
        Standing::Outside(kind)
    })
}

pub(super) async fn get(db: &mut PgConnection, id: RoomId) -> Result<Room, Error> {
    let row = query!("SELECT id, name, kind FROM rooms WHERE id = $1", id.0)
        .fetch_optional(db)
        .await?
        .ok_or_else(unknown)?;
    room(row.id, &row.name, &row.kind)
}

pub(super) async fn count_members(db: &mut PgConnection, room: RoomId) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"SELECT count(*) AS "count!" FROM members WHERE room_id = $1"#,
        room.0
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// Public rooms and one's own, one's own first.
pub(super) async fn list(
    db: &mut PgConnection,
    user: Option<UserId>,
) -> Result<Vec<RoomSummary>, Error> {
    let rows = query!(
        r#"SELECT rooms.id, name, kind, mine.user_id IS NOT NULL AS "joined!",
                  (SELECT count(*) FROM members WHERE members.room_id = rooms.id) AS "members!"
           FROM rooms LEFT JOIN members mine ON mine.room_id = rooms.id AND mine.user_id = $1
           WHERE kind = 'public' OR mine.user_id IS NOT NULL
           ORDER BY mine.user_id IS NULL, lower(name), rooms.id
           LIMIT 200"#,
        user.map(|user| user.0),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let room = room(row.id, &row.name, &row.kind)?;
            Ok(RoomSummary {
                room,
                members: row.members,
                joined: row.joined,
            })
        })
        .collect()
}
