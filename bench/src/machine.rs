//! The machine in words.

use std::{fs, thread};

use crate::{Error, database::Database};

/// Like "2 cores (AMD EPYC), 23 GiB, Linux 6.1, PostgreSQL 15.1".
pub(crate) async fn describe(database: &mut Database) -> Result<String, Error> {
    let cores = thread::available_parallelism()?;
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned());
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or_default()
        / (1024 * 1024);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let postgres = database.version().await?;
    Ok(format!(
        "{cores} cores ({cpu}), {memory} GiB, Linux {}, PostgreSQL {postgres}",
        kernel.trim()
    ))
}

/// The first value of that name in a file of `name : value` lines.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
