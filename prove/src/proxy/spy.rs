//! What the harness asks of a node's link to PostgreSQL, shared by all of its connections.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use tokio::sync::watch;

/// What the link makes a node believe, to plant a bug without touching the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Deceit {
    #[default]
    None,
    /// A commit that fails with [`PLANTED_STATE`] looks as if it had worked: the node acknowledges
    /// what is not committed.
    FailedCommitsWork,
    /// A poll of the heads finds nothing: as if nobody polled.
    PollsFindNothing,
}

/// The SQLSTATE of the commits that are made to fail.
pub(crate) const PLANTED_STATE: &str = "LV001";

/// What all connections of a node's link to PostgreSQL share.
#[derive(Debug)]
pub(crate) struct Spy {
    /// The answer to the next commit of a post never arrives.
    pub(super) armed: AtomicBool,
    pub(super) caught: watch::Sender<u64>,
    deceit: Mutex<Deceit>,
    /// How often a deceit was carried out.
    pub(crate) deceived: AtomicU64,
}

impl Default for Spy {
    fn default() -> Self {
        Self {
            armed: AtomicBool::new(false),
            caught: watch::Sender::new(0),
            deceit: Mutex::default(),
            deceived: AtomicU64::new(0),
        }
    }
}

impl Spy {
    /// Holds back the answer to the next commit of a post. The receiver changes when it has.
    pub(crate) fn arm(&self) -> watch::Receiver<u64> {
        let caught = self.caught.subscribe();
        self.armed.store(true, Ordering::SeqCst);
        caught
    }

    pub(crate) fn deceive(&self, deceit: Deceit) {
        *self.deceit.lock().unwrap_or_else(PoisonError::into_inner) = deceit;
    }

    pub(super) fn deceit(&self) -> Deceit {
        *self.deceit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
