//! Two samples compared by their ranks (Mann and Whitney's U): how well one value alone tells which of the
//! two it is of.
//!
//! The measure is the AUC: the chance that a value of the first sample is above one of the second, ties
//! counting half. 0.5 says that a value tells nothing, 0 and 1 that it tells all. Ranks, and not means, because
//! times have long tails: a few slow moments of the machine hide any difference of means, and move no rank
//! by much. It does not see two samples that differ in spread alone; and what else the machine does widens
//! both and brings the AUC nearer to 0.5, so that only a quiet one finds what is small.
//!
//! Of `n` and `m` equal times the AUC is normal around 0.5 with the standard error
//! √((n + m + 1) / (12 · n · m)), 0.0144 for 800 of each and 0.0409 for 100. From that follows [`bound`]:
//!
//! | Of each | Bound | Equal times fail | An AUC of 0.6 is found | of 0.62 | of 0.7 |
//! |--:|--:|--:|--:|--:|--:|
//! | 800 | 0.060 | 3 in 100,000 | 99.7 % | 99.998 % | always |
//! | 100 | 0.164 | 6 in 100,000 | 6 % | 14 % | 81 % |
//!
//! An AUC of 0.6 is that of two normal distributions which lie 0.36 standard deviations apart, of 0.76
//! one whole.

/// How far from 0.5 an AUC may be, where the samples are large enough to tell.
const MOST: f64 = 0.06;

/// Standard errors that it may be where they are not: equal times fail once in 16,000 times.
const ERRORS: f64 = 4.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ranks {
    /// The chance that one of the first is above one of the second.
    pub(crate) auc: f64,
    /// How far that is from 0.5, in standard errors.
    pub(crate) errors: f64,
    pub(crate) bound: f64,
}

impl Ranks {
    /// None if one of the samples is empty: nothing was measured then, and nothing holds.
    pub(crate) fn of(first: &[u64], second: &[u64]) -> Option<Self> {
        if first.is_empty() || second.is_empty() {
            return None;
        }
        let (n, m) = (count(first.len()), count(second.len()));
        let (sum, ties) = rank(first, second);
        let auc = (sum - n * (n + 1.0) / 2.0) / (n * m);
        let all = n + m;
        let spread = all + 1.0 - ties / (all * (all - 1.0));
        // Nothing but ties: one value, which tells nothing.
        let errors = if spread > 0.0 {
            (auc - 0.5) / (spread / (12.0 * n * m)).sqrt()
        } else {
            0.0
        };
        Some(Self {
            auc,
            errors,
            bound: bound(n, m),
        })
    }

    /// Whether one value tells too little to be of use.
    pub(crate) fn are_alike(&self) -> bool {
        (self.auc - 0.5).abs() <= self.bound
    }
}

fn bound(n: f64, m: f64) -> f64 {
    MOST.max(ERRORS * ((n + m + 1.0) / (12.0 * n * m)).sqrt())
}

/// The sum of the ranks that the first sample has among all values, from 1 on, equal ones sharing theirs;
/// and the sum of t³ − t over all groups of t equal values.
fn rank(first: &[u64], second: &[u64]) -> (f64, f64) {
    let of = |values: &[u64], is_first| {
        let values = values.iter().map(move |value| (*value, is_first));
        values.collect::<Vec<_>>()
    };
    let mut all = [of(first, true), of(second, false)].concat();
    all.sort_unstable();
    let (mut sum, mut ties, mut below) = (0.0, 0.0, 0.0);
    for equal in all.chunk_by(|one, other| one.0 == other.0) {
        let size = count(equal.len());
        let ours = count(equal.iter().filter(|(_, is_first)| *is_first).count());
        sum += ours * (below + f64::midpoint(size, 1.0));
        ties += size.powi(3) - size;
        below += size;
    }
    (sum, ties)
}

#[expect(clippy::cast_precision_loss, reason = "samples are far below 2^52")]
fn count(length: usize) -> f64 {
    length as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    /// Times with a long tail: about 30,000, about 2,000 apart, one in 50 much slower.
    fn times(dice: &mut Dice, count: usize, later: u64) -> Vec<u64> {
        let mut one = || {
            // A sum of 12 throws is as good as normal, with the standard deviation of one of them · √12.
            let bell: usize = (0..12).map(|_| dice.below(2001)).sum();
            let slow = if dice.below(50) == 0 { 40_000 } else { 0 };
            18_000 + bell as u64 + slow + later
        };
        (0..count).map(|_| one()).collect()
    }

    /// How many of 200 pairs of samples are found to differ.
    fn found(count: usize, later: u64) -> usize {
        let mut dice = Dice::new(1);
        let pairs = (0..200).map(|_| {
            let known = times(&mut dice, count, later);
            Ranks::of(&known, &times(&mut dice, count, 0)).unwrap()
        });
        pairs.filter(|ranks| !ranks.are_alike()).count()
    }

    #[test]
    fn equal_times_are_alike() {
        assert_eq!((found(800, 0), found(100, 0)), (0, 0));
    }

    #[test]
    fn a_difference_of_one_standard_deviation_is_always_found() {
        assert_eq!(found(800, 2000), 200);
        assert!(found(100, 2000) > 190);
    }

    #[test]
    fn an_auc_of_0_6_is_found_by_800_of_each() {
        // The tail takes some of it: 0.36 standard deviations would be 716.
        let found = found(800, 740);
        assert!(found >= 195, "{found}");
    }

    #[test]
    fn a_value_that_is_always_above_tells_all_and_one_that_is_below_too() {
        let (low, high) = ([1, 2, 3], [4, 5, 6]);
        assert!((Ranks::of(&high, &low).unwrap().auc - 1.0).abs() < 1e-9);
        assert!(Ranks::of(&low, &high).unwrap().auc.abs() < 1e-9);
        let low: Vec<u64> = (0..100).collect();
        let high: Vec<u64> = (100..200).collect();
        assert!(!Ranks::of(&high, &low).unwrap().are_alike());
        assert!(!Ranks::of(&low, &high).unwrap().are_alike());
    }

    #[test]
    fn equal_values_share_their_rank() {
        // The pairs: 1 < 2 twice, 2 = 2 twice, 3 > 2 twice, of six.
        let ranks = Ranks::of(&[1, 2, 3], &[2, 2]).unwrap();
        assert!((ranks.auc - 0.5).abs() < 1e-9);
        let ranks = Ranks::of(&[2, 3], &[1, 2]).unwrap();
        assert!((ranks.auc - 0.875).abs() < 1e-9);
        // U is 3.5, 1.5 above its mean; without the tie its variance is 20/12, of which the tie takes a tenth.
        assert!((ranks.errors - 1.5 / 1.5_f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn one_value_alone_tells_nothing() {
        let ranks = Ranks::of(&[7; 50], &[7; 50]).unwrap();
        assert!((ranks.auc - 0.5).abs() < 1e-9 && ranks.errors.abs() < 1e-9);
        assert!(ranks.are_alike());
    }

    #[test]
    fn what_was_not_measured_is_not_compared() {
        assert_eq!(Ranks::of(&[], &[1]), None);
        assert_eq!(Ranks::of(&[1], &[]), None);
    }
}
