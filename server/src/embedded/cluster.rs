//! The making of the cluster `<data>/postgres` and of the database `layover` in it.
//!
//! It refuses to know how a cluster is run. Its invariant: a folder of the final name is whole,
//! because everything is made in `<data>/postgres.new`, which is renamed last.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use super::account::Account;
use super::binaries::{Binaries, major};
use super::{Error, child, orphan};

/// What to sort text by, the best first: all languages by ICU, which not every build has, then
/// bytes, under the names that not every system knows.
const LOCALES: [&[&str]; 3] = [
    &[
        "--locale-provider=icu",
        "--icu-locale=und",
        "--locale=C.UTF-8",
    ],
    &["--locale=C.UTF-8"],
    &["--locale=C"],
];

/// The major version that made the cluster, or nothing if there is none yet.
pub(super) fn version(cluster: &Path) -> Result<Option<u32>, Error> {
    match fs::read_to_string(cluster.join("PG_VERSION")) {
        Ok(text) => major(&text).map(Some).ok_or_else(|| Error::NotACluster {
            folder: cluster.to_owned(),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut files = fs::read_dir(cluster).into_iter().flatten();
            if files.next().is_some() {
                // Not ours to empty: it may be all that is left of someone's data.
                return Err(Error::NotACluster {
                    folder: cluster.to_owned(),
                });
            }
            Ok(None)
        }
        Err(error) => Err(Error::file("read", cluster)(error)),
    }
}

/// Makes the cluster with its database. Its folder must be missing or empty.
pub(super) fn create(cluster: &Path, binaries: &Binaries, account: &Account) -> Result<(), Error> {
    let new = cluster.with_extension("new");
    tracing::info!(folder = %cluster.display(), user = %account.name, "making the PostgreSQL cluster");
    let mut made = Ok(());
    for locale in LOCALES {
        made = init(&new, binaries, account, locale);
        if made.is_ok() {
            break;
        }
    }
    made?;
    create_database(&new, binaries, account)?;
    fs::rename(&new, cluster).map_err(Error::file("move", &new))?;
    // The rename itself is durable once the folder that lists both names is.
    let data = cluster.parent().unwrap_or(Path::new("/"));
    File::open(data)
        .and_then(|data| data.sync_all())
        .map_err(Error::file("write", data))
}

fn init(new: &Path, binaries: &Binaries, account: &Account, locale: &[&str]) -> Result<(), Error> {
    clear(new)?;
    DirBuilder::new()
        .mode(0o700)
        .create(new)
        .map_err(Error::file("make", new))?;
    account.give(new)?;
    let mut initdb = child::command(&binaries.initdb, account);
    initdb
        .args([OsStr::new("-D"), new.as_os_str()])
        .args(["--username=layover", "--encoding=UTF8", "--data-checksums"])
        // The socket's folder is private; there is no other door.
        .args(["--auth-local=trust", "--auth-host=reject"])
        .args(locale);
    child::run(initdb, "")
}

/// Removes what a killed server left, once the programs that were writing there are gone.
fn clear(new: &Path) -> Result<(), Error> {
    orphan::wait_until_left(new)?;
    match fs::remove_dir_all(new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::file("remove", new)(error))
        }
        _ => Ok(()),
    }
}

/// Without a postmaster, because not every installation comes with a client program.
fn create_database(new: &Path, binaries: &Binaries, account: &Account) -> Result<(), Error> {
    let mut postgres = child::command(&binaries.postgres, account);
    postgres
        .args([OsStr::new("--single"), OsStr::new("-D"), new.as_os_str()])
        // Without this, it would end with success whatever happened.
        .args(["-c", "exit_on_error=on", "postgres"]);
    child::run(postgres, "CREATE DATABASE layover\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_has_no_version_and_a_strange_one_is_refused() {
        assert!(matches!(version(Path::new("/no-such-folder")), Ok(None)));
        assert!(matches!(
            version(Path::new("/proc/self")),
            Err(Error::NotACluster { .. })
        ));
    }
}
