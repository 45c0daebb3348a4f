//! How long to wait before Redis is tried again: exponential, with full jitter.
//!
//! Invariant: nodes that lost Redis together do not come back together.

use std::time::Duration;

use tokio::time::sleep;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Whether nothing has failed of late.
    pub(super) fn is_fresh(&self) -> bool {
        self.failures == 0
    }

    /// A link that stood for long is no sign that the next attempt fails too. One that is lost as
    /// soon as it stands, again and again, is.
    pub(super) async fn wait_after(&mut self, attempt: Duration) {
        // An attempt that timed out has waited already and is no link that stood.
        if attempt > 3 * LONGEST {
            self.failures = 0;
        }
        let longest = self.longest();
        self.failures = self.failures.saturating_add(1);
        sleep(longest.mul_f64(fraction())).await;
    }

    fn longest(&self) -> Duration {
        LONGEST.min(FIRST * 2_u32.saturating_pow(self.failures.min(10)))
    }
}

/// From 0 to 1.
fn fraction() -> f64 {
    // Without randomness the wait is the longest: slower, and right.
    getrandom::u32().map_or(1.0, |random| f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_two_seconds() {
        let waits = [0, 1, 2, 3, 4, 5, 6, u32::MAX].map(|failures| Backoff { failures }.longest());
        assert_eq!(
            waits.map(|wait| wait.as_millis()),
            [100, 200, 400, 800, 1600, 2000, 2000, 2000]
        );
    }
}
