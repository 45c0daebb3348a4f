//! Links between the nodes and what they stand on: Redis that dies, lies, or cuts; a node that is
//! cut off.

use std::{sync::atomic::Ordering, time::Duration};

use super::{Scale, Stop};
use crate::{people::Pace, proxy::Mode, world::World};

/// With Redis or without it, what is said is heard within this.
const PROMPT: Duration = Duration::from_secs(1);

fn redis(world: &World) -> Result<&crate::processes::Redis, Stop> {
    world
        .redis
        .as_ref()
        .ok_or_else(|| Stop::Failed("there is no Redis".into()))
}

pub(super) async fn kill_redis(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.limits.delivery_p99 = Some(PROMPT);
    world.load(scale.rate());
    world.run(scale.seconds(3.0)).await;
    world.nemesis("kill -9 Redis");
    if let Some(redis) = &mut world.redis {
        redis.kill();
    }
    world.run(scale.seconds(30.0)).await;
    world.nemesis("start an empty Redis");
    if let Some(redis) = &mut world.redis {
        redis.restart().await?;
    }
    world.run(scale.seconds(5.0)).await;
    Ok(())
}

pub(super) async fn meddle_with_redis(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.nemesis("meddle with 20 % of what Redis carries");
    world.mischief.per_mille.store(200, Ordering::Relaxed);
    world.load(scale.rate());
    world.run(scale.seconds(15.0)).await;
    if world.mischief.seen.load(Ordering::Relaxed) == 0 {
        return Err("Redis carried no message: the nodes do not use it".into());
    }
    Ok(())
}

/// Redis gives a subscriber little room, and the link gives it little time.
pub(super) async fn slow_subscriber(world: &mut World, scale: Scale) -> Result<(), Stop> {
    let limit = "CONFIG SET client-output-buffer-limit \"pubsub 64kb 32kb 1\"";
    redis(world)?.ask(limit).await?;
    let people = u32::try_from(world.people.len()).unwrap_or(1).max(1);
    world.pace(Pace {
        padding: 3000,
        ..Pace::of(scale.rate() / f64::from(people))
    });
    for _ in 0..3 {
        world.run(scale.seconds(2.0)).await;
        let before = redis(world)?.cut_off();
        world.nemesis("hold what Redis says to node 1");
        world.redis_links[0].set(Mode::HoldAnswers);
        world.run(scale.seconds(5.0)).await;
        world.redis_links[0].set(Mode::Pass);
        world.run(scale.seconds(1.0)).await;
        if redis(world)?.cut_off() == before {
            world.nemesis("Redis did not cut by itself: CLIENT KILL");
            redis(world)?.ask("CLIENT KILL TYPE pubsub").await?;
        }
    }
    Ok(())
}

pub(super) async fn node_without_redis(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.limits.delivery_p99 = Some(PROMPT);
    world.load(scale.rate());
    world.run(scale.seconds(3.0)).await;
    world.nemesis("cut node 1 off from Redis");
    world.redis_links[0].set(Mode::Cut);
    world.run(scale.seconds(10.0)).await;
    // It comes back only once everybody has what was said without it.
    Ok(())
}

pub(super) async fn node_without_database(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.load(scale.rate());
    world.run(scale.seconds(3.0)).await;
    for mode in [Mode::Cut, Mode::Hold] {
        world.nemesis(&format!("cut node 1 off from PostgreSQL: {mode:?}"));
        world.database_links[0].set(mode);
        world.run(scale.seconds(8.0)).await;
        world.database_links[0].set(Mode::Pass);
        world.database_links[0].reset();
        world.run(scale.seconds(4.0)).await;
    }
    Ok(())
}
