//! What is counted and timed while a crowd talks. Times are microseconds since the meter was made.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;

use crate::frame::Said;

/// Many tasks record at once; each shard is rarely contended.
const SHARDS: usize = 16;

pub(crate) struct Meter {
    origin: Instant,
    pub(crate) accepted: AtomicU64,
    pub(crate) delivered: AtomicU64,
    /// Deliveries of what a listener had already.
    pub(crate) doubled: AtomicU64,
    /// Sends that were not carried out.
    pub(crate) refused: AtomicU64,
    /// Connections that ended before they should.
    pub(crate) broken: AtomicU64,
    /// Messages that were sent from here on, until `to`, are timed.
    from: AtomicU64,
    to: AtomicU64,
    shards: Vec<Mutex<Histogram<u64>>>,
}

/// Counts at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) at: Instant,
    pub(crate) accepted: u64,
    pub(crate) delivered: u64,
}

impl Meter {
    pub(crate) fn new() -> Self {
        Self {
            origin: Instant::now(),
            accepted: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
            doubled: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            broken: AtomicU64::new(0),
            from: AtomicU64::new(u64::MAX),
            to: AtomicU64::new(u64::MAX),
            shards: (0..SHARDS).map(|_| Mutex::new(histogram())).collect(),
        }
    }

    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// The instant of one of this meter's times.
    pub(crate) fn instant(&self, time: u64) -> Instant {
        self.origin + Duration::from_micros(time)
    }

    /// Times the messages that are sent in this stretch.
    pub(crate) fn time(&self, from: u64, to: u64) {
        self.from.store(from, Relaxed);
        self.to.store(to, Relaxed);
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts {
            at: Instant::now(),
            accepted: self.accepted.load(Relaxed),
            delivered: self.delivered.load(Relaxed),
        }
    }

    /// Records messages that a listener has got now, by when each was sent.
    pub(crate) fn deliver(&self, listener: usize, said: &[Said]) {
        if said.is_empty() {
            return;
        }
        self.delivered.fetch_add(said.len() as u64, Relaxed);
        let now = self.now();
        let timed = self.from.load(Relaxed)..self.to.load(Relaxed);
        let mut histogram = self.shards[listener % SHARDS]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for said in said.iter().filter(|said| timed.contains(&said.at)) {
            histogram.saturating_record(now.saturating_sub(said.at).max(1));
        }
    }

    /// All that was timed, of all listeners.
    pub(crate) fn latencies(&self) -> Histogram<u64> {
        let mut all = histogram();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            all.add(&*shard)
                .expect("both hold the same range of values");
        }
        all
    }
}

/// From a microsecond to two minutes, to three digits.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 120_000_000, 3).expect("the bounds are in order")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_listeners_got_is_merged_and_only_what_was_sent_in_the_window_is_timed() {
        let meter = Meter::new();
        let said = |at| Said { at, by: 0 };
        meter.deliver(0, &[said(0)]);
        meter.time(0, 10);
        meter.deliver(1, &[said(0), said(9)]);
        meter.deliver(1 + SHARDS, &[said(5), said(10)]);
        assert_eq!(meter.latencies().len(), 3);
        assert_eq!(meter.counts().delivered, 5);
    }
}
