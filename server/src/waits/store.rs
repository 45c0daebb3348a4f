//! The SQL of batches: whose turn it is, and what they put down of offices together.

use app::{journeys::Date, waits::Comparison};
use sqlx::{PgConnection, query, query_scalar};

use super::cells::Family;
use crate::{error::Error, journeys::store::stored_date};

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

/// What changes the past waits for a batch that is being made; batches come later than it. Whoever takes something
/// back rather waits for that than is told to come again.
pub(super) async fn take_turns(db: &mut PgConnection) -> Result<(), Error> {
    query!(
        "SELECT set_config('lock_timeout', '60s', true) AS lock,
                set_config('statement_timeout', '60s', true) AS statement"
    )
    .fetch_one(&mut *db)
    .await?;
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
