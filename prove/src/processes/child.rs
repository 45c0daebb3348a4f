//! One child process: how it is started, signalled, measured and ended.
//!
//! Invariant: it does not outlive us, and nothing else is ever signalled.

use std::{
    fs::{self, File},
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

use nix::{
    sys::{
        prctl::set_pdeathsig,
        signal::{Signal, kill},
    },
    unistd::Pid,
};

pub(crate) struct Child {
    process: process::Child,
    pub(crate) log: PathBuf,
}

impl Child {
    /// Starts a command; what it says goes to the end of the file `log`.
    #[expect(unsafe_code, reason = "only pre_exec can set the parent-death signal")]
    pub(crate) fn start(mut command: Command, log: &Path) -> io::Result<Self> {
        let out = File::options().create(true).append(true).open(log)?;
        command
            .stdin(Stdio::null())
            .stderr(out.try_clone()?)
            .stdout(out)
            .process_group(0);
        // SAFETY: between fork and exec the closure makes one system call, allocates nothing and
        // takes no lock.
        unsafe {
            command.pre_exec(|| Ok(set_pdeathsig(Signal::SIGKILL)?));
        }
        Ok(Self {
            process: command.spawn()?,
            log: log.to_owned(),
        })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn signal(&self, what: Signal) {
        signal(self.pid(), what);
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }

    /// SIGKILL, and gone when this returns.
    pub(crate) fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// What it has written so far.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Signals a process that is ours or a child of one of ours. One that has ended is no error.
pub(crate) fn signal(pid: u32, what: Signal) {
    let _ = kill(Pid::from_raw(pid.cast_signed()), what);
}

/// The resident memory of a process, in bytes.
pub(crate) fn resident_bytes(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// The processes that a process has started and that run.
pub(crate) fn children_of(parent: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid: &u32| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            // The name, in brackets, may hold anything: what counts stands behind it.
            let fields = stat.rsplit_once(')').map(|(_, fields)| fields);
            fields.and_then(|fields| fields.split_whitespace().nth(1))
                == Some(parent.to_string().as_str())
        })
        .collect()
}
