//! The closed loop: everybody talks, and says the next thing once the last is acknowledged and has
//! come back.

use std::{sync::atomic::Ordering, time::Duration};

use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    Error,
    args::Scale,
    crowd::{Crowd, Part},
    door::{Door, Seat},
    usage::{self, Usage},
};

/// How many rooms of how many people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) rooms: usize,
    pub(crate) members: usize,
}

impl Shape {
    pub(crate) const ALL: [Self; 3] = [
        Self {
            rooms: 1,
            members: 200,
        },
        Self {
            rooms: 10,
            members: 20,
        },
        Self {
            rooms: 100,
            members: 10,
        },
    ];

    pub(crate) fn people(self) -> usize {
        self.rooms * self.members
    }

    pub(crate) fn name(self) -> String {
        let rooms = if self.rooms == 1 { "room" } else { "rooms" };
        format!("{} {rooms} of {}", self.rooms, self.members)
    }
}

/// The processes whose CPU time is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Processes {
    /// This program, which has started the server.
    pub(crate) own: i32,
    pub(crate) server: i32,
    pub(crate) postgres: i32,
    pub(crate) redis: i32,
}

impl Processes {
    fn usage(self) -> [Usage; 3] {
        [self.server, self.postgres, self.redis].map(Usage::of)
    }
}

/// What a closed loop of one shape gave.
#[derive(Debug, Clone)]
pub(crate) struct Closed {
    pub(crate) deliveries_per_second: f64,
    pub(crate) accepted_per_second: f64,
    /// CPU time per delivery, in microseconds: the server's, PostgreSQL's, Redis's.
    pub(crate) cpu: [f64; 3],
    /// The server's resident bytes at the end.
    pub(crate) resident: u64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// Deliveries of acknowledged messages that did not come.
    pub(crate) missing: u64,
    /// Deliveries that came more than once.
    pub(crate) doubled: u64,
    pub(crate) refused: u64,
    pub(crate) broken: u64,
    /// Cores that programs took which have nothing to do with it.
    pub(crate) others: f64,
}

impl Closed {
    /// Whether it says what the server can do, rather than how it fails.
    pub(crate) fn is_sound(&self) -> bool {
        self.refused + self.broken + self.missing + self.doubled == 0
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a measurement are far below 2^52"
)]
pub(crate) async fn measure(
    door: Door,
    processes: Processes,
    shape: Shape,
    seats: Vec<(Seat, Vec<Uuid>)>,
    scale: Scale,
) -> Result<Closed, Error> {
    let crowd = Crowd::gather(door, seats, Part::Converse).await?;
    crowd.begin(1);
    sleep(scale.warm_up).await;

    let meter = &crowd.meter;
    let (before, used) = (meter.counts(), processes.usage());
    let (own, whole) = (Usage::of(processes.own), usage::of_machine());
    let from = meter.now();
    meter.time(from, u64::MAX);
    sleep(scale.closed).await;
    let after = meter.counts();
    meter.time(from, meter.now());

    // CPU time is that of all that was begun, to its end: servers differ in what they put off.
    crowd.hush();
    settle(&crowd, shape.members as u64).await;
    let (end, using) = (meter.counts(), processes.usage());
    let others = usage::of_machine()
        .saturating_sub(whole)
        .saturating_sub(Usage::of(processes.own).since(&own))
        .saturating_sub(using[1].since(&used[1]))
        .saturating_sub(using[2].since(&used[2]));
    let (latencies, members) = (meter.latencies(), shape.members as u64);
    let seconds = after.at.duration_since(before.at).as_secs_f64();
    let delivered = (end.delivered - before.delivered) as f64;
    let cpu = [0, 1, 2].map(|which: usize| {
        using[which].since(&used[which]).as_secs_f64() * 1_000_000.0 / delivered.max(1.0)
    });
    let result = Closed {
        deliveries_per_second: (after.delivered - before.delivered) as f64 / seconds,
        accepted_per_second: (after.accepted - before.accepted) as f64 / seconds,
        cpu,
        resident: using[0].resident,
        p50: Duration::from_micros(latencies.value_at_quantile(0.5)),
        p99: Duration::from_micros(latencies.value_at_quantile(0.99)),
        missing: (end.accepted * members).saturating_sub(end.delivered),
        doubled: end.delivered.saturating_sub(end.accepted * members)
            + meter.doubled.load(Ordering::Relaxed),
        refused: meter.refused.load(Ordering::Relaxed),
        broken: meter.broken.load(Ordering::Relaxed),
        others: others.as_secs_f64() / end.at.duration_since(before.at).as_secs_f64(),
    };
    crowd.leave().await;
    Ok(result)
}

/// The one of several that took the middle amount of the server's CPU time. It is sound only if all
/// are: what one of them has lost counts.
pub(crate) fn middle(mut turns: Vec<Closed>) -> Closed {
    turns.sort_by(|one, other| one.cpu[0].total_cmp(&other.cpu[0]));
    let (mut missing, mut doubled, mut refused, mut broken) = (0, 0, 0, 0);
    for turn in &turns {
        missing += turn.missing;
        doubled += turn.doubled;
        refused += turn.refused;
        broken += turn.broken;
    }
    Closed {
        missing,
        doubled,
        refused,
        broken,
        ..turns.swap_remove(turns.len() / 2)
    }
}

/// Waits until everything acknowledged has been delivered to so many listeners, or until nothing has
/// arrived for long; a minute at most.
pub(crate) async fn settle(crowd: &Crowd, listeners: u64) {
    const PAUSE: Duration = Duration::from_millis(250);
    let (mut last, mut quiet) = (crowd.meter.counts(), 0);
    for _ in 0..240 {
        sleep(PAUSE).await;
        let now = crowd.meter.counts();
        let same = (now.accepted, now.delivered) == (last.accepted, last.delivered);
        quiet = if same { quiet + 1 } else { 0 };
        let complete = now.delivered >= now.accepted * listeners;
        if quiet >= if complete { 4 } else { 20 } {
            return;
        }
        last = now;
    }
}
