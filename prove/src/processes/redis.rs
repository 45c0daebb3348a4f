//! A Redis of our own, with nothing kept on disk.

use std::{path::PathBuf, process::Command, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use super::{Child, free_port};
use crate::Error;

pub(crate) struct Redis {
    child: Option<Child>,
    pub(crate) port: u16,
    log: PathBuf,
}

impl Redis {
    pub(crate) async fn start(log: PathBuf) -> Result<Self, Error> {
        let mut redis = Self {
            child: None,
            port: free_port()?,
            log,
        };
        redis.restart().await?;
        Ok(redis)
    }

    /// An empty one, at the same port.
    pub(crate) async fn restart(&mut self) -> Result<(), Error> {
        self.kill();
        let mut command = Command::new("redis-server");
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"]);
        command.args(["--save", "", "--appendonly", "no", "--daemonize", "no"]);
        let child = Child::start(command, &self.log)
            .map_err(|error| format!("redis-server cannot be started: {error}"))?;
        self.child = Some(child);
        let end = Instant::now() + Duration::from_secs(10);
        while self.ask("PING").await.ok().as_deref() != Some("+PONG\r\n") {
            if Instant::now() > end {
                return Err("redis-server does not answer".into());
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// How many clients it has cut off because they did not read.
    pub(crate) fn cut_off(&self) -> usize {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        log.matches("overcoming of output buffer limits").count()
    }

    pub(crate) fn kill(&mut self) {
        self.child = None;
    }

    /// One command, and what comes back within a moment.
    pub(crate) async fn ask(&self, command: &str) -> Result<String, Error> {
        let answer = async {
            let mut socket = TcpStream::connect(("127.0.0.1", self.port)).await?;
            socket
                .write_all(format!("{command}\r\n").as_bytes())
                .await?;
            let mut answer = vec![0; 64 * 1024];
            let length = socket.read(&mut answer).await?;
            answer.truncate(length);
            Ok::<_, Error>(String::from_utf8_lossy(&answer).into_owned())
        };
        timeout(Duration::from_secs(2), answer).await?
    }
}
