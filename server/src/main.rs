//! The program: arguments in, an exit code out.

use std::{error::Error, process::ExitCode};

use clap::Parser;
use layover::{
    commands,
    config::{Cli, Command},
    telemetry,
};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    telemetry::install(cli.config.log_format);
    let result = match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => Box::pin(commands::serve(cli.config)).await,
        Command::Restored => commands::restored(cli.config).await,
        Command::Postgres => commands::postgres(&cli.config).await,
        Command::Reports { all, json } => commands::reports(&cli.config, all, json).await,
        Command::Suspend {
            handle,
            days,
            because,
        } => commands::suspend(&cli.config, &handle, days, &because).await,
        Command::Reinstate { handle } => commands::reinstate(&cli.config, &handle).await,
        Command::Resolve { report } => commands::resolve(&cli.config, report).await,
        Command::Count => commands::count(&cli.config).await,
        Command::Demo {
            seed,
            journeys,
            anyway,
        } => Box::pin(commands::demo(&cli.config, seed, journeys, anyway)).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&*error);
            ExitCode::FAILURE
        }
    }
}

/// One line for each cause, the nearest first.
#[expect(clippy::print_stderr, reason = "the last words of the program")]
fn complain(error: &dyn Error) {
    eprintln!("layover: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
}
