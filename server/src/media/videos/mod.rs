//! Videos: read as far as they tell what they are, and cleaned of what they tell of places and devices.
//!
//! What is taken out is written over where it stands, so that nothing in the file moves. What the readers
//! do not know is taken out as well. Invariant: frames are never decoded, and what is read at once has a
//! bound.

mod boxes;
mod elements;
mod fragments;
mod samples;
mod segments;
mod tracks;

use std::{
    fs::{File, OpenOptions},
    io,
    ops::Range,
    os::unix::fs::FileExt,
    path::Path,
    time::Duration,
};

use app::error::ErrorCode;

use crate::error::Error;

/// The most pixels on either side.
const MOST_SIDE: u32 = 8192;

/// The most bytes of a table that is read whole.
const MOST_TABLE: u64 = 16 * 1024 * 1024;

/// What reading one takes, in MiB.
pub(super) const MEMORY: u32 = 40;

/// The most pieces of a track that is taken out.
const MOST_CHUNKS: usize = 500_000;

/// The most boxes of a file, or in one box, and the most elements: reading them has to end, and takes little.
const MOST_BOXES: usize = 100_000;
const MOST_ELEMENTS: usize = 5_000_000;

/// The most tracks of a video.
const MOST_TRACKS: usize = 64;

/// How much is written over at once, in bytes.
const PIECE: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Mp4,
    WebM,
}

impl Container {
    pub(super) fn mime(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::WebM => "video/webm",
        }
    }
}

/// What a video is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Video {
    /// In pixels, as it is shown.
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) milliseconds: u64,
}

/// Why a video is not taken.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("it is no such video, or is cut off")]
    Broken,
    #[error("browsers do not play it")]
    Codec,
    #[error("the file cannot be read")]
    File(#[from] io::Error),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Codec => ErrorCode::VideoCodec.into(),
            Refusal::File(error) if error.kind() != io::ErrorKind::UnexpectedEof => error.into(),
            Refusal::Broken | Refusal::File(_) => ErrorCode::VideoBroken.into(),
        }
    }
}

/// Cleans the video in this file. Cleaning it again changes nothing.
pub(super) fn clean(path: &Path, container: Container, longest: Duration) -> Result<Video, Error> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let video = match container {
        Container::Mp4 => boxes::clean(&file)?,
        Container::WebM => segments::clean(&file)?,
    };
    let side = video.width.max(video.height);
    if video.width == 0 || video.height == 0 {
        return Err(ErrorCode::VideoBroken.into());
    }
    if side > MOST_SIDE {
        return Err(ErrorCode::VideoLarge.into());
    }
    if u128::from(video.milliseconds) > longest.as_millis() {
        return Err(ErrorCode::VideoLong.into());
    }
    file.sync_all()?;
    Ok(video)
}

/// Writes zeros over a part of a file that is there.
fn blank(file: &File, range: Range<u64>) -> io::Result<()> {
    let zeros = vec![0; PIECE];
    let mut at = range.start;
    while at < range.end {
        let length = usize::try_from(range.end - at).map_or(PIECE, |left| left.min(PIECE));
        file.write_all_at(&zeros[..length], at)?;
        at += length as u64;
    }
    Ok(())
}

/// A part of a file that is there, whole.
fn table(file: &File, range: Range<u64>) -> Result<Vec<u8>, Refusal> {
    let length = range.end.saturating_sub(range.start);
    if length > MOST_TABLE {
        return Err(Refusal::Broken);
    }
    let mut bytes = vec![0; usize::try_from(length).map_err(|_| Refusal::Broken)?];
    file.read_exact_at(&mut bytes, range.start)?;
    Ok(bytes)
}

/// A number of so many bytes, the highest first.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Result<u64, Refusal> {
    let bytes = bytes.get(at..at + N).ok_or(Refusal::Broken)?;
    Ok(bytes
        .iter()
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests;
