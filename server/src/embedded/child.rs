//! How a program of PostgreSQL is run: as whom, with what surroundings, and how it ends with us.
//!
//! It refuses to know what the programs do. Its invariant: no child outlives, unsignalled, the
//! thread that spawned it.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::errno::Errno;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::{Pid, getppid};

use super::account::Account;
use super::{Error, log};

/// What the children keep of our environment: nothing of `PG…`, and none of our secrets.
const KEPT: [&str; 3] = ["PATH", "LD_LIBRARY_PATH", "TZ"];

/// A command that runs `program` as `account`, to be spawned by a thread that outlives it.
///
/// It gets SIGINT when that thread ends, however it ends, and no signal from our terminal.
#[expect(unsafe_code, reason = "only pre_exec can set the parent-death signal")]
pub(super) fn command(program: &Path, account: &Account) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(KEPT.iter().filter_map(|name| {
            let value = std::env::var_os(name)?;
            Some((name, value))
        }))
        // Messages in English and a locale that every system has; the cluster has its own.
        .env("LC_ALL", "C")
        // Our own working folder may be closed to the account.
        .current_dir("/")
        // Ctrl-C goes to the whole foreground group: the server must get it first and alone.
        .process_group(0);
    if account.other {
        command.uid(account.uid).gid(account.gid);
    }
    let parent = Pid::this();
    // SAFETY: the closure runs between fork and exec, where only async-signal-safe calls are
    // allowed; it makes two system calls, allocates nothing and takes no lock.
    unsafe {
        command.pre_exec(move || {
            // The standard library has changed the user by now, which would have cleared this.
            set_pdeathsig(Signal::SIGINT)?;
            // A parent that died before the line above sends no signal any more.
            if getppid() == parent {
                Ok(())
            } else {
                Err(io::Error::from(Errno::ESRCH))
            }
        });
    }
    command
}

/// Runs a command to its end with `input` as its standard input.
pub(super) fn run(mut command: Command, input: &str) -> Result<(), Error> {
    let program = Path::new(command.get_program()).to_owned();
    let failed = |source| Error::Run {
        program: program.clone(),
        source,
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    // A program that ended early breaks the pipe; its exit status says more than that does.
    let _ = child
        .stdin
        .take()
        .map(|mut pipe| pipe.write_all(input.as_bytes()));
    let output = child.wait_with_output().map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    let said = if output.stderr.is_empty() {
        output.stdout
    } else {
        output.stderr
    };
    Err(Error::Create {
        program,
        status: output.status,
        output: log::last_lines(&said),
    })
}
