//! All SQL of memberships and bans. The room's head is locked before any of its members change; what
//! a member keeps to themselves needs no lock.

use app::{
    accounts::User,
    ids::{RoomId, UserId},
    rooms::{Member, Mute, Role},
};
use sqlx::{PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

use crate::{accounts, error::Error};

const BROKEN: Error = Error::Row { table: "members" };

/// The columns that a member is read from.
struct Row {
    id: Uuid,
    handle: String,
    role: String,
}

impl TryFrom<Row> for Member {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            user: accounts::user(row.id, &row.handle)?,
            role: row.role.parse().map_err(|_| BROKEN)?,
        })
    }
}

/// A new membership from `seq` on.
pub(in crate::rooms) async fn insert(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
    role: Role,
    seq: i64,
) -> Result<(), Error> {
    query!(
        "INSERT INTO members (room_id, user_id, role, version) VALUES ($1, $2, $3, $4)",
        room.0,
        user.0,
        role.as_str(),
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

/// Ends a membership at `seq`.
pub(super) async fn delete(
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

pub(super) async fn find(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
) -> Result<Option<Member>, Error> {
    let row = query_as!(
        Row,
        "SELECT users.id, handle, role FROM members JOIN users ON users.id = user_id
         WHERE room_id = $1 AND user_id = $2",
        room.0,
        user.0,
    )
    .fetch_optional(db)
    .await?;
    row.map(Member::try_from).transpose()
}

/// The people in a room, the greater roles first, then by handle. At most 500.
pub(in crate::rooms) async fn list(
    db: &mut PgConnection,
    room: RoomId,
) -> Result<Vec<Member>, Error> {
    let rows = query_as!(
        Row,
        "SELECT users.id, handle, role FROM members JOIN users ON users.id = user_id
         WHERE room_id = $1
         ORDER BY array_position(ARRAY['owner', 'moderator', 'member'], role), lower(handle)
         LIMIT 500",
        room.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Member::try_from).collect()
}

pub(crate) async fn count(db: &mut PgConnection, room: RoomId) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"SELECT count(*) AS "count!" FROM members WHERE room_id = $1"#,
        room.0
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// Whether somebody other than `user` owns the room.
pub(super) async fn has_other_owner(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
) -> Result<bool, Error> {
    let there = query_scalar!(
        r#"SELECT EXISTS (SELECT FROM members
               WHERE room_id = $1 AND user_id <> $2 AND role = 'owner') AS "there!""#,
        room.0,
        user.0,
    )
    .fetch_one(db)
    .await?;
    Ok(there)
}

/// Who becomes owner when there is none: the longest-standing moderator, else member.
pub(super) async fn heir(db: &mut PgConnection, room: RoomId) -> Result<Option<UserId>, Error> {
    let heir = query_scalar!(
        "SELECT user_id FROM members WHERE room_id = $1
         ORDER BY role <> 'moderator', joined_at, user_id LIMIT 1",
        room.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(heir.map(UserId))
}

pub(super) async fn set_role(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
    role: Role,
    seq: i64,
) -> Result<(), Error> {
    query!(
        "UPDATE members SET role = $3, version = $4 WHERE room_id = $1 AND user_id = $2",
        room.0,
        user.0,
        role.as_str(),
        seq,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps somebody out. Refused with `member_unknown` when there is no such person.
pub(super) async fn insert_ban(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
    by: UserId,
) -> Result<(), Error> {
    query!(
        "INSERT INTO bans (room_id, user_id, banned_by) VALUES ($1, $2, $3)
         ON CONFLICT (room_id, user_id) DO NOTHING",
        room.0,
        user.0,
        by.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn delete_ban(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
) -> Result<(), Error> {
    query!(
        "DELETE FROM bans WHERE room_id = $1 AND user_id = $2",
        room.0,
        user.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Who is kept out of a room, by handle. At most 500.
pub(in crate::rooms) async fn banned(
    db: &mut PgConnection,
    room: RoomId,
) -> Result<Vec<User>, Error> {
    let rows = query!(
        "SELECT users.id, handle FROM bans JOIN users ON users.id = user_id
         WHERE room_id = $1 ORDER BY lower(handle) LIMIT 500",
        room.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| accounts::user(row.id, &row.handle))
        .collect()
}

/// What a member wants to be told of; none for those who are no members.
pub(in crate::rooms) async fn mute(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
) -> Result<Option<Mute>, Error> {
    let level = query_scalar!(
        "SELECT mute FROM members WHERE room_id = $1 AND user_id = $2",
        room.0,
        user.0,
    )
    .fetch_optional(db)
    .await?;
    level
        .map(|level| level.parse().map_err(|_| BROKEN))
        .transpose()
}

pub(super) async fn set_mute(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
    level: Mute,
) -> Result<(), Error> {
    query!(
        "UPDATE members SET mute = $3 WHERE room_id = $1 AND user_id = $2",
        room.0,
        user.0,
        level.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// People who are in a room with `viewer` and whose handle has `query` in it, those whose begins with
/// it first. At most 20, and none of whom either has blocked the other.
pub(in crate::rooms) async fn find_shared(
    db: &mut PgConnection,
    viewer: UserId,
    query: &str,
) -> Result<Vec<User>, Error> {
    let rows = query!(
        "SELECT id, handle FROM users
         WHERE id <> $1 AND strpos(lower(handle), lower($2)) > 0
           AND id IN (SELECT other.user_id FROM members mine JOIN members other USING (room_id)
                      WHERE mine.user_id = $1)
           AND id NOT IN (SELECT blocked_id FROM blocks WHERE user_id = $1)
           AND id NOT IN (SELECT user_id FROM blocks WHERE blocked_id = $1)
         ORDER BY NOT starts_with(lower(handle), lower($2)), lower(handle) LIMIT 20",
        viewer.0,
        query,
    )
    .fetch_all(db)
    .await?;
    let people = rows.into_iter();
    people
        .map(|row| accounts::user(row.id, &row.handle))
        .collect()
}
