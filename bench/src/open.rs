//! The open loop: messages come when they are due, whether or not the server keeps up. A latency
//! counts from the moment at which the message was due, so that waiting is not left out.

use std::{thread, time::Duration};

use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    Error,
    args::Scale,
    closed::Shape,
    crowd::{Crowd, Part},
    door::{Door, Seat},
    schedule::{Schedule, is_borne},
    usage::Usage,
};

/// The shape in which latency is measured against load.
pub(crate) const SHAPE: Shape = Shape {
    rooms: 10,
    members: 20,
};

/// How long a message may still arrive after the last was due.
const GRACE: Duration = Duration::from_secs(1);

/// What one rate gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    /// Messages a second.
    pub(crate) rate: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// The server's CPU time per delivery, in microseconds, the first second's included.
    pub(crate) cpu: f64,
    /// Deliveries that were due, and that came.
    pub(crate) wanted: u64,
    pub(crate) arrived: u64,
}

impl Open {
    pub(crate) fn is_borne(&self) -> bool {
        is_borne(self.wanted, self.arrived, self.p99)
    }

    #[expect(clippy::cast_precision_loss, reason = "a room has few members")]
    pub(crate) fn deliveries_per_second(&self) -> f64 {
        self.rate * SHAPE.members as f64
    }
}

/// Tries the rates in order, and stops after the second that is not borne.
pub(crate) async fn climb(
    door: Door,
    server: i32,
    seats: &[(Seat, Vec<Uuid>)],
    rates: &[f64],
    scale: Scale,
) -> Result<Vec<Open>, Error> {
    let mut steps = Vec::new();
    for &rate in rates {
        steps.push(measure(door, server, seats.to_vec(), rate, scale).await?);
        if steps.iter().filter(|step: &&Open| !step.is_borne()).count() == 2 {
            break;
        }
    }
    Ok(steps)
}

/// Tries one rate twice more, and puts the middle one of the three in place of what was measured: one
/// slow moment of the disk is in the 99th percentile of a few seconds.
pub(crate) async fn repeat(
    door: Door,
    server: i32,
    seats: &[(Seat, Vec<Uuid>)],
    step: &mut Open,
    scale: Scale,
) -> Result<(), Error> {
    let mut tries = vec![*step];
    for _ in 0..2 {
        tries.push(measure(door, server, seats.to_vec(), step.rate, scale).await?);
    }
    tries.sort_by_key(|tried| tried.p99);
    *step = tries[1];
    Ok(())
}

/// Talks at one rate for a while.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a measurement are far below 2^52"
)]
pub(crate) async fn measure(
    door: Door,
    server: i32,
    seats: Vec<(Seat, Vec<Uuid>)>,
    rate: f64,
    scale: Scale,
) -> Result<Open, Error> {
    let crowd = Crowd::gather(door, seats, Part::Recite).await?;
    let used = Usage::of(server);
    let start = crowd.meter.now() + 50_000;
    let warm_up = Duration::from_secs(1);
    let schedule = Schedule::new(start, rate, warm_up + scale.open);
    let from = start + 1_000_000;
    crowd.meter.time(from, u64::MAX);

    // A thread of its own: the runtime's timers are as coarse as what is measured here.
    let crowd = tokio::task::spawn_blocking(move || {
        for (number, due) in schedule.times().enumerate() {
            let due_at = crowd.meter.instant(due);
            thread::sleep(due_at.saturating_duration_since(std::time::Instant::now()));
            // Neighbours on the schedule are in different rooms.
            crowd.say(number * (SHAPE.members + 1) % crowd.len(), due);
        }
        crowd
    })
    .await?;
    sleep(GRACE).await;

    let used = Usage::of(server).since(&used).as_secs_f64();
    let delivered = crowd.meter.counts().delivered.max(1) as f64;
    let latencies = crowd.meter.latencies();
    let timed = schedule.times().filter(|due| *due >= from).count();
    crowd.leave().await;
    Ok(Open {
        rate,
        p50: Duration::from_micros(latencies.value_at_quantile(0.5)),
        p99: Duration::from_micros(latencies.value_at_quantile(0.99)),
        cpu: used * 1_000_000.0 / delivered,
        wanted: (timed * SHAPE.members) as u64,
        arrived: latencies.len(),
    })
}
