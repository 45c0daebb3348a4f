//! Whole weeks: a day tells whose it is more often than a week does.

use uuid::Uuid;

use super::{FEWEST, edition::Edition};

const DAYS: f64 = 7.0;

/// How many people there are at the beginning of a week.
#[derive(Clone, Debug, Default)]
pub(super) struct Week {
    /// Watched then, and waiting.
    pub(super) watched: Tally,
    /// Known to wait for longer.
    pub(super) longer: Tally,
    /// Those of them for whom it came later.
    pub(super) ended: Tally,
}

/// Counts people who come in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) people: usize,
    last: Option<Uuid>,
}

impl Tally {
    fn count(&mut self, owner: Uuid) {
        if self.last != Some(owner) {
            self.last = Some(owner);
            self.people += 1;
        }
    }
}

pub(super) fn days(week: usize) -> f64 {
    f64::from(u32::try_from(week).unwrap_or(u32::MAX)) * DAYS
}

/// The week whose end is the first at or after so many days.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "samples hold finite numbers of 0 or more, and a cast saturates"
)]
pub(crate) fn until(days: f64) -> usize {
    (days / DAYS).ceil() as usize
}

/// The whole weeks that are over by then.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "samples hold finite numbers of 0 or more, and a cast saturates"
)]
pub(crate) fn before(days: f64) -> usize {
    (days / DAYS).floor() as usize
}

/// The weeks in which anybody waits. The first holds everybody.
pub(super) fn of(edition: &Edition) -> Vec<Week> {
    let mut weeks: Vec<Week> = Vec::new();
    for case in edition.cases() {
        let entered = until(case.spell.entry);
        let end = until(case.spell.time).max(1);
        if weeks.len() < end {
            weeks.resize(end, Week::default());
        }
        for (number, week) in weeks.iter_mut().enumerate().take(end) {
            week.longer.count(case.owner);
            if case.spell.cause.is_some() {
                week.ended.count(case.owner);
            }
            if number >= entered {
                week.watched.count(case.owner);
            }
        }
    }
    weeks
}

/// Whom the curve rests on, week by week: those who are watched at its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ground {
    /// The first week from which on enough are watched, until there are too few for good.
    pub(crate) first: usize,
    /// The last week at whose beginning enough are watched.
    pub(crate) last: usize,
}

impl Ground {
    /// Whether it may be told that something had happened by the end of so many weeks: who waits longer than the last
    /// five is told of by nobody's name, but by nearly as much.
    pub(crate) fn reaches(&self, week: usize) -> bool {
        week <= self.last + 1
    }

    /// From how many are watched at the beginning of each week; none if they are never enough. Who has joined in the
    /// middle of a wait is known to have waited, and is watched from then on only: where few are watched and others are
    /// yet to join, the curve falls by what happens to one of them.
    pub(crate) fn of(
        watched: impl DoubleEndedIterator<Item = usize> + ExactSizeIterator + Clone,
    ) -> Option<Self> {
        let last = watched.clone().rposition(|people| people >= FEWEST)?;
        let thin = watched.take(last).rposition(|people| people < FEWEST);
        Some(Self {
            first: thin.map_or(0, |thin| thin + 1),
            last,
        })
    }
}
