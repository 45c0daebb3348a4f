//! How fast all that people send in to a node may come, so that chat keeps the cores and the disk.
//!
//! Nobody is refused: what has arrived waits, and the network holds back what follows it.

use std::{
    sync::{Mutex, PoisonError},
    thread::available_parallelism,
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// Bytes a second for each core of the machine.
const RATE: f64 = 32.0 * 1024.0 * 1024.0;

/// How much of a quiet while may be made up for.
const SAVED: Duration = Duration::from_millis(20);

pub(super) struct Intake {
    /// Bytes a second, of all together.
    rate: f64,
    /// When all that was let in so far has taken its time.
    next: Mutex<Option<Instant>>,
}

impl Intake {
    #[expect(
        clippy::cast_precision_loss,
        reason = "machines have fewer cores than 2^52"
    )]
    pub(super) fn new() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self {
            rate: RATE * cores as f64,
            next: Mutex::default(),
        }
    }

    /// Waits until so many bytes more may be written, in the order of asking.
    pub(super) async fn admit(&self, bytes: usize) {
        sleep_until(self.place(bytes, Instant::now())).await;
    }

    /// Takes the next place in the queue, and returns when it is due.
    #[expect(
        clippy::cast_precision_loss,
        reason = "pieces are far below 2^52 bytes"
    )]
    fn place(&self, bytes: usize, now: Instant) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let earliest = now.checked_sub(SAVED).unwrap_or(now);
        let due = next.map_or(earliest, |next| next.max(earliest));
        *next = Some(due + Duration::from_secs_f64(bytes as f64 / self.rate));
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intake(rate: f64) -> Intake {
        Intake {
            rate,
            next: Mutex::default(),
        }
    }

    #[test]
    fn what_all_bring_together_comes_at_one_rate() {
        let intake = intake(1000.0);
        let now = Instant::now();
        let dues = [100; 10].map(|bytes| intake.place(bytes, now));
        // The first waits for nobody, and a quiet while came before.
        let expected: [Instant; 10] = std::array::from_fn(|place| {
            now - SAVED + Duration::from_millis(100) * u32::try_from(place).unwrap()
        });
        assert_eq!(dues, expected);
    }

    #[tokio::test]
    async fn nobody_is_let_in_before_their_time() {
        let intake = intake(1000.0);
        let begin = Instant::now();
        intake.admit(50).await;
        intake.admit(1).await;
        assert!(begin.elapsed() >= Duration::from_millis(30));
    }

    #[test]
    fn a_long_quiet_while_is_not_made_up_for_at_once() {
        let intake = intake(1000.0);
        let begin = Instant::now();
        intake.place(100, begin);
        let later = begin + Duration::from_mins(10);
        assert!(intake.place(100, later) <= later);
        let third = intake.place(100, later);
        assert_eq!(third, later - SAVED + Duration::from_millis(100));
        assert!(intake.place(100, later) > third);
    }
}
