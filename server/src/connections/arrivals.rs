//! Who has connected and not said yet what they want: so many, and no more.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::oneshot;

/// Done when somebody's first head is there; an error when they are to make room.
pub(super) type Heard = oneshot::Receiver<()>;

#[derive(Debug)]
pub(super) struct Arrivals {
    most: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    /// By their number: the first has waited longest.
    heard: BTreeMap<u64, oneshot::Sender<()>>,
}

impl Arrivals {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            waiting: Mutex::default(),
        }
    }

    /// Somebody comes; if there are too many, the one who has waited longest has to go.
    pub(super) fn add(arrivals: &Arc<Self>) -> (Arrival, Heard) {
        let (tell, heard) = oneshot::channel();
        let mut waiting = arrivals.waiting();
        let number = waiting.next;
        waiting.next += 1;
        waiting.heard.insert(number, tell);
        if waiting.heard.len() > arrivals.most {
            waiting.heard.pop_first();
        }
        drop(waiting);
        let arrival = Arrival {
            arrivals: Arc::clone(arrivals),
            number,
            heard: AtomicBool::new(false),
        };
        (arrival, heard)
    }

    /// So many have to go, those who have waited longest.
    pub(super) fn close_longest(&self, count: usize) {
        let mut waiting = self.waiting();
        for _ in 0..count {
            waiting.heard.pop_first();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits; no longer than this is held.
#[derive(Debug)]
pub(super) struct Arrival {
    arrivals: Arc<Arrivals>,
    number: u64,
    heard: AtomicBool,
}

impl Arrival {
    /// The head of a request is there. Only the first counts.
    pub(super) fn is_heard(&self) {
        if !self.heard.swap(true, Ordering::Relaxed) {
            let tell = self.arrivals.waiting().heard.remove(&self.number);
            if let Some(tell) = tell {
                // Nobody listens when the connection has just ended.
                let _ = tell.send(());
            }
        }
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        self.is_heard();
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot::error::TryRecvError;

    use super::*;

    #[test]
    fn whoever_has_waited_longest_makes_room() {
        let arrivals = Arc::new(Arrivals::new(2));
        let (_one, mut first) = Arrivals::add(&arrivals);
        let (two, mut second) = Arrivals::add(&arrivals);
        let (_three, mut third) = Arrivals::add(&arrivals);
        assert_eq!(first.try_recv(), Err(TryRecvError::Closed));
        two.is_heard();
        assert_eq!(second.try_recv(), Ok(()));
        let (_four, mut fourth) = Arrivals::add(&arrivals);
        assert_eq!(third.try_recv(), Err(TryRecvError::Empty));
        arrivals.close_longest(1);
        assert_eq!(third.try_recv(), Err(TryRecvError::Closed));
        assert_eq!(fourth.try_recv(), Err(TryRecvError::Empty));
    }

    #[test]
    fn who_has_gone_takes_no_room() {
        let arrivals = Arc::new(Arrivals::new(1));
        for _ in 0..3 {
            let (arrival, mut heard) = Arrivals::add(&arrivals);
            assert_eq!(heard.try_recv(), Err(TryRecvError::Empty));
            drop(arrival);
        }
        assert!(arrivals.waiting().heard.is_empty());
    }
}
