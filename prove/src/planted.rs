//! Bugs planted on purpose, none of them in the product: in the database's function, or in what a
//! node gets to see of the database. Each must be caught, or the proof proves nothing.

use futures::future::BoxFuture;

use crate::{
    Error,
    checker::Invariant::{self, I1, I6},
    faults::{Fault, Scale, Script, Stop},
    people::Pace,
    proxy::{Deceit, Mode, PLANTED_STATE},
    store,
    world::World,
};

#[derive(Clone)]
pub(crate) struct Plant {
    /// As the command line names it.
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    /// One of these must be broken.
    pub(crate) breaks: &'static [Invariant],
    script: Script,
}

impl Plant {
    pub(crate) fn fault(&self) -> Fault {
        Fault {
            number: 0,
            name: self.what,
            checks: self.breaks,
            setup: |setup| setup,
            script: self.script,
        }
    }
}

fn all() -> [Plant; 3] {
    [
        Plant {
            name: "bigserial",
            what: "sequence numbers from a BIGSERIAL, without the head's lock",
            breaks: &[I1, I6],
            script: |world, scale| Box::pin(bigserial(world, scale)),
        },
        Plant {
            name: "early-ack",
            what: "acknowledgement before commit",
            breaks: &[I1],
            script: |world, scale| Box::pin(early_acknowledgement(world, scale)),
        },
        Plant {
            name: "no-poll",
            what: "no polling of heads",
            breaks: &[I6],
            script: no_poll,
        },
    ]
}

/// Those that the command line names.
pub(crate) fn chosen(name: Option<&str>) -> Result<Vec<Plant>, Error> {
    let Some(name) = name else {
        return Ok(Vec::new());
    };
    let chosen: Vec<_> = all()
        .into_iter()
        .filter(|plant| name == "all" || plant.name == name)
        .collect();
    if chosen.is_empty() {
        return Err(format!("there is no bug {name} to plant").into());
    }
    Ok(chosen)
}

/// A broken world does not come to rest; it is not waited for as a sound one is.
fn expect_trouble(world: &mut World) {
    world.patience = std::time::Duration::from_secs(12);
}

/// The function numbers what is posted from a sequence of the room's, as a BIGSERIAL column would,
/// so that a higher number can be seen before a lower one.
async fn bigserial(world: &mut World, scale: Scale) -> Result<(), Stop> {
    expect_trouble(world);
    let mut db = world.database().await?;
    store::run(&mut db, include_str!("planted/bigserial.sql")).await?;
    let people = u32::try_from(world.people.len()).unwrap_or(1).max(1);
    // Edits and deletions still number by the head.
    world.pace(Pace {
        edits: 0,
        deletions: 0,
        ..Pace::of(scale.rate() / f64::from(people))
    });
    world.run(scale.seconds(10.0).max(4.0)).await;
    Ok(())
}

/// Some commits fail, and the node does not wait to learn of it.
async fn early_acknowledgement(world: &mut World, scale: Scale) -> Result<(), Stop> {
    expect_trouble(world);
    let mut db = world.database().await?;
    store::run(
        &mut db,
        format!(
            "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
                 IF random() < 0.01 THEN
                     RAISE EXCEPTION 'planted' USING ERRCODE = '{PLANTED_STATE}';
                 END IF;
                 RETURN NULL;
             END $$;
             CREATE CONSTRAINT TRIGGER planted AFTER INSERT ON messages
                 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION planted();"
        ),
    )
    .await?;
    for spy in &world.spies {
        spy.deceive(Deceit::FailedCommitsWork);
    }
    world.load(scale.rate());
    world.run(scale.seconds(10.0).max(3.0)).await;
    need_deceived(world)
}

/// One node hears nothing from Redis, and nobody tells it what it missed.
fn no_poll(world: &mut World, scale: Scale) -> BoxFuture<'_, Result<(), Stop>> {
    Box::pin(async move {
        expect_trouble(world);
        for spy in &world.spies {
            spy.deceive(Deceit::PollsFindNothing);
        }
        world.load(scale.rate());
        world.run(scale.seconds(5.0)).await;
        for link in &world.redis_links {
            link.set(Mode::Cut);
        }
        world.run(scale.seconds(5.0).max(2.0)).await;
        need_deceived(world)
    })
}

fn need_deceived(world: &World) -> Result<(), Stop> {
    let deceived =
        |spy: &crate::proxy::Spy| spy.deceived.load(std::sync::atomic::Ordering::Relaxed);
    if world.spies.iter().map(|spy| deceived(spy)).sum::<u64>() == 0 {
        return Err("the bug never took effect".into());
    }
    Ok(())
}
