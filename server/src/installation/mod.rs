//! What is true of the whole installation: the epoch of its sequence numbers.
//!
//! Clients and nodes compare numbers within one epoch only. A backup that was restored has given out
//! numbers that it does not know of, so it gets another epoch: by itself when it runs in another
//! cluster or on another timeline than it was written in, and by `layover restored` otherwise.

pub(crate) mod store;

use app::ids::Epoch;
use sqlx::PgPool;

use crate::error::Error;

/// The epoch, a new one if the database is not where it was. The first node to look decides for all.
pub(crate) async fn settle_epoch(pool: &PgPool) -> Result<Epoch, Error> {
    let mut tx = pool.begin().await?;
    let settled = store::settle_cluster(&mut tx).await?;
    tx.commit().await?;
    if settled.renewed {
        tracing::warn!("the database is another one than before: clients fetch everything anew");
    }
    Ok(settled.epoch)
}

/// Starts a new epoch, because the database was restored from a backup. Nodes that run find it
/// within a second.
///
/// # Errors
///
/// When the database cannot be reached.
pub async fn renew_epoch(pool: &PgPool) -> Result<(), Error> {
    let mut db = pool.acquire().await?;
    store::renew_epoch(&mut db).await
}
