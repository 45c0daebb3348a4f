//! The log.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// Sends the log to standard error. `RUST_LOG` chooses what is in it.
pub fn install(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx::postgres::notice=warn"));
    let registry = tracing_subscriber::registry().with(filter);
    let colours = std::io::stderr().is_terminal();
    match format {
        LogFormat::Text => registry
            .with(fmt::layer().with_ansi(colours).with_writer(std::io::stderr))
            .init(),
        LogFormat::Json => registry
            .with(fmt::layer().json().with_writer(std::io::stderr))
            .init(),
    }
    // A panic is a line of the log like any other, so that nothing that watches the log misses it.
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!(panic = %panic, "the server panicked");
    }));
}
