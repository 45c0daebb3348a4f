//! All SQL of rooms. Whatever changes a room's shared state locks its head before anything else.

use app::{
    ids::{RoomId, UserId},
    rooms::{Description, Role, Room, RoomEdit, RoomName, RoomSummary, Topic},
};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::{Standing, members, unknown};
use crate::error::Error;

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
pub(crate) async fn insert(
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
    insert_head(db, room.id).await?;
    members::store::insert(db, room.id, creator, Role::Owner, 1).await
}

/// The conversation of two people, if they have one.
pub(crate) async fn find_direct(
    db: &mut PgConnection,
    pair: [UserId; 2],
) -> Result<Option<RoomId>, Error> {
    let [low, high] = in_order(pair);
    let room = query_scalar!(
        "SELECT room_id FROM direct_pairs WHERE low_id = $1 AND high_id = $2",
        low.0,
        high.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(room.map(RoomId))
}

/// A new conversation of two people, with everything at sequence number 1. False when they have one
/// already: then nothing of this may be committed.
pub(super) async fn insert_direct(
    db: &mut PgConnection,
    room: RoomId,
    pair: [UserId; 2],
) -> Result<bool, Error> {
    query!(
        "INSERT INTO rooms (id, kind, name, version, created_by) VALUES ($1, 'direct', '', 1, $2)",
        room.0,
        pair[0].0,
    )
    .execute(&mut *db)
    .await?;
    let [low, high] = in_order(pair);
    // Waits for whoever is about to make the same one.
    let made = query!(
        "INSERT INTO direct_pairs (room_id, low_id, high_id) VALUES ($1, $2, $3)
         ON CONFLICT ON CONSTRAINT direct_pairs_unique DO NOTHING",
        room.0,
        low.0,
        high.0,
    )
    .execute(&mut *db)
    .await?;
    if made.rows_affected() == 0 {
        return Ok(false);
    }
    insert_head(db, room).await?;
    for user in pair {
        members::store::insert(db, room, user, Role::Member, 1).await?;
    }
    Ok(true)
}

fn in_order([one, other]: [UserId; 2]) -> [UserId; 2] {
    [one.min(other), one.max(other)]
}

async fn insert_head(db: &mut PgConnection, room: RoomId) -> Result<(), Error> {
    query!(
        "INSERT INTO room_heads (room_id, last_seq) VALUES ($1, 1)",
        room.0
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
        r#"SELECT kind, last_seq, role AS "role?", joined_seq AS "joined_seq?",
                  bans.user_id IS NOT NULL AS "banned!",
                  CASE WHEN kind = 'direct' AND members.user_id IS NOT NULL
                      THEN conversation_ended(rooms.id) ELSE false END AS "ended!"
           FROM rooms JOIN room_heads ON room_heads.room_id = rooms.id
                LEFT JOIN members ON members.room_id = rooms.id AND members.user_id = $2
                LEFT JOIN member_intervals ON member_intervals.room_id = rooms.id
                    AND member_intervals.user_id = members.user_id AND left_seq IS NULL
                LEFT JOIN bans ON bans.room_id = rooms.id AND bans.user_id = $2
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
            role: role.parse().map_err(|_| broken)?,
            since: row.joined_seq.unwrap_or_default(),
            ended: row.ended,
        },
        None if row.banned => Standing::Banned(kind),
        None => Standing::Outside(kind),
    };
    Ok((standing, row.last_seq))
}

/// A room with what it is about.
pub(crate) struct Described {
    pub(crate) room: Room,
    pub(crate) topic: Topic,
    pub(crate) description: Description,
}

/// A room as the viewer knows it: a conversation of two bears the other's handle.
pub(crate) async fn get(
    db: &mut PgConnection,
    id: RoomId,
    viewer: Option<UserId>,
) -> Result<Described, Error> {
    let row = query!(
        r#"SELECT rooms.id, kind, topic, description, coalesce(other.handle, name) AS "name!"
           FROM rooms LEFT JOIN direct_pairs pair ON pair.room_id = rooms.id
                LEFT JOIN users other
                    ON other.id = CASE pair.low_id WHEN $2 THEN pair.high_id ELSE pair.low_id END
           WHERE rooms.id = $1"#,
        id.0,
        viewer.map(|viewer| viewer.0),
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(unknown)?;
    let broken = |_| Error::Row { table: "rooms" };
    Ok(Described {
        room: room(row.id, &row.name, &row.kind)?,
        topic: Topic::parse(&row.topic).map_err(broken)?,
        description: Description::parse(&row.description).map_err(broken)?,
    })
}

/// Gives a room another name, topic and description. Its head is locked.
pub(super) async fn update(
    db: &mut PgConnection,
    room: RoomId,
    edit: &RoomEdit,
    seq: i64,
) -> Result<(), Error> {
    query!(
        "UPDATE rooms SET name = $2, topic = $3, description = $4, version = $5 WHERE id = $1",
        room.0,
        edit.name.as_str(),
        edit.topic.as_str(),
        edit.description.as_str(),
        seq,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Public rooms and one's own, one's own first. What is new in them is for [`reads`](crate::reads) to say.
pub(super) async fn list(
    db: &mut PgConnection,
    user: Option<UserId>,
) -> Result<Vec<RoomSummary>, Error> {
    let rows = query!(
        r#"SELECT rooms.id, kind, mine.user_id IS NOT NULL AS "joined!",
                  coalesce(other.handle, name) AS "name!",
                  (SELECT count(*) FROM members WHERE members.room_id = rooms.id) AS "members!"
           FROM rooms LEFT JOIN members mine ON mine.room_id = rooms.id AND mine.user_id = $1
                LEFT JOIN direct_pairs pair ON pair.room_id = rooms.id
                LEFT JOIN users other
                    ON other.id = CASE pair.low_id WHEN $1 THEN pair.high_id ELSE pair.low_id END
           WHERE kind = 'public' OR mine.user_id IS NOT NULL
           ORDER BY mine.user_id IS NULL, lower(coalesce(other.handle, name)), rooms.id
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
                unread: 0,
                mentions: 0,
                mute: None,
            })
        })
        .collect()
}
