//! The thread that starts the postmaster, waits for its end, and starts it again.
//!
//! It refuses to know what a postmaster is made of. Its invariants: the thread lives as long as
//! the postmaster, whose parent-death signal is bound to it; only this thread reaps, and it does
//! so under the lock, so that a signal sent under the lock never meets a stranger.

use std::process::{Child, ExitStatus};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

use super::postmaster::Postmaster;
use super::{Error, log, orphan};

/// How long a start may take: after a crash it replays what was written since the last checkpoint.
const START: Duration = Duration::from_mins(1);

/// How often a starting postmaster is asked whether it is ready.
const ASK: Duration = Duration::from_millis(10);

/// The pause before a postmaster that died is started again.
const RESTART: Duration = Duration::from_secs(1);

/// What stops it, and how long each may take: fast, then at once, then without its consent.
const STOPS: [(Signal, Duration); 3] = [
    (Signal::SIGINT, Duration::from_secs(30)),
    (Signal::SIGQUIT, Duration::from_secs(10)),
    (Signal::SIGKILL, Duration::from_secs(5)),
];

/// A postmaster that is kept running until this is dropped.
#[derive(Debug)]
pub(super) struct Supervisor {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    postmaster: Postmaster,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Present from the spawn until it is reaped.
    child: Option<Child>,
    stopping: bool,
    /// The thread has nothing more to do.
    ended: bool,
}

impl Supervisor {
    /// Starts the postmaster and waits until it answers.
    pub(super) fn start(postmaster: Postmaster) -> Result<Self, Error> {
        let log = postmaster.log.clone();
        let shared = Arc::new(Shared {
            postmaster,
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let (report, first) = channel();
        let thread = Builder::new()
            .name("postgres".to_owned())
            .spawn({
                let shared = Arc::clone(&shared);
                move || shared.run(&report)
            })
            .map_err(Error::file("start a thread to write", &log))?;
        let started = first.recv().expect("the thread reports its first launch");
        let supervisor = Self {
            shared,
            thread: Some(thread),
        };
        started.map(|()| supervisor)
    }

    pub(super) fn is_running(&self) -> bool {
        self.shared.lock().child.is_some()
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        if self.shared.stop()
            && let Some(thread) = self.thread.take()
        {
            // A panic in there has been printed already, and there is nothing left to stop.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The whole life of the thread.
    fn run(&self, report: &Sender<Result<(), Error>>) {
        let first = self.launch();
        let up = first.is_ok();
        // The receiver waits for exactly this message.
        let _ = report.send(first);
        if up {
            self.keep_running();
        }
        self.lock().ended = true;
        self.changed.notify_all();
    }

    fn keep_running(&self) {
        loop {
            let status = self.wait();
            if self.rest_or_stop(Duration::ZERO) {
                return;
            }
            tracing::error!(?status, "PostgreSQL ended by itself; starting it again");
            loop {
                if self.rest_or_stop(RESTART) {
                    return;
                }
                match self.launch() {
                    Ok(()) => break,
                    Err(error) => tracing::error!(%error, "PostgreSQL does not start again"),
                }
            }
        }
    }

    /// Starts a postmaster and waits until it answers. Being told to stop is a success as well.
    fn launch(&self) -> Result<(), Error> {
        orphan::clear(&self.postmaster.cluster, &self.postmaster.socket)?;
        let pid = {
            let mut state = self.lock();
            if state.stopping {
                return Ok(());
            }
            let child = self.postmaster.spawn()?;
            state.child.insert(child).id()
        };
        let deadline = Instant::now() + START;
        while !self.postmaster.is_ready(pid) {
            if let Some(status) = self.reap_if_ended() {
                return Err(Error::Ended {
                    status,
                    log: self.postmaster.log.clone(),
                    tail: log::tail(&self.postmaster.log),
                });
            }
            if Instant::now() >= deadline {
                // Its own children get five seconds, so that the wait has an end.
                self.signal(Signal::SIGQUIT);
                self.wait();
                return Err(Error::Silent {
                    seconds: START.as_secs(),
                    log: self.postmaster.log.clone(),
                    tail: log::tail(&self.postmaster.log),
                });
            }
            self.rest_or_stop(ASK);
        }
        tracing::info!(pid, folder = %self.postmaster.cluster.display(), "PostgreSQL runs");
        Ok(())
    }

    fn reap_if_ended(&self) -> Option<ExitStatus> {
        let mut state = self.lock();
        let status = state.child.as_mut()?.try_wait().ok()??;
        state.child = None;
        Some(status)
    }

    /// Waits until the postmaster ends, and reaps it.
    fn wait(&self) -> Option<ExitStatus> {
        let id = self.lock().child.as_ref().map(id)?;
        // It stays a zombie, and its id its own, until it is reaped under the lock.
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
        while waitid(Id::Pid(id), flags) == Err(Errno::EINTR) {}
        let mut child = self.lock().child.take()?;
        child.wait().ok()
    }

    /// Pauses, or stops pausing when told to stop. Answers whether it was told so.
    fn rest_or_stop(&self, pause: Duration) -> bool {
        let state = self.lock();
        let rested = self
            .changed
            .wait_timeout_while(state, pause, |state| !state.stopping);
        rested.unwrap_or_else(PoisonError::into_inner).0.stopping
    }

    fn signal(&self, signal: Signal) {
        if let Some(child) = &self.lock().child
            && let Err(error) = kill(id(child), signal)
        {
            tracing::warn!(%error, %signal, "cannot signal PostgreSQL");
        }
    }

    /// Stops the postmaster and the thread; `false` if the thread did not end in time.
    fn stop(&self) -> bool {
        self.lock().stopping = true;
        self.changed.notify_all();
        STOPS.into_iter().any(|(signal, patience)| {
            self.signal(signal);
            let waited = self
                .changed
                .wait_timeout_while(self.lock(), patience, |state| !state.ended);
            waited.unwrap_or_else(PoisonError::into_inner).0.ended
        })
    }
}

fn id(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}
