//! What every node does from time to time: what has expired goes, and so do accounts whose time has
//! come, and what nothing shows any more.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::{accounts, attempts, deletions::Eraser, error::Error, identities, media::Tidier};

/// How long between two rounds.
const PAUSE: Duration = Duration::from_mins(10);

/// The same for what people have taken back: it is to be gone, and counts for nobody's share any more.
const SHORT_PAUSE: Duration = Duration::from_mins(1);

/// Forgets what has expired, now and again and again.
pub(crate) async fn keep_house(pool: PgPool) {
    let mut rounds = rounds(PAUSE);
    loop {
        rounds.tick().await;
        tell(forget(&pool).await);
    }
}

/// Deletes what nothing shows any more, which may take long where the store does.
pub(crate) async fn tidy_up(tidier: Tidier) {
    let mut rounds = rounds(SHORT_PAUSE);
    loop {
        rounds.tick().await;
        tell(tidier.tidy().await);
    }
}

/// Ends the accounts whose time has come, which may take long where much was said.
pub(crate) async fn end_accounts(eraser: Eraser) {
    let mut rounds = rounds(PAUSE);
    loop {
        rounds.tick().await;
        tell(eraser.carry_out_due().await);
    }
}

fn rounds(pause: Duration) -> Interval {
    let mut rounds = interval(pause);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    rounds
}

/// Each step may be done twice at once by two nodes, and does no harm then.
async fn forget(pool: &PgPool) -> Result<(), Error> {
    attempts::forget(pool).await?;
    accounts::forget_expired(pool).await?;
    identities::forget_expired(pool).await
}

fn tell(done: Result<(), Error>) {
    if let Err(error) = done {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "housekeeping has failed; the next round tries again"
        );
    }
}
