//! PostgreSQL dies, stands still, fills its disk, or goes back to an older backup.

use std::fs;

use nix::sys::signal::Signal;

use super::{Scale, Stop};
use crate::{
    processes, store,
    world::{Setup, World},
};

pub(super) async fn kill(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.load(scale.rate());
    for _ in 0..3 {
        world.run(scale.seconds(2.0)).await;
        let pid = a_backend(world).await?;
        world.nemesis("kill -9 a backend");
        // PostgreSQL restarts all its processes after this.
        processes::signal(pid, Signal::SIGKILL);
    }
    world.run(scale.seconds(3.0)).await;
    world.nemesis("kill -9 the postmaster");
    world.postgres.kill();
    world.run(scale.seconds(2.0)).await;
    world.postgres.restart().await?;
    world.run(scale.seconds(4.0)).await;
    Ok(())
}

/// One of the processes that work for the nodes, as soon as there is one.
async fn a_backend(world: &mut World) -> Result<u32, Stop> {
    for _ in 0..100 {
        let mut db = world.database().await?;
        // PostgreSQL may be restarting.
        let backends = store::backends(&mut db).await.unwrap_or_default();
        if let Some(pid) = world.dice.pick(&backends) {
            return Ok(*pid);
        }
        world.run(0.1).await;
    }
    Err("no backend works for the nodes".into())
}

pub(super) async fn pause(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.load(scale.rate());
    world.run(scale.seconds(5.0)).await;
    world.nemesis("SIGSTOP PostgreSQL");
    world.postgres.signal_all(Signal::SIGSTOP);
    world.run(scale.seconds(10.0)).await;
    world.nemesis("SIGCONT PostgreSQL");
    world.postgres.signal_all(Signal::SIGCONT);
    world.run(scale.seconds(6.0)).await;
    Ok(())
}

/// Enough for the cluster and a little more.
pub(super) fn small_disk(setup: Setup) -> Setup {
    Setup {
        disk: Some(400),
        ..setup
    }
}

pub(super) async fn fill_disk(world: &mut World, scale: Scale) -> Result<(), Stop> {
    if world.disk.is_none() {
        let why = "disk full under PostgreSQL needs a file system of its own, which this process may not mount";
        return Err(Stop::Skipped(why.into()));
    }
    world.load(scale.rate());
    for _ in 0..2 {
        world.run(scale.seconds(4.0)).await;
        world.nemesis("fill the disk");
        if let Some(disk) = &world.disk {
            disk.fill()?;
        }
        world.run(scale.seconds(6.0)).await;
        world.nemesis("empty the disk");
        if let Some(disk) = &world.disk {
            disk.empty()?;
        }
        // One that could not write its log has ended; somebody starts it again.
        if !world.postgres.runs() || store::connect(&world.postgres.url()).await.is_err() {
            world.postgres.stop().await?;
            world.postgres.restart().await?;
        }
    }
    world.run(scale.seconds(4.0)).await;
    Ok(())
}

/// What an operator does: stop everything, recover from the backup, start everything. Nobody tells
/// the nodes: PostgreSQL's new timeline has to.
pub(super) async fn restore(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.load(scale.rate());
    world.run(scale.seconds(5.0)).await;
    let backup = world.folder.join("backup");
    world.nemesis("take a backup");
    world.postgres.stop().await?;
    processes::copy(&world.postgres.folder, &backup)?;
    world.postgres.restart().await?;
    world.run(scale.seconds(6.0)).await;

    world.nemesis("restore the backup");
    for node in &mut world.nodes {
        node.stop().await?;
    }
    world.postgres.stop().await?;
    fs::remove_dir_all(&world.postgres.folder)?;
    processes::copy(&backup, &world.postgres.folder)?;
    world.postgres.recover_at_start()?;
    world.postgres.restart().await?;
    let before = store::epoch(&mut world.database().await?).await?;
    for node in &mut world.nodes {
        node.restart().await?;
    }
    world.run(scale.seconds(6.0)).await;
    if store::epoch(&mut world.database().await?).await? == before {
        world.nemesis("the epoch is that of before the restore");
    }
    Ok(())
}
