//! All SQL of suspensions, but for what sessions look at.

use app::ids::UserId;
use sqlx::{PgConnection, query};

use crate::error::Error;

/// Without `days`: until they are reinstated.
pub(super) async fn suspend(
    db: &mut PgConnection,
    user: UserId,
    days: Option<i32>,
    because: &str,
) -> Result<(), Error> {
    query!(
        "UPDATE users SET suspended_because = $3,
             suspended_until = coalesce(now() + make_interval(days => $2), 'infinity')
         WHERE id = $1",
        user.0,
        days,
        because,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Returns whether they were suspended.
pub(super) async fn reinstate(db: &mut PgConnection, user: UserId) -> Result<bool, Error> {
    let reinstated = query!(
        "UPDATE users SET suspended_until = NULL, suspended_because = ''
         WHERE id = $1 AND suspended_until > now()",
        user.0,
    )
    .execute(db)
    .await?;
    Ok(reinstated.rows_affected() > 0)
}
