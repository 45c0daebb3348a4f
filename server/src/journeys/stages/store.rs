//! The SQL of what is said of stages. A row is only ever added.

use app::{
    ids::{EventId, JourneyId},
    journeys::{Date, Precision, StageEvent},
    reports::Note,
};
use sqlx::{PgConnection, query, query_scalar};

use crate::{
    error::Error,
    journeys::store::{date, stored_date, uuids},
};

const BROKEN: Error = Error::Row {
    table: "stage_events",
};

/// Something that holds of a stage.
pub(in crate::journeys) struct Event {
    pub(in crate::journeys) journey: JourneyId,
    pub(in crate::journeys) event: StageEvent,
}

/// Something to be said of a stage.
pub(in crate::journeys) struct Said<'a> {
    pub(in crate::journeys) stage: &'a str,
    pub(in crate::journeys) status: &'static str,
    pub(in crate::journeys) on: Date,
    pub(in crate::journeys) precision: Precision,
    pub(in crate::journeys) note: &'a Note,
    pub(in crate::journeys) supersedes: Option<EventId>,
}

/// What holds of them, in the order in which it was said.
pub(in crate::journeys) async fn events(
    db: &mut PgConnection,
    ids: &[JourneyId],
) -> Result<Vec<Event>, Error> {
    let rows = query!(
        r#"SELECT id AS "id!", journey_id AS "journey_id!", stage AS "stage!", status AS "status!",
                  on_date AS "on_date!", precision AS "precision!", note AS "note!"
           FROM standing_events WHERE journey_id = ANY ($1) ORDER BY recorded_at, id"#,
        &uuids(ids),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Event {
                journey: JourneyId(row.journey_id),
                event: StageEvent {
                    id: EventId(row.id),
                    stage: row.stage,
                    status: row.status.parse().map_err(|_| BROKEN)?,
                    on: date(row.on_date)?,
                    precision: row.precision.parse().map_err(|_| BROKEN)?,
                    note: row.note,
                },
            })
        })
        .collect()
}

pub(in crate::journeys) async fn insert_event(
    db: &mut PgConnection,
    journey: JourneyId,
    said: Said<'_>,
) -> Result<(), Error> {
    query!(
        "INSERT INTO stage_events (id, journey_id, stage, status, on_date, precision, supersedes, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        EventId::new().0,
        journey.0,
        said.stage,
        said.status,
        stored_date(said.on)?,
        said.precision.as_str(),
        said.supersedes.map(|event| event.0),
        said.note.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How much was ever said of it.
pub(in crate::journeys) async fn count_events(
    db: &mut PgConnection,
    journey: JourneyId,
) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"SELECT count(*) AS "count!" FROM stage_events WHERE journey_id = $1"#,
        journey.0,
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// What an event had put right. What only says an older one once more has put right what that one had.
pub(in crate::journeys) async fn before(
    db: &mut PgConnection,
    event: EventId,
) -> Result<Option<EventId>, Error> {
    let before = query_scalar!(
        "SELECT origin.supersedes
         FROM stage_events event JOIN stage_events origin ON origin.id = coalesce(event.restates, event.id)
         WHERE event.id = $1",
        event.0,
    )
    .fetch_one(db)
    .await?;
    Ok(before.map(EventId))
}

/// What `before` said holds again, in place of `event`.
pub(in crate::journeys) async fn say_again(
    db: &mut PgConnection,
    before: EventId,
    event: EventId,
) -> Result<(), Error> {
    query!(
        "INSERT INTO stage_events
             (id, journey_id, stage, status, on_date, precision, supersedes, restates, note, source)
         SELECT $1, journey_id, stage, status, on_date, precision, $2, coalesce(restates, id), note, source
         FROM stage_events WHERE id = $3",
        EventId::new().0,
        event.0,
        before.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// It was a mistake to say it. What was noted with it stays with it.
pub(in crate::journeys) async fn retract(
    db: &mut PgConnection,
    event: EventId,
) -> Result<(), Error> {
    query!(
        "INSERT INTO stage_events (id, journey_id, stage, status, on_date, precision, supersedes)
         SELECT $1, journey_id, stage, 'retracted', on_date, precision, id
         FROM stage_events WHERE id = $2",
        EventId::new().0,
        event.0,
    )
    .execute(db)
    .await?;
    Ok(())
}
