//! The rooms that a journey leads to: of those who have applied for the same, at its office, in its month. A room is
//! made when the first of them joins, who owns it: rooms are kept in order by an owner.

mod store;

use app::{
    accounts::User,
    error::ErrorCode,
    ids::RoomId,
    journeys::{
        Gathering, JourneyView, Office, OfficeKind, Precision, StageKind, Status, Suggestion,
        Template,
    },
    messages::MessageKind,
    rooms::{Room, RoomKind, RoomName},
};
use sqlx::{PgConnection, PgPool};

use crate::{accounts, error::Error, messages::store::insert_line, rooms};

/// How long a room's name may be.
const LONGEST: usize = 80;

/// How much of a template's name is kept at least.
const LEAST: usize = 20;

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
    let office = match gathering {
        Gathering::Template => None,
        // What is no longer offered is nobody's suggestion.
        Gathering::Office | Gathering::Month => {
            Some(template.office(&view.stays.last()?.office.key)?)
        }
    };
    let filed = match gathering {
        Gathering::Template | Gathering::Office => None,
        Gathering::Month => Some(filed(view)?),
    };
    Some(Cohort {
        template: template.slug.clone(),
        office: office.map_or_else(String::new, |office| office.key.clone()),
        name: name(template, office, filed.as_deref()),
        filed: filed.unwrap_or_default(),
    })
}

/// The month in which it was filed. What is submitted later is another matter.
fn filed(view: &JourneyView) -> Option<String> {
    let mut stages = view.template.stages.iter();
    let submitted = stages.find(|stage| stage.kind == StageKind::Submit)?;
    let mut events = view.events.iter();
    let filed = events
        .find(|event| event.stage == submitted.key && event.status == Status::Happened)
        .filter(|event| event.precision != Precision::Year)?;
    Some(filed.on.told(Precision::Month))
}

/// What tells one room from the others comes last, and of it as much as there is room for; then as much of the
/// template's name.
fn name(template: &Template, office: Option<&Office>, filed: Option<&str>) -> String {
    let length = |text: &str| text.chars().count();
    let month = filed.map_or_else(String::new, |filed| format!(" · filed {filed}"));
    let mut end = month.clone();
    if let Some(office) = office {
        let kept = length(&template.name).min(LEAST) + length(" · ") + length(&month);
        let office = short(&called(template, office), LONGEST - kept);
        end = format!(" · {office}{month}");
    }
    short(&template.name, LONGEST - length(&end)) + &end
}

/// What an office is called. Where a consulate and a place that takes applications have one name, the latter says so.
fn called(template: &Template, office: &Office) -> String {
    let mut others = template.offices.iter();
    let is_shared = others.any(|other| other.name == office.name && other.key != office.key);
    if is_shared && office.kind == OfficeKind::Vac {
        format!("{} (applications)", office.name)
    } else {
        office.name.clone()
    }
}

/// A text that has no more than so many characters.
fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
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
            members: found.as_ref().map_or(0, |found| found.members),
            // Its owner may have called it otherwise by now, which its members see: whom it is for is ours to say.
            name: match &found {
                Some(found) if joined => found.name.clone(),
                _ => cohort.name,
            },
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
    if let Some(found) = store::find(&mut tx, &cohort, viewer.id).await? {
        return Ok(found.room);
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
        let made = store::find(&mut db, &cohort, viewer.id).await?;
        return made.map(|made| made.room).ok_or_else(rooms::unknown);
    }
    insert_line(&mut tx, room.id, viewer, 1, MessageKind::Created, "").await?;
    accounts::store::move_head(&mut tx, viewer.id).await?;
    tx.commit().await?;
    Ok(room.id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::journeys::{templates::Catalogue, wire};

    #[test]
    fn every_room_has_a_name_of_its_own_that_a_room_can_have() {
        let catalogue = Catalogue::bundled().unwrap();
        let mut names = HashSet::new();
        for template in catalogue.templates() {
            let template = wire::template(template, catalogue.offices_of(template));
            let rooms = template.offices.iter().flat_map(|office| {
                let months = [None, Some("2026-01"), Some("2026-12")];
                months.map(|filed| name(&template, Some(office), filed))
            });
            for name in rooms.chain([name(&template, None, None)]) {
                assert!(RoomName::parse(&name).is_ok(), "{name}");
                assert!(names.insert(name.clone()), "{name}");
            }
        }
    }
}
