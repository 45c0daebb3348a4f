//! Whether offices wait for different times, said of all of them at once: no list of who is slower.

use super::{FEWEST_FOR_COMPARISON, edition::Edition};
use crate::journeys::survival::{InvalidSample, LogRank, Sample, log_rank};

/// What is told of offices together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// How many were compared.
    pub offices: usize,
    pub test: LogRank,
}

impl Comparison {
    /// Compares those offices that have enough people. None if fewer than two have, or if nobody waited there at
    /// the same length as anybody elsewhere.
    pub fn of<'a>(
        offices: impl IntoIterator<Item = &'a Edition>,
    ) -> Result<Option<Self>, InvalidSample> {
        let groups = offices
            .into_iter()
            .filter(|edition| edition.owners().count() >= FEWEST_FOR_COMPARISON)
            .map(|edition| Sample::from_spells(edition.cases().map(|case| case.spell)))
            .collect::<Result<Vec<_>, _>>()?;
        if groups.len() < 2 {
            return Ok(None);
        }
        let test = log_rank(&groups);
        Ok((test.degrees > 0).then_some(Self {
            offices: groups.len(),
            test,
        }))
    }
}
