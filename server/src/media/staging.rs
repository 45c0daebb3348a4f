//! Files that are coming in. How much of one is there, is told by the file alone.
//!
//! Invariant: one at a time works on a file, on whichever node. Who comes later interrupts who is still
//! waiting for bytes: a connection that has broken is often noticed on its other side first.

use std::{
    collections::HashMap,
    fs::{self, OpenOptions, TryLockError},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use app::{error::ErrorCode, ids::MediaId};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use tokio::{
    fs::File,
    io::AsyncWriteExt,
    sync::{Notify, OwnedMutexGuard},
    task::spawn_blocking,
    time::{sleep, timeout},
};

use super::intake::Intake;
use crate::error::Error;

/// How long whoever comes later waits for whoever was first to stop.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a connection may bring nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// How many files are remembered before those that nobody works on are forgotten.
const MANY: usize = 256;

pub(super) struct Staging {
    folder: PathBuf,
    lanes: Mutex<HashMap<MediaId, Weak<Lane>>>,
    intake: Arc<Intake>,
}

/// Who works on a file of this node, and who wants to.
#[derive(Default)]
struct Lane {
    turn: Arc<tokio::sync::Mutex<()>>,
    waiting: AtomicUsize,
    wanted: Notify,
}

/// Somebody wants the file, until they have it or go away.
struct Waiting<'a>(&'a Lane);

impl<'a> Waiting<'a> {
    fn begin(lane: &'a Lane) -> Self {
        lane.waiting.fetch_add(1, Ordering::AcqRel);
        Self(lane)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A file that nobody else works on.
pub(super) struct Held {
    path: PathBuf,
    file: File,
    length: u64,
    lane: Arc<Lane>,
    intake: Arc<Intake>,
    _turn: OwnedMutexGuard<()>,
}

impl Staging {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            lanes: Mutex::default(),
            intake: Arc::new(Intake::new()),
        }
    }

    fn path(&self, id: MediaId) -> PathBuf {
        self.folder.join(id.to_string())
    }

    fn lane(&self, id: MediaId) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.get(&id).and_then(Weak::upgrade) {
            return lane;
        }
        if lanes.len() > MANY {
            lanes.retain(|_, lane| lane.strong_count() > 0);
        }
        let lane = Arc::default();
        lanes.insert(id, Arc::downgrade(&lane));
        lane
    }

    /// Waits until nobody else works on the file, which is there afterwards. `busy` when that takes long.
    pub(super) async fn hold(&self, id: MediaId) -> Result<Held, Error> {
        let lane = self.lane(id);
        let waiting = Waiting::begin(&lane);
        lane.wanted.notify_waiters();
        let turn = timeout(PATIENCE, Arc::clone(&lane.turn).lock_owned()).await;
        drop(waiting);
        let turn = turn.map_err(|_| ErrorCode::Busy)?;
        let (path, folder) = (self.path(id), self.folder.clone());
        let at = path.clone();
        let (file, length) = spawn_blocking(move || open(&at, &folder)).await??;
        Ok(Held {
            path,
            file: File::from_std(file),
            length,
            lane,
            intake: Arc::clone(&self.intake),
            _turn: turn,
        })
    }

    /// How much of a file is there, while somebody may be working on it.
    pub(super) async fn length(&self, id: MediaId) -> u64 {
        let file = tokio::fs::metadata(self.path(id)).await;
        file.map_or(0, |file| file.len())
    }

    /// Deletes all that stands here of something.
    pub(super) async fn remove(&self, id: MediaId) -> io::Result<()> {
        let name = id.to_string();
        let folder = self.folder.clone();
        spawn_blocking(move || {
            for suffix in ["", ".small", ".large", ".poster"] {
                match fs::remove_file(folder.join(format!("{name}{suffix}"))) {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            Ok(())
        })
        .await?
    }

    /// What has not changed for this long.
    pub(super) async fn older_than(&self, age: Duration) -> io::Result<Vec<MediaId>> {
        let folder = self.folder.clone();
        spawn_blocking(move || old_files(&folder, age)).await?
    }
}

fn open(path: &Path, folder: &Path) -> Result<(fs::File, u64), Error> {
    fs::create_dir_all(folder)?;
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        // Another node.
        Err(TryLockError::WouldBlock) => return Err(ErrorCode::Busy.into()),
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    let length = file.metadata()?.len();
    Ok((file, length))
}

fn old_files(folder: &Path, age: Duration) -> io::Result<Vec<MediaId>> {
    let files = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        files => files?,
    };
    let then = SystemTime::now() - age;
    let mut old = Vec::new();
    for file in files {
        let file = file?;
        let name = file.file_name();
        let id = name.to_str().and_then(|name| name.split('.').next());
        let id = id.and_then(|id| id.parse().ok());
        let changed = file.metadata().and_then(|file| file.modified());
        if let (Some(id), Ok(changed)) = (id, changed)
            && changed < then
        {
            old.push(id);
        }
    }
    Ok(old)
}

impl Held {
    /// How many bytes are there.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends what comes until it ends, breaks off, has taken its turn, or somebody else wants the file.
    /// All of that may be gone on with. What would make more than `most` bytes is refused. Returns whether
    /// it has ended.
    pub(super) async fn append<E>(
        &mut self,
        pieces: impl Stream<Item = Result<Bytes, E>>,
        most: u64,
        turn: Duration,
    ) -> Result<bool, Error> {
        let mut turn = pin!(sleep(turn));
        let lane = Arc::clone(&self.lane);
        let mut pieces = pin!(pieces);
        let mut wanted = pin!(lane.wanted.notified());
        wanted.as_mut().enable();
        let mut ended = false;
        while lane.waiting.load(Ordering::Acquire) == 0 {
            let piece = tokio::select! {
                biased;
                () = &mut wanted => break,
                () = &mut turn => break,
                piece = timeout(SILENCE, pieces.next()) => piece,
            };
            let piece = match piece {
                Ok(Some(Ok(piece))) => piece,
                Ok(None) => {
                    ended = true;
                    break;
                }
                _ => break,
            };
            let length = self.length + piece.len() as u64;
            if length > most {
                self.file.flush().await?;
                return Err(ErrorCode::FileLarge.into());
            }
            self.intake.admit(piece.len()).await;
            self.file.write_all(&piece).await?;
            self.length = length;
        }
        self.file.flush().await?;
        Ok(ended)
    }
}

#[cfg(test)]
mod tests;
