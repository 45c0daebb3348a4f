//! The folder of the Unix socket, which is the only door of the private PostgreSQL.
//!
//! It refuses to know who connects: whoever can enter the folder may. Its invariant: the folder
//! belongs to the account alone (0700).

use std::fmt::Write;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::Error;
use super::account::Account;

/// The name of the socket, which PostgreSQL makes from the port.
const NAME: &str = ".s.PGSQL.5432";

/// The longest path of a Unix socket on Linux, in bytes.
const LIMIT: usize = 107;

/// The cluster folder itself, or a short private one where its path is too long for a socket.
pub(super) fn folder(cluster: &Path, account: &Account) -> Result<PathBuf, Error> {
    if fits(cluster) {
        return Ok(cluster.to_owned());
    }
    let found = fs::metadata(cluster).map_err(Error::file("look at", cluster))?;
    // Named after the cluster's inode, so that every start comes to the same folder.
    let name = format!("layover-{:x}-{:x}", found.dev(), found.ino());
    let folder = std::env::var_os("XDG_RUNTIME_DIR")
        .map(|runtime| Path::new(&runtime).join(&name))
        // Root's runtime folder is closed to the account that PostgreSQL runs as.
        .filter(|folder| {
            !account.other && fits(folder) && folder.parent().is_some_and(Path::is_dir)
        })
        .unwrap_or_else(|| Path::new("/tmp").join(&name));
    make_private(&folder, account)?;
    Ok(folder)
}

/// Whether a socket fits into the folder, and the folder into a URL.
fn fits(folder: &Path) -> bool {
    folder.is_absolute()
        && folder
            .to_str()
            .is_some_and(|folder| folder.len() + "/".len() + NAME.len() <= LIMIT)
}

fn make_private(folder: &Path, account: &Account) -> Result<(), Error> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => return account.give(folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(Error::file("make", folder)(error)),
    }
    // /tmp is everyone's: what lies there under our name may be someone else's trap.
    let found = fs::symlink_metadata(folder).map_err(Error::file("look at", folder))?;
    if found.is_dir() && found.uid() == account.uid && found.mode() & 0o777 == 0o700 {
        return Ok(());
    }
    Err(Error::Socket {
        folder: folder.to_owned(),
        owner: account.uid,
    })
}

/// The file by which PostgreSQL claims the socket.
pub(super) fn lock_file(folder: &Path) -> PathBuf {
    folder.join(format!("{NAME}.lock"))
}

/// The URL of the database `layover` behind the socket in `folder`.
pub(super) fn url(folder: &Path) -> String {
    let mut url = "postgres://layover@localhost/layover?host=".to_owned();
    for &byte in folder.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            write!(url, "%{byte:02X}").expect("a String takes every write");
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_path_may_have_107_bytes_and_no_more() {
        let longest = format!("/{}", "x".repeat(LIMIT - NAME.len() - 2));
        assert!(fits(Path::new(&longest)));
        assert!(!fits(Path::new(&(longest + "x"))));
        assert!(!fits(Path::new("relative")));
    }

    #[test]
    fn a_url_encodes_what_a_query_would_read_otherwise() {
        assert_eq!(
            url(Path::new("/srv/my chat+é/postgres")),
            "postgres://layover@localhost/layover?host=%2Fsrv%2Fmy%20chat%2B%C3%A9%2Fpostgres"
        );
    }
}
