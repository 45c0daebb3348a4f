//! Waits on PostgreSQL: what the daily batch has made of members' journeys, and may be told.

mod batch;
mod calibration;
mod cells;
mod doubts;
mod editions;
mod positions;
mod store;
mod wire;

use std::sync::Arc;

use app::{
    accounts::User,
    error::{AppError, ErrorCode},
    ids::JourneyId,
    journeys::{Clock, Office, Template},
    waits::{Awaited, Calibration, Cohort, Figures, Level, Position, WaitQuery, WaitView, Waits},
};
use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};

pub use self::batch::Counter;
pub(crate) use self::{
    batch::keep_counting,
    editions::store::{forget, withdraw},
};
use self::{cells::Family, editions::store::Shown};
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
            let mut told = editions::store::told_of(&mut db, query.template).await?;
            told.retain(|(from, to)| counted(&template, (from.as_str(), to.as_str())).is_ok());
            // Rather one that must come: of the others nobody can say how long they take.
            told.sort_by_key(|(_, to)| template.stage(to).is_some_and(|stage| stage.optional));
            let best = told.into_iter().next();
            best.or_else(|| first_step(&template))
                .ok_or(ErrorCode::StageUnknown)?
        };
        let family = Family {
            template: query.template.to_owned(),
            from,
            to,
        };
        view(&mut db, template, family, office, |_| false).await
    }

    async fn own_positions(
        &self,
        viewer: &User,
        query: WaitQuery<'_>,
    ) -> Result<Vec<Position>, Error> {
        let view = self.find(query).await?;
        let Some(template) = self.catalogue.template(query.template) else {
            return Ok(Vec::new());
        };
        let mut db = self.pool.acquire().await?;
        let own = positions::store::own(&mut db, viewer.id, Some(query.template), None).await?;
        let today = journeys::today();
        let positions = own.iter().filter_map(|(id, journey)| {
            let waiting = cells::waiting(&self.catalogue, template, journey, today);
            let step = waiting.iter().find(|step| {
                let is_there = query.office.is_none() || query.office == step.office;
                step.from == view.from && step.to == view.to && is_there
            })?;
            positions::position(*id, step.since, today, view.figures.as_ref())
        });
        Ok(positions.collect())
    }

    async fn next_stage(
        &self,
        viewer: &User,
        journey: JourneyId,
    ) -> Result<Option<Awaited>, Error> {
        let mut db = self.pool.acquire().await?;
        let own = positions::store::own(&mut db, viewer.id, None, Some(journey)).await?;
        let (_, own) = own.first().ok_or(ErrorCode::JourneyUnknown)?;
        let Some(found) = self.catalogue.template(&own.template) else {
            return Ok(None);
        };
        let today = journeys::today();
        let waiting = cells::waiting(&self.catalogue, found, own, today);
        let Some(step) = waiting.first() else {
            return Ok(None);
        };
        let family = Family {
            template: own.template.to_string(),
            from: step.from.to_owned(),
            to: step.to.to_owned(),
        };
        let mut template = journeys::wire::template(found, self.catalogue.offices_of(found));
        let office = step.office.and_then(|key| template.office(key).cloned());
        template.offices.clear();
        let stands =
            |figures: Option<&Figures>| positions::position(journey, step.since, today, figures);
        let serves = |figures: &Figures| positions::foretells(stands(Some(figures)));
        let wait = view(&mut db, template, family, office, serves).await?;
        let position = stands(wait.figures.as_ref());
        Ok(position.map(|position| Awaited { wait, position }))
    }
}

/// What is told of a step, and of the office: by what `serves` who asks, if anything does.
async fn view(
    db: &mut PgConnection,
    template: Template,
    family: Family,
    office: Option<Office>,
    serves: impl Fn(&Figures) -> bool,
) -> Result<WaitView, Error> {
    let key = office.as_ref().map(|office| office.key.as_str());
    let shown = editions::store::shown(db, &family, key).await?;
    let (months, shown): (Vec<_>, Vec<_>) =
        shown.into_iter().partition(|shown| shown.path.len() > 2);
    let comparison = store::comparison(db, &family).await?;
    let (level, best) = choose(shown, serves);
    Ok(WaitView {
        template,
        from: family.from,
        to: family.to,
        office,
        level,
        quarter: best.as_ref().and_then(|best| best.path.get(1).cloned()),
        made_on: best.as_ref().map(|best| best.made_on),
        figures: best.map(|best| best.figures),
        cohorts: cohorts(months),
        comparison,
    })
}

fn cohorts(months: Vec<Shown>) -> Vec<Cohort> {
    let cohorts = months.into_iter().filter_map(|mut shown| {
        Some(Cohort {
            month: shown.path.pop()?,
            people: shown.figures.people,
            histogram: shown.figures.histogram?,
        })
    });
    let mut cohorts: Vec<_> = cohorts.collect();
    cohorts.sort_by(|a, b| a.month.cmp(&b.month));
    cohorts
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

/// The fallback: the smallest group that serves who asks, the latest quarter first; else that of which the median is
/// known from the start; else one of which it is known for those who have waited already. If there is none, the largest
/// of which anything may be told: it says most of how long some still wait.
fn choose(mut shown: Vec<Shown>, serves: impl Fn(&Figures) -> bool) -> (Level, Option<Shown>) {
    shown.sort_by(|a, b| (b.path.len(), &b.path).cmp(&(a.path.len(), &a.path)));
    let knows_half = |one: &Shown, from: u32| {
        let first = one.figures.outlooks.first();
        first.is_some_and(|first| first.waited <= from && first.median.estimate.waiting.is_none())
    };
    let best = shown.iter().position(|one| serves(&one.figures));
    let best = best.or_else(|| {
        let mut froms = [0, u32::MAX].into_iter();
        froms.find_map(|from| shown.iter().position(|one| knows_half(one, from)))
    });
    // Of a stage that not every case has no median is told at all.
    let has_none = shown.iter().all(|one| one.figures.outlooks.is_empty());
    let best = best.or_else(|| {
        let drawn = |one: &Shown| has_none && !one.figures.curve.is_empty();
        shown.iter().position(drawn)
    });
    let best = match best {
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

    async fn calibration(&self) -> Result<Vec<Calibration>, AppError> {
        let mut db = self.pool.acquire().await.map_err(Error::from)?;
        let shown = calibration::store::shown(&mut db).await?;
        Ok(calibration::told(&self.catalogue, shown))
    }

    async fn positions(
        &self,
        viewer: &User,
        query: WaitQuery<'_>,
    ) -> Result<Vec<Position>, AppError> {
        Ok(self.own_positions(viewer, query).await?)
    }

    async fn awaited(
        &self,
        viewer: &User,
        journey: JourneyId,
    ) -> Result<Option<Awaited>, AppError> {
        Ok(self.next_stage(viewer, journey).await?)
    }
}

#[cfg(test)]
mod tests {
    use app::{
        journeys::Date,
        waits::{Estimate, Outlook, Step, Term},
    };

    use super::*;

    fn nobody(_: &Figures) -> bool {
        false
    }

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
            until: 0,
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
                histogram: None,
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
            let (chosen, best) = choose(cells, nobody);
            assert_eq!((chosen, best.unwrap().path), (level, owned(&path)));
        }
        assert!(choose(Vec::new(), nobody).1.is_none());
    }

    #[test]
    fn of_a_stage_that_not_every_case_has_the_smallest_group_with_a_curve_answers() {
        let mut office = shown(&["manila"], false);
        office.figures.curve = vec![Step {
            week: 0,
            waiting: 100,
            lower: 100,
            upper: 100,
        }];
        let cells = vec![
            shown(&[], false),
            office,
            shown(&["manila", "2026-Q2"], false),
        ];
        assert_eq!(choose(cells, nobody).1.unwrap().path, ["manila"]);
    }

    #[test]
    fn who_has_waited_for_longer_is_told_of_the_smallest_group_that_knows_how_it_goes_on() {
        let cells = vec![
            shown(&["manila", "2026-Q2"], true),
            shown(&["manila"], true),
            shown(&[], true),
        ];
        let mut cells = cells.into_iter().zip([3, 28, 28]).map(|(mut one, until)| {
            one.figures.outlooks[0].until = until;
            one
        });
        let serves = |figures: &Figures| figures.outlooks[0].until >= 28;
        let (level, best) = choose(cells.by_ref().collect(), serves);
        assert_eq!(
            (level, best.unwrap().path),
            (Level::Office, owned(&["manila"]))
        );
    }

    #[test]
    fn a_group_of_which_half_still_wait_gives_way_to_a_larger_one() {
        let mut quarter = shown(&["manila", "2026-Q2"], true);
        quarter.figures.outlooks[0].median.estimate.waiting = Some(54);
        let cells = vec![shown(&[], true), quarter, shown(&["manila"], true)];
        let (level, best) = choose(cells, nobody);
        assert_eq!(level, Level::Office);
        assert_eq!(best.unwrap().path, ["manila"]);
    }
}
