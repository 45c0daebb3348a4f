//! A ZIP that leaves while it is made. Its files have no sizes when they begin: each is followed by them.

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::ids::UserId;
use bytes::Bytes;
use serde::Serialize;
use time::OffsetDateTime;
use tokio::{
    sync::mpsc::Sender,
    task::JoinError,
    time::{Instant, timeout},
};
use zip::{
    CompressionMethod, DateTime, ZipWriter,
    result::{ZipError, ZipResult},
    write::{SimpleFileOptions, StreamWriter},
};

use super::turns::Turn;
use crate::error::Error;

/// How much is packed at once, in bytes.
const PIECE: usize = 64 * 1024;

/// How long a reader may take for one piece. Whoever reads more slowly gets nothing more.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a reader may take in all, beside what packing takes.
const MOST_PATIENCE: Duration = Duration::from_mins(30);

/// Why an archive has no end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Interrupted {
    #[error("the reader has gone away")]
    Gone,
    #[error("the reader takes too long")]
    Slow,
    #[error("something of it could not be read")]
    Failed(#[source] Error),
    #[error("a file could not be packed")]
    Packing(#[from] ZipError),
    #[error("something of it could not be written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("the thread that packs it has failed")]
    Thread(#[from] JoinError),
}

impl Interrupted {
    pub(super) fn report(&self, user: UserId) {
        let error = self as &dyn std::error::Error;
        match self {
            Self::Gone | Self::Slow => {
                tracing::debug!(user.id = %user, error, "an export has ended");
            }
            _ => tracing::error!(user.id = %user, error, "an export has failed"),
        }
    }
}

/// What has been packed and not sent. The packer has one end, the archive the other.
#[derive(Clone, Default)]
struct Packed(Arc<Mutex<Vec<u8>>>);

impl Packed {
    fn take(&self) -> Vec<u8> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut packed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        packed.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// In a box: it is large, and goes from thread to thread.
type Packer = Box<ZipWriter<StreamWriter<Packed>>>;

/// An archive on its way to its reader.
pub(super) struct Archive {
    packer: Packer,
    packed: Packed,
    /// What was written and is not packed yet.
    written: Vec<u8>,
    options: SimpleFileOptions,
    body: Sender<Bytes>,
    /// How long its reader may still take.
    patience: Duration,
    turn: Turn,
}

impl Archive {
    pub(super) fn new(body: Sender<Bytes>, turn: Turn) -> Self {
        let packed = Packed::default();
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(now());
        Self {
            packer: Box::new(ZipWriter::new_stream(packed.clone()).set_auto_large_file()),
            packed,
            written: Vec::new(),
            options,
            body,
            patience: MOST_PATIENCE,
            turn,
        }
    }

    /// What is written from now on stands in this file.
    pub(super) async fn begin(self, name: String) -> Result<Self, Interrupted> {
        let options = self.options;
        let archive = self.pack().await?;
        archive
            .on_thread(move |packer| packer.start_file(name, options))
            .await
    }

    /// A whole file.
    pub(super) async fn file(self, name: &str, text: &[u8]) -> Result<Self, Interrupted> {
        self.begin(name.to_owned()).await?.write(text).await
    }

    pub(super) async fn write(mut self, bytes: &[u8]) -> Result<Self, Interrupted> {
        self.written.extend_from_slice(bytes);
        if self.written.len() < PIECE {
            return Ok(self);
        }
        self.pack().await
    }

    /// The archive is complete.
    pub(super) async fn end(self) -> Result<(), Interrupted> {
        let mut archive = self.pack().await?;
        let core = archive.turn.core().await;
        let packer = archive.packer;
        let finished = tokio::task::spawn_blocking(move || {
            let finished = packer.finish();
            drop(core);
            finished.map(|_| ())
        });
        finished.await??;
        send(&archive.body, &archive.packed, &mut archive.patience).await
    }

    async fn pack(mut self) -> Result<Self, Interrupted> {
        let written = mem::take(&mut self.written);
        if written.is_empty() {
            return Ok(self);
        }
        self.on_thread(move |packer| Ok(packer.write_all(&written)?))
            .await
    }

    /// Packing keeps a core busy for milliseconds: not one of those that serve requests, and few at once.
    async fn on_thread(
        mut self,
        work: impl FnOnce(&mut Packer) -> ZipResult<()> + Send + 'static,
    ) -> Result<Self, Interrupted> {
        let core = self.turn.core().await;
        let worked = tokio::task::spawn_blocking(move || {
            work(&mut self.packer)?;
            drop(core);
            Ok::<_, ZipError>(self)
        });
        let mut archive = worked.await??;
        send(&archive.body, &archive.packed, &mut archive.patience).await?;
        Ok(archive)
    }
}

/// Sends what has been packed, when its reader has taken what is before it.
async fn send(
    body: &Sender<Bytes>,
    packed: &Packed,
    patience: &mut Duration,
) -> Result<(), Interrupted> {
    let piece = packed.take();
    if piece.is_empty() {
        return Ok(());
    }
    let begun = Instant::now();
    let sent = timeout(PATIENCE.min(*patience), body.send(piece.into())).await;
    *patience = patience.saturating_sub(begun.elapsed());
    sent.map_err(|_| Interrupted::Slow)?
        .map_err(|_| Interrupted::Gone)
}

/// A JSON array on its way into a file, an entry on each line.
pub(super) struct List {
    archive: Archive,
    /// Of the file, while it has not begun.
    name: Option<String>,
    empty: bool,
}

impl List {
    pub(super) async fn begin(archive: Archive, name: &str) -> Result<Self, Interrupted> {
        Self::begin_later(archive, name.to_owned()).open().await
    }

    /// The file is there from its first entry on.
    pub(super) fn begin_later(archive: Archive, name: String) -> Self {
        Self {
            archive,
            name: Some(name),
            empty: true,
        }
    }

    async fn open(mut self) -> Result<Self, Interrupted> {
        if let Some(name) = self.name.take() {
            self.archive = self.archive.begin(name).await?.write(b"[").await?;
        }
        Ok(self)
    }

    pub(super) async fn add(self, entry: &impl Serialize) -> Result<Self, Interrupted> {
        let mut line = Vec::from(if self.empty { "\n" } else { ",\n" });
        serde_json::to_writer(&mut line, entry)?;
        let mut list = self.open().await?;
        list.archive = list.archive.write(&line).await?;
        list.empty = false;
        Ok(list)
    }

    pub(super) async fn end(self) -> Result<Archive, Interrupted> {
        match self.name {
            Some(_) => Ok(self.archive),
            None => self.archive.write(b"\n]\n").await,
        }
    }
}

/// ZIP knows no zones; UTC is as good as any.
fn now() -> DateTime {
    let now = OffsetDateTime::now_utc();
    let year = u16::try_from(now.year()).unwrap_or_default();
    let (hour, minute, second) = now.to_hms();
    DateTime::from_date_and_time(year, now.month().into(), now.day(), hour, minute, second)
        .unwrap_or_default()
}
