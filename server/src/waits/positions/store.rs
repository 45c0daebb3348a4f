//! The SQL of one's own journeys, as they wait.

use app::{
    ids::{JourneyId, UserId},
    journeys::Date,
};
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::{database::milliseconds, error::Error, journeys::store::date, waits::cells::Journey};

const BROKEN: Error = Error::Row { table: "journeys" };

/// Somebody's journeys of one kind, or one of theirs, counted or not.
pub(in crate::waits) async fn own(
    db: &mut PgConnection,
    owner: UserId,
    template: Option<&str>,
    journey: Option<JourneyId>,
) -> Result<Vec<(JourneyId, Journey)>, Error> {
    let rows = query!(
        r#"SELECT id, template, created_at, last_confirmed_at, ended_on,
                  coalesce(happened.stages, '{}') AS "stages!", coalesce(days, '{}') AS "days!",
                  coalesce(stays.stages, '{}') AS "from_stages!", coalesce(offices, '{}') AS "offices!"
           FROM journeys CROSS JOIN LATERAL (
               SELECT array_agg(stage ORDER BY on_date, event.id) AS stages,
                      array_agg(on_date ORDER BY on_date, event.id) AS days
               FROM standing_events event
               WHERE journey_id = journeys.id AND status = 'happened' AND precision <> 'year'
           ) happened CROSS JOIN LATERAL (
               SELECT array_agg(from_stage ORDER BY number) AS stages, array_agg(office ORDER BY number) AS offices
               FROM journey_offices WHERE journey_id = journeys.id
           ) stays
           WHERE owner_id = $1 AND ($2::text IS NULL OR template = $2) AND ($3::uuid IS NULL OR id = $3)
           ORDER BY created_at, id"#,
        owner.0,
        template,
        journey.map(|journey| journey.0),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let days: Result<Vec<_>, _> = row.days.into_iter().map(date).collect();
            let ended = row.ended_on.map(date).transpose()?;
            let journey = Journey {
                template: row.template.into(),
                // Of one owner nobody need be told from another.
                owner: Uuid::nil(),
                joined: Date::of(milliseconds(row.created_at)).ok_or(BROKEN)?,
                confirmed: Date::of(milliseconds(row.last_confirmed_at)).ok_or(BROKEN)?,
                ended: ended.map(|on| (None, on)),
                happened: row.stages.into_iter().map(Into::into).zip(days?).collect(),
                stays: (row.from_stages.into_iter().map(Into::into))
                    .zip(row.offices.into_iter().map(Into::into))
                    .collect(),
            };
            Ok((JourneyId(row.id), journey))
        })
        .collect()
}
