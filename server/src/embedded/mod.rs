//! The private PostgreSQL of an installation that has no `DATABASE_URL`.
//!
//! It finds the programs, makes the cluster, starts it and keeps it running, all in
//! `<data>/postgres`. It refuses to know what is stored: it speaks no SQL beyond creating one
//! empty database, and hands out a URL. Its invariant: while a [`Postgres`] lives, its folder is
//! locked by this process and no other postmaster of ours runs on it.

mod account;
mod binaries;
mod child;
mod cluster;
mod error;
mod folder;
mod log;
mod orphan;
mod postmaster;
mod socket;
mod supervisor;

use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use error::Error;

use account::Account;
use binaries::Binaries;
use folder::Lock;
use postmaster::Postmaster;
use supervisor::Supervisor;

/// Where the private PostgreSQL lives and where its programs are looked for.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder for durable state (`LAYOVER_DATA`); the cluster lives in `<data>/postgres`.
    pub data: PathBuf,
    /// Folder that holds `initdb` and `postgres` (`LAYOVER_PG_BIN`); searched first.
    pub bin: Option<PathBuf>,
}

/// A running private PostgreSQL. Dropping it stops it.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    // The order of these two matters: the lock is released after the postmaster is gone.
    supervisor: Supervisor,
    _lock: Lock,
}

impl Postgres {
    /// Starts PostgreSQL on `<data>/postgres`, making the cluster first if there is none.
    ///
    /// Blocks until it answers: some 50 ms for a cluster that was stopped well, a second or two
    /// for a new one, up to a minute after a crash. An orphan of a killed server is stopped first.
    ///
    /// # Errors
    ///
    /// Every [`Error`] is one sentence for the operator; nothing is left running.
    pub fn start(settings: &Settings) -> Result<Self, Error> {
        let data = folder::make(&settings.data)?;
        let lock = Lock::take(&data)?;
        let cluster = data.join("postgres");
        let account = Account::choose(&cluster)?;
        account.check_entry(&data, "LAYOVER_DATA")?;

        let version = cluster::version(&cluster)?;
        let binaries = Binaries::find(settings.bin.as_deref(), &cluster, version, &account)?;
        if version.is_none() {
            cluster::create(&cluster, &binaries, &account)?;
        }
        // Orphans are recognised by this path, so it must not depend on how it was spelt.
        let cluster = folder::canonical(&cluster)?;
        account.check_entry(&cluster, "LAYOVER_DATA")?;

        let socket = socket::folder(&cluster, &account)?;
        let url = socket::url(&socket);
        let log = log::rotate(&data)?;
        let supervisor = Supervisor::start(Postmaster {
            program: binaries.postgres,
            cluster,
            socket,
            log,
            account,
        })?;
        Ok(Self {
            url,
            supervisor,
            _lock: lock,
        })
    }

    /// `postgres://layover@localhost/layover?host=<socket folder, percent-encoded>`
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether the postmaster runs. One that died by itself is started again within seconds.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.supervisor.is_running()
    }

    /// Stops it by a fast shutdown and waits; at most about 45 seconds. Drop does the same.
    pub fn stop(self) {
        drop(self);
    }
}

/// The URL of the private PostgreSQL that another process of ours runs in the data folder. Whether it
/// answers is not looked at.
///
/// # Errors
///
/// When there is no cluster, or it is somebody else's.
pub fn url_of_another(settings: &Settings) -> Result<String, Error> {
    let cluster = folder::canonical(&settings.data.join("postgres"))?;
    let account = Account::choose(&cluster)?;
    Ok(socket::url(&socket::folder(&cluster, &account)?))
}

/// Asks until `condition` holds; `false` if it did not within `patience`.
///
/// For the states of other processes, of which the operating system tells no event.
fn holds_within(patience: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    while !condition() {
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}
