//! What its owner does with a journey: each a row that is added, or a setting.

use app::{
    accounts::User,
    error::ErrorCode,
    ids::{EventId, JourneyId, RoomId},
    journeys::{Date, NewJourney, Outcome, Recording, Settings, Status, Template, Visibility},
    reports::Note,
};
use sqlx::PgConnection;

use super::{
    badges,
    stages::store::{self as said, Event, Said},
    store::{self, Stored},
};
use crate::{
    error::Error,
    rooms::{self, may_write},
    waits,
};

/// How many things may be said of a journey, those included that were put right or taken back.
const MOST_EVENTS: i64 = 300;

/// How often a case may be transferred.
const MOST_STAYS: usize = 50;

pub(super) enum Change<'a> {
    Record(Recording),
    Undo(EventId),
    Transfer {
        office: &'a str,
        /// The key of a stage.
        from: Option<&'a str>,
    },
    Confirm,
    End {
        outcome: Outcome,
        on: Date,
    },
    Settings(Settings),
    /// Where its stage stands beside its owner's name.
    Badges(&'a [RoomId]),
}

/// Begins a journey with the first thing that has happened.
pub(super) async fn begin(
    db: &mut PgConnection,
    viewer: &User,
    template: &Template,
    new: &NewJourney,
) -> Result<JourneyId, Error> {
    let first = template.stages.first().map(|stage| stage.key.as_str());
    let stage = new.stage.as_deref().or(first).unwrap_or_default();
    if template.stage(stage).is_none() {
        return Err(ErrorCode::StageUnknown.into());
    }
    let office = known_office(template, new.office.as_deref())?;
    let journey = JourneyId::new();
    store::keep_template(db, template).await?;
    store::insert(
        db,
        journey,
        viewer.id,
        template,
        new.visibility,
        new.counted,
    )
    .await?;
    // Nobody has said where the case lay before.
    if let Some(office) = office {
        store::insert_stay(db, journey, office, stage).await?;
    }
    let first = Said {
        stage,
        status: Status::Happened.as_str(),
        on: new.on,
        precision: new.precision,
        note: &Note::default(),
        supersedes: None,
    };
    said::insert_event(db, journey, first).await?;
    Ok(journey)
}

fn known_office<'a>(
    template: &Template,
    office: Option<&'a str>,
) -> Result<Option<&'a str>, ErrorCode> {
    match office {
        Some(key) if template.office(key).is_none() => Err(ErrorCode::OfficeUnknown),
        office => Ok(office),
    }
}

pub(super) async fn make(
    db: &mut PgConnection,
    viewer: &User,
    stored: &Stored,
    change: Change<'_>,
) -> Result<(), Error> {
    match change {
        Change::Record(recording) => record(db, stored, &recording).await?,
        Change::Undo(event) => undo(db, stored, event).await?,
        Change::Transfer { office, from } => transfer(db, stored, office, from).await?,
        Change::Confirm => {}
        Change::End { outcome, on } => store::end(db, stored.id, outcome, on).await?,
        Change::Settings(settings) => return update(db, viewer, stored, settings).await,
        Change::Badges(rooms) => return badges::choose(db, stored, rooms).await,
    }
    // Whoever says something of their case knows how it stands.
    store::confirm(db, stored.id).await
}

async fn record(db: &mut PgConnection, stored: &Stored, new: &Recording) -> Result<(), Error> {
    let stage = stored
        .template
        .stage(&new.stage)
        .ok_or(ErrorCode::StageUnknown)?;
    if said::count_events(db, stored.id).await? >= MOST_EVENTS {
        return Err(ErrorCode::Full.into());
    }
    let events = said::events(db, &[stored.id]).await?;
    // What may happen again takes nothing back that has happened.
    let both_stay = |event: &Event| stage.repeatable && event.event.status == Status::Happened;
    let before = events
        .iter()
        .rev()
        .find(|event| event.event.stage == new.stage && !both_stay(event));
    let what = Said {
        stage: &new.stage,
        status: new.status.as_str(),
        on: new.on,
        precision: new.precision,
        note: &new.note,
        supersedes: before.map(|event| event.event.id),
    };
    said::insert_event(db, stored.id, what).await
}

/// What it had put right is said again; what had put nothing right is retracted. So each undoing goes one step
/// further back.
async fn undo(db: &mut PgConnection, stored: &Stored, event: EventId) -> Result<(), Error> {
    // Each undoing is a row as well, and there is always room to take back what was said.
    if said::count_events(db, stored.id).await? >= 2 * MOST_EVENTS {
        return Err(ErrorCode::Full.into());
    }
    let standing = said::events(db, &[stored.id]).await?;
    if !standing.iter().any(|other| other.event.id == event) {
        return Err(ErrorCode::StageUnknown.into());
    }
    match said::before(db, event).await? {
        Some(before) => said::say_again(db, before, event).await,
        None => said::retract(db, event).await,
    }
}

async fn transfer(
    db: &mut PgConnection,
    stored: &Stored,
    office: &str,
    from: Option<&str>,
) -> Result<(), Error> {
    let template = &stored.template;
    let office = known_office(template, Some(office))?.unwrap_or_default();
    let from = match from {
        Some(from) => from.to_owned(),
        None => last_stage(db, stored).await?,
    };
    if template.stage(&from).is_none() {
        return Err(ErrorCode::StageUnknown.into());
    }
    if store::stays(db, &[stored.id]).await?.len() >= MOST_STAYS {
        return Err(ErrorCode::Full.into());
    }
    store::insert_stay(db, stored.id, office, &from).await
}

/// The last that has happened; before that, the template's first.
async fn last_stage(db: &mut PgConnection, stored: &Stored) -> Result<String, Error> {
    let events = said::events(db, &[stored.id]).await?;
    let last = events
        .into_iter()
        .filter(|event| event.event.status == Status::Happened)
        .max_by_key(|event| (event.event.on, stored.template.place(&event.event.stage)));
    let first = || {
        stored
            .template
            .stages
            .first()
            .map(|stage| stage.key.clone())
    };
    let last = last.map(|event| event.event.stage).or_else(first);
    Ok(last.unwrap_or_default())
}

async fn update(
    db: &mut PgConnection,
    viewer: &User,
    stored: &Stored,
    settings: Settings,
) -> Result<(), Error> {
    let is_for_room = settings.visibility == Visibility::Room;
    let room = settings.room.filter(|_| is_for_room);
    if let Some(room) = room {
        let (standing, _) = rooms::store::standing(db, room, Some(viewer.id)).await?;
        may_write(standing)?;
    }
    if let Some(parent) = settings.parent {
        // It leads on, and never in a ring.
        let own = store::of(db, viewer.id).await?;
        if !own.contains(&parent) || store::follows(db, parent, stored.id).await? {
            return Err(ErrorCode::JourneyUnknown.into());
        }
    }
    if stored.counted && !settings.counted {
        waits::withdraw(db, viewer.id, &stored.template.slug).await?;
    }
    store::update(db, stored.id, Settings { room, ..settings }).await
}
