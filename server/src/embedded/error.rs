//! Why the private PostgreSQL could not be started, each as one sentence that says what to do.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// What `Postgres::start` can answer instead of a running PostgreSQL.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder of ours could not be used; the source is the operating system's answer.
    #[error("cannot {action} {path}: check the folder that LAYOVER_DATA names")]
    File {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    /// Another server holds the lock of the same data folder.
    #[error("{folder} is used by another Layover server{}: stop it, or set LAYOVER_DATA to a folder of its own", process(*.pid))]
    Locked { folder: PathBuf, pid: Option<u32> },
    /// A PostgreSQL that we did not stop, or could not, runs on the cluster.
    #[error(
        "another PostgreSQL (process {pid}) runs on {folder}: stop it, then start Layover again"
    )]
    Occupied { folder: PathBuf, pid: u32 },
    /// No folder holds both `initdb` and `postgres`.
    #[error(
        "no PostgreSQL was found: install it (apt-get install postgresql), set LAYOVER_PG_BIN to \
         the folder of its programs, or set DATABASE_URL"
    )]
    NoBinaries,
    /// The folder that the operator named does not hold the programs.
    #[error(
        "{bin} holds no initdb and postgres: set LAYOVER_PG_BIN to a folder that does, or unset it"
    )]
    EmptyBin { bin: PathBuf },
    /// The cluster was made by a major version that is not installed.
    #[error(
        "{cluster} was made by PostgreSQL {needed}, and only {} was found: install PostgreSQL \
         {needed}, or set LAYOVER_PG_BIN to the folder of its programs", versions(.found)
    )]
    Version {
        cluster: PathBuf,
        needed: u32,
        found: Vec<u32>,
    },
    /// The cluster folder holds files, but none that tells its version.
    #[error(
        "{folder} holds files but no PostgreSQL cluster: move it away, or set LAYOVER_DATA to another folder"
    )]
    NotACluster { folder: PathBuf },
    /// PostgreSQL refuses root and needs an account that the system knows.
    #[error(
        "PostgreSQL needs {wanted}, which /etc/passwd does not list: add it, or set DATABASE_URL"
    )]
    NoAccount { wanted: String },
    /// The cluster belongs to someone else than the one who may run it.
    #[error("{folder} belongs to user id {owner}: {advice}")]
    Owner {
        folder: PathBuf,
        owner: u32,
        advice: &'static str,
    },
    /// The account that runs PostgreSQL may not pass one of the folders on the way.
    #[error(
        "the user {account}, as whom PostgreSQL runs, cannot enter {closed}: run chmod o+x {closed}, \
         or set {variable} to another folder"
    )]
    Closed {
        account: String,
        closed: PathBuf,
        variable: &'static str,
    },
    /// The short folder for the socket exists and is not private to us.
    #[error(
        "{folder} is not a private folder of user id {owner}: remove it, or set LAYOVER_DATA to a shorter path"
    )]
    Socket { folder: PathBuf, owner: u32 },
    /// A program could not be run at all.
    #[error(
        "cannot run {program}: check that LAYOVER_PG_BIN, or the installed PostgreSQL, fits this machine"
    )]
    Run { program: PathBuf, source: io::Error },
    /// `initdb`, or the making of the database, failed.
    #[error("{program} could not make the database ({status}); its last words: {output}", program = name(.program))]
    Create {
        program: PathBuf,
        status: ExitStatus,
        output: String,
    },
    /// The postmaster ended before it answered.
    #[error("PostgreSQL ended at start ({status}); see {log}, which ends: {tail}")]
    Ended {
        status: ExitStatus,
        log: PathBuf,
        tail: String,
    },
    /// The postmaster ran but did not answer in time.
    #[error("PostgreSQL did not answer within {seconds} s; see {log}, which ends: {tail}")]
    Silent {
        seconds: u64,
        log: PathBuf,
        tail: String,
    },
}

impl Error {
    /// For `map_err`: what was done to which path.
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File {
            action,
            path,
            source,
        }
    }
}

fn process(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})"))
        .unwrap_or_default()
}

fn versions(found: &[u32]) -> String {
    if found.is_empty() {
        return "none".to_owned();
    }
    let found: Vec<_> = found.iter().map(u32::to_string).collect();
    found.join(", ")
}

fn name(program: &Path) -> String {
    program
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
