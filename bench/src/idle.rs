//! Many idle connections: what one costs, and what happens when all come back at once.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use futures::{SinkExt, StreamExt, TryStreamExt, stream};
use serde_json::json;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;
use url::Url;

use crate::{
    Error,
    args::Args,
    closed::Shape,
    database::Database,
    door::{Door, Seat, Socket},
    frame::Event,
    service::Service,
    target::Target,
    usage::Usage,
};

/// People in each of the rooms that are listened to.
const MEMBERS: usize = 10;

/// What each has missed when it comes back.
const MISSED: i64 = 3;

/// How many connect at the same time, when none is in a hurry.
const AT_ONCE: usize = 64;

/// How long the server may take to let everybody in again, before this gives up.
const PATIENCE: Duration = Duration::from_mins(1);

/// The shortest and the longest bound of a client's pause before it tries again.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(5)];

#[derive(Debug, Clone, Copy)]
pub(crate) struct Idle {
    pub(crate) connections: usize,
    /// The server's resident bytes without connections, and with all.
    pub(crate) resident: [u64; 2],
    /// From the server's being ready until the last had what it missed; none if that never was.
    pub(crate) back: Option<Duration>,
    /// Tries that failed after the server was ready.
    pub(crate) refused: u64,
    /// How long the server took to be ready again after it was killed.
    pub(crate) restart: Duration,
}

impl Idle {
    /// Bytes for each connection.
    pub(crate) fn each(&self) -> u64 {
        self.resident[1].saturating_sub(self.resident[0]) / self.connections as u64
    }
}

/// What those who come back have in common.
#[derive(Default)]
struct Ready {
    /// Whether the server is ready again.
    now: AtomicBool,
    /// Tries that began since, and failed.
    refused: AtomicU64,
}

pub(crate) async fn measure(
    args: &Args,
    url: &Url,
    database: &mut Database,
) -> Result<Idle, Error> {
    let connections = args.scale().connections;
    let shape = Shape {
        rooms: connections / MEMBERS,
        members: MEMBERS,
    };
    let seats: Vec<Seat> = database
        .seats(shape)
        .await?
        .into_iter()
        .map(|s| s.0)
        .collect();
    let author = database.people(1).await?[0].id;
    for members in seats.chunks(MEMBERS) {
        database
            .fill(members[0].room, author, 0, MISSED, PATIENCE)
            .await?;
    }
    database.rest().await?;

    let service = Service::start(Target::Layover, args, url).await?;
    let door = service.door;
    // What the first connections of all bring into being is not theirs.
    for seat in &seats[..20] {
        subscribe(door, seat, 0, None).await?;
    }
    sleep(Duration::from_secs(1)).await;
    let without = Usage::of(service.pid()).resident;
    let entering = seats.iter().enumerate().map(|(number, seat)| async move {
        Ok::<_, Error>((seat.clone(), subscribe(door, seat, number, None).await?))
    });
    let sockets: Vec<_> = stream::iter(entering)
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    sleep(Duration::from_secs(5)).await;
    let with = Usage::of(service.pid()).resident;

    let ready = Arc::new(Ready::default());
    let mut clients = JoinSet::new();
    for (number, (seat, (socket, epoch))) in sockets.into_iter().enumerate() {
        let ready = Arc::clone(&ready);
        clients.spawn(async move {
            let client = Client {
                door,
                seat,
                number,
                epoch,
                ready,
            };
            client.run(socket).await
        });
    }
    let killed = Instant::now();
    service.crash().await?;
    let service = Service::start_at(Target::Layover, args, url, door.address).await?;
    let started = Instant::now();
    ready.now.store(true, Relaxed);
    let all = async {
        let mut kept = Vec::with_capacity(connections);
        while let Some(client) = clients.join_next().await {
            kept.push(client?);
        }
        Ok::<_, Error>(kept)
    };
    let kept = timeout(PATIENCE, all).await;
    let back = kept.is_ok().then(|| started.elapsed());
    if let Ok(kept) = kept {
        drop(kept?);
    }
    service.stop().await?;
    Ok(Idle {
        connections,
        resident: [without, with],
        back,
        refused: ready.refused.load(Relaxed),
        restart: started - killed,
    })
}

/// One address has not ports enough for all.
fn source(number: usize) -> Ipv4Addr {
    Ipv4Addr::new(
        127,
        0,
        0,
        2 + u8::try_from(number / 4000 % 250).unwrap_or_default(),
    )
}

/// Connects and hears the room; what was missed since the number is waited for. Tells the epoch.
async fn subscribe(
    door: Door,
    seat: &Seat,
    number: usize,
    since: Option<(i64, &str)>,
) -> Result<(Socket, String), Error> {
    let mut socket = door.connect(seat, source(number)).await?;
    let mut subscribe = json!({"type": "subscribe", "room": seat.room});
    if let Some((since, epoch)) = since {
        subscribe["since"] = since.into();
        subscribe["epoch"] = epoch.into();
    }
    for frame in [json!({"type": "hello"}), subscribe] {
        socket.feed(Message::text(frame.to_string())).await?;
    }
    socket.flush().await?;
    let (mut epoch, mut wanted, mut have) = (None, None, since.map_or(i64::MAX, |since| since.0));
    while epoch.is_none() || wanted.is_none_or(|wanted| have < wanted) {
        match door.next(&mut socket).await? {
            Event::Welcome { epoch: now } => epoch = Some(now),
            Event::Subscribed { head } => wanted = Some(head),
            Event::Delivered { last, .. } => have = have.max(last),
            Event::Refused { why } => return Err(why.into()),
            Event::Answer { .. } | Event::Accepted | Event::Other => {}
        }
    }
    Ok((socket, epoch.unwrap_or_default()))
}

/// Somebody who is connected, loses the connection, and comes back.
struct Client {
    door: Door,
    seat: Seat,
    number: usize,
    epoch: String,
    ready: Arc<Ready>,
}

impl Client {
    /// Done when it is back and has what it missed.
    async fn run(self, mut socket: Socket) -> Socket {
        while let Some(Ok(_)) = socket.next().await {}
        drop(socket);
        let [mut bound, longest] = PAUSES;
        loop {
            sleep(up_to(bound)).await;
            // It had the room's first number; all that was said since, it has missed.
            let since = Some((1, self.epoch.as_str()));
            let ready = self.ready.now.load(Relaxed);
            let tried = subscribe(self.door, &self.seat, self.number, since).await;
            if let Ok((socket, _)) = tried {
                return socket;
            }
            self.ready.refused.fetch_add(u64::from(ready), Relaxed);
            bound = (bound * 2).min(longest);
        }
    }
}

/// A random time up to the bound.
fn up_to(bound: Duration) -> Duration {
    let random = getrandom::u32().unwrap_or_default();
    bound.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_come_from_addresses_of_this_machine() {
        for number in [0, 3_999, 4_000, 9_999, 1_000_000] {
            assert!(source(number).is_loopback());
        }
        assert_ne!(source(3_999), source(4_000));
    }

    #[test]
    fn pauses_stay_below_their_bound() {
        assert!((0..100).all(|_| up_to(PAUSES[0]) <= PAUSES[0]));
    }
}
