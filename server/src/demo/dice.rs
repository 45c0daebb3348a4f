//! Chance from a seed: the same seed makes the same community.

use uuid::{Builder, Uuid};

/// `SplitMix64`.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Between 0 and 1, both excluded.
    fn share(&mut self) -> f64 {
        let high = u32::try_from(self.roll() >> 32).unwrap_or(u32::MAX);
        (f64::from(high) + 0.5) / (f64::from(u32::MAX) + 1.0)
    }

    /// From 0 to `end`, without it; 0 where there is nothing to choose from.
    pub(super) fn below(&mut self, end: i64) -> i64 {
        let end = u64::try_from(end).unwrap_or(0).max(1);
        i64::try_from(self.roll() % end).unwrap_or(0)
    }

    /// As often as that share of all.
    pub(super) fn falls(&mut self, share: f64) -> bool {
        self.share() < share
    }

    pub(super) fn choose<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let end = i64::try_from(all.len()).unwrap_or(i64::MAX);
        &all[usize::try_from(self.below(end)).unwrap_or(0)]
    }

    /// One of them, each as often as its weight says.
    pub(super) fn weigh<'a, T>(&mut self, all: &'a [T], weight: impl Fn(&T) -> u32) -> &'a T {
        let mut left = self.below(all.iter().map(|one| i64::from(weight(one))).sum());
        let found = all.iter().find(|one| {
            left -= i64::from(weight(one));
            left < 0
        });
        found.unwrap_or(&all[0])
    }

    pub(super) fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            let end = i64::try_from(last + 1).unwrap_or(i64::MAX);
            all.swap(last, usize::try_from(self.below(end)).unwrap_or(0));
        }
    }

    /// Log-normal: half of all are below the median.
    pub(super) fn log_normal(&mut self, median: f64, spread: f64) -> f64 {
        // By Box and Muller.
        let (radius, angle) = (self.share(), self.share());
        let normal = (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos();
        median * (spread * normal).exp()
    }

    /// An id as of a moment, in milliseconds since 1970.
    pub(super) fn id(&mut self, at: i64) -> Uuid {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.roll().to_le_bytes());
        bytes[8..].copy_from_slice(&self.roll().to_le_bytes()[..2]);
        Builder::from_unix_timestamp_millis(u64::try_from(at).unwrap_or(0), &bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_and_another_one_something_else() {
        let drawn = |seed| {
            let mut dice = Dice::new(seed);
            (0..100).map(|_| dice.id(0)).collect::<Vec<_>>()
        };
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
    }

    #[test]
    fn half_of_all_waits_are_below_the_median() {
        let mut dice = Dice::new(1);
        let below = (0..10_000).filter(|_| dice.log_normal(200.0, 0.4) < 200.0);
        assert!((4_800..5_200).contains(&below.count()));
    }
}
