//! Chance, all of it from one seed: the same seed makes the same plan.
//!
//! `SplitMix64`: small, and good enough to choose rooms and moments. Each client and each link has
//! dice of its own, forked by name, so that one more throw here changes nothing there.

use std::hash::{DefaultHasher, Hash, Hasher};

#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Other dice, which depend on these and the name alone.
    pub(crate) fn fork(&self, name: &str) -> Self {
        Self(digest(&(self.0, name)))
    }

    pub(crate) fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to `end`, without it; 0 where there is nothing to choose from.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.throw() % end).unwrap_or(0)
    }

    /// From 0 to 1.
    pub(crate) fn unit(&mut self) -> f64 {
        let bits = u32::try_from(self.throw() >> 32).unwrap_or(0);
        f64::from(bits) / f64::from(u32::MAX)
    }

    /// Whether something that happens in so many of 1,000 cases does.
    pub(crate) fn happens(&mut self, per_mille: u64) -> bool {
        self.throw() % 1000 < per_mille
    }

    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let at = self.below(all.len());
        all.get(at)
    }
}

/// The same for the same value, in every run of one build.
pub(crate) fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same() {
        let throws = |seed| {
            let mut dice = Dice::new(seed).fork("client 3");
            (0..20).map(|_| dice.below(100)).collect::<Vec<_>>()
        };
        assert_eq!(throws(7), throws(7));
        assert_ne!(throws(7), throws(8));
        assert!(throws(7).iter().all(|throw| *throw < 100));
    }
}
