//! What an MP4 says of one of its tracks. One that is neither video nor sound is dropped, and what it holds
//! with it: phones and cameras write where they are, moment by moment.

use std::{fs::File, ops::Range};

use super::{
    Refusal, blank,
    boxes::{Found, child, children, duration, erase, forget_times, keep, milliseconds},
    number, samples,
};

const VIDEO: [&[u8; 4]; 7] = [
    b"avc1", b"avc3", b"hvc1", b"hev1", b"av01", b"vp08", b"vp09",
];
const SOUND: [&[u8; 4]; 4] = [b"mp4a", b"Opus", b"fLaC", b".mp3"];

#[derive(Debug)]
pub(super) struct Track {
    pub(super) id: u64,
    pub(super) is_video: bool,
    pub(super) dropped: bool,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Units a second.
    pub(super) scale: u64,
    pub(super) milliseconds: u64,
    /// Of a sample in a fragment, in units.
    pub(super) default_duration: u64,
}

/// Cleans one, in a table that is in memory, and what it holds in the file.
pub(super) fn clean(
    bytes: &mut [u8],
    found: &Found,
    file: &File,
    size: u64,
    left: &mut u64,
) -> Result<Track, Refusal> {
    let body = &found.body;
    let header = child(bytes, body, b"tkhd")?.ok_or(Refusal::Broken)?;
    let media = child(bytes, body, b"mdia")?.ok_or(Refusal::Broken)?;
    let clock = child(bytes, &media, b"mdhd")?.ok_or(Refusal::Broken)?;
    let handler = child(bytes, &media, b"hdlr")?.ok_or(Refusal::Broken)?;
    let info = child(bytes, &media, b"minf")?.ok_or(Refusal::Broken)?;
    let tables = child(bytes, &info, b"stbl")?.ok_or(Refusal::Broken)?;
    let kind = bytes.get(handler.start + 8..handler.start + 12);
    let is = |name: &[u8]| kind == Some(name);
    let (is_video, is_sound) = (is(b"vide"), is(b"soun"));
    let version = usize::from(bytes.get(header.start) == Some(&1));
    let mut track = Track {
        id: number::<4>(bytes, header.start + 12 + 8 * version)?,
        is_video,
        dropped: !is_video && !is_sound,
        width: 0,
        height: 0,
        scale: scale(bytes, &clock)?,
        milliseconds: 0,
        default_duration: 0,
    };
    if track.dropped {
        for range in samples::ranges(bytes, &tables, size)? {
            // Nothing is in a file twice.
            let length = range.end - range.start;
            *left = left.checked_sub(length).ok_or(Refusal::Broken)?;
            blank(file, range)?;
        }
        erase(bytes, found);
        return Ok(track);
    }
    let described = child(bytes, &tables, b"stsd")?.ok_or(Refusal::Broken)?;
    let codecs: &[_] = if is_video { &VIDEO } else { &SOUND };
    let entry = entry(bytes, described, codecs)?;
    if is_video {
        (track.width, track.height) = shown(bytes, &header, version, &entry)?;
    }
    let said = duration(bytes, &clock)?;
    let units = samples::duration(bytes, &tables)?;
    track.milliseconds = said.max(milliseconds(units, track.scale));
    keep(bytes, body, &[b"tkhd", b"mdia", b"edts", b"free"])?;
    keep(
        bytes,
        &media,
        &[b"mdhd", b"hdlr", b"minf", b"elng", b"free"],
    )?;
    keep(
        bytes,
        &info,
        &[
            b"vmhd", b"smhd", b"nmhd", b"gmhd", b"dinf", b"stbl", b"hdlr", b"free",
        ],
    )?;
    keep(bytes, &tables, &samples::TABLES)?;
    forget_times(bytes, &header)?;
    forget_times(bytes, &clock)?;
    // Its name says what has written it.
    let name = handler.start + 24..handler.end;
    if let Some(name) = bytes.get_mut(name) {
        name.fill(0);
    }
    Ok(track)
}

fn scale(bytes: &[u8], clock: &Range<usize>) -> Result<u64, Refusal> {
    let version = usize::from(bytes.get(clock.start) == Some(&1));
    number::<4>(bytes, clock.start + 12 + 8 * version)
}

/// The first of the descriptions, all of which must be known.
fn entry(
    bytes: &[u8],
    described: Range<usize>,
    codecs: &[&[u8; 4]],
) -> Result<Range<usize>, Refusal> {
    let entries = children(bytes, described.start + 8..described.end)?;
    if !entries.iter().all(|entry| codecs.contains(&&entry.name)) {
        return Err(Refusal::Codec);
    }
    let first = entries.into_iter().next().ok_or(Refusal::Broken)?;
    Ok(first.body)
}

/// As wide and high as it is shown: a phone that was held upright turns its pictures by what it says here.
fn shown(
    bytes: &[u8],
    header: &Range<usize>,
    version: usize,
    entry: &Range<usize>,
) -> Result<(u32, u32), Refusal> {
    let matrix = header.start + 40 + 12 * version;
    let side = |at| number::<2>(bytes, at);
    let (mut width, mut height) = (side(matrix + 36)?, side(matrix + 40)?);
    if width == 0 || height == 0 {
        (width, height) = (side(entry.start + 24)?, side(entry.start + 26)?);
    }
    let (a, b) = (number::<4>(bytes, matrix)?, number::<4>(bytes, matrix + 4)?);
    if a == 0 && b != 0 {
        (width, height) = (height, width);
    }
    let side = |side| u32::try_from(side).map_err(|_| Refusal::Broken);
    Ok((side(width)?, side(height)?))
}
