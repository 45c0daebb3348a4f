//! How much one person may ask for, over all of their sockets: a bucket of tokens each.
//!
//! Asking for more is not refused but slowed down, so that nothing is lost and the order stays; a
//! client that never lets up is closed by its reader.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use app::ids::UserId;
use tokio::time::Instant;

/// What the hub allows each person. Zero is no limit.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Tokens per second; a send costs one.
    pub rate: u32,
    /// How many tokens can be saved up.
    pub burst: u32,
    /// Rooms that one socket listens to.
    pub subscriptions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rate: 20,
            burst: 100,
            subscriptions: 200,
        }
    }
}

#[derive(Debug)]
struct Bucket {
    /// Below zero: the owner is waiting for what they have already taken.
    tokens: f64,
    as_of: Instant,
}

#[derive(Debug)]
pub(super) struct Rates {
    rate: f64,
    burst: f64,
    buckets: Mutex<HashMap<UserId, Bucket>>,
}

impl Rates {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            rate: limits.rate.into(),
            burst: limits.burst.into(),
            buckets: Mutex::default(),
        }
    }

    /// Takes tokens, and returns how long to wait before going on.
    pub(super) fn take(&self, user: UserId, tokens: f64, now: Instant) -> Duration {
        if self.rate <= 0.0 {
            return Duration::ZERO;
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(user).or_insert(Bucket {
            tokens: self.burst,
            as_of: now,
        });
        let earned = (now - bucket.as_of).as_secs_f64() * self.rate;
        bucket.tokens = (bucket.tokens + earned).min(self.burst) - tokens;
        bucket.as_of = now;
        if bucket.tokens >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-bucket.tokens / self.rate)
        }
    }

    /// Forgets those who have their whole burst again: a bucket outlives the sockets of its owner.
    pub(super) fn forget_full(&self, now: Instant) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.retain(|_, bucket| {
            let earned = (now - bucket.as_of).as_secs_f64() * self.rate;
            bucket.tokens + earned < self.burst
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_free_and_what_follows_comes_at_the_rate() {
        let rates = Rates::new(&Limits {
            rate: 10,
            burst: 5,
            subscriptions: 0,
        });
        let (user, now) = (UserId::new(), Instant::now());
        for _ in 0..5 {
            assert_eq!(rates.take(user, 1.0, now), Duration::ZERO);
        }
        assert_eq!(rates.take(user, 1.0, now), Duration::from_millis(100));
        assert_eq!(rates.take(user, 1.0, now), Duration::from_millis(200));
        assert_eq!(rates.take(UserId::new(), 1.0, now), Duration::ZERO);
        let later = now + Duration::from_secs(1);
        assert_eq!(rates.take(user, 1.0, later), Duration::ZERO);
        rates.forget_full(later);
        assert_eq!(rates.take(user, 8.0, later), Duration::from_millis(400));
        rates.forget_full(later + Duration::from_mins(1));
        assert_eq!(rates.take(user, 5.0, later), Duration::ZERO);
    }

    #[test]
    fn no_rate_is_no_limit() {
        let limits = Limits {
            rate: 0,
            ..Limits::default()
        };
        let rates = Rates::new(&limits);
        let now = Instant::now();
        assert_eq!(rates.take(UserId::new(), 1e9, now), Duration::ZERO);
    }
}
