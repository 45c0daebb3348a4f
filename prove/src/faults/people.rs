//! People who leave, are removed, or sign out while everybody talks.

use super::{Scale, Stop};
use crate::{people::Order, world::World};

/// Members leave in the middle of a burst and some come back; others end their session at the node
/// that they are not connected to, or at the one that they are.
pub(super) async fn removed(world: &mut World, scale: Scale) -> Result<(), Stop> {
    world.load(scale.rate());
    world.run(scale.seconds(4.0)).await;
    world.nemesis("a third of the people leave a room, or are removed from it");
    for (number, person) in world.people.iter().enumerate().step_by(3) {
        let Some(room) = person.rooms.first() else {
            continue;
        };
        let owner = world.owners.get(room).copied().unwrap_or(0);
        if number % 2 == 1 && owner != number {
            world.people[owner]
                .order(Order::Remove(*room, person.user))
                .await;
        } else {
            person.order(Order::Leave(*room)).await;
        }
    }
    world.run(scale.seconds(4.0)).await;
    world.nemesis("some of them come back");
    for person in world.people.iter().step_by(6) {
        if let Some(room) = person.rooms.first() {
            person.order(Order::Join(*room)).await;
        }
    }
    world.run(scale.seconds(4.0)).await;
    world.nemesis("some people sign out");
    let ports: Vec<_> = world.fronts.iter().map(|front| front.port).collect();
    for (person, port) in world
        .people
        .iter()
        .skip(1)
        .step_by(8)
        .zip(ports.iter().cycle())
    {
        person.order(Order::SignOut { port: *port }).await;
    }
    world.run(scale.seconds(4.0)).await;
    Ok(())
}
