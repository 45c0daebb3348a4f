//! The SQL of what goes.

use app::ids::MediaId;
use sqlx::{PgPool, query, query_scalar};

use crate::error::Error;

/// What has not come in, or was not shown, in time, and whether it has come in.
pub(super) async fn expired(pool: &PgPool) -> Result<Vec<(MediaId, bool)>, Error> {
    let rows = query!(
        r#"SELECT id, state = 'finished' AS "finished!" FROM media
           WHERE state <> 'doomed' AND expires_at < now() ORDER BY expires_at LIMIT 1000"#,
    )
    .fetch_all(pool)
    .await?;
    let expired = rows.into_iter().map(|row| (MediaId(row.id), row.finished));
    Ok(expired.collect())
}

/// The next of what nothing shows any more, after this one.
pub(super) async fn doomed(pool: &PgPool, after: MediaId) -> Result<Vec<MediaId>, Error> {
    let ids = query_scalar!(
        "SELECT id FROM media WHERE state = 'doomed' AND id > $1 ORDER BY id LIMIT 100",
        after.0,
    )
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().map(MediaId).collect())
}

/// Its objects have gone.
pub(super) async fn forget(pool: &PgPool, id: MediaId) -> Result<(), Error> {
    query!("DELETE FROM media WHERE id = $1 AND state = 'doomed'", id.0)
        .execute(pool)
        .await?;
    Ok(())
}

/// Those of these of which the database knows.
pub(super) async fn known(pool: &PgPool, ids: &[MediaId]) -> Result<Vec<MediaId>, Error> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let known = query_scalar!(
        "SELECT id FROM media WHERE id = ANY ($1) AND state = 'receiving'",
        &ids,
    )
    .fetch_all(pool)
    .await?;
    Ok(known.into_iter().map(MediaId).collect())
}
