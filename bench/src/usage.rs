//! What processes take of the machine, from /proc.

use std::{collections::HashMap, fs, time::Duration};

use nix::{
    sys::resource::{Resource, getrlimit, setrlimit},
    unistd::{SysconfVar, sysconf},
};

use crate::Error;

/// Of a process and all that it has started, since they began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// User and system time, that of children that have ended included.
    pub(crate) cpu: Duration,
    /// Resident bytes.
    pub(crate) resident: u64,
}

/// One line of /proc/PID/stat.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: i32,
    ticks: u64,
}

impl Stat {
    fn parse(text: &str) -> Option<Self> {
        // The name, in parentheses, may hold anything; what follows is numbers.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = fields.get(11..15)?.iter().map(|field| field.parse::<u64>());
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            ticks: ticks.sum::<Result<u64, _>>().ok()?,
        })
    }
}

impl Usage {
    /// Nothing, where the process has ended.
    pub(crate) fn of(root: i32) -> Self {
        let all = stats();
        let mut usage = Self::default();
        for (&pid, stat) in &all {
            if descends(&all, pid, root) {
                usage.cpu += duration(stat.ticks);
                usage.resident += resident(pid);
            }
        }
        usage
    }

    /// CPU time since an earlier moment.
    pub(crate) fn since(&self, earlier: &Self) -> Duration {
        self.cpu.saturating_sub(earlier.cpu)
    }
}

/// CPU time that all programs of the machine have taken since it started.
pub(crate) fn of_machine() -> Duration {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    duration(busy(&text).unwrap_or_default())
}

/// The ticks of the first line of /proc/stat that are neither idle nor spent waiting for disks.
fn busy(text: &str) -> Option<u64> {
    let fields = text.lines().next()?.split_whitespace().skip(1);
    let ticks: Vec<u64> = fields.map_while(|field| field.parse().ok()).collect();
    let [user, nice, system, _, _, irq, softirq] = ticks.get(..7)?.try_into().ok()?;
    Some(user + nice + system + irq + softirq)
}

fn duration(ticks: u64) -> Duration {
    let a_second = sysconf(SysconfVar::CLK_TCK).ok().flatten();
    let a_second = a_second.and_then(|ticks| u32::try_from(ticks).ok());
    Duration::from_secs(ticks) / a_second.unwrap_or(100)
}

fn stats() -> HashMap<i32, Stat> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let text = fs::read_to_string(entry.path().join("stat")).ok()?;
            Some((pid, Stat::parse(&text)?))
        })
        .collect()
}

fn descends(all: &HashMap<i32, Stat>, mut pid: i32, root: i32) -> bool {
    while pid != root {
        match all.get(&pid) {
            Some(stat) => pid = stat.parent,
            None => return false,
        }
    }
    true
}

/// The exact number: that of /proc/PID/status lags behind.
fn resident(pid: i32) -> u64 {
    fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("Rss:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .unwrap_or_default()
        * 1024
}

/// Lets this process, and those that it starts, open so many files.
pub(crate) fn raise_file_limit(wanted: u64) -> Result<(), Error> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if soft >= wanted {
        return Ok(());
    }
    setrlimit(Resource::RLIMIT_NOFILE, wanted, hard.max(wanted)).map_err(|error| {
        format!("cannot open {wanted} files ({error}): run it where `ulimit -Hn` is at least that")
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_whatever_its_name_is() {
        let text = "7 (a) b) (c) S 3 7 7 0 -1 4194304 9 9 0 0 10 20 30 40 20 0 1 0 5 6 7";
        let stat = Stat {
            parent: 3,
            ticks: 100,
        };
        assert_eq!(Stat::parse(text), Some(stat));
        assert_eq!(Stat::parse("7 (a) S"), None);
    }

    #[test]
    fn the_machine_is_busy_when_it_is_not_idle() {
        let text = "cpu  1 2 4 1000 1000 8 16 32 0 0\ncpu0 1 2 4 1000 1000 8 16 32 0 0\n";
        assert_eq!(busy(text), Some(31));
        assert_eq!(busy("cpu 1 2"), None);
    }

    #[test]
    fn this_process_takes_memory_and_one_that_ended_takes_nothing() {
        assert!(Usage::of(i32::try_from(std::process::id()).unwrap()).resident > 0);
        assert_eq!(Usage::of(-7), Usage::default());
    }
}
