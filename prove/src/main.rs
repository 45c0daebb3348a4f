//! Proves the promise of delivery: twenty faults against nine invariants, on this machine, from one
//! seed, and bugs planted on purpose that must be caught.
//!
//! It starts everything that it needs, touches nothing that it has not started, and ends by itself.

mod checker;
mod dice;
mod faults;
mod fuzz;
mod history;
mod people;
mod planted;
mod processes;
mod proxy;
mod report;
mod run;
mod settle;
mod store;
mod world;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, Parser)]
#[command(name = "layover-prove", version)]
pub(crate) struct Args {
    /// The program under test.
    #[arg(long)]
    binary: PathBuf,
    /// Every random choice follows from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Numbers, separated by commas; `all`; or `none`.
    #[arg(long, default_value = "all")]
    faults: String,
    /// A small and quick world, and only some of the faults unless they are named.
    #[arg(long)]
    short: bool,
    /// Plants a bug, by its name, that has to be caught; `all` plants each in turn.
    #[arg(long)]
    plant: Option<String>,
    /// For so many seconds, throws random frames at the decoder and at the timeline.
    #[arg(long, default_value_t = 0)]
    fuzz: u64,
    /// Where the table goes.
    #[arg(long)]
    report: PathBuf,
    /// Where the history and the logs of each fault go; otherwise only those that broke something
    /// are kept, in the system's folder for temporary files.
    #[arg(long)]
    history: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    // The HTTP client wants one, although everything here is on this machine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match run::run(&args).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("the proof failed to run: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// To whoever watches.
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}
