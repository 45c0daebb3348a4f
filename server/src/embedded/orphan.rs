//! A postmaster that outlived the server which started it, and the traces of one that is gone.
//!
//! It refuses to trust a process id alone. Its invariant: it signals only a process whose command
//! line says that it is a postmaster of this very folder.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Error, holds_within, socket};

/// What an orphan is told, and how long each may take: a fast shutdown writes a checkpoint.
const STOPS: [(Signal, Duration); 2] = [
    (Signal::SIGINT, Duration::from_secs(30)),
    (Signal::SIGQUIT, Duration::from_secs(10)),
];

/// How long the processes of a dead postmaster may take to notice it.
const LEAVING: Duration = Duration::from_secs(10);

/// Stops a postmaster that still runs on the cluster, and removes traces that would keep the
/// next one from starting. The folder's lock must be held.
pub(super) fn clear(cluster: &Path, socket: &Path) -> Result<(), Error> {
    let pid_file = cluster.join("postmaster.pid");
    let Some(pid) = pid_in(&pid_file) else {
        return wait_until_left(cluster);
    };
    for (signal, patience) in STOPS {
        if !is_postmaster_of(pid, cluster) {
            break;
        }
        tracing::warn!(pid, %signal, "stopping the PostgreSQL that a killed server left");
        match kill(Pid::from_raw(pid.cast_signed()), signal) {
            Ok(()) | Err(Errno::ESRCH) => {}
            Err(_) => break,
        }
        holds_within(patience, || !is_postmaster_of(pid, cluster));
    }
    wait_until_left(cluster)?;
    // The id now belongs to a process of something else, which PostgreSQL would take for itself.
    // Where it belongs to nobody, PostgreSQL sees that, and checks the shared memory besides.
    if Path::new("/proc").join(pid.to_string()).exists() {
        for stale in [pid_file, socket::lock_file(socket)] {
            match fs::remove_file(&stale) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::file("remove", &stale)(error));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Waits until no process of PostgreSQL works in the folder; all of them do so by `chdir`.
pub(super) fn wait_until_left(folder: &Path) -> Result<(), Error> {
    let mut last = None;
    let left = holds_within(LEAVING, || {
        last = process_in(folder);
        last.is_none()
    });
    match last {
        Some(pid) if !left => Err(Error::Occupied {
            folder: folder.to_owned(),
            pid,
        }),
        _ => Ok(()),
    }
}

fn pid_in(pid_file: &Path) -> Option<u32> {
    let text = fs::read_to_string(pid_file).ok()?;
    // Zero, or a negative number, would signal a whole group.
    text.lines()
        .next()?
        .trim()
        .parse()
        .ok()
        .filter(|pid| *pid > 1)
}

fn is_postmaster_of(pid: u32, cluster: &Path) -> bool {
    // A zombie has an empty command line, so that one counts as gone.
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| names(&line, cluster))
}

/// Whether a command line, as /proc shows it, is `postgres … -D <cluster> …`.
fn names(command_line: &[u8], cluster: &Path) -> bool {
    let words: Vec<_> = command_line.split(|byte| *byte == 0).collect();
    let program = words.first().map(|word| Path::new(OsStr::from_bytes(word)));
    program.and_then(Path::file_name) == Some(OsStr::new("postgres"))
        && words
            .windows(2)
            .any(|pair| pair[0] == b"-D" && pair[1] == cluster.as_os_str().as_bytes())
}

fn process_in(folder: &Path) -> Option<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter(|process| fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == folder))
        // Someone's shell may stand in the folder too; that one does no harm.
        .filter(|process| {
            fs::read(process.path().join("comm")).is_ok_and(|comm| comm == b"postgres\n")
        })
        .find_map(|process| process.file_name().to_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_postmaster_of_this_very_folder_is_recognised() {
        let ours = Path::new("/srv/a/postgres");
        assert!(names(
            b"/usr/bin/postgres\0-D\0/srv/a/postgres\0-c\0x=y\0",
            ours
        ));
        assert!(!names(b"/usr/bin/postgres\0-D\0/srv/a/postgres2\0", ours));
        assert!(!names(b"/usr/bin/postgres\0/srv/a/postgres\0", ours));
        assert!(!names(b"/usr/bin/vi\0-D\0/srv/a/postgres\0", ours));
        assert!(!names(b"", ours));
    }

    #[test]
    fn a_stale_pid_of_another_process_is_not_signalled_but_forgotten() {
        let folder = std::env::temp_dir().join(format!("layover-stale-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        let pid_file = folder.join("postmaster.pid");
        // A signal would end this very test.
        fs::write(&pid_file, format!("{}\n", std::process::id())).expect("as above");
        clear(&folder, &folder).expect("nothing runs there");
        assert!(!pid_file.exists());
        fs::remove_dir_all(&folder).expect("as above");
    }
}
