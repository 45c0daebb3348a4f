//! All SQL of suspensions, but for what sessions look at.

use app::ids::UserId;
use sqlx::{PgConnection, query, query_scalar};

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
    .execute(&mut *db)
    .await?;
    touch_profile(db, user).await
}

/// What they tell of themselves is seen no more, or again.
async fn touch_profile(db: &mut PgConnection, user: UserId) -> Result<(), Error> {
    query!(
        "UPDATE profiles
         SET version = version + 1, changed_at = clock_timestamp(),
             picture_version = version + 1, picture_changed_at = clock_timestamp()
         WHERE user_id = $1",
        user.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Returns why they were suspended, if they were.
pub(super) async fn reinstate(
    db: &mut PgConnection,
    user: UserId,
) -> Result<Option<String>, Error> {
    let because = query_scalar!(
        r#"UPDATE users SET suspended_until = NULL, suspended_because = ''
           FROM (SELECT id, suspended_because AS because FROM users WHERE id = $1 FOR UPDATE) was
           WHERE users.id = was.id AND suspended_until > now()
           RETURNING was.because AS "because!""#,
        user.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    touch_profile(db, user).await?;
    Ok(because)
}
