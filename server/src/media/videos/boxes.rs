//! MP4 and `QuickTime` (ISO 14496-12): boxes in boxes, each with its length and a name of four letters.

use std::{fs::File, ops::Range, os::unix::fs::FileExt};

use super::{
    MOST_BOXES, MOST_TABLE, MOST_TRACKS, Refusal, Video, blank, fragments, number, table,
    tracks::{self, Track},
};

/// The box that says nothing.
const FREE: [u8; 4] = *b"free";

/// A box, by where it stands in what is read.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) name: [u8; 4],
    pub(super) start: usize,
    /// Its contents.
    pub(super) body: Range<usize>,
}

/// The boxes in a part of a table that is in memory.
pub(super) fn children(bytes: &[u8], within: Range<usize>) -> Result<Vec<Found>, Refusal> {
    let mut found = Vec::new();
    let mut at = within.start;
    // Old QuickTime ends a list with four zeros.
    while at + 8 <= within.end {
        let length = number::<4>(bytes, at)?;
        let name = name(bytes, at + 4)?;
        let (head, length) = match length {
            1 => (16, number::<8>(bytes, at + 8)?),
            length => (8, length),
        };
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| at.checked_add(length))
            .filter(|end| *end >= at + head && *end <= within.end)
            .ok_or(Refusal::Broken)?;
        if found.len() >= MOST_BOXES {
            return Err(Refusal::Broken);
        }
        found.push(Found {
            name,
            start: at,
            body: at + head..end,
        });
        at = end;
    }
    Ok(found)
}

fn name(bytes: &[u8], at: usize) -> Result<[u8; 4], Refusal> {
    let name = bytes.get(at..at + 4).ok_or(Refusal::Broken)?;
    name.try_into().map_err(|_| Refusal::Broken)
}

/// The first box of this name.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a byte string is a reference"
)]
pub(super) fn child(
    bytes: &[u8],
    within: &Range<usize>,
    name: &[u8; 4],
) -> Result<Option<Range<usize>>, Refusal> {
    let mut found = children(bytes, within.clone())?.into_iter();
    Ok(found
        .find(|found| &found.name == name)
        .map(|found| found.body))
}

/// Takes a box out, where it stands.
pub(super) fn erase(bytes: &mut [u8], found: &Found) {
    bytes[found.start + 4..found.start + 8].copy_from_slice(&FREE);
    bytes[found.body.clone()].fill(0);
}

/// Takes out what has none of these names.
pub(super) fn keep(
    bytes: &mut [u8],
    within: &Range<usize>,
    names: &[&[u8; 4]],
) -> Result<(), Refusal> {
    for found in children(bytes, within.clone())? {
        if !names.contains(&&found.name) {
            erase(bytes, &found);
        }
    }
    Ok(())
}

/// A box of the file itself.
struct Top {
    name: [u8; 4],
    start: u64,
    body: Range<u64>,
}

/// The next box of a file, which is as long as `size`.
fn top(file: &File, at: u64, size: u64) -> Result<Top, Refusal> {
    let mut head = [0; 16];
    let there = usize::try_from(size - at).map_or(16, |left| left.min(16));
    if there < 8 {
        return Err(Refusal::Broken);
    }
    file.read_exact_at(&mut head[..there], at)?;
    let (start, length) = match number::<4>(&head, 0)? {
        // Up to the end.
        0 => (8, size - at),
        1 if there == 16 => (16, number::<8>(&head, 8)?),
        length => (8, length),
    };
    let end = at.checked_add(length).filter(|end| *end <= size);
    let end = end.filter(|_| length >= start).ok_or(Refusal::Broken)?;
    Ok(Top {
        name: name(&head, 4)?,
        start: at,
        body: at + start..end,
    })
}

/// Cleans a file, and tells what is in it.
pub(super) fn clean(file: &File) -> Result<Video, Refusal> {
    let size = file.metadata()?.len();
    let (mut at, mut movie, mut fragments) = (0, None, Vec::new());
    let mut boxes = 0;
    while at < size {
        boxes += 1;
        if boxes > MOST_BOXES {
            return Err(Refusal::Broken);
        }
        let found = top(file, at, size)?;
        at = found.body.end;
        match &found.name {
            b"ftyp" | b"styp" | b"mdat" | b"sidx" | b"mfra" | b"wide" => {}
            b"moov" if movie.is_none() => movie = Some(found.body),
            b"moof" => fragments.push(found.body),
            _ => {
                file.write_all_at(&FREE, found.start + 4)?;
                blank(file, found.body)?;
            }
        }
    }
    let movie = movie.ok_or(Refusal::Broken)?;
    let mut bytes = table(file, movie.clone())?;
    let (header, tracks) = clean_movie(&mut bytes, file, size)?;
    if !fragments.is_empty() && tracks.iter().any(|track| track.dropped) {
        // What it holds is spread over the fragments.
        return Err(Refusal::Codec);
    }
    let mut longest = header;
    for fragment in fragments {
        if fragment.end - fragment.start > MOST_TABLE {
            return Err(Refusal::Broken);
        }
        let mut bytes = table(file, fragment.clone())?;
        let end = fragments::clean(&mut bytes, &tracks)?;
        longest = longest.max(end);
        file.write_all_at(&bytes, fragment.start)?;
    }
    file.write_all_at(&bytes, movie.start)?;
    let longest = tracks
        .iter()
        .map(|track| track.milliseconds)
        .max()
        .max(Some(longest));
    let shown = tracks.iter().find(|track| track.is_video && !track.dropped);
    let shown = shown.ok_or(Refusal::Codec)?;
    Ok(Video {
        width: shown.width,
        height: shown.height,
        milliseconds: longest.unwrap_or_default(),
    })
}

/// Returns how long it says that it is, in milliseconds, and its tracks.
fn clean_movie(bytes: &mut [u8], file: &File, size: u64) -> Result<(u64, Vec<Track>), Refusal> {
    let whole = 0..bytes.len();
    keep(bytes, &whole, &[b"mvhd", b"trak", b"mvex", &FREE])?;
    let header = child(bytes, &whole, b"mvhd")?.ok_or(Refusal::Broken)?;
    forget_times(bytes, &header)?;
    let mut longest = duration(bytes, &header)?;
    let mut defaults = Vec::new();
    if let Some(extends) = child(bytes, &whole, b"mvex")? {
        keep(bytes, &extends, &[b"mehd", b"trex", &FREE])?;
        defaults = fragments::defaults(bytes, extends)?;
    }
    let (mut tracks, mut left) = (Vec::new(), size);
    for found in children(bytes, whole)? {
        if &found.name == b"trak" {
            let mut track = tracks::clean(bytes, &found, file, size, &mut left)?;
            let default = defaults.iter().find(|(id, _)| *id == track.id);
            track.default_duration = default.map_or(0, |(_, duration)| *duration);
            longest = longest.max(track.milliseconds);
            tracks.push(track);
            if tracks.len() > MOST_TRACKS {
                return Err(Refusal::Broken);
            }
        }
    }
    Ok((longest, tracks))
}

/// When it was made, and changed. In `mvhd`, `tkhd` and `mdhd` that stands in the same place.
pub(super) fn forget_times(bytes: &mut [u8], body: &Range<usize>) -> Result<(), Refusal> {
    let length = match bytes.get(body.start) {
        Some(0) => 8,
        Some(1) => 16,
        _ => return Err(Refusal::Broken),
    };
    let times = body.start + 4..body.start + 4 + length;
    if times.end > body.end {
        return Err(Refusal::Broken);
    }
    bytes[times].fill(0);
    Ok(())
}

/// In milliseconds, of `mvhd` and `mdhd`.
pub(super) fn duration(bytes: &[u8], body: &Range<usize>) -> Result<u64, Refusal> {
    let (scale, units) = if bytes.get(body.start) == Some(&1) {
        (
            number::<4>(bytes, body.start + 20)?,
            number::<8>(bytes, body.start + 24)?,
        )
    } else {
        (
            number::<4>(bytes, body.start + 12)?,
            number::<4>(bytes, body.start + 16)?,
        )
    };
    // All ones: it is not known.
    let known = units != u64::MAX && units != u64::from(u32::MAX);
    Ok(if known { milliseconds(units, scale) } else { 0 })
}

pub(super) fn milliseconds(units: u64, scale: u64) -> u64 {
    let whole = u128::from(units) * 1000 / u128::from(scale.max(1));
    u64::try_from(whole).unwrap_or(u64::MAX)
}
