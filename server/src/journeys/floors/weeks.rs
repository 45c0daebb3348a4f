//! Whole weeks: a day tells whose it is more often than a week does.

use uuid::Uuid;

use super::edition::Edition;

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
pub(super) fn until(days: f64) -> usize {
    (days / DAYS).ceil() as usize
}

/// The whole weeks that are over by then.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "samples hold finite numbers of 0 or more, and a cast saturates"
)]
pub(super) fn before(days: f64) -> usize {
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
