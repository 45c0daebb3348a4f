//! A disk that can be full.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::Error;

/// A file system in memory, of a size that can be filled.
pub(crate) struct Disk(PathBuf);

impl Disk {
    /// None where this process may not mount anything.
    pub(crate) fn mount(folder: &Path, mebibytes: u32) -> Result<Option<Self>, Error> {
        fs::create_dir_all(folder)?;
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m"), "none"])
            .arg(folder)
            .stderr(Stdio::null())
            .status();
        let mounted = status.is_ok_and(|status| status.success());
        Ok(mounted.then(|| Self(folder.to_owned())))
    }

    /// Leaves no byte free.
    pub(crate) fn fill(&self) -> Result<(), Error> {
        let zeros = vec![0; 1 << 20];
        let mut file = fs::File::create(self.0.join("ballast"))?;
        while file.write_all(&zeros).is_ok() {}
        Ok(())
    }

    pub(crate) fn empty(&self) -> Result<(), Error> {
        Ok(fs::remove_file(self.0.join("ballast"))?)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
