//! The SQL of what was said of journeys and when, and of what is shown of how often forecasts were right.

use std::{collections::HashSet, sync::Arc};

use app::{
    journeys::{Date, Outcome},
    waits::Coverage,
};
use sqlx::{PgConnection, query};

use super::{History, Said, Stay};
use crate::{
    database::milliseconds,
    error::Error,
    journeys::{store::date, survival::Cause},
    waits::cells::{Path, REFUSED, RETURNED, WITHDRAWN},
};

const BROKEN: Error = Error::Row { table: "journeys" };

/// What is shown of a template, or of a step of it.
pub(in crate::waits) struct Shown {
    pub(in crate::waits) template: String,
    pub(in crate::waits) path: Path,
    pub(in crate::waits) made_on: Date,
    pub(in crate::waits) coverage: Coverage,
}

pub(in crate::waits) async fn shown(db: &mut PgConnection) -> Result<Vec<Shown>, Error> {
    let rows = query!(
        r#"SELECT template, path, made_on, figures AS "figures!" FROM wait_editions
           WHERE from_stage = '' AND shown"#
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let coverage = serde_json::from_str(&row.figures).map_err(|_| Error::Row {
                table: "wait_editions",
            })?;
            Ok(Shown {
                template: row.template,
                path: row.path,
                made_on: date(row.made_on)?,
                coverage,
            })
        })
        .collect()
}

/// All that may be counted, with all that was said of it. Owners are pseudonyms, which only who has the salt can
/// tell from each other's.
pub(in crate::waits) async fn histories(db: &mut PgConnection) -> Result<Vec<History>, Error> {
    query!("INSERT INTO wait_salts DEFAULT VALUES ON CONFLICT DO NOTHING")
        .execute(&mut *db)
        .await?;
    // What holds is there until the last of all days.
    let rows = query!(
        r#"WITH said AS (
               SELECT event.journey_id, array_agg(event.stage ORDER BY event.on_date, event.id) AS stages,
                      array_agg(event.on_date ORDER BY event.on_date, event.id) AS days,
                      array_agg((event.recorded_at AT TIME ZONE 'UTC')::date ORDER BY event.on_date, event.id) AS recorded,
                      array_agg(coalesce((later.recorded_at AT TIME ZONE 'UTC')::date, '9999-12-31')
                                ORDER BY event.on_date, event.id) AS until
               FROM stage_events event JOIN journeys ON journeys.id = event.journey_id
                    LEFT JOIN stage_events later ON later.supersedes = event.id
               WHERE counted AND event.status = 'happened' AND event.precision IN ('day', 'week')
               GROUP BY event.journey_id
           ), stays AS (
               SELECT journey_id, array_agg(from_stage ORDER BY number) AS stages,
                      array_agg(office ORDER BY number) AS offices,
                      array_agg((recorded_at AT TIME ZONE 'UTC')::date ORDER BY number) AS recorded
               FROM journey_offices JOIN journeys ON journeys.id = journey_id
               WHERE counted GROUP BY journey_id
           )
           SELECT template, encode(substr(sha256(salt || uuid_send(owner_id)), 1, 16), 'hex')::uuid AS "owner!",
                  created_at, last_confirmed_at, outcome, ended_on,
                  said.stages AS "stages!", days AS "days!", said.recorded AS "said_on!", until AS "until!",
                  coalesce(stays.stages, '{}') AS "from_stages!", coalesce(offices, '{}') AS "offices!",
                  coalesce(stays.recorded, '{}') AS "stays_on!"
           FROM journeys CROSS JOIN wait_salts
                JOIN said ON said.journey_id = journeys.id
                LEFT JOIN stays ON stays.journey_id = journeys.id
           WHERE counted"#
    )
    .fetch_all(db)
    .await?;
    let mut names = Names::default();
    rows.into_iter()
        .map(|row| {
            let days = row.days.into_iter().zip(row.said_on).zip(row.until);
            let said = row.stages.into_iter().zip(days);
            let said = said.map(|(stage, ((on, recorded), until))| {
                Ok::<_, Error>(Said {
                    stage: names.shared(stage),
                    on: date(on)?,
                    recorded: date(recorded)?,
                    until: Some(date(until)?).filter(|until| *until < Date::LAST),
                })
            });
            let said = said.collect::<Result<_, _>>()?;
            let stays = row
                .from_stages
                .into_iter()
                .zip(row.offices)
                .zip(row.stays_on);
            let stays = stays.map(|((stage, office), recorded)| {
                Ok::<_, Error>(Stay {
                    stage: names.shared(stage),
                    office: names.shared(office),
                    recorded: date(recorded)?,
                })
            });
            let stays = stays.collect::<Result<_, _>>()?;
            Ok(History {
                template: names.shared(row.template),
                owner: row.owner,
                joined: Date::of(milliseconds(row.created_at)).ok_or(BROKEN)?,
                confirmed: Date::of(milliseconds(row.last_confirmed_at)).ok_or(BROKEN)?,
                ended: ended(row.outcome.as_deref(), row.ended_on)?,
                said,
                stays,
            })
        })
        .collect()
}

/// Why, and when: none as a cause means as its owner wanted.
fn ended(
    outcome: Option<&str>,
    on: Option<time::Date>,
) -> Result<Option<(Option<Cause>, Date)>, Error> {
    let (Some(outcome), Some(on)) = (outcome, on) else {
        return Ok(None);
    };
    let cause = match outcome.parse::<Outcome>().map_err(|_| BROKEN)? {
        Outcome::Refused => Some(REFUSED),
        Outcome::Withdrawn => Some(WITHDRAWN),
        Outcome::Returned => Some(RETURNED),
        Outcome::Approved | Outcome::Pending => None,
    };
    Ok(Some((cause, date(on)?)))
}

/// The names of stages and offices are few, and stand in a million rows.
#[derive(Default)]
struct Names(HashSet<Arc<str>>);

impl Names {
    fn shared(&mut self, name: String) -> Arc<str> {
        if let Some(known) = self.0.get(name.as_str()) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.0.insert(Arc::clone(&name));
        name
    }
}
