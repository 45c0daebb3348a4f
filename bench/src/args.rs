//! What is measured, where the programs are, and for how long.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use clap::{Parser, ValueEnum};
use url::{Host, Url};

use crate::{Error, target::Target};

#[derive(Debug, Parser)]
#[command(name = "layover-bench", version)]
pub(crate) struct Args {
    /// A PostgreSQL on this machine. Databases named `bench_…` are made in it, and made anew.
    #[arg(long, value_parser = this_machine)]
    pub(crate) postgres: Url,
    /// The process that is, or has started, that PostgreSQL.
    #[arg(long)]
    pub(crate) postgres_pid: i32,
    /// A Redis on this machine.
    #[arg(long, value_parser = this_machine)]
    pub(crate) redis: Url,
    #[arg(long)]
    pub(crate) redis_pid: i32,
    /// Layover's program.
    #[arg(long)]
    pub(crate) layover: PathBuf,
    /// The folder of the peers, `bench/peers`.
    #[arg(long)]
    pub(crate) peers: PathBuf,
    /// The Python that has what `django/requirements.txt` names.
    #[arg(long)]
    pub(crate) python: PathBuf,
    /// A folder for the logs of the servers.
    #[arg(long)]
    pub(crate) work: PathBuf,
    /// The folder of `performance.md` and `performance.svg`.
    #[arg(long)]
    pub(crate) docs: PathBuf,
    /// A minute or two in place of twenty. Its numbers are only a hint.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Leaves out the 5 million messages.
    #[arg(long)]
    pub(crate) no_history: bool,
    /// Of Layover, only this.
    #[arg(long, value_enum)]
    pub(crate) part: Option<Part>,
    /// Only these, in place of all.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Target::ALL)]
    pub(crate) only: Vec<Target>,
}

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Idle connections and their coming back.
    Idle,
    /// Whether times tell who has an account.
    Times,
    /// Uploads of large files: memory, and what they do to chat.
    Media,
    /// A million stages of journeys: the daily batch, and pages about waits.
    Waits,
}

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    pub(crate) warm_up: Duration,
    /// The window of a closed loop, and of each measurement of durable sends.
    pub(crate) closed: Duration,
    /// The window of one rate of an open loop.
    pub(crate) open: Duration,
    /// Idle connections, and those that come back at once.
    pub(crate) connections: usize,
    /// Messages of the long history.
    pub(crate) history: i64,
    /// Known names that are asked for in each way, and unknown ones.
    pub(crate) names: usize,
    /// Journeys whose waits are counted. Each has seven stages or eight, on average.
    pub(crate) journeys: u32,
}

impl Args {
    pub(crate) fn scale(&self) -> Scale {
        if self.quick {
            Scale {
                warm_up: Duration::from_secs(1),
                closed: Duration::from_secs(3),
                open: Duration::from_secs(2),
                connections: 2_000,
                history: 200_000,
                names: 100,
                journeys: 7_000,
            }
        } else {
            Scale {
                warm_up: Duration::from_secs(3),
                closed: Duration::from_secs(10),
                open: Duration::from_secs(5),
                connections: 10_000,
                history: 5_000_000,
                names: 800,
                journeys: 140_000,
            }
        }
    }
}

/// A load generator must not reach anybody else's server.
fn this_machine(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text)?;
    // A URL's parameters can name another host than the URL itself; a folder is a Unix socket's.
    let named = url
        .query_pairs()
        .filter(|(name, _)| name.starts_with("host"))
        .all(|(_, value)| value.starts_with('/') || is_loopback(&value));
    let host = match url.host() {
        Some(Host::Domain(name)) => is_loopback(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if host && named {
        Ok(url)
    } else {
        Err("it must be an address of this machine, like 127.0.0.1".into())
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_measured() {
        for (url, own) in [
            ("redis://127.0.0.1:3000", true),
            ("redis://localhost", true),
            ("redis://[::1]:80", true),
            ("redis://10.0.0.1", false),
            ("redis://127.0.0.1.evil.example", false),
            ("postgres://a@localhost/b?host=%2Frun%2Fpostgres", true),
            ("postgres://a@localhost/b?host=10.0.0.1", false),
            ("postgres://a@localhost/b?hostaddr=10.0.0.1", false),
            ("postgres:///b", false),
        ] {
            assert_eq!(this_machine(url).is_ok(), own, "{url}");
        }
    }
}
