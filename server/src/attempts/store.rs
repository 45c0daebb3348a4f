//! All SQL of attempts.

use sqlx::{PgConnection, query, query_scalar};

use crate::error::Error;

/// Counts one try that takes `every` seconds to come back, if no more than `most` seconds of them are
/// then under way. Returns how many seconds to wait if they would be.
pub(super) async fn spend(
    db: &mut PgConnection,
    key: &[u8],
    every: f64,
    most: f64,
) -> Result<Option<u32>, Error> {
    let spent = query!(
        "INSERT INTO attempts AS known (key, free_at)
         VALUES ($1, clock_timestamp() + make_interval(secs => $2))
         ON CONFLICT (key) DO UPDATE
             SET free_at = greatest(known.free_at, clock_timestamp()) + make_interval(secs => $2)
             WHERE greatest(known.free_at, clock_timestamp()) + make_interval(secs => $2)
                 <= clock_timestamp() + make_interval(secs => $3)",
        key,
        every,
        most,
    )
    .execute(&mut *db)
    .await?;
    if spent.rows_affected() == 1 {
        return Ok(None);
    }
    let wait = query_scalar!(
        r#"SELECT greatest(1, ceil(extract(epoch FROM
               free_at + make_interval(secs => $2) - clock_timestamp()
                   - make_interval(secs => $3))))::int AS "wait!"
           FROM attempts WHERE key = $1"#,
        key,
        every,
        most,
    )
    .fetch_optional(db)
    .await?;
    Ok(Some(
        wait.and_then(|wait| u32::try_from(wait).ok()).unwrap_or(1),
    ))
}

pub(super) async fn forget(db: &mut PgConnection) -> Result<(), Error> {
    query!("DELETE FROM attempts WHERE free_at < now() - interval '1 hour'")
        .execute(db)
        .await?;
    Ok(())
}
