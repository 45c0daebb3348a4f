//! From journeys to the waits that are counted, and the cells in which they are. Pure.
//!
//! A wait is a step on the government's clock, from the first time that a stage has happened to the next stage.
//! Invariant: a wait that goes on ends on the day on which its owner last said so, never later.

#[cfg(test)]
mod tests;

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use app::journeys::{Clock, Date, Precision, StageKind};
use uuid::Uuid;

use crate::journeys::{
    floors::Case,
    survival::{Cause, Spell},
    templates::{Catalogue, Office, Stage, Template},
};

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

/// Where stages stand in the order of a template, and the offices that it has.
pub(super) struct Places<'a> {
    stages: BTreeMap<&'a str, usize>,
    offices: BTreeMap<&'a str, &'a Office>,
}

impl<'a> Places<'a> {
    pub(super) fn of(catalogue: &'a Catalogue, template: &'a Template) -> Self {
        let stages = template.stages.iter().enumerate();
        let offices = catalogue.offices_of(template);
        Self {
            stages: stages
                .map(|(place, stage)| (stage.key.as_str(), place))
                .collect(),
            offices: offices
                .map(|office| (office.key.as_str(), office))
                .collect(),
        }
    }

    pub(super) fn place(&self, stage: &str) -> usize {
        self.stages.get(stage).copied().unwrap_or_default()
    }

    /// With which office the case lay while it waited from that stage on, of those whose work it was that the next
    /// one came.
    pub(super) fn office<'b>(
        &self,
        template: &Template,
        journey: &'b Journey,
        from: &str,
        to: &str,
    ) -> Option<&'b str> {
        let from = self.place(from);
        let awaited = template.stages.get(self.place(to))?.kind;
        let is_its_work = |office: &str| {
            let office = self.offices.get(office);
            office.is_some_and(|office| office.handles(template, awaited))
        };
        let stays = journey.stays.iter();
        let until =
            stays.filter(|(stage, office)| self.place(stage) <= from && is_its_work(office));
        // Of two for one stage the later said holds.
        let last = until.max_by_key(|(stage, _)| self.place(stage))?;
        Some(&last.1)
    }

    /// When a wait began and what has become of it. None if nothing can be known of it.
    pub(super) fn wait(
        &self,
        template: &Template,
        journey: &Journey,
        from: &str,
        to: &str,
        today: Date,
    ) -> Option<(Date, Spell)> {
        let began = journey.first(from, Date::FIRST)?;
        let come = journey.come(to, began);
        let (end, cause) = self.end(template, journey, (from, to), began, come)?;
        let days = end.since(began);
        if !(0..=LONGEST).contains(&days) || end > today || today.since(began) > LONGEST {
            return None;
        }
        // What was over when it was first heard of tells nothing: those who waited longer had more time to come.
        let entry = journey.joined.since(began).max(0);
        if entry > 0 && entry >= days {
            return None;
        }
        let spell = Spell {
            entry: f64::from(entry),
            time: f64::from(days),
            cause,
        };
        Some((began, spell))
    }

    /// Whether a stage has happened that comes after this one.
    fn is_beyond(&self, journey: &Journey, to: &str, began: Date) -> bool {
        self.beyond(journey, to, began).next().is_some()
    }

    /// What has happened that comes after a stage, and on which days. Those are no earlier than the week of the
    /// beginning, as in [`Journey::come`].
    fn beyond<'b>(
        &self,
        journey: &'b Journey,
        to: &str,
        began: Date,
    ) -> impl Iterator<Item = (&'b str, Date)> + Clone {
        let place = self.place(to);
        let beyond = journey.happened.iter().filter_map(move |(stage, day)| {
            let since = began.days() - (WEEK - 1);
            (day.days() >= since).then(|| (&**stage, (*day).max(began)))
        });
        beyond.filter(move |(stage, _)| self.place(stage) > place)
    }

    /// Since when a journey waits for a step that is yet to come. None where the government's clock stands still.
    pub(super) fn since(
        &self,
        template: &Template,
        journey: &Journey,
        (from, to): (&str, &str),
        today: Date,
    ) -> Option<Date> {
        let began = journey.first(from, Date::FIRST)?;
        let goes_on = journey.ended.is_none()
            && journey.come(to, began).is_none()
            && self.asked(template, journey, (from, to), began).is_none()
            && !self.is_beyond(journey, to, began)
            && (0..=LONGEST).contains(&today.since(began));
        goes_on.then_some(began)
    }

    /// The day on which the applicant was first asked for something, or has answered, between two stages; and whether
    /// it is the day of the question, which can be missing.
    fn asked(
        &self,
        template: &Template,
        journey: &Journey,
        (from, to): (&str, &str),
        began: Date,
    ) -> Option<(Date, bool)> {
        let between = template.stages.get(self.place(from) + 1..self.place(to))?;
        let steps = template.transitions.iter();
        let asks = |stage: &Stage| {
            let mut onward = steps.clone().filter(|step| step.from == stage.key);
            let is_owed = onward.clone().next().is_some()
                && onward.all(|step| step.clock == Clock::Applicant);
            stage.kind == StageKind::Rfe || is_owed
        };
        // What the applicant does of their own accord, like biometrics after filing, answers nothing.
        let answers = |stage: &Stage| {
            let mut steps = steps.clone().filter(|step| step.to == stage.key);
            steps.any(|step| {
                let asked = between.iter().find(|asked| asked.key == step.from);
                step.clock == Clock::Applicant && asked.is_some_and(asks)
            })
        };
        let said = between.iter().filter_map(|stage| {
            let day = journey.come(&stage.key, began)?;
            (asks(stage) || answers(stage)).then_some((day, asks(stage)))
        });
        // Of a question and an answer on one day the question came first.
        said.min_by_key(|(day, asks)| (*day, !asks))
    }

    /// When a case had gone on without a stage: by another way, or past one that need not come.
    fn passed(
        &self,
        template: &Template,
        journey: &Journey,
        (from, to): (&str, &str),
        began: Date,
    ) -> Option<Date> {
        let place = self.place(to);
        let steps = template.transitions.iter();
        let goes_on = steps.clone().filter(|step| step.from == from);
        let other_way = goes_on
            .filter(|step| self.place(&step.to) > place)
            .filter_map(|step| journey.come(&step.to, began))
            .min();
        if other_way.is_some() || !template.stages.get(place)?.optional {
            return other_way;
        }
        // What only follows it says that it has come.
        let follows = |stage: &str| {
            let mut into = steps.clone().filter(|step| step.to == stage).peekable();
            into.peek().is_some() && into.all(|step| step.from == to)
        };
        let beyond = self.beyond(journey, to, began);
        if beyond.clone().any(|(stage, _)| follows(stage)) {
            return None;
        }
        beyond.map(|(_, day)| day).min()
    }

    /// When a wait was over, and by what; without a cause it was only watched so far.
    fn end(
        &self,
        template: &Template,
        journey: &Journey,
        (from, to): (&str, &str),
        began: Date,
        come: Option<Date>,
    ) -> Option<(Date, Option<Cause>)> {
        // A question that the applicant has to answer stops the government's clock.
        let asked = self.asked(template, journey, (from, to), began);
        if let Some(asked) = asked.filter(|(day, _)| come.is_none_or(|come| *day < come)) {
            let (day, is_known) = asked;
            return is_known.then_some((day, None));
        }
        if let Some(come) = come {
            return Some((come, Some(COME)));
        }
        if let Some(day) = self.passed(template, journey, (from, to), began) {
            return Some((day, Some(PASSED)));
        }
        // Somebody has forgotten to say when it came.
        if self.is_beyond(journey, to, began) {
            return None;
        }
        match journey.ended {
            Some((cause, on)) if on >= began => Some((on, cause)),
            Some(_) => None,
            None => Some((journey.confirmed.max(began), None)),
        }
    }
}
