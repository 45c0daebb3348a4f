//! What every node does from time to time: what has expired goes, and so do accounts whose time has
//! come.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::{MissedTickBehavior, interval};

use crate::{accounts, attempts, deletions::Eraser, error::Error, identities};

/// How long between two rounds.
const PAUSE: Duration = Duration::from_mins(10);

/// Does a round now, and again and again.
pub(crate) async fn keep_house(pool: PgPool, eraser: Eraser) {
    let mut ticks = interval(PAUSE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = round(&pool, &eraser).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "housekeeping has failed; the next round tries again"
            );
        }
    }
}

/// Each step may be done twice at once by two nodes, and does no harm then.
async fn round(pool: &PgPool, eraser: &Eraser) -> Result<(), Error> {
    attempts::forget(pool).await?;
    accounts::forget_expired(pool).await?;
    identities::forget_expired(pool).await?;
    eraser.carry_out_due().await
}
