//! The judge: nine invariants over a history, the final database and the clients' final states.
//!
//! Pure. Each invariant is a function from the evidence to the breaches it found; a breach says
//! where to look.

mod access;
mod delivery;
mod evidence;
mod health;
#[cfg(test)]
mod made;
mod order;
mod state;

use std::{collections::BTreeMap, fmt};

pub(crate) use self::evidence::{Evidence, Final, Interval, Limits, Memory, Row, Rows, Settled};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Invariant {
    /// Acknowledged ⇒ in the database and at every entitled client.
    I1,
    /// No id applied twice.
    I2,
    /// The same sequence number has the same content everywhere.
    I3,
    /// Nothing uncommitted is delivered.
    I4,
    /// A sender's order holds.
    I5,
    /// Folded state equals the database's within the limit.
    I6,
    /// Nothing after removal.
    I7,
    /// Memory and queues are bounded.
    I8,
    /// Each operation ends, and healthy clients are served in time.
    I9,
}

impl Invariant {
    pub(crate) const ALL: [Self; 9] = [
        Self::I1,
        Self::I2,
        Self::I3,
        Self::I4,
        Self::I5,
        Self::I6,
        Self::I7,
        Self::I8,
        Self::I9,
    ];
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What the counts say of a history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) operations: usize,
    /// Sends, edits and deletions.
    pub(crate) acknowledged: usize,
    pub(crate) failed: usize,
    pub(crate) unknown: usize,
    /// Sockets that were lost, or could not be made.
    pub(crate) closed: usize,
    /// Rows applied by clients.
    pub(crate) delivered: usize,
    /// Acknowledged sends that the database or an entitled client does not have.
    pub(crate) lost: usize,
    /// Ids that stand twice somewhere.
    pub(crate) doubled: usize,
    /// Milliseconds.
    pub(crate) acknowledgement_p99: u64,
    /// Milliseconds.
    pub(crate) delivery_p99: u64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Verdict {
    pub(crate) counts: Counts,
    /// The breaches of each invariant that is broken.
    pub(crate) breaches: BTreeMap<Invariant, Vec<String>>,
}

impl Verdict {
    pub(crate) fn holds(&self) -> bool {
        self.breaches.is_empty()
    }
}

/// Judges all nine.
pub(crate) fn judge(evidence: &Evidence) -> Verdict {
    let delivery = delivery::lost(evidence);
    let doubled = delivery::doubled(evidence);
    let mut verdict = Verdict {
        counts: health::counts(evidence),
        breaches: BTreeMap::new(),
    };
    verdict.counts.lost = delivery.len();
    verdict.counts.doubled = doubled.len();
    for (invariant, found) in [
        (Invariant::I1, delivery),
        (Invariant::I2, doubled),
        (Invariant::I3, state::contradictions(evidence)),
        (Invariant::I4, state::inventions(evidence)),
        (Invariant::I5, order::disorder(evidence)),
        (Invariant::I6, state::unlike_the_database(evidence)),
        (Invariant::I7, access::heard_after_removal(evidence)),
        (Invariant::I8, health::unbounded(evidence)),
        (Invariant::I9, health::unserved(evidence)),
    ] {
        if !found.is_empty() {
            verdict.breaches.insert(invariant, found);
        }
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::{judge, made::sound};

    #[test]
    fn a_sound_history_is_counted_and_breaks_nothing() {
        let verdict = judge(&sound());
        assert!(verdict.holds(), "{:?}", verdict.breaches);
        let counts = verdict.counts;
        assert_eq!(
            (counts.operations, counts.acknowledged, counts.delivered),
            (3, 3, 6)
        );
        assert_eq!((counts.lost, counts.doubled), (0, 0));
        assert_eq!(counts.acknowledgement_p99, 1);
    }
}
