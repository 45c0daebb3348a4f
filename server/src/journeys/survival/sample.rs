//! The cases that statistics are made from.

use thiserror::Error;

/// What ended a wait, where several things can: any numbering of the caller's, for example 1 approved,
/// 2 refused, 3 withdrawn.
pub type Cause = u16;

/// One case between two stages, from when it was watched until it ended or was last heard of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spell {
    /// Days after the start from which on the case was watched; 0: from its start.
    pub entry: f64,
    /// Days from the start to the end, or to the last day on which it was known to go on.
    pub time: f64,
    /// What ended it; none: it is censored, still going on at `time`.
    pub cause: Option<Cause>,
}

impl Spell {
    /// Watched from its start.
    pub fn new(time: f64, cause: Option<Cause>) -> Self {
        Self {
            entry: 0.0,
            time,
            cause,
        }
    }
}

/// Why cases cannot be counted. `index` counts from 0.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum InvalidSample {
    #[error("{times} times, but {others} of what belongs to them")]
    Lengths { times: usize, others: usize },
    #[error("case {index}: {value} is not a number of days of 0 or more")]
    Days { index: usize, value: f64 },
    /// It was entered when it was over, so it tells nothing.
    #[error("case {index} was over before it was watched")]
    NeverWatched { index: usize },
    #[error("{0} is not a number of days of 0 or more")]
    Duration(f64),
}

/// Cases whose numbers are sound. May be empty; their order means nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    spells: Vec<Spell>,
}

impl Sample {
    /// Times in days, whether the event came at each (otherwise the case was still open), and since when
    /// each case was watched (none: all from their start).
    pub fn new(
        times: &[f64],
        events: &[bool],
        entries: Option<&[f64]>,
    ) -> Result<Self, InvalidSample> {
        same_length(times, events)?;
        Self::together(
            times,
            events.iter().map(|&event| event.then_some(1)),
            entries,
        )
    }

    /// As [`Sample::new`], with what ended each case; 0: it was still open.
    pub fn with_causes(
        times: &[f64],
        causes: &[Cause],
        entries: Option<&[f64]>,
    ) -> Result<Self, InvalidSample> {
        same_length(times, causes)?;
        Self::together(
            times,
            causes.iter().map(|&cause| (cause != 0).then_some(cause)),
            entries,
        )
    }

    fn together(
        times: &[f64],
        causes: impl Iterator<Item = Option<Cause>>,
        entries: Option<&[f64]>,
    ) -> Result<Self, InvalidSample> {
        if let Some(entries) = entries {
            same_length(times, entries)?;
        }
        let entry = |index: usize| entries.map_or(0.0, |entries| entries[index]);
        Self::from_spells(
            times
                .iter()
                .zip(causes)
                .enumerate()
                .map(|(index, (&time, cause))| Spell {
                    entry: entry(index),
                    time,
                    cause,
                }),
        )
    }

    pub fn from_spells(spells: impl IntoIterator<Item = Spell>) -> Result<Self, InvalidSample> {
        spells
            .into_iter()
            .enumerate()
            .map(|(index, spell)| {
                let days = |value: f64| sound(value).ok_or(InvalidSample::Days { index, value });
                let (entry, time) = (days(spell.entry)?, days(spell.time)?);
                if entry > 0.0 && entry >= time {
                    return Err(InvalidSample::NeverWatched { index });
                }
                Ok(Spell {
                    entry,
                    time,
                    ..spell
                })
            })
            .collect::<Result<_, _>>()
            .map(|spells| Self { spells })
    }

    pub fn spells(&self) -> &[Spell] {
        &self.spells
    }

    pub fn len(&self) -> usize {
        self.spells.len()
    }

    pub fn is_empty(&self) -> bool {
        self.spells.is_empty()
    }

    /// How many have ended, by whatever cause.
    pub fn events(&self) -> usize {
        self.spells
            .iter()
            .filter(|spell| spell.cause.is_some())
            .count()
    }

    /// The same cases where only `cause` counts as an end: whatever else ended one censors it.
    #[must_use]
    pub fn only(&self, cause: Cause) -> Self {
        self.map(|spell| Spell {
            cause: spell.cause.filter(|&ended| ended == cause),
            ..spell
        })
    }

    /// The cases that went on for more than `waited` days, counted anew from that day.
    pub fn after(&self, waited: f64) -> Result<Self, InvalidSample> {
        let waited = sound(waited).ok_or(InvalidSample::Duration(waited))?;
        let spells = self.spells.iter().filter(|spell| spell.time > waited);
        Self::from_spells(spells.map(|spell| Spell {
            entry: (spell.entry - waited).max(0.0),
            time: spell.time - waited,
            cause: spell.cause,
        }))
    }

    fn map(&self, change: impl Fn(Spell) -> Spell) -> Self {
        Self {
            spells: self.spells.iter().copied().map(change).collect(),
        }
    }
}

/// A finite number of days, never -0, which would sort before 0.
pub(super) fn sound(days: f64) -> Option<f64> {
    (days.is_finite() && days >= 0.0).then_some(days + 0.0)
}

fn same_length<T>(times: &[f64], others: &[T]) -> Result<(), InvalidSample> {
    if times.len() == others.len() {
        return Ok(());
    }
    Err(InvalidSample::Lengths {
        times: times.len(),
        others: others.len(),
    })
}
