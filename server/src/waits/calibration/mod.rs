//! How often what was foretold has come true. Pure but for `store`.
//!
//! The record is played back: for the end of each of the last months the statistics are made once more from what had been
//! recorded by then, everybody who was waiting is given the weeks between which eight in ten would be through, and
//! what came is held against them.
//! Invariant: nothing goes into a forecast that was recorded after its day, but for what has no history
//! (`docs/statistics.md`).

mod crowd;
mod history;
pub(super) mod store;
#[cfg(test)]
mod tests;

use std::{cmp::Reverse, collections::BTreeMap};

use app::{
    journeys::{Clock, Date, Precision},
    waits::{Calibration, CalibrationStep, StageName},
};
use uuid::Uuid;

pub(super) use self::history::{History, Said, Stay};
use self::{
    crowd::{Crowds, WEEK, Watched, Window},
    store::Shown,
};
use super::cells::{
    Cells, Family, Journey, MOST_OF_ONE_KIND, Places, QUARTERS_OF_ALL, QUARTERS_OF_OFFICE,
};
use crate::journeys::{
    floors::{Case, Fate},
    survival::InvalidSample,
    templates::{Catalogue, Template, Transition},
    wire,
};

/// How many months' ends are looked back at.
const MONTHS: usize = 24;

/// How many people at most are given a forecast for a step at the end of a month.
const MOST_A_MONTH: usize = 200;

/// After so many days without a word nobody is taken to be still waiting.
const SILENT: i32 = 92;

/// Under which family editions of this kind are kept. No stage has such a key.
pub(super) fn family(template: &str) -> Family {
    Family {
        template: template.to_owned(),
        from: String::new(),
        to: String::new(),
    }
}

/// What became of everybody's forecasts: of a whole template under `[]`, of a step under `[from, to]`.
pub(super) fn of(
    catalogue: &Catalogue,
    histories: &[History],
    today: Date,
) -> Result<Cells, InvalidSample> {
    let mut own: BTreeMap<(&str, Uuid), usize> = BTreeMap::new();
    for history in histories {
        *own.entry((&history.template, history.owner)).or_default() += 1;
    }
    let mut kinds: BTreeMap<&str, Vec<(&History, Journey)>> = BTreeMap::new();
    for history in histories {
        if own[&(&*history.template, history.owner)] <= MOST_OF_ONE_KIND
            && let Some(now) = history.now()
        {
            let kind = kinds.entry(&history.template).or_default();
            kind.push((history, now));
        }
    }
    let mut cells = Cells::new();
    for (slug, journeys) in kinds {
        let Some(template) = catalogue.template(slug) else {
            continue;
        };
        let record = Record {
            places: Places::of(catalogue, template),
            template,
            journeys,
            today,
        };
        let cases = record.cases()?;
        let paths = cells.entry(family(slug)).or_default();
        for (step, case) in cases {
            let path = vec![step.from.clone(), step.to.clone()];
            paths.entry(path).or_default().push(case);
            paths.entry(Vec::new()).or_default().push(case);
        }
    }
    Ok(cells)
}

/// All journeys of one kind, each with what is known of it now.
struct Record<'a> {
    places: Places<'a>,
    template: &'a Template,
    journeys: Vec<(&'a History, Journey)>,
    today: Date,
}

/// Somebody who was waiting at the end of a month.
struct Open<'a> {
    owner: Uuid,
    office: Option<&'a str>,
    since: Date,
    /// What is known now: until when it has gone on, and whether it ended then.
    until: Date,
    has_ended: bool,
}

impl Record<'_> {
    /// How many forecasts of each kind everybody had for each step.
    fn cases(&self) -> Result<Vec<(&Transition, Case)>, InvalidSample> {
        let mut fates: BTreeMap<(usize, Uuid, Fate), u32> = BTreeMap::new();
        for end in ends_of_months(self.today) {
            let known: Vec<(&Journey, Journey)> = self
                .journeys
                .iter()
                .filter_map(|(history, now)| Some((now, history.as_of(end)?)))
                .collect();
            for (number, step) in self.steps() {
                for (owner, fate) in self.fates(step, &known, end)? {
                    *fates.entry((number, owner, fate)).or_default() += 1;
                }
            }
        }
        let steps = &self.template.transitions;
        let cases = fates.into_iter().map(|((number, owner, fate), forecasts)| {
            (&steps[number], fate.case(owner, number, forecasts))
        });
        Ok(cases.collect())
    }

    /// Those that must come: waits for what may come are over with what does, and would count twice.
    fn steps(&self) -> impl Iterator<Item = (usize, &Transition)> {
        let steps = self.template.transitions.iter().enumerate();
        steps.filter(|(_, step)| {
            step.clock == Clock::Government && !self.template.is_optional(&step.to)
        })
    }

    /// Of whom it was foretold at the end of a month, and what became of that.
    fn fates(
        &self,
        step: &Transition,
        known: &[(&Journey, Journey)],
        end: Date,
    ) -> Result<Vec<(Uuid, Fate)>, InvalidSample> {
        let mut watched = Vec::new();
        let mut open = Vec::new();
        for (now, then) in known {
            let wait = self
                .places
                .wait(self.template, then, &step.from, &step.to, end);
            let Some((began, spell)) = wait else {
                continue;
            };
            let ago = end.quarter() - began.quarter();
            if ago > QUARTERS_OF_ALL {
                continue;
            }
            let office = self
                .places
                .office(self.template, then, &step.from, &step.to);
            let office = office.filter(|_| ago <= QUARTERS_OF_OFFICE);
            watched.push(Watched {
                office,
                quarter: began.quarter(),
                owner: then.owner,
                spell,
            });
            open.extend(
                self.open(step, now, then, end)
                    .map(|(since, until, has_ended)| Open {
                        owner: then.owner,
                        office,
                        since,
                        until,
                        has_ended,
                    }),
            );
        }
        open.sort_by_key(|open| (rank(open.owner, end), open.owner, open.since));
        open.truncate(MOST_A_MONTH);
        let mut crowds = Crowds::of(watched);
        let mut fates = Vec::new();
        for open in open {
            let waited = end.since(open.since) / WEEK;
            let window = crowds.window(open.office, waited)?;
            let fate = window.and_then(|window| self.fate(&open, waited, window));
            fates.extend(fate.map(|fate| (open.owner, fate)));
        }
        Ok(fates)
    }

    /// Since when a journey waited at the end of a month, until when it did as is known now, and whether it ended
    /// then. None if it did not wait, or if nobody had said so for long.
    fn open(
        &self,
        step: &Transition,
        now: &Journey,
        then: &Journey,
        end: Date,
    ) -> Option<(Date, Date, bool)> {
        let (from, to) = (step.from.as_str(), step.to.as_str());
        let since = self.places.since(self.template, then, (from, to), end)?;
        // What is foretold after a second question is held against no wait that is counted.
        if then.first(from, Date::FIRST) != Some(since) {
            return None;
        }
        let (began, spell) = self.places.wait(self.template, now, from, to, self.today)?;
        let until = later(began, whole(spell.time))?;
        let has_ended = spell.cause.is_some();
        let was_waiting = until > end || !has_ended && end.since(until) <= SILENT;
        was_waiting.then_some((since, until, has_ended))
    }

    /// None as long as the last day is not past: who is early would be counted, and who is late would not.
    fn fate(&self, open: &Open<'_>, waited: i32, window: Window) -> Option<Fate> {
        let from = later(open.since, waited.checked_mul(WEEK)?)?;
        let earliest = later(from, window.first.checked_mul(WEEK)?)?;
        let latest = later(from, window.last?.checked_mul(WEEK)?)?;
        if latest >= self.today {
            return None;
        }
        Some(match open.has_ended {
            true if (earliest..=latest).contains(&open.until) => Fate::Within,
            true => Fate::Outside,
            false if open.until > latest => Fate::Outside,
            false => Fate::Unknown,
        })
    }
}

/// The last days of the months before a day, the latest first.
fn ends_of_months(today: Date) -> Vec<Date> {
    let ends = std::iter::successors(Some(today), |day| later(day.at(Precision::Month), -1));
    ends.skip(1).take(MONTHS).collect()
}

fn later(day: Date, days: i32) -> Option<Date> {
    Date::from_days(day.days().checked_add(days)?)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a wait has a few thousand days"
)]
fn whole(days: f64) -> i32 {
    days as i32
}

/// A lot that the same person draws for the same day each time (`SplitMix64`).
fn rank(owner: Uuid, day: Date) -> u64 {
    let (high, low) = owner.as_u64_pair();
    let day = u64::from(day.days().unsigned_abs());
    let mut mixed = high ^ low.rotate_left(32) ^ day.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// What is shown, a template at a time: those of which most is told first, and their steps in their order.
pub(super) fn told(catalogue: &Catalogue, shown: Vec<Shown>) -> Vec<Calibration> {
    let mut kinds: BTreeMap<String, Vec<Shown>> = BTreeMap::new();
    for one in shown {
        kinds.entry(one.template.clone()).or_default().push(one);
    }
    let kinds = kinds.into_iter().filter_map(|(slug, shown)| {
        let template = catalogue.template(&slug)?;
        let whole = shown.iter().find(|one| one.path.is_empty())?;
        let (made_on, coverage) = (whole.made_on, whole.coverage);
        let steps = template.transitions.iter().filter_map(|step| {
            let path = [step.from.as_str(), step.to.as_str()];
            let own = shown.iter().find(|one| one.path == path)?;
            Some(CalibrationStep {
                from: name(template, &step.from),
                to: name(template, &step.to),
                made_on: own.made_on,
                coverage: own.coverage,
            })
        });
        let steps = steps.collect();
        Some(Calibration {
            template: wire::line(template),
            made_on,
            coverage,
            steps,
        })
    });
    let mut kinds: Vec<_> = kinds.collect();
    kinds.sort_by_key(|kind| Reverse(kind.coverage.people));
    kinds
}

fn name(template: &Template, key: &str) -> StageName {
    let stage = template.stages.iter().find(|stage| stage.key == key);
    StageName {
        key: key.to_owned(),
        name: stage.map_or_else(|| key.to_owned(), |stage| stage.name.clone()),
    }
}
