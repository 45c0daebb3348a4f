//! The SQL of stages beside names.

use std::collections::HashMap;

use app::{
    ids::{JourneyId, RoomId, UserId},
    journeys::Template,
};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use crate::{error::Error, journeys::store::uuids};

/// Whose journey is shown.
pub(super) struct Shown {
    pub(super) user: UserId,
    pub(super) journey: JourneyId,
    /// Its slug and version.
    pub(super) template: (String, i32),
}

fn room_uuids(rooms: &[RoomId]) -> Vec<Uuid> {
    rooms.iter().map(|room| room.0).collect()
}

pub(super) async fn of_room(
    db: &mut PgConnection,
    room: RoomId,
    member: UserId,
) -> Result<Vec<Shown>, Error> {
    let rows = query!(
        "SELECT badges.user_id, journey_id, template, template_version
         FROM stage_badges badges JOIN journeys ON journeys.id = journey_id
              JOIN users ON users.id = badges.user_id
         WHERE badges.room_id = $1 AND coalesce(suspended_until <= now(), true)
             AND NOT EXISTS (
                 SELECT FROM blocks
                 WHERE (blocks.user_id, blocked_id) IN (($2, badges.user_id), (badges.user_id, $2)))",
        room.0,
        member.0,
    )
    .fetch_all(db)
    .await?;
    let shown = rows.into_iter().map(|row| Shown {
        user: UserId(row.user_id),
        journey: JourneyId(row.journey_id),
        template: (row.template, row.template_version),
    });
    Ok(shown.collect())
}

/// The templates of these journeys, each once.
pub(super) async fn templates(
    db: &mut PgConnection,
    journeys: &[JourneyId],
) -> Result<HashMap<(String, i32), Template>, Error> {
    let rows = query!(
        "SELECT slug, version, definition FROM journey_templates
         WHERE (slug, version) IN (
             SELECT template, template_version FROM journeys WHERE id = ANY ($1))",
        &uuids(journeys),
    )
    .fetch_all(db)
    .await?;
    let broken = |_| Error::Row {
        table: "journey_templates",
    };
    rows.into_iter()
        .map(|row| {
            let template = serde_json::from_str(&row.definition).map_err(broken)?;
            Ok(((row.slug, row.version), template))
        })
        .collect()
}

/// The rooms in which its stage stands beside its owner's name.
pub(in crate::journeys) async fn rooms(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<Vec<RoomId>, Error> {
    let rooms = query_scalar!(
        "SELECT room_id FROM stage_badges WHERE journey_id = $1",
        journey.0
    )
    .fetch_all(db)
    .await?;
    Ok(rooms.into_iter().map(RoomId).collect())
}

pub(super) async fn hide_elsewhere(
    db: &mut PgConnection,
    journey: JourneyId,
    rooms: &[RoomId],
) -> Result<(), Error> {
    query!(
        "DELETE FROM stage_badges WHERE journey_id = $1 AND room_id <> ALL ($2)",
        journey.0,
        &room_uuids(rooms),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Returns those of the rooms that have a name and that the owner is in: there it is shown now.
pub(super) async fn show(
    db: &mut PgConnection,
    owner: UserId,
    journey: JourneyId,
    rooms: &[RoomId],
) -> Result<Vec<RoomId>, Error> {
    let shown = query_scalar!(
        "INSERT INTO stage_badges (room_id, user_id, journey_id)
         SELECT room_id, user_id, $2 FROM members JOIN rooms ON rooms.id = room_id
         WHERE user_id = $1 AND room_id = ANY ($3) AND kind <> 'direct'
         FOR KEY SHARE OF members
         ON CONFLICT (room_id, user_id) DO UPDATE SET journey_id = excluded.journey_id
         RETURNING room_id",
        owner.0,
        journey.0,
        &room_uuids(rooms),
    )
    .fetch_all(db)
    .await?;
    Ok(shown.into_iter().map(RoomId).collect())
}
