//! From journeys to the waits that are counted, and the cells in which they are. Pure.
//!
//! A wait is a step on the government's clock, from the first time that a stage has happened to the next stage.
//! Invariant: a wait that goes on ends on the day on which its owner last said so, never later.

mod places;
#[cfg(test)]
mod tests;

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use app::journeys::{Clock, Date, Precision};
use uuid::Uuid;

use crate::journeys::{
    floors::Case,
    survival::Cause,
    templates::{Catalogue, Template},
};

pub(super) use self::places::Places;

pub(super) const COME: Cause = 1;
pub(super) const REFUSED: Cause = 2;
pub(super) const WITHDRAWN: Cause = 3;
pub(super) const RETURNED: Cause = 4;
/// The case has gone on by another way.
pub(super) const PASSED: Cause = 5;

/// No wait is longer, in days: whoever says so has mistyped.
const LONGEST: i32 = 20 * 366;

const WEEK: i32 = 7;

/// Nobody goes more ways of one kind at a time.
pub(super) const MOST_OF_ONE_KIND: usize = 3;

/// How many quarters before the present one count: of all offices, and of one.
pub(super) const QUARTERS_OF_ALL: i32 = 12;
pub(super) const QUARTERS_OF_OFFICE: i32 = 4;

/// A journey whose owner wants it to be counted.
#[derive(Debug, Clone)]
pub(super) struct Journey {
    pub(super) template: Arc<str>,
    /// A pseudonym.
    pub(super) owner: Uuid,
    /// When it was first heard of.
    pub(super) joined: Date,
    /// Up to when it is known how it stands.
    pub(super) confirmed: Date,
    /// How and when it has ended, where no stage says so; none as a cause: as its owner wanted.
    pub(super) ended: Option<(Option<Cause>, Date)>,
    /// Stages and days, to the week at least.
    pub(super) happened: Vec<(Arc<str>, Date)>,
    /// Where it has lain from which stage on.
    pub(super) stays: Vec<(Arc<str>, Arc<str>)>,
}

impl Journey {
    /// The first day since another on which a stage has happened.
    pub(super) fn first(&self, stage: &str, since: Date) -> Option<Date> {
        let days = self.happened.iter();
        let days = days.filter(|(key, day)| **key == *stage && *day >= since);
        days.map(|(_, day)| *day).min()
    }

    /// The last day on which a stage has happened.
    pub(super) fn last(&self, stage: &str) -> Option<Date> {
        let days = self.happened.iter().filter(|(key, _)| **key == *stage);
        days.map(|(_, day)| *day).max()
    }

    /// The day on which a stage has come after what began on another. A day that is only known to the week is told as
    /// the first of it, and may seem to lie before.
    pub(super) fn come(&self, stage: &str, began: Date) -> Option<Date> {
        let since = Date::from_days(began.days() - (WEEK - 1))?;
        Some(self.first(stage, since)?.max(began))
    }
}

/// A step of a template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Family {
    pub(super) template: String,
    pub(super) from: String,
    pub(super) to: String,
}

/// All offices are `[]`, one is `[office]`, a quarter in which waits there began `[office, quarter]`, and a month of it
/// `[office, quarter, month]`.
pub(super) type Path = Vec<String>;

pub(super) type Cells = BTreeMap<Family, BTreeMap<Path, Vec<Case>>>;

/// The waits of all journeys, as they are known on a day.
pub(super) fn of(catalogue: &Catalogue, journeys: &[Journey], today: Date) -> Cells {
    let mut cells = Cells::new();
    for template in catalogue.templates() {
        let steps = template.transitions.iter();
        for step in steps.filter(|step| step.clock == Clock::Government) {
            let family = Family {
                template: template.slug.clone(),
                from: step.from.clone(),
                to: step.to.clone(),
            };
            cells.insert(family, BTreeMap::new());
        }
    }
    let places: BTreeMap<&str, Places<'_>> = catalogue
        .templates()
        .map(|template| (template.slug.as_str(), Places::of(catalogue, template)))
        .collect();
    let mut own: BTreeMap<(&str, Uuid), usize> = BTreeMap::new();
    for journey in journeys {
        *own.entry((&journey.template, journey.owner)).or_default() += 1;
    }
    for journey in journeys {
        let Some(template) = catalogue.template(&journey.template) else {
            continue;
        };
        if own[&(&*journey.template, journey.owner)] > MOST_OF_ONE_KIND {
            continue;
        }
        let places = &places[&*journey.template];
        let steps = template.transitions.iter();
        for step in steps.filter(|step| step.clock == Clock::Government) {
            let Some((began, spell)) = places.wait(template, journey, &step.from, &step.to, today)
            else {
                continue;
            };
            let family = Family {
                template: template.slug.clone(),
                from: step.from.clone(),
                to: step.to.clone(),
            };
            let office = places.office(template, journey, &step.from, &step.to);
            let case = Case {
                owner: journey.owner,
                spell,
            };
            let paths = cells.entry(family).or_default();
            for path in paths_of(office, began, today) {
                paths.entry(path).or_default().push(case);
            }
        }
    }
    cells
}

/// A step that a journey waits for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) since: Date,
    pub(super) office: Option<&'a str>,
}

/// All steps that a journey waits for on a day: first what must come, then what may, and of these what follows the
/// latest stage.
pub(super) fn waiting<'a>(
    catalogue: &Catalogue,
    template: &'a Template,
    journey: &'a Journey,
    today: Date,
) -> Vec<Waiting<'a>> {
    let places = Places::of(catalogue, template);
    let steps = template.transitions.iter();
    let steps = steps.filter(|step| step.clock == Clock::Government);
    let mut waiting: Vec<_> = steps
        .filter_map(|step| {
            let since = places.since(template, journey, (&step.from, &step.to), today)?;
            Some(Waiting {
                from: &step.from,
                to: &step.to,
                since,
                office: places.office(template, journey, &step.from, &step.to),
            })
        })
        .collect();
    waiting.sort_by_key(|step| {
        let awaited = template.stages.get(places.place(step.to));
        let may_come = awaited.is_some_and(|stage| stage.optional);
        (
            may_come,
            Reverse(places.place(step.from)),
            places.place(step.to),
        )
    });
    waiting
}

/// The cells that a wait is in: each holds the next.
fn paths_of(office: Option<&str>, began: Date, today: Date) -> Vec<Path> {
    let ago = today.quarter() - began.quarter();
    let mut paths = Vec::new();
    if ago <= QUARTERS_OF_ALL {
        paths.push(Vec::new());
    }
    if let Some(office) = office.filter(|_| ago <= QUARTERS_OF_OFFICE) {
        let (year, quarter) = (
            began.quarter().div_euclid(4),
            began.quarter().rem_euclid(4) + 1,
        );
        let quarter = format!("{year:04}-Q{quarter}");
        let month = began.told(Precision::Month);
        paths.push(vec![office.to_owned()]);
        paths.push(vec![office.to_owned(), quarter.clone()]);
        paths.push(vec![office.to_owned(), quarter, month]);
    }
    paths
}
