//! Clients with bad links, clients that do not read, and all of them at once.

use std::time::Duration;

use super::{Scale, Stop};
use crate::{
    people::{Order, Pace},
    proxy::Mode,
    world::World,
};

/// The clients on links of their own, the last ones.
fn rough(world: &mut World) -> Vec<usize> {
    let count = world.people.len().div_ceil(10);
    let first = world.people.len() - count;
    let numbers = world.people.iter().skip(first).map(|person| person.number);
    world.unwell = numbers.collect();
    (first..world.people.len()).collect()
}

/// What other clients may feel of it.
const PROMPT: Duration = Duration::from_secs(1);

pub(super) async fn torn_links(world: &mut World, scale: Scale) -> Result<(), Stop> {
    rough(world);
    world.limits.acknowledgement_p99 = Some(PROMPT);
    world.limits.delivery_p99 = Some(PROMPT);
    world.load(scale.rate());
    for round in 0..20 {
        world.run(scale.seconds(0.4)).await;
        world.nemesis("tear a connection in the middle of a frame");
        world.rough[round % 2].set(Mode::Tear);
    }
    world.nemesis("slow links");
    world.rough[0].set(Mode::Delay(Duration::from_millis(300)));
    world.rough[1].set(Mode::Throttle(4096));
    world.run(scale.seconds(4.0)).await;
    world.nemesis("links that are half open");
    for link in &world.rough {
        link.set(Mode::Hold);
    }
    world.run(scale.seconds(28.0)).await;
    for link in &world.rough {
        link.set(Mode::Pass);
    }
    world.run(scale.seconds(2.0)).await;
    Ok(())
}

pub(super) async fn never_read(world: &mut World, scale: Scale) -> Result<(), Stop> {
    let deaf = rough(world);
    // Several kilobytes a message: the links alone are busy.
    world.limits.acknowledgement_p99 = Some(PROMPT * 2);
    world.limits.delivery_p99 = Some(PROMPT * 2);
    world.load(scale.rate());
    world.run(scale.seconds(2.0)).await;
    world.nemesis("a tenth of the clients stop reading");
    for person in &deaf {
        world.people[*person].order(Order::Deaf(true)).await;
    }
    let people = u32::try_from(world.people.len()).unwrap_or(1).max(1);
    world.pace(Pace {
        padding: 3900,
        ..Pace::of(scale.rate() / 2.0 / f64::from(people))
    });
    // More than a server keeps for a socket, on top of what the system does.
    world.run(scale.seconds(60.0)).await;
    for person in &deaf {
        world.people[*person].order(Order::Deaf(false)).await;
    }
    world.run(scale.seconds(2.0)).await;
    Ok(())
}

pub(super) async fn reconnect_at_once(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.load(scale.rate());
    for _ in 0..4 {
        world.run(scale.seconds(3.0)).await;
        world.nemesis("every client's link is reset");
        for front in &world.fronts {
            front.reset();
        }
    }
    world.run(scale.seconds(3.0)).await;
    Ok(())
}

pub(super) async fn send_twice(world: &mut World, scale: Scale) -> Result<(), Stop> {
    let people = u32::try_from(world.people.len()).unwrap_or(1).max(1);
    world.pace(Pace {
        twice: true,
        edits: 0,
        deletions: 0,
        ..Pace::of(scale.rate() / f64::from(people))
    });
    world.run(scale.seconds(12.0)).await;
    Ok(())
}
