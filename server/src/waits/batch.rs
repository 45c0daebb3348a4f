//! The daily batch: once a day, on whichever node comes first, all waits are counted anew, and what may be told
//! of them is put down.

#[cfg(test)]
mod tests;

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
    calibration::{self, History},
    cells::{self, Cells, Family, Journey, Path},
    doubts,
    editions::store::{self as editions, Fresh, Past, Told},
    store, wire,
};
use crate::{
    database::milliseconds,
    error::Error,
    journeys::{
        floors::{Case, Comparison, Coverage, Decision, Edition, Figures, Ledger},
        survival::{InvalidSample, Level},
        templates::Catalogue,
    },
};

/// From how many people on a cell is told of anew at most each [`WEEK`]: each edition is held against all before it,
/// and of so many somebody says something every day.
const LARGE: usize = 100;

const WEEK: i32 = 7;

const BROKEN: Error = Error::Row {
    table: "wait_editions",
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
            // One that is merely dropped is rolled back a moment later, and keeps the turn until then.
            tx.rollback().await?;
            return Ok(false);
        }
        let histories = calibration::store::histories(&mut tx).await?;
        let catalogue = Arc::clone(&self.catalogue);
        let counted = off_thread(move || Counted::of(&catalogue, histories, today)).await?;
        let counted = counted.map_err(|_| BROKEN)?;
        let consents = Arc::new(counted.consents);
        let families = editions::families(&mut tx).await?;
        // Of what has no step it is only told how often it was right.
        let (past, foretold): (Vec<_>, Vec<_>) = families
            .into_iter()
            .partition(|family| *family != calibration::family(&family.template));
        for (family, cells) in all(counted.cells, past) {
            let tell = if self.may_come(&family) {
                figures_without_outlooks
            } else {
                figures
            };
            let comparison = publish(&mut tx, &family, cells, &consents, today, tell).await?;
            store::compare(&mut tx, &family, comparison.map(wire::comparison)).await?;
        }
        for (family, cells) in all(counted.forecasts, foretold) {
            publish(&mut tx, &family, cells, &consents, today, coverage).await?;
        }
        store::finish(&mut tx, today).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Whether not every case has what is waited for.
    fn may_come(&self, family: &Family) -> bool {
        let template = self.catalogue.template(&family.template);
        template.is_some_and(|template| template.is_optional(&family.to))
    }
}

/// What a day's batch goes by.
struct Counted {
    /// Who wants to be counted with a journey of a kind.
    consents: BTreeSet<(String, Uuid)>,
    cells: Cells,
    /// What became of what was foretold.
    forecasts: Cells,
}

impl Counted {
    fn of(
        catalogue: &Catalogue,
        histories: Vec<History>,
        today: Date,
    ) -> Result<Self, InvalidSample> {
        // Who is not believed has withdrawn nothing.
        let consents = histories
            .iter()
            .filter(|history| history.said.iter().any(|said| said.until.is_none()))
            .map(|history| (history.template.to_string(), history.owner))
            .collect();
        let histories = doubts::believed(catalogue, histories, today);
        let journeys: Vec<Journey> = histories.iter().filter_map(History::now).collect();
        Ok(Self {
            consents,
            cells: cells::of(catalogue, &journeys, today),
            forecasts: calibration::of(catalogue, &histories, today)?,
        })
    }
}

/// Those that hold something now, and those that did.
fn all(mut cells: Cells, past: Vec<Family>) -> Cells {
    cells.retain(|_, cells| !cells.is_empty());
    for family in past {
        cells.entry(family).or_default();
    }
    cells
}

/// How what may be told of an edition is made; nothing where its owners are too few.
type Tell<F> = fn(&Edition) -> Result<Option<F>, InvalidSample>;

fn figures(edition: &Edition) -> Result<Option<app::waits::Figures>, InvalidSample> {
    let figures = Figures::of(edition, Level::NINETY_FIVE)?;
    Ok(figures.as_ref().map(wire::figures))
}

/// Of what need not come there is no usual wait: most of these are over because the case went on without it.
fn figures_without_outlooks(
    edition: &Edition,
) -> Result<Option<app::waits::Figures>, InvalidSample> {
    let figures = figures(edition)?;
    Ok(figures.map(|figures| app::waits::Figures {
        outlooks: Vec::new(),
        ..figures
    }))
}

#[expect(clippy::unnecessary_wraps, reason = "as figures")]
fn coverage(edition: &Edition) -> Result<Option<app::waits::Coverage>, InvalidSample> {
    Ok(Coverage::of(edition, Level::NINETY_FIVE).map(wire::coverage))
}

/// What becomes of the cells of one family. Answers with what may be told of its offices together.
async fn publish<F: Told + Send + 'static>(
    db: &mut PgConnection,
    family: &Family,
    cells: BTreeMap<Path, Vec<Case>>,
    consents: &Arc<BTreeSet<(String, Uuid)>>,
    today: Date,
    tell: Tell<F>,
) -> Result<Option<Comparison>, Error> {
    let past = editions::past(db, family).await?;
    // The last of each.
    let shown: BTreeMap<Path, bool> = past
        .iter()
        .map(|past| (past.path.clone(), past.shown))
        .collect();
    let (template, consents) = (family.template.clone(), Arc::clone(consents));
    let decided = off_thread(move || {
        let consents = |owner| consents.contains(&(template.clone(), owner));
        decide(past, cells, today, consents, tell)
    });
    let (decided, comparison) = decided.await?.map_err(|_| BROKEN)?;
    for (path, decision) in decided {
        let to_show = matches!(decision, Decided::Shown(true));
        if shown.get(&path).is_some_and(|shown| *shown != to_show) {
            editions::show(db, family, &path, to_show).await?;
        }
        if let Decided::Fresh(fresh) = decision {
            editions::insert(db, family, &path, &fresh, today).await?;
        }
    }
    Ok(comparison)
}

/// What was told of a cell last.
struct Latest {
    edition: Edition,
    made_on: Date,
    shown: bool,
    withdrawn: bool,
}

impl Latest {
    /// Whether nothing new need be told yet. Where nothing could be shown, a new edition does not wait.
    fn is_enough(&self, cases: &[Case], today: Date, consents: impl Fn(Uuid) -> bool) -> bool {
        let people: BTreeSet<Uuid> = cases.iter().map(|case| case.owner).collect();
        people.len() >= LARGE
            && today.since(self.made_on) < WEEK
            && self.shown
            && !self.withdrawn
            && self.edition.cases().all(|case| consents(case.owner))
    }
}

/// What is to be put down of a cell.
enum Decided<F> {
    Fresh(Fresh<F>),
    /// What was told last is shown, or not.
    Shown(bool),
}

type Decisions<F> = Vec<(Path, Decided<F>)>;

fn decide<F>(
    past: Vec<Past>,
    cells: BTreeMap<Path, Vec<Case>>,
    today: Date,
    consents: impl Fn(Uuid) -> bool,
    tell: Tell<F>,
) -> Result<(Decisions<F>, Option<Comparison>), InvalidSample> {
    let mut ledger = Ledger::default();
    // Of each cell the last edition is left in the end.
    let mut latest = BTreeMap::new();
    for past in past {
        let edition = Edition::new(past.cases)?;
        ledger.record(&past.path, edition.clone());
        let last = Latest {
            edition,
            made_on: past.made_on,
            shown: past.shown,
            withdrawn: past.withdrawn,
        };
        latest.insert(past.path, last);
    }
    let mut current = BTreeMap::new();
    // Quarters and offices in which nobody is counted any more tell how long it took once.
    let there: BTreeSet<_> = cells.keys().cloned().collect();
    for (path, cases) in cells {
        if !latest
            .get(&path)
            .is_some_and(|latest| latest.is_enough(&cases, today, &consents))
        {
            current.insert(path, Edition::new(cases)?);
        }
    }
    let decisions = ledger.publish(&current, consents);
    let mut decided = Vec::new();
    for (path, decision) in decisions {
        let decision = match decision {
            Decision::Fresh => {
                let edition = &current[&path];
                Decided::Fresh(Fresh {
                    cases: edition.cases().collect(),
                    figures: tell(edition)?,
                })
            }
            Decision::Kept => Decided::Shown(there.contains(&path) && !latest[&path].withdrawn),
            Decision::Withheld => Decided::Shown(false),
        };
        decided.push((path, decision));
    }
    // The ledger is restored in the order in which they are written down: as they were decided, larger cells first.
    decided.sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
    let comparison = compare(&ledger, &decided)?;
    Ok((decided, comparison))
}

/// The offices by what is shown of them, so that it tells of nobody of whom nothing is shown.
fn compare<F>(
    ledger: &Ledger<String>,
    decided: &[(Path, Decided<F>)],
) -> Result<Option<Comparison>, InvalidSample> {
    let shown = decided.iter().filter(|(path, decided)| {
        let is_shown = match decided {
            Decided::Fresh(fresh) => fresh.figures.is_some(),
            Decided::Shown(shown) => *shown,
        };
        path.len() == 1 && is_shown
    });
    Comparison::of(shown.filter_map(|(path, _)| ledger.latest(path)))
}

/// Counting keeps a core busy, and the others answer meanwhile.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    Ok(tokio::task::spawn_blocking(work).await?)
}
