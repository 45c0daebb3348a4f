//! All SQL of rooms. Whatever changes a room's shared state locks its head before anything else.

use app::{
    accounts::User,
    ids::{RoomId, UserId},
    rooms::{Room, RoomName, RoomSummary},
};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::{Role, Standing, unknown};
use crate::{accounts, error::Error};

fn room(id: Uuid, name: &str, kind: &str) -> Result<Room, Error> {
    let broken = |_| Error::Row { table: "rooms" };
    Ok(Room {
        id: RoomId(id),
        name: RoomName::parse(name).map_err(broken)?,
        kind: kind.parse().map_err(broken)?,
    })
}

/// Takes the room's lock until the transaction ends, and returns its last sequence number: what
/// commits next is next in the order.
pub(crate) async fn lock_head(db: &mut PgConnection, room: RoomId) -> Result<i64, Error> {
    query_scalar!(
        "SELECT last_seq FROM room_heads WHERE room_id = $1 FOR NO KEY UPDATE",
        room.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(unknown)
}

/// Moves a locked head to `seq`.
pub(crate) async fn move_head(db: &mut PgConnection, room: RoomId, seq: i64) -> Result<(), Error> {
    query!(
        "UPDATE room_heads SET last_seq = $2 WHERE room_id = $1",
        room.0,
        seq,
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

/// The facts that the policy decides by, and the room's head.
pub(crate) async fn standing(
    db: &mut PgConnection,
    room: RoomId,
    user: Option<UserId>,
) -> Result<(Standing, i64), Error> {
    let row = query!(
        r#"SELECT kind, last_seq, role AS "role?", joined_seq AS "joined_seq?"
           FROM rooms JOIN room_heads ON room_heads.room_id = rooms.id
                LEFT JOIN members ON members.room_id = rooms.id AND members.user_id = $2
                LEFT JOIN member_intervals ON member_intervals.room_id = rooms.id
                    AND member_intervals.user_id = members.user_id AND left_seq IS NULL
           WHERE rooms.id = $1"#,
        room.0,
        user.map(|user| user.0),
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else {
        return Ok((Standing::Unknown, 0));
    };
    let broken = Error::Row { table: "rooms" };
    let Ok(kind) = row.kind.parse() else {
        return Err(broken);
    };
    let standing = match row.role {
        Some(role) => Standing::Member {
            kind,
            role: Role::from_name(&role).ok_or(broken)?,
            since: row.joined_seq.unwrap_or_default(),
        },
        None => Standing::Outside(kind),
    };
    Ok((standing, row.last_seq))
}

/// Ends a membership at `seq`. The room's head is locked.
pub(super) async fn delete_member(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
    seq: i64,
) -> Result<(), Error> {
    query!(
        "DELETE FROM members WHERE room_id = $1 AND user_id = $2",
        room.0,
        user.0,
    )
    .execute(&mut *db)
    .await?;
    query!(
        "UPDATE member_intervals SET left_seq = $3
         WHERE room_id = $1 AND user_id = $2 AND left_seq IS NULL",
        room.0,
        user.0,
        seq,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A member of the room.
pub(super) async fn member(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
) -> Result<Option<User>, Error> {
    let row = query!(
        "SELECT users.id, handle FROM members JOIN users ON users.id = user_id
         WHERE room_id = $1 AND user_id = $2",
        room.0,
        user.0,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| accounts::user(row.id, &row.handle))
        .transpose()
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
