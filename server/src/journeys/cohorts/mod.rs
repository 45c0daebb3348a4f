//! The rooms that a journey leads to: of those who have applied for the same, at its office, in its month. A room is
//! made when the first of them joins, who owns it: rooms are kept in order by an owner.

mod store;

use app::{
    accounts::User,
    error::ErrorCode,
    ids::RoomId,
    journeys::{Gathering, JourneyView, Precision, StageKind, Status, Suggestion},
    messages::MessageKind,
    rooms::{Room, RoomKind, RoomName},
};
use sqlx::{PgConnection, PgPool};

use crate::{accounts, error::Error, messages::store::insert_line, rooms};

/// How long a room's name may be.
const LONGEST: usize = 80;

/// Whom a room is for.
struct Cohort {
    /// The template's slug.
    template: String,
    /// The office's key; empty for all of them.
    office: String,
    /// A month, as `2026-03`; empty for all of them.
    filed: String,
    name: String,
}

/// What a journey is told by, if it says as much.
fn cohort(view: &JourneyView, gathering: Gathering) -> Option<Cohort> {
    let template = &view.template;
    let mut cohort = Cohort {
        template: template.slug.clone(),
        office: String::new(),
        filed: String::new(),
        name: template.name.clone(),
    };
    if gathering != Gathering::Template {
        // What is no longer offered is nobody's suggestion.
        let office = template.office(&view.stays.last()?.office.key)?;
        cohort.office.clone_from(&office.key);
        cohort.name = format!("{} · {}", cohort.name, office.name);
    }
    if gathering == Gathering::Month {
        let filed = view.events.iter().find(|event| {
            let stage = template.stage(&event.stage);
            let submits = stage.is_some_and(|stage| stage.kind == StageKind::Submit);
            submits && event.status == Status::Happened
        })?;
        if filed.precision == Precision::Year {
            return None;
        }
        cohort.filed = filed.on.told(Precision::Month);
        cohort.name = format!("{} · filed {}", cohort.name, cohort.filed);
    }
    cohort.name = cohort.name.chars().take(LONGEST).collect();
    Some(cohort)
}

/// The rooms that fit a journey, for its owner.
pub(super) async fn suggestions(
    db: &mut PgConnection,
    view: &JourneyView,
) -> Result<Vec<Suggestion>, Error> {
    let mut suggestions = Vec::new();
    for gathering in Gathering::ALL {
        let Some(cohort) = cohort(view, *gathering) else {
            continue;
        };
        let found = store::find(db, &cohort, view.owner.id).await?;
        let joined = found.as_ref().is_some_and(|found| found.joined);
        suggestions.push(Suggestion {
            gathering: *gathering,
            name: cohort.name,
            members: found.as_ref().map_or(0, |found| found.members),
            room: found.filter(|_| joined).map(|found| found.room),
        });
    }
    Ok(suggestions)
}

/// The room of a cohort. When there is none it is made, and the viewer is its owner.
pub(super) async fn open(
    pool: &PgPool,
    viewer: &User,
    view: &JourneyView,
    gathering: Gathering,
) -> Result<RoomId, Error> {
    let cohort = cohort(view, gathering).ok_or(ErrorCode::ChoiceInvalid)?;
    let mut tx = pool.begin().await?;
    if let Some(room) = store::room(&mut tx, &cohort).await? {
        return Ok(room);
    }
    let room = Room {
        id: RoomId::new(),
        name: RoomName::parse(&cohort.name)?,
        kind: RoomKind::Public,
    };
    rooms::store::insert(&mut tx, &room, viewer.id).await?;
    if !store::insert(&mut tx, &cohort, room.id).await? {
        // Somebody was faster, and has committed.
        tx.rollback().await?;
        let mut db = pool.acquire().await?;
        let made = store::room(&mut db, &cohort).await?;
        return made.ok_or_else(rooms::unknown);
    }
    insert_line(&mut tx, room.id, viewer, 1, MessageKind::Created, "").await?;
    accounts::store::move_head(&mut tx, viewer.id).await?;
    tx.commit().await?;
    Ok(room.id)
}
