//! A server that is measured: started, waited for, stopped.

use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};
use url::Url;

use crate::{Error, args::Args, door::Door, target::Target};

/// How long a server may take to start, and to stop when it is asked to.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server of this program's; it ends with this value at the latest.
pub(crate) struct Service {
    pub(crate) door: Door,
    child: Child,
    log: PathBuf,
    /// Where this server's lines begin in the log.
    begin: u64,
}

impl Service {
    /// Starts a server on a port of this machine, and waits until it answers.
    pub(crate) async fn start(target: Target, args: &Args, database: &Url) -> Result<Self, Error> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        Self::start_at(target, args, database, address).await
    }

    pub(crate) async fn start_at(
        target: Target,
        args: &Args,
        database: &Url,
        address: SocketAddr,
    ) -> Result<Self, Error> {
        let log = args.work.join(format!("{}.log", target.slug()));
        if target == Target::Django {
            migrate(args, database, &log).await?;
        }
        let mut command = command(target, args, address);
        let begin = fs::metadata(&log).map_or(0, |log| log.len());
        let child = prepare(&mut command, args, database, &log)?.spawn()?;
        let door = Door { target, address };
        let mut service = Self {
            door,
            child,
            log,
            begin,
        };
        service.wait_until_ready().await?;
        Ok(service)
    }

    pub(crate) fn pid(&self) -> i32 {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        id.unwrap_or(i32::MAX)
    }

    async fn wait_until_ready(&mut self) -> Result<(), Error> {
        let end = Instant::now() + PATIENCE;
        while !self.is_ready().await {
            let ended = self.child.try_wait()?;
            if ended.is_some() || Instant::now() > end {
                let (name, log) = (self.door.target.name(), self.log.display());
                return Err(format!("{name} did not start; its log is {log}").into());
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Layover says so by itself. Asking it would wait behind all who come back at the same time.
    async fn is_ready(&self) -> bool {
        if self.door.target == Target::Layover {
            let log = fs::read(&self.log).unwrap_or_default();
            let begin = usize::try_from(self.begin).unwrap_or(usize::MAX);
            let own = log.get(begin..).unwrap_or_default();
            return String::from_utf8_lossy(own).contains("Layover is ready");
        }
        TcpStream::connect(self.door.address).await.is_ok()
    }

    /// Asks it to stop, and waits.
    pub(crate) async fn stop(mut self) -> Result<(), Error> {
        kill(Pid::from_raw(self.pid()), Signal::SIGTERM)?;
        match timeout(PATIENCE, self.child.wait()).await {
            Ok(ended) => drop::<ExitStatus>(ended?),
            Err(_) => self.child.kill().await?,
        }
        Ok(())
    }

    /// Ends it at once, as a crash would.
    pub(crate) async fn crash(mut self) -> Result<(), Error> {
        Ok(self.child.kill().await?)
    }
}

fn command(target: Target, args: &Args, address: SocketAddr) -> Command {
    let port = address.port().to_string();
    let mut command;
    match target {
        Target::Layover => {
            command = Command::new(&args.layover);
            command
                .arg("serve")
                .env("LAYOVER_DATA", args.work.join("layover"))
                // One client says here as much as a whole room of people.
                .env("LAYOVER_RATE_PER_SECOND", "0")
                .env("LAYOVER_RATE_BURST", "0")
                // And tries as often, which are counted all the same: that is work, too.
                .env("LAYOVER_TRIES", "1000000");
        }
        Target::Django => {
            command = Command::new(&args.python);
            command
                .args(["-m", "daphne", "--verbosity", "0", "--bind", "127.0.0.1"])
                .args(["--port", &port, "chat.asgi:application"])
                .current_dir(args.peers.join("django"));
        }
        Target::SocketIo | Target::SocketIoUnstored => {
            let stores = target == Target::SocketIo;
            command = Command::new("node");
            command
                .arg("server.js")
                .env("STORE", if stores { "1" } else { "0" })
                .env("NODE_ENV", "production")
                .current_dir(args.peers.join("socketio"));
        }
    }
    command.env("PORT", port);
    command
}

async fn migrate(args: &Args, database: &Url, log: &PathBuf) -> Result<(), Error> {
    let mut command = Command::new(&args.python);
    command
        .args(["manage.py", "migrate", "--verbosity", "0"])
        .current_dir(args.peers.join("django"));
    let done = prepare(&mut command, args, database, log)?.status().await?;
    if done.success() {
        Ok(())
    } else {
        Err(format!("Django made no tables; its log is {}", log.display()).into())
    }
}

fn prepare<'a>(
    command: &'a mut Command,
    args: &Args,
    database: &Url,
    log: &PathBuf,
) -> Result<&'a mut Command, Error> {
    let log = File::options().create(true).append(true).open(log)?;
    Ok(command
        .env("DATABASE_URL", database.as_str())
        .env("REDIS_URL", args.redis.as_str())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true))
}
