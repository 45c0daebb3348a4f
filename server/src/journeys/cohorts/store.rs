//! All SQL of cohort rooms.

use app::ids::{RoomId, UserId};
use sqlx::{PgConnection, query};

use super::Cohort;
use crate::error::Error;

/// A cohort's room, as somebody stands to it.
pub(super) struct Found {
    pub(super) room: RoomId,
    /// What it is called by now.
    pub(super) name: String,
    pub(super) members: i64,
    pub(super) joined: bool,
}

pub(super) async fn find(
    db: &mut PgConnection,
    cohort: &Cohort,
    viewer: UserId,
) -> Result<Option<Found>, Error> {
    let row = query!(
        r#"SELECT room_id, name, (SELECT count(*) FROM members WHERE members.room_id = cohort_rooms.room_id) AS "members!",
                  EXISTS (SELECT FROM members
                      WHERE members.room_id = cohort_rooms.room_id AND user_id = $4) AS "joined!"
           FROM cohort_rooms JOIN rooms ON rooms.id = room_id
           WHERE template = $1 AND office = $2 AND filed = $3"#,
        cohort.template,
        cohort.office,
        cohort.filed,
        viewer.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Found {
        room: RoomId(row.room_id),
        name: row.name,
        members: row.members,
        joined: row.joined,
    }))
}

/// Waits for whoever is about to make the same one. False when there is one already: then nothing of this may be
/// committed.
pub(super) async fn insert(
    db: &mut PgConnection,
    cohort: &Cohort,
    room: RoomId,
) -> Result<bool, Error> {
    let made = query!(
        "INSERT INTO cohort_rooms (template, office, filed, room_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT ON CONSTRAINT cohort_rooms_key DO NOTHING",
        cohort.template,
        cohort.office,
        cohort.filed,
        room.0,
    )
    .execute(db)
    .await?;
    Ok(made.rows_affected() > 0)
}
