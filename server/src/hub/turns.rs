//! One change of a room at a time, from before its commit to after its publication.
//!
//! The database orders the commits; without this, two of them could be published the other way
//! round, and every listener would have to ask for the gap.

use std::{
    array,
    hash::{BuildHasher, RandomState},
};

use app::ids::RoomId;
use tokio::sync::{Mutex, MutexGuard};

/// Rooms that share a lock wait for each other: enough of them that this is rare.
const SHARDS: usize = 256;

/// Hands out turns; a room always waits at the same lock.
#[derive(Debug)]
pub(super) struct Turns {
    shards: [Mutex<()>; SHARDS],
    hasher: RandomState,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            shards: array::from_fn(|_| Mutex::default()),
            hasher: RandomState::new(),
        }
    }
}

impl Turns {
    pub(super) async fn take(&self, room: RoomId) -> MutexGuard<'_, ()> {
        let [shard, ..] = self.hasher.hash_one(room).to_ne_bytes();
        self.shards[usize::from(shard)].lock().await
    }
}
