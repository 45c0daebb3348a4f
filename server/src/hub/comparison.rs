//! Keeping this node up to date: once a second, and more often without the bus, it compares heads
//! with the database. That finds what got lost on the way, which the last of a room's changes can
//! without leaving a gap, and it is how a node hears of others at all when there is no bus.
//!
//! Invariant: a node that cannot compare for two seconds closes its sockets: it must not serve
//! people who may no longer listen.

use std::{sync::Arc, time::Duration};

use app::{
    ids::{RoomId, UserId},
    live::wire::CloseCode,
};
use sqlx::PgPool;
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use super::{bus::BusEvent, node::Hub, profiles::Changed, store, truth::Compared};
use crate::{error::Error, messages};

/// How often heads are compared while the bus is up, and everything else always.
const CALM: Duration = Duration::from_secs(1);

/// How often the heads of rooms are compared without the bus.
const ALERT: Duration = Duration::from_millis(250);

/// How long one comparison may take.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Without a comparison for this long, sockets are closed.
const BLIND: Duration = Duration::from_secs(2);

/// How long changes may be late before they are read from the database.
const GRACE: Duration = Duration::from_millis(50);

/// How often every session is looked at, whether or not anything has changed: sessions expire.
const EXPIRY: Duration = Duration::from_mins(1);

/// How many rooms are read at once.
pub(super) const READERS: u32 = 4;

/// How many connections this takes: comparing never waits for those who read.
pub(crate) const CONNECTIONS: u32 = READERS + 1;

/// Carries letters from the bus to the hub, until the bus ends.
pub(crate) async fn hear(hub: Arc<Hub>, mut events: mpsc::Receiver<BusEvent>) {
    while let Some(event) = events.recv().await {
        match event {
            BusEvent::Message { channel, payload } => hub.receive(channel, &payload),
            BusEvent::Down => tracing::warn!("the bus is away; delivery goes on, more slowly"),
            BusEvent::Up => {
                tracing::info!("the bus is up");
                hub.hurry();
            }
        }
    }
}

/// Reads what rooms have missed; ends with the hub.
pub(crate) async fn fill_gaps(hub: Arc<Hub>, pool: PgPool, mut gaps: mpsc::Receiver<RoomId>) {
    while let Some(room) = gaps.recv().await {
        tokio::spawn(fill(Arc::clone(&hub), pool.clone(), room));
    }
}

async fn fill(hub: Arc<Hub>, pool: PgPool, room: RoomId) {
    // What is missing may only be late.
    tokio::time::sleep(GRACE).await;
    let Some(since) = hub.missing_after(room) else {
        return;
    };
    let Ok(_reader) = hub.readers.acquire().await else {
        return;
    };
    let missed = match timeout(PATIENCE, messages::missed(&pool, room, since)).await {
        Ok(Ok(missed)) => Some(missed),
        // The next comparison tries again.
        Ok(Err(_)) | Err(_) => None,
    };
    hub.fill(room, missed);
}

/// Tells the sockets their heads, a part of them each second, for as long as the server lives. It
/// asks nobody, so that sockets hear of this node while the database does not answer.
pub(crate) async fn beat(hub: Arc<Hub>) {
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    for second in 0.. {
        ticks.tick().await;
        hub.say_heads(second);
    }
}

/// Compares for as long as the server lives.
pub(crate) async fn keep_up(hub: Arc<Hub>, pool: PgPool) {
    let mut ticks = interval(ALERT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (mut seen, mut all, mut expired) = (Instant::now(), Instant::now(), Instant::now());
    loop {
        let hurried = tokio::select! {
            _ = ticks.tick() => false,
            () = hub.hurried.notified() => true,
        };
        let now = Instant::now();
        let whole = hurried || now - all >= CALM;
        if whole {
            hub.tell_news();
        }
        if !whole && hub.hears_others() {
            continue;
        }
        let compared = timeout(PATIENCE, compare(&hub, &pool, whole)).await;
        match compared {
            Ok(Ok(compared)) => {
                seen = Instant::now();
                if whole {
                    all = now;
                }
                if compared.other_epoch {
                    hub.close_all(CloseCode::Restart);
                }
                for room in compared.behind {
                    tokio::spawn(fill(Arc::clone(&hub), pool.clone(), room));
                }
                if !compared.profiles.is_empty() {
                    // What cannot be told now is told in the next round.
                    let told = tell_profiles(&hub, &pool, &compared.profiles);
                    let _ = timeout(PATIENCE, told).await;
                }
                let everybody = now - expired >= EXPIRY;
                let due = if everybody {
                    hub.everybody()
                } else {
                    compared.changed
                };
                if !due.is_empty() {
                    let settled = timeout(PATIENCE, settle(&hub, &pool, &due)).await;
                    if everybody && matches!(settled, Ok(Ok(()))) {
                        expired = now;
                    }
                    // What it has shown is not kept for the next second.
                    hub.tell_news();
                }
            }
            Ok(Err(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "heads cannot be compared"
                );
            }
            Err(_) => tracing::warn!("comparing heads takes too long"),
        }
        if seen.elapsed() > BLIND {
            hub.close_all(CloseCode::Restart);
        }
    }
}

async fn compare(hub: &Hub, pool: &PgPool, whole: bool) -> Result<Compared, Error> {
    let (rooms, users) = hub.questions(whole);
    let heads = store::heads(pool, &rooms, &users).await?;
    Ok(hub.compare(&heads))
}

/// Tells of changed profiles to those who share a room with their owners.
async fn tell_profiles(hub: &Hub, pool: &PgPool, profiles: &[Changed]) -> Result<(), Error> {
    let ids: Vec<_> = profiles.iter().map(|changed| changed.user.0).collect();
    let rooms = store::memberships(pool, &ids).await?;
    hub.tell_profiles(profiles, &rooms);
    Ok(())
}

/// Looks at what these people may still hear.
async fn settle(hub: &Hub, pool: &PgPool, users: &[(UserId, i64)]) -> Result<(), Error> {
    let sessions = hub.sessions_of(users);
    let ids: Vec<_> = users.iter().map(|(user, _)| user.0).collect();
    let standing = store::standing_sessions(pool, &sessions).await?;
    let memberships = store::memberships(pool, &ids).await?;
    let people = store::people(pool, &ids).await?;
    let ended = store::ended(pool, &ids).await?;
    hub.settle(users, &memberships, &standing);
    hub.learn_people(&people);
    hub.learn_ended(users, &ended);
    Ok(())
}
