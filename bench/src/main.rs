//! The measurement: Layover and its peers on this machine, one after the other, and what must hold.
//!
//! It starts and stops the servers that it measures, sends to loopback addresses alone, and ends by
//! itself. `scripts/bench.sh` brings it the databases and the peers.

mod args;
mod closed;
mod crowd;
mod database;
mod dice;
mod door;
mod durable;
mod frame;
mod history;
mod idle;
mod machine;
mod media;
mod meter;
mod open;
mod plot;
mod ranks;
mod report;
mod requirement;
mod run;
mod schedule;
mod service;
mod target;
mod times;
mod usage;
mod waits;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::args::Args;

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let args = Args::parse();
    // The HTTP client wants one, although everything here is on this machine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // The servers inherit the limit.
    usage::raise_file_limit(args.scale().connections as u64 + 4096)?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    // Whichever way this ends, the servers that were started are dropped, and so stopped.
    tokio::select! {
        done = run::run(&args) => done,
        _ = terminated.recv() => Err("terminated".into()),
        _ = interrupted.recv() => Err("interrupted".into()),
    }
}
