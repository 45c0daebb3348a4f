//! The SQL of batches: what they count, and what they put down of offices together.

use app::{
    journeys::{Date, Outcome},
    waits::Comparison,
};
use sqlx::{PgConnection, query, query_scalar};

use super::cells::{Family, Journey, REFUSED, RETURNED, WITHDRAWN};
use crate::{
    database::milliseconds,
    error::Error,
    journeys::store::{date, stored_date},
};

const BROKEN: Error = Error::Row {
    table: "wait_editions",
};

/// No other lock of the database has this number.
const LOCK: i64 = 7_110_020_261;

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

/// What changes the past waits for a batch that is being made; batches come later than it.
pub(super) async fn take_turns(db: &mut PgConnection) -> Result<(), Error> {
    query!("SELECT pg_advisory_xact_lock_shared($1)", LOCK)
        .execute(db)
        .await?;
    Ok(())
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
