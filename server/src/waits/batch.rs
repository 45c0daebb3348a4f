//! The daily batch: once a day, on whichever node comes first, all waits are counted anew, and what may be told
//! of them is put down.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use app::journeys::Date;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use uuid::Uuid;

use super::{
    cells::{self, Cells, Family, Path},
    store::{self, Fresh, Past},
    wire,
};
use crate::{
    database::milliseconds,
    error::Error,
    journeys::{
        floors::{Case, Decision, Edition, Figures, Ledger},
        survival::{InvalidSample, Level},
        templates::Catalogue,
    },
};

/// How long until it is asked again whether the day's batch was made.
const PAUSE: Duration = Duration::from_mins(10);

/// Counts the waits of all journeys that may be counted.
#[derive(Clone)]
pub struct Counter {
    pool: PgPool,
    catalogue: Arc<Catalogue>,
}

/// Makes each day's batch, unless another node has.
pub(crate) async fn keep_counting(counter: Counter) {
    // Whoever has just started has other things to do.
    let mut ticks = interval_at(Instant::now() + PAUSE, PAUSE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(today) = Date::of(milliseconds(OffsetDateTime::now_utc())) else {
            continue;
        };
        match counter.count(today).await {
            Ok(false) => {}
            Ok(true) => tracing::info!(day = %today, "waits were counted"),
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "waits could not be counted; the next round tries again"
            ),
        }
    }
}

impl Counter {
    pub fn new(pool: PgPool, catalogue: Arc<Catalogue>) -> Self {
        Self { pool, catalogue }
    }

    /// Makes the batch of a day. False if that was done, if another node is about it, or if nobody wants to be
    /// counted and nobody was.
    ///
    /// # Errors
    ///
    /// When the database fails; then nothing has changed.
    pub async fn count(&self, today: Date) -> Result<bool, Error> {
        let mut tx = self.pool.begin().await?;
        if !store::begin(&mut tx, today).await? {
            return Ok(false);
        }
        let journeys = store::journeys(&mut tx).await?;
        let consents: BTreeSet<(String, Uuid)> = journeys
            .iter()
            .map(|journey| (journey.template.clone(), journey.owner))
            .collect();
        let catalogue = Arc::clone(&self.catalogue);
        let cells = off_thread(move || cells::of(&catalogue, &journeys, today)).await?;
        let consents = Arc::new(consents);
        for (family, cells) in families(&mut tx, cells).await? {
            publish(&mut tx, family, cells, &consents, today).await?;
        }
        store::finish(&mut tx, today).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Those that have waits now, and those that had.
async fn families(
    db: &mut PgConnection,
    mut cells: Cells,
) -> Result<Vec<(Family, BTreeMap<Path, Vec<Case>>)>, Error> {
    cells.retain(|_, cells| !cells.is_empty());
    for family in store::families(db).await? {
        cells.entry(family).or_default();
    }
    Ok(cells.into_iter().collect())
}

/// What becomes of the cells of one family.
async fn publish(
    db: &mut PgConnection,
    family: Family,
    cells: BTreeMap<Path, Vec<Case>>,
    consents: &Arc<BTreeSet<(String, Uuid)>>,
    today: Date,
) -> Result<(), Error> {
    let past = store::past(db, &family).await?;
    // The last of each.
    let shown: BTreeMap<Path, bool> = past
        .iter()
        .map(|past| (past.path.clone(), past.shown))
        .collect();
    let (template, consents) = (family.template.clone(), Arc::clone(consents));
    let decided = off_thread(move || {
        decide(past, cells, |owner| {
            consents.contains(&(template.clone(), owner))
        })
    });
    let decided = decided.await?.map_err(|_| Error::Row {
        table: "wait_editions",
    })?;
    for (path, decision) in decided {
        let to_show = matches!(decision, Decided::Shown(true));
        if shown.get(&path).is_some_and(|shown| *shown != to_show) {
            store::show(db, &family, &path, to_show).await?;
        }
        if let Decided::Fresh(fresh) = decision {
            store::insert(db, &family, &path, &fresh, today).await?;
        }
    }
    Ok(())
}

/// What is to be put down of a cell.
enum Decided {
    Fresh(Fresh),
    /// What was told last is shown, or not.
    Shown(bool),
}

fn decide(
    past: Vec<Past>,
    cells: BTreeMap<Path, Vec<Case>>,
    consents: impl Fn(Uuid) -> bool,
) -> Result<Vec<(Path, Decided)>, InvalidSample> {
    let mut ledger = Ledger::default();
    // Of each cell the last edition is left in the end.
    let mut withdrawn = BTreeMap::new();
    for past in past {
        ledger.record(&past.path, Edition::new(past.cases)?);
        withdrawn.insert(past.path, past.withdrawn);
    }
    let mut current = BTreeMap::new();
    for (path, cases) in cells {
        current.insert(path, Edition::new(cases)?);
    }
    let decisions = ledger.publish(&current, consents);
    let mut decided = Vec::new();
    for (path, decision) in decisions {
        let decision = match decision {
            Decision::Fresh => {
                let edition = &current[&path];
                let figures = Figures::of(edition, Level::NINETY_FIVE)?;
                Decided::Fresh(Fresh {
                    cases: edition.cases().collect(),
                    figures: figures.as_ref().map(wire::figures),
                })
            }
            Decision::Kept => Decided::Shown(!withdrawn[&path]),
            Decision::Withheld => Decided::Shown(false),
        };
        decided.push((path, decision));
    }
    Ok(decided)
}

/// Counting keeps a core busy, and the others answer meanwhile.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    Ok(tokio::task::spawn_blocking(work).await?)
}
