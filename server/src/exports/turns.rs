//! How many archives are made at once: one for each person, so many on a node, and fewer that are packed at
//! the same moment. Whoever reads slowly holds a place, and no core.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use app::{error::ErrorCode, ids::UserId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many are under way at once on this node.
const MOST: usize = 32;

/// How many of them are packed at the same moment: each keeps a core busy.
const AT_ONCE: usize = 2;

/// Who may begin, and who may pack. Copied freely.
#[derive(Clone)]
pub(super) struct Turns {
    places: Arc<Semaphore>,
    cores: Arc<Semaphore>,
    /// Whose exports are under way.
    people: Arc<Mutex<HashSet<UserId>>>,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(MOST)),
            cores: Arc::new(Semaphore::new(AT_ONCE)),
            people: Arc::default(),
        }
    }
}

impl Turns {
    /// Begins somebody's export.
    ///
    /// # Errors
    ///
    /// `busy` when one of theirs is under way, or too many are.
    pub(super) fn begin(&self, user: UserId) -> Result<Turn, ErrorCode> {
        let places = Arc::clone(&self.places);
        let place = places.try_acquire_owned().map_err(|_| ErrorCode::Busy)?;
        let new = lock(&self.people).insert(user);
        new.then(|| Turn {
            turns: self.clone(),
            user,
            _place: place,
        })
        .ok_or(ErrorCode::Busy)
    }
}

/// One export is under way.
pub(super) struct Turn {
    turns: Turns,
    user: UserId,
    _place: OwnedSemaphorePermit,
}

impl Turn {
    /// Waits until something may be packed. None when nothing ever may again.
    pub(super) async fn core(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.turns.cores).acquire_owned().await.ok()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        lock(&self.turns.people).remove(&self.user);
    }
}

fn lock(people: &Mutex<HashSet<UserId>>) -> MutexGuard<'_, HashSet<UserId>> {
    people.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_made_for_each_person_and_so_many_on_a_node() {
        let turns = Turns::default();
        let ana = UserId::new();
        let hers = turns.begin(ana).unwrap();
        assert_eq!(turns.begin(ana).err(), Some(ErrorCode::Busy));
        let others = (1..MOST).map(|_| turns.begin(UserId::new()).unwrap());
        let others: Vec<_> = others.collect();
        assert_eq!(turns.begin(UserId::new()).err(), Some(ErrorCode::Busy));
        drop(hers);
        let hers = turns.begin(ana).unwrap();
        drop((hers, others));
        assert_eq!(turns.places.available_permits(), MOST);
    }
}
