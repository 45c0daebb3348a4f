//! All SQL of waits.

use app::{
    ids::UserId,
    journeys::{Date, Outcome},
    waits::{Comparison, Figures},
};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use super::cells::{Family, Journey, Path, REFUSED, RETURNED, WITHDRAWN};
use crate::{
    database::milliseconds,
    error::Error,
    journeys::{
        floors::Case,
        store::{date, stored_date},
        survival::Spell,
    },
};

const BROKEN: Error = Error::Row {
    table: "wait_editions",
};

/// No other lock of the database has this number.
const LOCK: i64 = 7_110_020_261;

/// What is shown of a cell.
pub(super) struct Shown {
    pub(super) path: Path,
    pub(super) made_on: Date,
    pub(super) figures: Figures,
}

/// What was told of a cell before.
pub(super) struct Past {
    pub(super) path: Path,
    pub(super) made_on: Date,
    pub(super) cases: Vec<Case>,
    pub(super) shown: bool,
    /// Somebody behind it has withdrawn a journey.
    pub(super) withdrawn: bool,
}

/// What is told of a cell from now on; without figures its owners are too few for any.
pub(super) struct Fresh {
    pub(super) cases: Vec<Case>,
    pub(super) figures: Option<Figures>,
}

/// Takes the day's turn until the end of the transaction, in which nothing is too slow. False if there is nothing
/// to do.
pub(super) async fn begin(db: &mut PgConnection, today: Date) -> Result<bool, Error> {
    query!(
        "SELECT set_config('statement_timeout', '0', true) AS statement,
                set_config('idle_in_transaction_session_timeout', '0', true) AS idle"
    )
    .fetch_one(&mut *db)
    .await?;
    let mine = query_scalar!(r#"SELECT pg_try_advisory_xact_lock($1) AS "mine!""#, LOCK)
        .fetch_one(&mut *db)
        .await?;
    if !mine {
        return Ok(false);
    }
    let is_due = query_scalar!(
        r#"SELECT (NOT EXISTS (SELECT FROM wait_batches WHERE made_on >= $1)
               AND (EXISTS (SELECT FROM journeys WHERE counted)
                   OR EXISTS (SELECT FROM wait_editions WHERE shown))) AS "due!""#,
        stored_date(today)?,
    )
    .fetch_one(db)
    .await?;
    Ok(is_due)
}

/// The batch of the day was made.
pub(super) async fn finish(db: &mut PgConnection, today: Date) -> Result<(), Error> {
    query!(
        "INSERT INTO wait_batches (made_on) VALUES ($1)",
        stored_date(today)?
    )
    .execute(db)
    .await?;
    Ok(())
}

/// All that may be counted. Owners are pseudonyms, which only who has the salt can tell from each other's.
pub(super) async fn journeys(db: &mut PgConnection) -> Result<Vec<Journey>, Error> {
    query!("INSERT INTO wait_salts DEFAULT VALUES ON CONFLICT DO NOTHING")
        .execute(&mut *db)
        .await?;
    let rows = query!(
        r#"WITH happened AS (
               SELECT journey_id, array_agg(stage ORDER BY on_date) AS stages,
                      array_agg(on_date ORDER BY on_date) AS days
               FROM standing_events JOIN journeys ON journeys.id = journey_id
               WHERE counted AND status = 'happened' AND precision IN ('day', 'week')
               GROUP BY journey_id
           ), stays AS (
               SELECT journey_id, array_agg(from_stage ORDER BY number) AS stages,
                      array_agg(office ORDER BY number) AS offices
               FROM journey_offices JOIN journeys ON journeys.id = journey_id
               WHERE counted GROUP BY journey_id
           )
           SELECT template, encode(substr(sha256(salt || uuid_send(owner_id)), 1, 16), 'hex')::uuid AS "owner!",
                  created_at, last_confirmed_at, outcome, ended_on,
                  happened.stages AS "stages!", days AS "days!",
                  coalesce(stays.stages, '{}') AS "from_stages!", coalesce(offices, '{}') AS "offices!"
           FROM journeys CROSS JOIN wait_salts
                JOIN happened ON happened.journey_id = journeys.id
                LEFT JOIN stays ON stays.journey_id = journeys.id
           WHERE counted"#
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let ended = match (row.outcome.as_deref(), row.ended_on) {
                (Some(outcome), Some(on)) => {
                    let cause = match outcome.parse::<Outcome>().map_err(|_| BROKEN)? {
                        Outcome::Refused => Some(REFUSED),
                        Outcome::Withdrawn => Some(WITHDRAWN),
                        Outcome::Returned => Some(RETURNED),
                        Outcome::Approved | Outcome::Pending => None,
                    };
                    Some((cause, date(on)?))
                }
                _ => None,
            };
            let days: Result<Vec<_>, _> = row.days.into_iter().map(date).collect();
            Ok(Journey {
                template: row.template,
                owner: row.owner,
                joined: Date::of(milliseconds(row.created_at)).ok_or(BROKEN)?,
                confirmed: Date::of(milliseconds(row.last_confirmed_at)).ok_or(BROKEN)?,
                ended,
                happened: row.stages.into_iter().zip(days?).collect(),
                stays: row.from_stages.into_iter().zip(row.offices).collect(),
            })
        })
        .collect()
}

/// All of which anything was ever told.
pub(super) async fn families(db: &mut PgConnection) -> Result<Vec<Family>, Error> {
    let rows = query!("SELECT DISTINCT template, from_stage, to_stage FROM wait_editions")
        .fetch_all(db)
        .await?;
    let families = rows.into_iter().map(|row| Family {
        template: row.template,
        from: row.from_stage,
        to: row.to_stage,
    });
    Ok(families.collect())
}

/// What was ever told of a family, in its order.
pub(super) async fn past(db: &mut PgConnection, family: &Family) -> Result<Vec<Past>, Error> {
    let rows = query!(
        "SELECT path, made_on, owners, entries, times, causes, shown, withdrawn FROM wait_editions
         WHERE template = $1 AND from_stage = $2 AND to_stage = $3 ORDER BY number",
        family.template,
        family.from,
        family.to,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let numbers = row.entries.into_iter().zip(row.times).zip(row.causes);
            let cases = row.owners.into_iter().zip(numbers);
            let cases = cases.map(|(owner, ((entry, time), cause))| {
                let cause = u16::try_from(cause).map_err(|_| BROKEN)?;
                Ok::<_, Error>(Case {
                    owner,
                    spell: Spell {
                        entry: f64::from(entry),
                        time: f64::from(time),
                        cause: (cause != 0).then_some(cause),
                    },
                })
            });
            Ok(Past {
                path: row.path,
                made_on: date(row.made_on)?,
                shown: row.shown,
                withdrawn: row.withdrawn,
                cases: cases.collect::<Result<_, Error>>()?,
            })
        })
        .collect()
}

/// Whole days.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a wait has a few thousand days"
)]
fn days(days: f64) -> i32 {
    days as i32
}

/// Tells something new of a cell. What was told of it before is to be hidden.
pub(super) async fn insert(
    db: &mut PgConnection,
    family: &Family,
    path: &[String],
    fresh: &Fresh,
    today: Date,
) -> Result<(), Error> {
    let spells = || fresh.cases.iter().map(|case| case.spell);
    let owners: Vec<Uuid> = fresh.cases.iter().map(|case| case.owner).collect();
    let entries: Vec<i32> = spells().map(|spell| days(spell.entry)).collect();
    let times: Vec<i32> = spells().map(|spell| days(spell.time)).collect();
    let causes = spells().map(|spell| i16::try_from(spell.cause.unwrap_or(0)));
    let causes = causes.collect::<Result<Vec<_>, _>>().map_err(|_| BROKEN)?;
    let figures = fresh.figures.as_ref().map(serde_json::to_string);
    let people = fresh.figures.as_ref().map_or(0, |figures| figures.people);
    query!(
        "INSERT INTO wait_editions (template, from_stage, to_stage, path, made_on, owners, entries, times,
                                    causes, figures, people, shown)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        family.template,
        family.from,
        family.to,
        path,
        stored_date(today)?,
        &owners,
        &entries,
        &times,
        &causes,
        figures.transpose().map_err(|_| BROKEN)?,
        i32::try_from(people).map_err(|_| BROKEN)?,
        fresh.figures.is_some(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether what was told of a cell last is shown.
pub(super) async fn show(
    db: &mut PgConnection,
    family: &Family,
    path: &[String],
    shown: bool,
) -> Result<(), Error> {
    query!(
        "UPDATE wait_editions SET shown = $5 AND figures IS NOT NULL
         WHERE number = (SELECT max(number) FROM wait_editions
                         WHERE template = $1 AND from_stage = $2 AND to_stage = $3 AND path = $4)
             AND shown <> ($5 AND figures IS NOT NULL)",
        family.template,
        family.from,
        family.to,
        path,
        shown,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The step of a template of which most is told.
pub(super) async fn largest(
    db: &mut PgConnection,
    template: &str,
) -> Result<Option<(String, String)>, Error> {
    let row = query!(
        "SELECT from_stage, to_stage FROM wait_editions
         WHERE template = $1 AND shown AND path = '{}' ORDER BY people DESC, number LIMIT 1",
        template,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.from_stage, row.to_stage)))
}

/// A journey of somebody's was deleted, or all of them were. In what was told of kinds of which they have no other,
/// a random pseudonym stands in place of theirs from now on, another one for each step: what was told can still
/// be compared, and nobody can tell any more who is behind it.
pub(crate) async fn forget(db: &mut PgConnection, owner: UserId) -> Result<(), Error> {
    take_turns(db).await?;
    query!(
        "WITH owner AS MATERIALIZED (
             SELECT encode(substr(sha256(salt || uuid_send($1)), 1, 16), 'hex')::uuid AS pseudonym
             FROM wait_salts
         ), steps AS MATERIALIZED (
             SELECT template, from_stage, to_stage, gen_random_uuid() AS nobody
             FROM (SELECT DISTINCT template, from_stage, to_stage FROM wait_editions) step
             WHERE NOT EXISTS (
                 SELECT FROM journeys WHERE owner_id = $1 AND journeys.template = step.template)
         )
         UPDATE wait_editions edition
         -- Sorted anew: the place of a pseudonym among the others would tell of it as well.
         SET (owners, entries, times, causes) = (
             SELECT array_agg(who ORDER BY who, number), array_agg(entry ORDER BY who, number),
                    array_agg(days ORDER BY who, number), array_agg(cause ORDER BY who, number)
             FROM unnest(array_replace(edition.owners, pseudonym, nobody), edition.entries, edition.times,
                         edition.causes) WITH ORDINALITY wait (who, entry, days, cause, number))
         FROM owner, steps
         WHERE edition.template = steps.template AND edition.from_stage = steps.from_stage
             AND edition.to_stage = steps.to_stage AND pseudonym = ANY (edition.owners)",
        owner.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A journey of somebody's is not counted any more. Nothing that was told of its kind with anything of theirs is
/// shown after the next batch, whatever else of theirs is counted.
pub(crate) async fn withdraw(
    db: &mut PgConnection,
    owner: UserId,
    template: &str,
) -> Result<(), Error> {
    take_turns(db).await?;
    query!(
        "UPDATE wait_editions SET withdrawn = true
         WHERE template = $2 AND NOT withdrawn AND (
             SELECT encode(substr(sha256(salt || uuid_send($1)), 1, 16), 'hex')::uuid
             FROM wait_salts) = ANY (owners)",
        owner.0,
        template,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What changes the past waits for a batch that is being made; batches come later than it.
async fn take_turns(db: &mut PgConnection) -> Result<(), Error> {
    query!("SELECT pg_advisory_xact_lock_shared($1)", LOCK)
        .execute(db)
        .await?;
    Ok(())
}

/// What is shown of a step: of all offices, and of one and its quarters.
pub(super) async fn shown(
    db: &mut PgConnection,
    family: &Family,
    office: Option<&str>,
) -> Result<Vec<Shown>, Error> {
    let rows = query!(
        r#"SELECT path, made_on, figures AS "figures!" FROM wait_editions
           WHERE template = $1 AND from_stage = $2 AND to_stage = $3 AND shown
               AND (path = '{}' OR path[1] = $4)"#,
        family.template,
        family.from,
        family.to,
        office,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Shown {
                path: row.path,
                made_on: date(row.made_on)?,
                figures: serde_json::from_str(&row.figures).map_err(|_| BROKEN)?,
            })
        })
        .collect()
}

/// What is told of the offices together.
pub(super) async fn comparison(
    db: &mut PgConnection,
    family: &Family,
) -> Result<Option<Comparison>, Error> {
    let row = query!(
        "SELECT offices, differ FROM wait_comparisons
         WHERE template = $1 AND from_stage = $2 AND to_stage = $3",
        family.template,
        family.from,
        family.to,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Comparison {
            offices: u32::try_from(row.offices).map_err(|_| BROKEN)?,
            differ: row.differ,
        })
    })
    .transpose()
}

/// Tells what a batch has made of the offices, in place of what the one before has.
pub(super) async fn compare(
    db: &mut PgConnection,
    family: &Family,
    comparison: Option<Comparison>,
) -> Result<(), Error> {
    let Some(comparison) = comparison else {
        query!(
            "DELETE FROM wait_comparisons WHERE template = $1 AND from_stage = $2 AND to_stage = $3",
            family.template,
            family.from,
            family.to,
        )
        .execute(db)
        .await?;
        return Ok(());
    };
    query!(
        "INSERT INTO wait_comparisons (template, from_stage, to_stage, offices, differ)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (template, from_stage, to_stage) DO UPDATE
         SET offices = excluded.offices, differ = excluded.differ",
        family.template,
        family.from,
        family.to,
        i32::try_from(comparison.offices).map_err(|_| BROKEN)?,
        comparison.differ,
    )
    .execute(db)
    .await?;
    Ok(())
}
