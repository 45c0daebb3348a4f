//! The data folder: made if missing, and locked against a second server.
//!
//! It refuses to know what the folder holds. Its invariant: a taken [`Lock`] is held by exactly
//! one process of the machine, and the operating system frees it when that process dies.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::unistd::Uid;

use super::Error;

/// Makes `data` and its missing parents, and answers its canonical path.
///
/// Root's folders can be passed through (0711), because PostgreSQL runs as someone else there.
pub(super) fn make(data: &Path) -> Result<PathBuf, Error> {
    let mode = if Uid::effective().is_root() {
        0o711
    } else {
        0o700
    };
    let data = std::path::absolute(data).map_err(Error::file("find", data))?;
    make_missing(&data, mode)?;
    canonical(&data)
}

fn make_missing(folder: &Path, mode: u32) -> Result<(), Error> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        make_missing(parent, mode)?;
    }
    fs::create_dir(folder).map_err(Error::file("make", folder))?;
    // Set afterwards, because the umask takes bits away from a mode given at creation.
    fs::set_permissions(folder, Permissions::from_mode(mode)).map_err(Error::file("open", folder))
}

/// The one spelling of a path that exists: absolute and without links.
pub(super) fn canonical(path: &Path) -> Result<PathBuf, Error> {
    fs::canonicalize(path).map_err(Error::file("find", path))
}

/// The exclusive right to `<data>/postgres`, given back when dropped.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Lock {
    /// Locks `<data>/postgres.lock` and writes this process's id into it.
    pub(super) fn take(data: &Path) -> Result<Self, Error> {
        let path = data.join("postgres.lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(Error::file("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let pid = fs::read_to_string(&path).ok();
                return Err(Error::Locked {
                    folder: data.to_owned(),
                    pid: pid.and_then(|pid| pid.trim().parse().ok()),
                });
            }
            Err(TryLockError::Error(source)) => return Err(Error::file("lock", &path)(source)),
        }
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(Error::file("write", &path))?;
        Ok(Self(file))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing would not do: a child that is just being forked holds a copy until it execs.
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the data folder stays locked until this process ends");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_refused_while_held_and_free_after() -> Result<(), Error> {
        let data = std::env::temp_dir().join(format!("layover-lock-{}", std::process::id()));
        let data = make(&data)?;
        let lock = Lock::take(&data)?;
        let me = std::process::id();
        assert!(
            matches!(Lock::take(&data), Err(Error::Locked { pid: Some(pid), .. }) if pid == me)
        );
        drop(lock);
        Lock::take(&data)?;
        fs::remove_dir_all(&data).map_err(Error::file("remove", &data))
    }
}
