//! Nodes that die, stop, restart, stand still, or live at another time.

use std::{path::Path, time::Duration};

use nix::sys::signal::Signal;
use tokio::time::timeout;

use super::{Scale, Stop};
use crate::{
    people::{Order, Pace},
    store,
    world::{Setup, World},
};

/// Kills a node while everybody sends, several times, each node in turn.
pub(super) async fn kill_in_a_burst(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.load(scale.rate());
    for round in 0..if scale.short { 2 } else { 4 } {
        world.run(scale.seconds(3.0)).await;
        let node = round % world.nodes.len();
        world.nemesis(&format!("kill -9 node {}", node + 1));
        world.nodes[node].kill();
        world.run(scale.seconds(1.0)).await;
        world.nodes[node].restart().await?;
    }
    world.run(scale.seconds(3.0)).await;
    Ok(())
}

/// How often a node is killed after a commit.
const ROUNDS: usize = 6;

/// The commit of a post is seen on the node's link to PostgreSQL and its answer held back: the node
/// has neither published nor acknowledged it when it is killed.
async fn kill_after_commit(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.load(scale.rate());
    for round in 0..ROUNDS {
        world.run(scale.seconds(1.5)).await;
        let node = round % world.nodes.len();
        let mut caught = world.spies[node].arm();
        let seen = timeout(Duration::from_secs(10), caught.changed()).await;
        if seen.is_err() {
            return Err("no commit of a post was seen on the link to PostgreSQL".into());
        }
        if round + 1 == ROUNDS {
            world.pace(Pace::REST);
        }
        world.nemesis(&format!("kill -9 node {} after a commit", node + 1));
        world.nodes[node].kill();
        world.database_links[node].reset();
        world.run(scale.seconds(0.5)).await;
        world.nodes[node].restart().await?;
    }
    Ok(())
}

/// Nobody sends after the last kill: only the poll of the heads can find what was not published.
pub(super) async fn kill_before_publishing(world: &mut World, scale: Scale) -> Result<(), Stop> {
    kill_after_commit(world, scale).await
}

/// The senders go on and try again: each id is stored once.
pub(super) async fn kill_before_acknowledging(world: &mut World, scale: Scale) -> Result<(), Stop> {
    kill_after_commit(world, scale).await?;
    world.load(scale.rate());
    world.run(scale.seconds(4.0)).await;
    Ok(())
}

/// Twice around.
pub(super) async fn rolling_restart(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.load(scale.rate());
    world.run(scale.seconds(2.0)).await;
    for node in (0..world.nodes.len()).cycle().take(world.nodes.len() * 2) {
        world.nemesis(&format!("restart node {}", node + 1));
        world.nodes[node].stop().await?;
        world.nodes[node].restart().await?;
        world.run(scale.seconds(2.0)).await;
    }
    Ok(())
}

/// Debian's libfaketime, where it is installed.
fn other_time() -> Option<&'static str> {
    let libraries = [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    ];
    let mut libraries = libraries.into_iter();
    libraries.find(|library| Path::new(library).exists())
}

/// The last node lives an hour ahead.
pub(super) fn other_clock(setup: Setup) -> Setup {
    let environment = other_time().map(|library| {
        [
            ("LD_PRELOAD", library),
            ("FAKETIME", "+1h"),
            // Only what the clock on the wall says.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("DONT_FAKE_MONOTONIC", "1"),
        ]
    });
    let environment = environment.into_iter().flatten();
    Setup {
        environment: environment
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        ..setup
    }
}

pub(super) async fn live_with_other_clock(world: &mut World, scale: Scale) -> Result<(), Stop> {
    if other_time().is_none() {
        return Err(Stop::Skipped(
            "another clock needs Debian's libfaketime".into(),
        ));
    }
    world.load(scale.rate());
    world.run(scale.seconds(6.0)).await;
    world.nodes[0].stop().await?;
    world.nodes[0].restart().await?;
    world.run(scale.seconds(6.0)).await;
    Ok(())
}

/// First every post waits for a lock until no connection is left; then a node stands still, while
/// some people leave, and goes on.
pub(super) async fn exhausted_and_stopped(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.load(scale.rate());
    world.run(scale.seconds(3.0)).await;
    world.nemesis("lock every head for 8 s");
    let mut db = world.database().await?;
    store::run(&mut db, "BEGIN; SELECT FROM room_heads FOR UPDATE").await?;
    world.run(scale.seconds(8.0)).await;
    store::run(&mut db, "ROLLBACK").await?;
    world.run(scale.seconds(5.0)).await;

    world.nemesis("SIGSTOP node 1");
    world.nodes[0].signal(Signal::SIGSTOP);
    world.run(scale.seconds(3.0)).await;
    // Whoever was connected to the node that stands still is owed nothing more by it.
    let leaving: Vec<_> = world.people.iter().step_by(5).collect();
    for person in leaving {
        if let Some(room) = person.rooms.first() {
            person.order(Order::Leave(*room)).await;
        }
    }
    world.run(scale.seconds(27.0)).await;
    world.nemesis("SIGCONT node 1");
    world.nodes[0].signal(Signal::SIGCONT);
    world.run(scale.seconds(3.0)).await;
    Ok(())
}
