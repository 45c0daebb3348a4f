//! A PostgreSQL of our own, over TCP, whose postmaster is our child and so can be killed or stopped.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use nix::{
    sys::signal::Signal,
    unistd::{Uid, User},
};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep},
};

use super::{
    Child,
    child::{children_of, signal},
    free_port,
};
use crate::{Error, store};

/// The programs of an installation, and as whom they run: PostgreSQL refuses root.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    bin: PathBuf,
    user: Option<(u32, u32)>,
}

impl Programs {
    /// `LAYOVER_PG_BIN`, or the newest that Debian has.
    pub(crate) fn find() -> Result<Self, Error> {
        let named = std::env::var_os("LAYOVER_PG_BIN").map(PathBuf::from);
        let versions = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten();
        let mut installed: Vec<_> = versions.map(|entry| entry.path().join("bin")).collect();
        installed.sort();
        let bin = named
            .into_iter()
            .chain(installed.into_iter().rev())
            .find(|bin| bin.join("initdb").exists())
            .ok_or("there is no PostgreSQL: install it, or set LAYOVER_PG_BIN")?;
        let user = Uid::effective().is_root().then(|| {
            let names = ["postgres", "nobody"];
            let user = names
                .iter()
                .find_map(|name| User::from_name(name).ok().flatten());
            user.map(|user| (user.uid.as_raw(), user.gid.as_raw()))
        });
        Ok(Self {
            bin,
            user: user.flatten(),
        })
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.env_clear().env("LC_ALL", "C").current_dir("/");
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }

    /// Gives a folder to the account that PostgreSQL runs as.
    pub(crate) fn give(&self, folder: &Path) -> Result<(), Error> {
        if let Some((user, group)) = self.user {
            chown(folder, Some(user), Some(group))?;
        }
        Ok(())
    }

    /// Makes an empty cluster, to be copied.
    pub(crate) fn make(&self, folder: &Path) -> Result<(), Error> {
        fs::create_dir(folder)?;
        self.give(folder)?;
        let output = self
            .command("initdb")
            .arg("-D")
            .arg(folder)
            .args(["--username=layover", "--encoding=UTF8", "--locale=C.UTF-8"])
            .args(["--auth=trust", "--no-sync"])
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(())
    }
}

/// Copies a cluster that does not run, owners and all.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status()?;
    if status.success() {
        Ok(())
    } else {
        Err("a cluster cannot be copied".into())
    }
}

pub(crate) struct Postgres {
    programs: Programs,
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    log: PathBuf,
    child: Option<Child>,
}

impl Postgres {
    /// Starts a cluster that is there.
    pub(crate) async fn start(
        programs: Programs,
        folder: PathBuf,
        log: PathBuf,
    ) -> Result<Self, Error> {
        let mut postgres = Self {
            programs,
            folder,
            port: free_port()?,
            log,
            child: None,
        };
        postgres.restart().await?;
        Ok(postgres)
    }

    /// For whoever asks it directly, past the proxies.
    pub(crate) fn url(&self) -> String {
        url(self.port)
    }

    /// Starts it again, after whatever happened, and waits until it answers.
    pub(crate) async fn restart(&mut self) -> Result<(), Error> {
        self.child = None;
        // The processes of a killed postmaster notice it within moments, and the next one waits.
        let end = Instant::now() + Duration::from_mins(1);
        loop {
            if self.child.as_mut().is_none_or(Child::has_ended) {
                self.child = Some(self.spawn()?);
            }
            sleep(Duration::from_millis(50)).await;
            let listens = TcpStream::connect(("127.0.0.1", self.port)).await.is_ok();
            if listens && store::connect(&self.url()).await.is_ok() {
                return Ok(());
            }
            if Instant::now() > end {
                let said = fs::read_to_string(&self.log).unwrap_or_default();
                return Err(format!("PostgreSQL did not start: {said}").into());
            }
        }
    }

    fn spawn(&self) -> Result<Child, Error> {
        let mut command = self.programs.command("postgres");
        command.arg("-D").arg(&self.folder);
        for setting in [
            "listen_addresses=127.0.0.1",
            &format!("port={}", self.port),
            "unix_socket_directories=",
            "fsync=on",
            "synchronous_commit=on",
            "max_connections=100",
            "shared_buffers=32MB",
            "lc_messages=C",
            // Whoever can connect can write: a recovery is waited for.
            "hot_standby=off",
        ] {
            command.arg("-c").arg(setting);
        }
        Ok(Child::start(command, &self.log)?)
    }

    /// Whether its postmaster runs.
    pub(crate) fn runs(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| !child.has_ended())
    }

    /// SIGKILL for the postmaster alone.
    pub(crate) fn kill(&mut self) {
        self.child = None;
    }

    /// A fast shutdown; gone when this returns.
    pub(crate) async fn stop(&mut self) -> Result<(), Error> {
        if let Some(child) = &self.child {
            child.signal(Signal::SIGINT);
        }
        let end = Instant::now() + Duration::from_secs(30);
        while self.runs() {
            if Instant::now() > end {
                return Err("PostgreSQL does not stop".into());
            }
            sleep(Duration::from_millis(20)).await;
        }
        self.child = None;
        Ok(())
    }

    /// Makes the next start of this copy what the restoring of a backup is: a recovery, which ends
    /// on a timeline of its own.
    pub(crate) fn recover_at_start(&self) -> Result<(), Error> {
        let signal = self.folder.join("recovery.signal");
        fs::write(&signal, "")?;
        self.programs.give(&signal)?;
        let settings = self.folder.join("postgresql.auto.conf");
        // There is no archive: what the copy has is all there is.
        fs::write(settings, "restore_command = 'false'\n")?;
        Ok(())
    }

    /// Signals the postmaster and all its processes.
    pub(crate) fn signal_all(&self, what: Signal) {
        if let Some(child) = &self.child {
            child.signal(what);
            for pid in children_of(child.pid()) {
                signal(pid, what);
            }
        }
    }
}

/// The address of the database of a PostgreSQL, or of a proxy before it.
pub(crate) fn url(port: u16) -> String {
    format!("postgres://layover@127.0.0.1:{port}/postgres?sslmode=disable")
}
