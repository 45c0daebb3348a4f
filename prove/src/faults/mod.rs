//! The twenty faults, each with its script and with the invariants that it is there to try.
//!
//! A script brings its trouble and takes it away again; the world is then let come to rest, and all
//! nine invariants are judged whichever the fault asks for.

mod clients;
mod database;
mod links;
mod nodes;
mod people;

use futures::future::BoxFuture;

use crate::{
    Error,
    checker::Invariant::{self, I1, I2, I3, I4, I5, I6, I7, I8, I9},
    world::{Setup, World},
};

/// Why a script did not run to its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It cannot be made here, and this is why.
    Skipped(String),
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

pub(crate) type Script = for<'a> fn(&'a mut World, Scale) -> BoxFuture<'a, Result<(), Stop>>;

/// How long and how hard.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    pub(crate) short: bool,
}

impl Scale {
    /// So many seconds of a full run; a fifth of them in a short one.
    pub(crate) fn seconds(self, full: f64) -> f64 {
        if self.short { full / 5.0 } else { full }
    }

    /// Operations a second, of all clients.
    pub(crate) fn rate(self) -> f64 {
        if self.short { 200.0 } else { 500.0 }
    }
}

#[derive(Clone)]
pub(crate) struct Fault {
    pub(crate) number: u8,
    pub(crate) name: &'static str,
    pub(crate) checks: &'static [Invariant],
    pub(crate) setup: fn(Setup) -> Setup,
    pub(crate) script: Script,
}

/// The world that most faults want.
pub(crate) fn usual(scale: Scale) -> Setup {
    Setup {
        nodes: 2,
        clients: if scale.short { 24 } else { 80 },
        rooms: if scale.short { 6 } else { 16 },
        members: if scale.short { 10 } else { 15 },
        rough: 0,
        redis: true,
        environment: Vec::new(),
        disk: None,
    }
}

fn as_usual(setup: Setup) -> Setup {
    setup
}

/// A tenth of the clients have links of their own.
fn some_rough(setup: Setup) -> Setup {
    Setup {
        rough: setup.clients.div_ceil(10),
        ..setup
    }
}

macro_rules! faults {
    ($($number:literal $name:literal $checks:expr, $setup:expr, $script:path;)*) => {
        vec![$(Fault {
            number: $number,
            name: $name,
            checks: &$checks,
            setup: $setup,
            script: |world, scale| Box::pin($script(world, scale)),
        }),*]
    };
}

/// All of them, in the order of their numbers.
pub(crate) fn all() -> Vec<Fault> {
    faults! {
        1 "kill -9 a node in a burst" [I1, I2, I3, I6], as_usual, nodes::kill_in_a_burst;
        2 "kill -9 between commit and publish" [I1, I6], as_usual, nodes::kill_before_publishing;
        3 "kill -9 between commit and acknowledgement" [I2], as_usual, nodes::kill_before_acknowledging;
        4 "kill -9 a PostgreSQL backend; the postmaster" [I1, I4, I9], as_usual, database::kill;
        5 "SIGSTOP PostgreSQL for 10 s" [I8, I9], as_usual, database::pause;
        6 "kill -9 Redis, 30 s away, empty restart" [I3, I6], as_usual, links::kill_redis;
        7 "drop, delay, reorder 20 % of what Redis carries" [I3, I6], as_usual, links::meddle_with_redis;
        8 "Redis cuts a slow subscriber" [I3, I6], as_usual, links::slow_subscriber;
        9 "a node cut off from Redis only" [I6, I9], as_usual, links::node_without_redis;
        10 "a node cut off from PostgreSQL only" [I4, I9], as_usual, links::node_without_database;
        11 "a client's reset in mid-frame; a half-open link" [I2, I8], some_rough, clients::torn_links;
        12 "a tenth of the clients never read" [I8, I9], some_rough, clients::never_read;
        13 "all clients reconnect at once" [I6, I9], as_usual, clients::reconnect_at_once;
        14 "rolling restart" [I1, I2, I3, I6], as_usual, nodes::rolling_restart;
        15 "clock an hour off" [I3, I5], nodes::other_clock, nodes::live_with_other_clock;
        16 "disk full under PostgreSQL" [I1, I4], database::small_disk, database::fill_disk;
        17 "the same send to two nodes at once" [I2, I3], as_usual, clients::send_twice;
        18 "a member removed in a burst" [I7], as_usual, people::removed;
        19 "an older backup restored" [I6], as_usual, database::restore;
        20 "connection pool exhausted; a node SIGSTOPped for 30 s" [I7, I8, I9], as_usual, nodes::exhausted_and_stopped;
    }
}

/// Those of a short run.
pub(crate) const SHORT: [u8; 6] = [1, 7, 9, 13, 17, 18];
