//! Objects as files of a folder: `<two digits>/<id>/<variant>`.

use std::{
    fs,
    io::{self, ErrorKind},
    ops::Range,
    path::{Path, PathBuf},
};

use app::ids::MediaId;
use async_trait::async_trait;
use tokio::{sync::Mutex, task::spawn_blocking};

use super::{Key, Objects, Piecemeal, pieces::part};

pub(in crate::media) struct Folder {
    folder: PathBuf,
    /// One at a time is written down for good: the database may wait for the same disk.
    turn: Mutex<()>,
}

impl Folder {
    pub(in crate::media) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            turn: Mutex::default(),
        }
    }

    /// Ids begin with the time at which they were made: their ends spread them.
    fn folder_of(&self, media: MediaId) -> PathBuf {
        let name = media.to_string();
        let digits = name.get(name.len() - 2..).unwrap_or_default();
        self.folder.join(digits).join(&name)
    }

    fn path(&self, (media, variant): Key) -> PathBuf {
        self.folder_of(media).join(variant.as_str())
    }
}

/// None for what is not there.
fn present<T>(done: io::Result<T>) -> io::Result<Option<T>> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn move_there(from: &Path, to: &Path, folder: &Path) -> io::Result<()> {
    fs::File::open(from)?.sync_all()?;
    fs::create_dir_all(folder)?;
    fs::rename(from, to)?;
    // The names, too, are to be there after a crash.
    fs::File::open(folder)?.sync_all()?;
    match folder.parent() {
        Some(parent) => fs::File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

#[async_trait]
impl Objects for Folder {
    async fn put(&self, key: Key, file: &Path, _mime: &str) -> io::Result<()> {
        let (from, to, folder) = (file.to_owned(), self.path(key), self.folder_of(key.0));
        let _turn = self.turn.lock().await;
        spawn_blocking(move || move_there(&from, &to, &folder)).await?
    }

    async fn size(&self, key: Key) -> io::Result<Option<u64>> {
        let found = present(tokio::fs::metadata(self.path(key)).await)?;
        Ok(found.map(|file| file.len()))
    }

    async fn read(&self, key: Key, range: Range<u64>) -> io::Result<Piecemeal> {
        part(&self.path(key), range).await
    }

    async fn delete(&self, media: MediaId) -> io::Result<()> {
        present(tokio::fs::remove_dir_all(self.folder_of(media)).await)?;
        Ok(())
    }
}
