//! What a cell holds on a day.

use uuid::Uuid;

use super::FEWEST;
use crate::journeys::survival::{InvalidSample, Sample, Spell};

/// A wait and whose it is. Owners are compared with each other only: a pseudonym serves as well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    pub owner: Uuid,
    pub spell: Spell,
}

/// A case as it is compared: by its owner first, and its numbers by their bits.
type Key = (Uuid, u64, u64, Option<u16>);

/// The cases of a cell, in an order of their own. Equal cases of one owner are one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edition {
    keys: Vec<Key>,
}

impl Edition {
    /// Refuses what [`Sample`] refuses.
    pub fn new(cases: impl IntoIterator<Item = Case>) -> Result<Self, InvalidSample> {
        let cases: Vec<_> = cases.into_iter().collect();
        let sample = Sample::from_spells(cases.iter().map(|case| case.spell))?;
        let mut keys: Vec<_> = cases
            .iter()
            .zip(sample.spells())
            .map(|(case, spell)| {
                let (entry, time) = (spell.entry.to_bits(), spell.time.to_bits());
                (case.owner, entry, time, spell.cause)
            })
            .collect();
        keys.sort_unstable();
        keys.dedup();
        Ok(Self { keys })
    }

    /// By owner.
    pub fn cases(&self) -> impl Iterator<Item = Case> + '_ {
        self.keys.iter().map(|&(owner, entry, time, cause)| Case {
            owner,
            spell: Spell {
                entry: f64::from_bits(entry),
                time: f64::from_bits(time),
                cause,
            },
        })
    }

    /// Each owner once.
    pub(super) fn owners(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.keys
            .chunk_by(|a, b| a.0 == b.0)
            .map(|cases| cases[0].0)
    }

    /// Only the cases that `keep` likes.
    pub(super) fn only(&self, keep: impl Fn(&Case) -> bool) -> Self {
        let keys = self.keys.iter().zip(self.cases());
        Self {
            keys: keys
                .filter_map(|(&key, case)| keep(&case).then_some(key))
                .collect(),
        }
    }

    /// What is in `self` and not in `other`.
    pub(super) fn without(&self, other: &Self) -> Self {
        let mut others = other.keys.iter().peekable();
        let mut is_other = |key: &&Key| {
            while others.next_if(|other| other < key).is_some() {}
            others.peek() == Some(key)
        };
        Self {
            keys: self
                .keys
                .iter()
                .filter(|key| !is_other(key))
                .copied()
                .collect(),
        }
    }

    pub(super) fn together<'a>(editions: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut keys: Vec<_> = editions
            .into_iter()
            .flat_map(|edition| edition.keys.iter().copied())
            .collect();
        // The stable sort, since it finds what is in order already.
        keys.sort();
        keys.dedup();
        Self { keys }
    }
}

/// Whether a difference may be seen: it concerns nobody, or [`FEWEST`] people or more.
pub(super) fn is_safe(owners: usize) -> bool {
    owners == 0 || owners >= FEWEST
}

/// How many owners the differences between the editions of each pair concern, counted up to [`FEWEST`].
pub(super) fn concerned(pairs: &[(&Edition, &Edition)]) -> usize {
    let mut owners: Vec<Uuid> = Vec::new();
    for (one, other) in pairs {
        for owner in differing(&one.keys, &other.keys) {
            if !owners.contains(&owner) {
                owners.push(owner);
            }
            if owners.len() == FEWEST {
                return FEWEST;
            }
        }
    }
    owners.len()
}

/// The owners of keys that only one of two sorted lists has.
fn differing<'a>(mut one: &'a [Key], mut other: &'a [Key]) -> impl Iterator<Item = Uuid> + 'a {
    std::iter::from_fn(move || {
        loop {
            match (one.split_first(), other.split_first()) {
                (Some((a, rest)), Some((b, others))) if a == b => (one, other) = (rest, others),
                (Some((a, rest)), None) => {
                    one = rest;
                    return Some(a.0);
                }
                (Some((a, rest)), Some((b, _))) if a < b => {
                    one = rest;
                    return Some(a.0);
                }
                (_, Some((b, others))) => {
                    other = others;
                    return Some(b.0);
                }
                (None, None) => return None,
            }
        }
    })
}
