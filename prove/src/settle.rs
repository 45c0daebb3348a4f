//! The end of a world: everything is let come to rest, timed, and gathered as evidence.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use app::ids::{RoomId, UserId};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep},
};

use crate::{
    Error,
    checker::{Evidence, Memory, Settled},
    people::{Order, Pace, Report},
    store,
    world::World,
};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Asks no more of the clients, waits until each knows what the database knows, and judges nothing
/// itself. The links are up again when this is called.
pub(crate) async fn settle(world: &mut World) -> Result<Evidence, Error> {
    world.pace(Pace::REST);
    let settled = come_to_rest(world).await?;
    read_back(world).await;
    let mut db = world.database().await?;
    let snapshot = store::snapshot(&mut db).await?;
    let mut finals = Vec::new();
    let members = store::members(&mut db).await?;
    let reports = world.reports().await;
    for person in &world.people {
        let (reply, answer) = oneshot::channel();
        person.order(Order::Final(reply)).await;
        let out = reports
            .get(&person.number)
            .is_some_and(|report| report.signed_out);
        let own = answer.await.unwrap_or_default().into_iter();
        finals.extend(own.filter(|end| !out && members.contains(&(person.user, end.room))));
    }
    for node in &mut world.nodes {
        if !node.runs() {
            let (name, said) = (&node.settings.name, node.said());
            let last = said.lines().last().unwrap_or_default();
            return Err(format!("{name} has ended by itself; its last words: {last}").into());
        }
    }
    let memory = world.most_memory.iter().map(|(node, most_bytes)| Memory {
        node: node.clone(),
        most_bytes: *most_bytes,
    });
    Ok(Evidence {
        epoch: snapshot.epoch,
        heads: snapshot.heads,
        rooms: snapshot.rooms,
        intervals: snapshot.intervals,
        since_join: snapshot.since_join,
        users: world
            .people
            .iter()
            .map(|person| (person.number, person.user))
            .collect(),
        unwell: world.unwell.clone(),
        finals,
        settled,
        memory: memory.collect(),
        panics: panics(world),
        limits: world.limits,
        events: world.recorder.take(),
    })
}

/// How long each client took, from the moment at which it was connected and nobody had anything
/// more to send.
async fn come_to_rest(world: &mut World) -> Result<Vec<Settled>, Error> {
    let begun = Instant::now();
    let end = Instant::now() + world.patience;
    let mut rested: Option<Instant> = None;
    let mut done: HashMap<u32, Instant> = HashMap::new();
    let mut reports;
    loop {
        world.measure();
        reports = world.reports().await;
        if rested.is_none() && reports.values().all(|report| report.open == 0) {
            rested = Some(Instant::now());
        }
        let mut db = world.database().await?;
        let heads = store::heads(&mut db).await?;
        let members = store::members(&mut db).await?;
        for person in &world.people {
            let Some(report) = reports.get(&person.number) else {
                continue;
            };
            if knows_all(report, person.user, &heads, &members) {
                done.entry(person.number).or_insert_with(Instant::now);
            } else {
                done.remove(&person.number);
            }
        }
        if (rested.is_some() && done.len() == world.people.len()) || Instant::now() > end {
            break;
        }
        sleep(PAUSE).await;
    }
    let settled = world.people.iter().map(|person| {
        let since = reports.get(&person.number).and_then(|report| report.since);
        let from = begun
            .max(rested.unwrap_or(begun))
            .max(since.unwrap_or(begun));
        let after = done.get(&person.number);
        Settled {
            client: person.number,
            after: after.map(|at| at.saturating_duration_since(from)),
        }
    });
    Ok(settled.collect())
}

/// Whether a client is up to date in each room that the person is a member of.
fn knows_all(
    report: &Report,
    user: UserId,
    heads: &HashMap<RoomId, i64>,
    members: &HashSet<(UserId, RoomId)>,
) -> bool {
    let own = members.iter().filter(|(member, _)| *member == user);
    let current =
        |room| report.lasts.contains_key(room) && report.lasts.get(room) == heads.get(room);
    report.signed_out
        || (report.since.is_some() && report.open == 0 && own.map(|(_, room)| room).all(current))
}

/// Every client reads history back to its beginning: what a reset skipped is there too.
async fn read_back(world: &World) {
    for person in &world.people {
        person.order(Order::ReadBack).await;
    }
    let end = Instant::now() + world.patience;
    while Instant::now() < end {
        if world
            .reports()
            .await
            .values()
            .all(|report| report.open == 0)
        {
            return;
        }
        sleep(PAUSE).await;
    }
}

/// What the nodes say of themselves that none may ever say.
fn panics(world: &World) -> Vec<String> {
    let said = world
        .nodes
        .iter()
        .map(|node| (&node.settings.name, node.said()));
    said.flat_map(|(name, said)| {
        let lines = said.lines().filter(|line| line.contains("panicked at"));
        lines
            .map(|line| format!("{name}: {line}"))
            .collect::<Vec<_>>()
    })
    .collect()
}
