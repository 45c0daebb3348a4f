//! Waits on PostgreSQL: what the daily batch has made of members' journeys, and may be told.

mod batch;
mod cells;
mod store;
mod wire;

use std::sync::Arc;

use app::{
    error::{AppError, ErrorCode},
    journeys::{Clock, Template},
    waits::{Level, WaitQuery, WaitView, Waits},
};
use async_trait::async_trait;
use sqlx::PgPool;

pub use self::batch::Counter;
pub(crate) use self::{
    batch::keep_counting,
    store::{forget, withdraw},
};
use self::{cells::Family, store::Shown};
use crate::{error::Error, journeys, journeys::templates::Catalogue};

pub(crate) struct WaitsOnPostgres {
    pool: PgPool,
    catalogue: Arc<Catalogue>,
}

impl WaitsOnPostgres {
    pub(crate) fn new(pool: PgPool, catalogue: Arc<Catalogue>) -> Self {
        Self { pool, catalogue }
    }

    async fn find(&self, query: WaitQuery<'_>) -> Result<WaitView, Error> {
        let found = self.catalogue.template(query.template);
        let found = found.ok_or(ErrorCode::TemplateUnknown)?;
        let template = journeys::wire::template(found, self.catalogue.offices_of(found));
        let office = query
            .office
            .map(|key| template.office(key).cloned())
            .map(|found| found.ok_or(ErrorCode::OfficeUnknown))
            .transpose()?;
        let mut db = self.pool.acquire().await?;
        let (from, to) = if let Some(step) = query.step {
            counted(&template, step)?
        } else {
            let best = store::largest(&mut db, query.template).await?;
            let best =
                best.filter(|(from, to)| counted(&template, (from.as_str(), to.as_str())).is_ok());
            best.or_else(|| first_step(&template))
                .ok_or(ErrorCode::StageUnknown)?
        };
        let family = Family {
            template: query.template.to_owned(),
            from,
            to,
        };
        let shown = store::shown(&mut db, &family, query.office).await?;
        let (level, best) = choose(shown);
        Ok(WaitView {
            template,
            from: family.from,
            to: family.to,
            office,
            level,
            quarter: best.as_ref().and_then(|best| best.path.get(1).cloned()),
            made_on: best.as_ref().map(|best| best.made_on),
            figures: best.map(|best| best.figures),
        })
    }
}

/// The step, if it is one on the government's clock.
fn counted(template: &Template, (from, to): (&str, &str)) -> Result<(String, String), ErrorCode> {
    match template.clock(from, to) {
        Some(Clock::Government) => Ok((from.to_owned(), to.to_owned())),
        _ => Err(ErrorCode::StageUnknown),
    }
}

fn first_step(template: &Template) -> Option<(String, String)> {
    let mut steps = template.transitions.iter();
    let first = steps.find(|step| step.clock == Clock::Government)?;
    Some((first.from.clone(), first.to.clone()))
}

/// The fallback: the smallest group of which a median may be told, the latest quarter first; else the largest
/// of which anything may be.
fn choose(mut shown: Vec<Shown>) -> (Level, Option<Shown>) {
    shown.sort_by(|a, b| (b.path.len(), &b.path).cmp(&(a.path.len(), &a.path)));
    let with_median = shown
        .iter()
        .position(|one| !one.figures.outlooks.is_empty());
    let best = match with_median {
        Some(index) => Some(shown.swap_remove(index)),
        None => shown.pop(),
    };
    let level = match best.as_ref().map(|best| best.path.len()) {
        Some(2) => Level::Quarter,
        Some(1) => Level::Office,
        _ => Level::All,
    };
    (level, best)
}

#[async_trait]
impl Waits for WaitsOnPostgres {
    async fn read(&self, query: WaitQuery<'_>) -> Result<WaitView, AppError> {
        Ok(self.find(query).await?)
    }
}

#[cfg(test)]
mod tests {
    use app::{
        journeys::Date,
        waits::{Estimate, Figures, Outlook, Term},
    };

    use super::*;

    fn owned(path: &[&str]) -> Vec<String> {
        path.iter().map(|part| (*part).to_owned()).collect()
    }

    fn shown(path: &[&str], has_median: bool) -> Shown {
        let term = Term {
            weeks: 1,
            waiting: None,
        };
        let outlook = Outlook {
            waited: 0,
            people: 10,
            median: Estimate {
                estimate: term,
                lower: term,
                upper: term,
            },
            ranges: None,
        };
        Shown {
            path: owned(path),
            made_on: Date::from_days(0).unwrap(),
            figures: Figures {
                people: 10,
                ended: None,
                outlooks: if has_median {
                    vec![outlook]
                } else {
                    Vec::new()
                },
                curve: Vec::new(),
                endings: Vec::new(),
            },
        }
    }

    #[test]
    fn the_smallest_group_with_a_median_answers_and_the_latest_quarter_first() {
        let all = || shown(&[], true);
        let office = |has_median| shown(&["manila"], has_median);
        let quarter = |quarter, has_median| shown(&["manila", quarter], has_median);
        for (cells, level, path) in [
            (
                vec![
                    all(),
                    office(true),
                    quarter("2025-Q4", true),
                    quarter("2026-Q1", true),
                ],
                Level::Quarter,
                vec!["manila", "2026-Q1"],
            ),
            (
                vec![
                    quarter("2026-Q1", false),
                    quarter("2025-Q4", true),
                    office(true),
                    all(),
                ],
                Level::Quarter,
                vec!["manila", "2025-Q4"],
            ),
            (
                vec![all(), office(true), quarter("2026-Q1", false)],
                Level::Office,
                vec!["manila"],
            ),
            (vec![office(false), all()], Level::All, vec![]),
            (vec![office(false), shown(&[], false)], Level::All, vec![]),
        ] {
            let (chosen, best) = choose(cells);
            assert_eq!((chosen, best.unwrap().path), (level, owned(&path)));
        }
        assert!(choose(Vec::new()).1.is_none());
    }
}
