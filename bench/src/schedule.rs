//! When each message of an open loop is due, whatever the server does.

use std::time::Duration;

/// Messages at even distances. Times are microseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    start: u64,
    /// Messages a second.
    rate: f64,
    count: u64,
}

impl Schedule {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of messages is positive and small"
    )]
    pub(crate) fn new(start: u64, rate: f64, length: Duration) -> Self {
        let count = (rate * length.as_secs_f64()).round() as u64;
        Self { start, rate, count }
    }

    /// When each is due, in order.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "times of a measurement are far below 2^52 microseconds"
    )]
    pub(crate) fn times(self) -> impl Iterator<Item = u64> {
        (0..self.count).map(move |number| {
            self.start + (number as f64 / self.rate * 1_000_000.0).round() as u64
        })
    }
}

/// Whether a rate was borne: all that was due has arrived, and in time that a person would bear.
pub(crate) fn is_borne(wanted: u64, arrived: u64, p99: Duration) -> bool {
    arrived >= wanted - wanted / 100 && p99 <= Duration::from_millis(500)
}

/// The rates that are tried, of a server that was seen to carry `most` messages a second.
pub(crate) fn ladder(most: f64, quick: bool) -> Vec<f64> {
    let steps: &[f64] = if quick {
        &[0.25, 0.5, 0.75, 1.0]
    } else {
        &[0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.15]
    };
    steps.iter().map(|step| step * most).collect()
}

/// The rates that are tried of the others: those of Django up to what it just bears, and beyond.
pub(crate) fn ladder_of_others(tried: &[f64], borne: f64, quick: bool) -> Vec<f64> {
    let beyond: &[f64] = if quick {
        &[4.0, 16.0]
    } else {
        &[2.0, 4.0, 8.0, 16.0, 24.0, 32.0, 48.0, 64.0]
    };
    let below = tried.iter().copied().filter(|rate| *rate < borne * 0.55);
    below
        .chain([borne])
        .chain(beyond.iter().map(|times| times * borne))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_due_at_even_distances_from_the_start() {
        let schedule = Schedule::new(5, 4.0, Duration::from_secs(1));
        let times: Vec<_> = schedule.times().collect();
        assert_eq!(times, [5, 250_005, 500_005, 750_005]);
    }

    #[test]
    fn a_rate_is_borne_if_nearly_all_arrive_soon() {
        let soon = Duration::from_millis(20);
        assert!(is_borne(1000, 990, soon));
        assert!(!is_borne(1000, 989, soon));
        assert!(!is_borne(1000, 1000, Duration::from_secs(1)));
    }

    #[test]
    fn the_others_are_asked_for_what_django_just_bears() {
        let rates = ladder_of_others(&ladder(100.0, false), 80.0, false);
        assert_eq!(rates[..3], [10.0, 30.0, 80.0]);
        assert!(rates.is_sorted());
    }
}
