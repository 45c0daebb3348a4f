//! Durable sends: what Layover acknowledges in a second, against what plain clients can insert into
//! the same PostgreSQL.

use uuid::Uuid;

use tokio::time::sleep;

use crate::{
    Error,
    args::Scale,
    closed::settle,
    crowd::{Crowd, Part},
    database::Database,
    door::{Door, Seat},
};

/// Plain clients, each with a connection.
const PLAIN: usize = 16;

/// Unacknowledged messages of one connection.
const AHEAD: usize = 32;

/// Rooms, senders, and in how many of the rooms each sender speaks.
const SPREAD: (usize, usize, usize) = (1000, 256, 32);

/// Senders in the hot room, who do not listen, beside two listeners.
const HOT_SENDERS: usize = 16;
const HOT_LISTENERS: usize = 2;

/// How often each is measured. One after the other and in turns, so that a disk that has a slow moment
/// is slow for all of them; the middle one counts.
const ROUNDS: usize = 3;

/// Messages a second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Durable {
    pub(crate) plain: f64,
    pub(crate) spread: f64,
    pub(crate) hot: f64,
}

pub(crate) async fn measure(
    door: Door,
    database: &mut Database,
    scale: Scale,
) -> Result<Durable, Error> {
    let [mut plain, mut spreads, mut hots] = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        let inserts = database.plain_inserts(PLAIN, scale.warm_up, scale.closed);
        plain.push(inserts.await?);
        spreads.push(spread(door, database, scale).await?);
        hots.push(hot(door, database, scale).await?);
    }
    Ok(Durable {
        plain: middle(plain),
        spread: middle(spreads),
        hot: middle(hots),
    })
}

fn middle(mut measured: Vec<f64>) -> f64 {
    measured.sort_by(f64::total_cmp);
    measured
        .get(measured.len() / 2)
        .copied()
        .unwrap_or_default()
}

async fn spread(door: Door, database: &mut Database, scale: Scale) -> Result<f64, Error> {
    let (rooms, senders, each) = SPREAD;
    let people = database.people(senders).await?;
    let rooms = database.rooms(rooms, people[0].id).await?;
    let (mut pairs, mut seats) = (Vec::new(), Vec::new());
    for (user, person) in people.into_iter().enumerate() {
        // Neither multiple comes round within one sender's rooms: each is another one.
        let own = (0..each).map(|turn| rooms[(user * 37 + turn * 31) % rooms.len()]);
        let own: Vec<Uuid> = own.collect();
        pairs.extend(own.iter().map(|room| (*room, person.id)));
        let seat = Seat {
            user,
            cookie: person.cookie,
            room: own[0],
        };
        seats.push((seat, own));
    }
    database.join(&pairs).await?;
    let crowd = Crowd::gather(door, seats, Part::Post).await?;
    accepted_per_second(crowd, scale).await
}

async fn hot(door: Door, database: &mut Database, scale: Scale) -> Result<f64, Error> {
    let people = database.people(HOT_SENDERS + HOT_LISTENERS).await?;
    let room = database.rooms(1, people[0].id).await?[0];
    let pairs: Vec<_> = people.iter().map(|person| (room, person.id)).collect();
    database.join(&pairs).await?;
    let seats = people.into_iter().enumerate().map(|(user, person)| {
        let cookie = person.cookie;
        (Seat { user, cookie, room }, vec![room])
    });
    let (listeners, senders): (Vec<_>, Vec<_>) =
        seats.partition(|(seat, _)| seat.user < HOT_LISTENERS);
    let listeners = Crowd::gather(door, listeners, Part::Recite).await?;
    let senders = Crowd::gather(door, senders, Part::Post).await?;
    let accepted = accepted_per_second(senders, scale).await?;
    listeners.leave().await;
    Ok(accepted)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a measurement are far below 2^52"
)]
async fn accepted_per_second(crowd: Crowd, scale: Scale) -> Result<f64, Error> {
    crowd.begin(AHEAD);
    sleep(scale.warm_up).await;
    let before = crowd.meter.counts();
    sleep(scale.closed).await;
    let after = crowd.meter.counts();
    crowd.hush();
    settle(&crowd, 0).await;
    crowd.unhurt()?;
    crowd.leave().await;
    let seconds = after.at.duration_since(before.at).as_secs_f64();
    Ok((after.accepted - before.accepted) as f64 / seconds)
}
