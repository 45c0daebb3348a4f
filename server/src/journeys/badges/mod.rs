//! Whose stage stands beside their name in a room. Its owner chooses that for each room, and it tells nothing else
//! of the journey, whoever sees that.

pub(super) mod store;

use std::collections::HashMap;

use app::{
    error::ErrorCode,
    ids::{JourneyId, RoomId, UserId},
    journeys::{Badge, StageEvent},
};
use sqlx::PgConnection;

use super::{stages, store::Stored, view};
use crate::error::Error;

/// Those of a room, as one of its members sees them: none of people who are suspended, and none between two of
/// whom one has blocked the other.
pub(crate) async fn of_room(
    db: &mut PgConnection,
    room: RoomId,
    member: UserId,
) -> Result<Vec<Badge>, Error> {
    let shown = store::of_room(db, room, member).await?;
    if shown.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = shown.iter().map(|badge| badge.journey).collect();
    let templates = store::templates(db, &ids).await?;
    let mut said: HashMap<JourneyId, Vec<StageEvent>> = HashMap::new();
    for event in stages::store::events(db, &ids).await? {
        said.entry(event.journey).or_default().push(event.event);
    }
    let badges = shown.into_iter().filter_map(|badge| {
        let template = templates.get(&badge.template)?;
        let events = said.remove(&badge.journey)?;
        let reached = view::reached(template, &view::in_order(template, events.into_iter()))?;
        Some(Badge {
            user: badge.user,
            stage: reached.stage,
            template: template.name.clone(),
        })
    });
    Ok(badges.collect())
}

/// Shows the stage in these rooms of its owner's and in no other, in the place of another journey's.
pub(super) async fn choose(
    db: &mut PgConnection,
    stored: &Stored,
    rooms: &[RoomId],
) -> Result<(), Error> {
    // Memberships before the profile, which hears of what is hidden: as whoever ends a membership locks them.
    let shown = store::show(db, stored.owner.id, stored.id, rooms).await?;
    store::hide_elsewhere(db, stored.id, rooms).await?;
    // One that its owner is not in is as unknown as one that is not there.
    if rooms.iter().all(|room| shown.contains(room)) {
        Ok(())
    } else {
        Err(ErrorCode::RoomUnknown.into())
    }
}
