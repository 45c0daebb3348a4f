//! Whose turn it is to have something made of what they have sent in.
//!
//! Invariant: whoever sends in much waits behind themselves. What waits for a turn holds no memory, and chat
//! has a core to itself where there are two.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    thread::available_parallelism,
};

use app::{error::ErrorCode, ids::UserId};
use tokio::sync::{OwnedMutexGuard, Semaphore, SemaphorePermit};

use super::images::MEMORY;

/// How many people are remembered before those who want nothing are forgotten.
const MANY: usize = 256;

type Own = tokio::sync::Mutex<()>;

pub(super) struct Turns {
    people: Mutex<HashMap<UserId, Weak<Own>>>,
    cores: Semaphore,
    /// What may be taken while something is made anew, in MiB.
    memory: Semaphore,
}

/// One's turn, until it is dropped.
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    _core: SemaphorePermit<'a>,
    _own: OwnedMutexGuard<()>,
}

impl Turns {
    pub(super) fn new() -> Self {
        let cores = available_parallelism().map_or(1, |cores| cores.get() - 1);
        Self {
            people: Mutex::default(),
            cores: Semaphore::new(cores.max(1)),
            memory: Semaphore::new(MEMORY),
        }
    }

    pub(super) async fn wait(&self, user: UserId) -> Result<Turn<'_>, ErrorCode> {
        let own = self.own(user).lock_owned().await;
        let core = self.cores.acquire().await;
        Ok(Turn {
            turns: self,
            _core: core.map_err(|_| ErrorCode::Unavailable)?,
            _own: own,
        })
    }

    fn own(&self, user: UserId) -> Arc<Own> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = people.get(&user).and_then(Weak::upgrade) {
            return own;
        }
        if people.len() > MANY {
            people.retain(|_, own| own.strong_count() > 0);
        }
        let own = Arc::default();
        people.insert(user, Arc::downgrade(&own));
        own
    }
}

impl<'a> Turn<'a> {
    /// Waits until so much may be taken, in MiB.
    pub(super) async fn take(&self, memory: u32) -> Result<SemaphorePermit<'a>, ErrorCode> {
        let taken = self.turns.memory.acquire_many(memory).await;
        taken.map_err(|_| ErrorCode::Unavailable)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn whoever_sends_in_much_waits_behind_themselves() {
        let turns = Turns {
            cores: Semaphore::new(2),
            ..Turns::new()
        };
        let (ana, ben) = (UserId::new(), UserId::new());
        let first = turns.wait(ana).await.unwrap();
        assert!(turns.wait(ana).now_or_never().is_none());
        let other = turns.wait(ben).now_or_never().unwrap();
        assert!(turns.wait(UserId::new()).now_or_never().is_none());
        drop((first, other));
        assert!(turns.wait(ana).now_or_never().is_some());
    }
}
