//! How often what was foretold came true: what is kept of each person, and what is told of all.

use uuid::Uuid;

use super::{
    FEWEST_FOR_RANGES,
    edition::{Case, Edition, is_safe},
    figures::{Share, percent, to_five},
};
use crate::journeys::survival::{Cause, Level, Spell, wilson};

/// What became of a forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It ended between the first week and the last one.
    Within,
    /// It ended before or after that, or still goes on.
    Outside,
    /// Nobody has said.
    Unknown,
}

impl Fate {
    const ALL: [Self; 3] = [Self::Within, Self::Outside, Self::Unknown];

    fn cause(self) -> Cause {
        match self {
            Self::Within => 1,
            Self::Outside => 2,
            Self::Unknown => 3,
        }
    }

    /// So many forecasts of somebody's for one step, as a case, so that a ledger can compare it. Its days are none:
    /// it begins at the number of the step, and is as long as there are forecasts.
    pub fn case(self, owner: Uuid, step: usize, forecasts: u32) -> Case {
        let entry = f64::from(u32::try_from(step).unwrap_or(u32::MAX));
        Case {
            owner,
            spell: Spell {
                entry,
                time: entry + f64::from(forecasts),
                cause: Some(self.cause()),
            },
        }
    }
}

/// What is told of how often ranges of eighty percent were right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// For how many there were forecasts of which it is known what became of them, to the nearest five.
    pub people: usize,
    /// How many of these forecasts there were, to the nearest five.
    pub forecasts: usize,
    /// Those that were right, in percent.
    pub within: Share,
    /// Between which two that lies, at a level that goes by people: somebody's forecasts go right or wrong together.
    pub lower: Share,
    pub upper: Share,
    /// Of how many more nobody has said what became of them, to the nearest five. None if they are fewer than five
    /// people's.
    pub unknown: Option<usize>,
}

impl Coverage {
    /// None below [`FEWEST_FOR_RANGES`] people.
    pub fn of(edition: &Edition, level: Level) -> Option<Self> {
        let [within, outside, unknown] = Fate::ALL.map(|fate| {
            let cause = Some(fate.cause());
            forecasts(edition.cases().filter(|case| case.spell.cause == cause))
        });
        let known = edition.only(|case| case.spell.cause != Some(Fate::Unknown.cause()));
        let people = known.owners().count();
        if people < FEWEST_FOR_RANGES {
            return None;
        }
        let unknown_of = edition.only(|case| case.spell.cause == Some(Fate::Unknown.cause()));
        let share = within / (within + outside);
        let cases = f64::from(u32::try_from(people).unwrap_or(u32::MAX));
        let band = wilson(share, cases, level);
        Some(Self {
            people: to_five(people),
            forecasts: to_five(whole(within + outside)),
            within: percent(share),
            lower: percent(band.lower),
            upper: percent(band.upper),
            unknown: is_safe(unknown_of.owners().count()).then(|| to_five(whole(unknown))),
        })
    }
}

fn forecasts(cases: impl Iterator<Item = Case>) -> f64 {
    cases.map(|case| case.spell.time - case.spell.entry).sum()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of forecasts"
)]
fn whole(count: f64) -> usize {
    count as usize
}
