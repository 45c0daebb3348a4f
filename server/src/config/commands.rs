//! What the program can be told to do.

use clap::{Parser, Subcommand};
use uuid::Uuid;

use super::Config;
use crate::demo;

/// Real-time chat and a social home for people on a visa journey.
#[derive(Debug, Parser)]
#[command(name = "layover", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub config: Config,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve Layover (the default).
    Serve,
    /// Run the private PostgreSQL alone and print its URL.
    Postgres,
    /// Say it after restoring a backup: browsers then fetch everything anew.
    Restored,
    /// Print what people have reported and nobody has resolved, the oldest first.
    Reports {
        /// What is resolved, too.
        #[arg(long)]
        all: bool,
        /// As JSON, one object a line.
        #[arg(long)]
        json: bool,
    },
    /// Keep somebody from signing in, and end their sessions at once.
    Suspend {
        handle: String,
        /// For how long; without it, until you reinstate them.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
        days: Option<u16>,
        /// Why, for those who look at it later. Up to 1,000 characters.
        #[arg(long, default_value = "", hide_default_value = true, value_parser = reason)]
        because: String,
    },
    /// Let somebody sign in again who was suspended.
    Reinstate { handle: String },
    /// Say that a report needs nobody any more.
    Resolve {
        #[arg(value_name = "REPORT_ID")]
        report: Uuid,
    },
    /// Count how long things take now, unless today's waits were counted.
    Count,
    /// Fill an empty database with people, rooms and journeys that are made up, to look at and to try things on.
    Demo {
        /// What chance begins with: the same number makes the same community.
        #[arg(long, default_value_t = demo::SEED)]
        seed: u64,
        /// How many journeys.
        #[arg(long, default_value_t = demo::JOURNEYS, value_parser = clap::value_parser!(u32).range(200..=1_000_000))]
        journeys: u32,
        /// Although some settings are such as those have who serve others.
        #[arg(long)]
        anyway: bool,
    },
}

fn reason(text: &str) -> Result<String, &'static str> {
    if text.chars().count() <= 1000 && !text.contains('\0') {
        Ok(text.to_owned())
    } else {
        Err("it has more than 1,000 characters, or some that cannot be kept")
    }
}
