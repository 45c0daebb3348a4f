//! The account as whom PostgreSQL runs, since it refuses root.
//!
//! It refuses to know what is run. Its invariant: the account is never root, and /etc/passwd
//! lists it, without which `initdb` refuses too.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;

use nix::unistd::{Uid, User};

use super::Error;

/// A user and group that are not root's.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// Whether it is someone else than this process runs as: only root can do that.
    pub(super) other: bool,
}

impl Account {
    /// Ourselves, or for root the owner of an existing cluster, else `postgres`, else `nobody`.
    pub(super) fn choose(cluster: &Path) -> Result<Self, Error> {
        let me = Uid::effective();
        // Root may be handed an empty folder, such as a mounted volume; that one is anyone's yet.
        let evidence = if me.is_root() {
            cluster.join("PG_VERSION")
        } else {
            cluster.to_owned()
        };
        let owner = fs::metadata(evidence).ok().map(|found| found.uid());
        let refused = |owner, advice| Error::Owner {
            folder: cluster.to_owned(),
            owner,
            advice,
        };
        if !me.is_root() {
            return match owner {
                Some(owner) if owner != me.as_raw() => Err(refused(
                    owner,
                    "run Layover as that user, or set LAYOVER_DATA to a folder of your own",
                )),
                _ => Self::of_uid(me.as_raw(), false),
            };
        }
        match owner {
            Some(0) => Err(refused(
                0,
                "PostgreSQL refuses to run as root, so give it away with chown -R",
            )),
            Some(owner) => Self::of_uid(owner, true),
            None => ["postgres", "nobody"]
                .into_iter()
                .find_map(|name| User::from_name(name).ok().flatten())
                .map(|user| Self::of_user(user, true))
                .ok_or_else(|| Error::NoAccount {
                    wanted: "a user named postgres or nobody".to_owned(),
                }),
        }
    }

    fn of_uid(uid: u32, other: bool) -> Result<Self, Error> {
        User::from_uid(Uid::from_raw(uid))
            .ok()
            .flatten()
            .map(|user| Self::of_user(user, other))
            .ok_or_else(|| Error::NoAccount {
                wanted: format!("the user id {uid}"),
            })
    }

    fn of_user(user: User, other: bool) -> Self {
        Self {
            name: user.name,
            uid: user.uid.as_raw(),
            gid: user.gid.as_raw(),
            other,
        }
    }

    /// Refuses a folder that the account cannot reach, naming the first one that stops it and
    /// the `variable` that would choose another. What this process itself runs as is not checked.
    pub(super) fn check_entry(&self, folder: &Path, variable: &'static str) -> Result<(), Error> {
        if !self.other {
            return Ok(());
        }
        // From the root downwards, so that the outermost closed folder is the one named.
        let mut way: Vec<_> = folder.ancestors().collect();
        way.reverse();
        for step in way {
            let found = fs::metadata(step).map_err(Error::file("look at", step))?;
            if !self.may_enter(found.uid(), found.gid(), found.mode()) {
                return Err(Error::Closed {
                    account: self.name.clone(),
                    closed: step.to_owned(),
                    variable,
                });
            }
        }
        Ok(())
    }

    /// The kernel's rule: only the first class that fits counts. Children get no further groups.
    fn may_enter(&self, owner: u32, group: u32, mode: u32) -> bool {
        let shift = if owner == self.uid {
            6
        } else if group == self.gid {
            3
        } else {
            0
        };
        mode >> shift & 1 == 1
    }

    /// Makes a folder the account's own.
    pub(super) fn give(&self, folder: &Path) -> Result<(), Error> {
        if !self.other {
            return Ok(());
        }
        chown(folder, Some(self.uid), Some(self.gid)).map_err(Error::file("give away", folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postgres() -> Account {
        Account {
            name: "postgres".to_owned(),
            uid: 101,
            gid: 104,
            other: true,
        }
    }

    #[test]
    fn only_the_first_fitting_class_opens_a_folder() {
        assert!(postgres().may_enter(0, 0, 0o711));
        assert!(!postgres().may_enter(0, 0, 0o700));
        assert!(postgres().may_enter(0, 104, 0o710));
        assert!(!postgres().may_enter(0, 104, 0o701));
        assert!(postgres().may_enter(101, 0, 0o700));
        assert!(!postgres().may_enter(101, 104, 0o077));
    }

    #[test]
    fn the_root_folder_can_be_entered_and_a_missing_one_is_named() {
        assert!(postgres().check_entry(Path::new("/"), "X").is_ok());
        let missing = postgres().check_entry(Path::new("/no-such-folder"), "X");
        assert!(matches!(missing, Err(Error::File { .. })));
    }
}
