//! One node: a process of the program under test.

use std::{path::PathBuf, process::Command, time::Duration};

use nix::sys::signal::Signal;
use tokio::time::{Instant, sleep};

use super::{Child, child::resident_bytes};
use crate::Error;

/// What a node is started with; the same each time.
#[derive(Debug, Clone)]
pub(crate) struct NodeSettings {
    pub(crate) name: String,
    pub(crate) binary: PathBuf,
    pub(crate) site: Option<PathBuf>,
    pub(crate) data: PathBuf,
    pub(crate) port: u16,
    pub(crate) database_url: String,
    pub(crate) redis_url: Option<String>,
    pub(crate) log: PathBuf,
    /// More environment, such as another clock.
    pub(crate) environment: Vec<(String, String)>,
}

pub(crate) struct Node {
    pub(crate) settings: NodeSettings,
    child: Option<Child>,
}

/// How long a node may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(30);

impl Node {
    pub(crate) async fn start(settings: NodeSettings) -> Result<Self, Error> {
        let mut node = Self {
            settings,
            child: None,
        };
        node.restart().await?;
        Ok(node)
    }

    /// Starts it again and waits until it says that it is ready.
    pub(crate) async fn restart(&mut self) -> Result<(), Error> {
        self.spawn()?;
        self.ready().await
    }

    /// Starts it and does not wait.
    pub(crate) fn spawn(&mut self) -> Result<(), Error> {
        self.child = None;
        let settings = &self.settings;
        // What the last process said must not be taken for this one's word.
        let _ = std::fs::rename(&settings.log, settings.log.with_extension("old.log"));
        let mut command = Command::new(&settings.binary);
        command
            .arg("serve")
            .env_remove("PUBLIC_URL")
            .env_remove("LAYOVER_ADDR")
            .env("PORT", settings.port.to_string())
            .env("DATABASE_URL", &settings.database_url)
            .env("LAYOVER_DATA", &settings.data)
            .env("LAYOVER_RATE_PER_SECOND", "0")
            .env("LAYOVER_RATE_BURST", "0")
            .env("LAYOVER_TRIES", "0")
            .envs(settings.environment.iter().cloned());
        match &settings.redis_url {
            Some(url) => command.env("REDIS_URL", url),
            None => command.env_remove("REDIS_URL"),
        };
        if let Some(site) = &settings.site {
            command.env("LAYOVER_SITE", site);
        }
        self.child = Some(Child::start(command, &settings.log)?);
        Ok(())
    }

    async fn ready(&mut self) -> Result<(), Error> {
        let end = Instant::now() + PATIENCE;
        loop {
            let Some(child) = &mut self.child else {
                return Err("the node was not started".into());
            };
            if child.said().contains("Layover is ready") {
                return Ok(());
            }
            if child.has_ended() || Instant::now() > end {
                let said = child.said();
                return Err(format!("{} did not start: {said}", self.settings.name).into());
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child = None;
    }

    /// Asks it to stop and waits until it has.
    pub(crate) async fn stop(&mut self) -> Result<(), Error> {
        self.signal(Signal::SIGTERM);
        let end = Instant::now() + PATIENCE;
        while self.child.as_mut().is_some_and(|child| !child.has_ended()) {
            if Instant::now() > end {
                return Err(format!("{} does not stop", self.settings.name).into());
            }
            sleep(Duration::from_millis(20)).await;
        }
        self.child = None;
        Ok(())
    }

    pub(crate) fn signal(&self, what: Signal) {
        if let Some(child) = &self.child {
            child.signal(what);
        }
    }

    /// Whether it runs; one that was killed or has ended does not.
    pub(crate) fn runs(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| !child.has_ended())
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::pid)
    }

    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.settings.log).unwrap_or_default()
    }
}

/// The memory that a process holds now.
pub(crate) fn memory(pid: u32) -> Option<u64> {
    resident_bytes(pid)
}
