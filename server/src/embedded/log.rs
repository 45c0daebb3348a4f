//! The log file of the postmaster: `<data>/postgres.log`, and the previous run's beside it.
//!
//! It refuses to know what a line means.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::Error;

/// How many lines an error quotes.
const QUOTED: usize = 4;

/// Moves the log of the previous run to `postgres.log.1`, and answers the path of the new one.
pub(super) fn rotate(data: &Path) -> Result<PathBuf, Error> {
    let log = data.join("postgres.log");
    match fs::rename(&log, data.join("postgres.log.1")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::file("move", &log)(error))
        }
        _ => Ok(log),
    }
}

/// Opens the log for a postmaster to append to.
pub(super) fn open(log: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(log)
        .map_err(Error::file("open", log))
}

/// The end of the log, for an error to quote.
pub(super) fn tail(log: &Path) -> String {
    last_lines(&fs::read(log).unwrap_or_default())
}

/// The last few lines of what a program said, on one line.
pub(super) fn last_lines(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let lines: Vec<_> = said
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let quoted = &lines[lines.len().saturating_sub(QUOTED)..];
    if quoted.is_empty() {
        "(nothing)".to_owned()
    } else {
        quoted.join(" | ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_lines_are_quoted() {
        assert_eq!(last_lines(b"a\nb\n\n c\nd\ne\n"), "b | c | d | e");
        assert_eq!(last_lines(b"\n"), "(nothing)");
    }
}
