//! Everything that is told of a cell, and nothing that is not.

use super::{
    FEWEST, FEWEST_EVENTS_FOR_CURVE, FEWEST_EVENTS_FOR_MEDIAN, FEWEST_FOR_CURVE, FEWEST_FOR_MEDIAN,
    FEWEST_FOR_RANGES,
    bars::Histogram,
    edition::{Edition, is_safe},
    ends::{self, Ending},
    weeks::{self, Ground, Week},
};
use crate::journeys::survival::{
    Curve, Incidences, Interval, InvalidSample, Level, Quantile, Sample,
};

/// A share in whole percent.
pub type Share = u8;

/// What is told of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// People, to the nearest five.
    pub people: usize,
    /// Those of them whose wait is over, to the nearest five. None if they, or those whose wait goes on, are too few
    /// for a count.
    pub ended: Option<usize>,
    /// How long it takes for somebody who has waited so many weeks: the first from the start, if enough were
    /// watched then, and then each week that [`FEWEST`] people fewer have reached, for as long as enough wait. Empty
    /// below the floor of a median.
    pub outlooks: Vec<Outlook>,
    /// The curve, a step a week from week 0 on, for as long as enough people wait. Empty below its floor.
    pub curve: Vec<Step>,
    /// How the waits have ended by the weeks of the curve.
    pub endings: Vec<Ending>,
    /// How many lasted for how long.
    pub histogram: Option<Histogram>,
}

/// What those who have waited for `waited` weeks may expect, in weeks from then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    pub waited: usize,
    /// The last week up to which it serves those who have waited for longer: fewer than [`FEWEST`] have gone since.
    pub until: usize,
    /// How many people it rests on, to the nearest five.
    pub people: usize,
    pub median: WaitInterval,
    /// None below its floor.
    pub ranges: Option<Ranges>,
}

/// Between `q10` and `q90` eight of ten are through, between `q25` and `q75` half of all. Rounded outwards to whole
/// weeks, so that a span holds no fewer than it says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranges {
    pub q10: Wait,
    pub q25: Wait,
    pub q75: Wait,
    pub q90: Wait,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaitInterval {
    pub estimate: Wait,
    pub lower: Wait,
    pub upper: Wait,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wait {
    /// Through by the end of so many weeks; where a span begins, not before.
    Weeks(usize),
    /// Beyond what is known: so many percent still wait after so many weeks.
    Beyond { weeks: usize, waiting: Share },
}

/// The share that still waits at the beginning of a week, with its band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub week: usize,
    pub waiting: Share,
    pub lower: Share,
    pub upper: Share,
}

impl Figures {
    /// None below [`FEWEST`] people. Whatever ended a case counts.
    pub fn of(edition: &Edition, level: Level) -> Result<Option<Self>, InvalidSample> {
        let weeks = weeks::of(edition);
        let Some(everybody) = weeks.first().filter(|week| week.longer.people >= FEWEST) else {
            return Ok(None);
        };
        let sample = Sample::from_spells(edition.cases().map(|case| case.spell))?;
        let incidences = Incidences::fit(&sample);
        let curve = &incidences.waiting;
        let mut figures = Self {
            people: to_five(everybody.longer.people),
            ended: ended(edition, everybody),
            outlooks: Vec::new(),
            curve: Vec::new(),
            endings: Vec::new(),
            histogram: Histogram::of(edition),
        };
        // A curve that breaks says nothing of those who enter after that.
        if curve.exhausted().is_none() {
            figures.outlooks = outlooks(curve, &weeks, level);
            figures.curve = steps(curve, &weeks, level);
            figures.endings = ends::of(edition, &incidences, figures.curve.len());
        }
        Ok(Some(figures))
    }
}

/// For how many it is over, if they and those for whom it goes on are enough.
fn ended(edition: &Edition, everybody: &Week) -> Option<usize> {
    let open = edition.only(|case| case.spell.cause.is_none());
    let ended = everybody.ended.people;
    (ended >= FEWEST && is_safe(open.owners().count())).then(|| to_five(ended))
}

fn outlooks(curve: &Curve, weeks: &[Week], level: Level) -> Vec<Outlook> {
    let mut outlooks = Vec::new();
    let mut before = usize::MAX;
    let Some(ground) = Ground::of(weeks.iter().map(|week| week.watched.people)) else {
        return outlooks;
    };
    for (waited, week) in weeks
        .iter()
        .enumerate()
        .take(ground.last + 1)
        .skip(ground.first)
    {
        let people = week.longer.people;
        if people < FEWEST_FOR_MEDIAN || week.ended.people < FEWEST_EVENTS_FOR_MEDIAN {
            break;
        }
        // Those of one week are among those of the week before: what differs is a few people's.
        if before - people < FEWEST || week.watched.people < FEWEST_FOR_MEDIAN {
            continue;
        }
        before = people;
        // From the start, those for whom it took no day count as well.
        let left = (waited > 0).then(|| curve.after(weeks::days(waited)));
        let curve = left.as_ref().unwrap_or(curve);
        let end = End::of(curve, ground, waited);
        let later = weeks[waited..].iter();
        let serves = later.take_while(|later| people - later.longer.people < FEWEST);
        outlooks.push(Outlook {
            waited,
            until: waited + serves.count() - 1,
            people: to_five(people),
            median: end.interval(curve.median(level)),
            ranges: (people >= FEWEST_FOR_RANGES).then(|| end.ranges(curve)),
        });
    }
    outlooks
}

fn steps(curve: &Curve, weeks: &[Week], level: Level) -> Vec<Step> {
    let enough = weeks.first().is_some_and(|everybody| {
        everybody.longer.people >= FEWEST_FOR_CURVE
            && everybody.ended.people >= FEWEST_EVENTS_FOR_CURVE
    });
    weeks
        .iter()
        .enumerate()
        .take_while(|(_, week)| enough && week.watched.people >= FEWEST)
        .map(|(week, _)| {
            let days = weeks::days(week);
            let band = curve.band(days, level);
            Step {
                week,
                waiting: percent(curve.survival(days)),
                lower: percent(band.lower),
                upper: percent(band.upper),
            }
        })
        .collect()
}

pub(super) fn to_five(count: usize) -> usize {
    (count + 2) / 5 * 5
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share is between 0 and 1"
)]
pub(super) fn percent(share: f64) -> Share {
    (share * 100.0).round() as Share
}

/// How far what is not reached is known not to be: after that too few are watched.
struct End {
    ground: Ground,
    waited: usize,
    weeks: usize,
    waiting: Share,
}

impl End {
    fn of(curve: &Curve, ground: Ground, waited: usize) -> Self {
        let weeks = ground.last - waited;
        Self {
            ground,
            waited,
            weeks,
            waiting: percent(curve.survival(weeks::days(weeks))),
        }
    }

    fn ranges(&self, curve: &Curve) -> Ranges {
        let window = curve.window();
        Ranges {
            q10: self.begin(window.q10),
            q25: self.begin(window.q25),
            q75: self.wait(window.q75),
            q90: self.wait(window.q90),
        }
    }

    fn interval(&self, days: Interval) -> WaitInterval {
        WaitInterval {
            estimate: self.wait(days.estimate),
            lower: self.begin(days.lower),
            upper: self.wait(days.upper),
        }
    }

    fn wait(&self, quantile: Quantile) -> Wait {
        self.told(quantile, weeks::until)
    }

    /// Where a span of whole weeks begins that holds the day.
    fn begin(&self, quantile: Quantile) -> Wait {
        self.told(quantile, weeks::before)
    }

    fn told(&self, quantile: Quantile, round: fn(f64) -> usize) -> Wait {
        let reached = |days: &f64| self.ground.reaches(self.waited + weeks::until(*days));
        let weeks = quantile.days().filter(reached).map(round);
        weeks.map_or(
            Wait::Beyond {
                weeks: self.weeks,
                waiting: self.waiting,
            },
            Wait::Weeks,
        )
    }
}
