//! The postmaster process: its command line, its log, and the sign that it answers.
//!
//! It refuses to know when to start or stop. Its invariant: durability is on, and the only door
//! is the Unix socket. Settings stand on the command line rather than in `postgresql.conf`, so
//! that an upgrade of Layover changes those of an old cluster too.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use super::account::Account;
use super::{Error, child, log};

const SETTINGS: [&str; 14] = [
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    "ssl=off",
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "max_connections=100",
    "cluster_name=layover",
    "log_destination=stderr",
    "logging_collector=off",
    "log_checkpoints=off",
    // A failed statement is told to the server, which logs it; the file is not to grow by them.
    "log_min_messages=log",
    "lc_messages=C",
];

/// What it takes to start a postmaster.
#[derive(Debug)]
pub(super) struct Postmaster {
    pub(super) program: PathBuf,
    /// Absolute and canonical: orphans are recognised by it.
    pub(super) cluster: PathBuf,
    /// The folder of the socket.
    pub(super) socket: PathBuf,
    pub(super) log: PathBuf,
    pub(super) account: Account,
}

impl Postmaster {
    /// Starts the process; the calling thread must live as long as it should run.
    pub(super) fn spawn(&self) -> Result<Child, Error> {
        let log = log::open(&self.log)?;
        let copy = log.try_clone().map_err(Error::file("open", &self.log))?;
        let mut command = child::command(&self.program, &self.account);
        command.arg("-D").arg(&self.cluster);
        for setting in SETTINGS {
            command.arg("-c").arg(setting);
        }
        command
            .arg("-c")
            .arg(self.socket_setting())
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(copy)
            .spawn()
            .map_err(|source| Error::Run {
                program: self.program.clone(),
                source,
            })
    }

    /// Quoted, because the setting is a list: a comma in the path would end it.
    fn socket_setting(&self) -> OsString {
        let folder = self.socket.to_string_lossy().replace('"', "\"\"");
        format!("unix_socket_directories=\"{folder}\"").into()
    }

    /// Whether the process with this id takes connections, by its own word in `postmaster.pid`.
    pub(super) fn is_ready(&self, pid: u32) -> bool {
        fs::read_to_string(self.cluster.join("postmaster.pid"))
            .is_ok_and(|file| says_ready(&file, pid))
    }
}

/// The first line is the process id and the eighth its state.
fn says_ready(file: &str, pid: u32) -> bool {
    let mut lines = file.lines().map(str::trim);
    lines.next().and_then(|line| line.parse().ok()) == Some(pid) && lines.nth(6) == Some("ready")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_ready_line_of_the_same_process_counts() {
        let file = "42\n/srv/postgres\n1\n5432\n/srv/postgres\n\n  1 2\nready   \n";
        assert!(says_ready(file, 42));
        assert!(!says_ready(file, 43));
        assert!(!says_ready(&file.replace("ready   ", "starting"), 42));
        assert!(!says_ready("42\n/srv/postgres\n", 42));
    }

    #[test]
    fn a_comma_or_a_quote_in_the_path_does_not_end_the_setting() {
        let postmaster = Postmaster {
            program: PathBuf::new(),
            cluster: PathBuf::new(),
            socket: PathBuf::from("/srv/a,\"b"),
            log: PathBuf::new(),
            account: Account {
                name: String::new(),
                uid: 1,
                gid: 1,
                other: false,
            },
        };
        let setting = postmaster.socket_setting();
        assert_eq!(setting, "unix_socket_directories=\"/srv/a,\"\"b\"");
    }
}
