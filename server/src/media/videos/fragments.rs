//! MP4 in fragments, as browsers record it: each says what it holds, and how long that lasts.

use std::ops::Range;

use super::{
    Refusal,
    boxes::{child, children, keep, milliseconds},
    number,
    tracks::Track,
};

/// How long a sample of each track lasts where a fragment does not say.
pub(super) fn defaults(bytes: &[u8], extends: Range<usize>) -> Result<Vec<(u64, u64)>, Refusal> {
    let mut defaults = Vec::new();
    for found in children(bytes, extends)? {
        if &found.name == b"trex" {
            let at = found.body.start;
            defaults.push((number::<4>(bytes, at + 4)?, number::<4>(bytes, at + 12)?));
        }
    }
    Ok(defaults)
}

/// Cleans a fragment. Returns where it ends, in milliseconds.
pub(super) fn clean(bytes: &mut [u8], tracks: &[Track]) -> Result<u64, Refusal> {
    let whole = 0..bytes.len();
    keep(bytes, &whole, &[b"mfhd", b"traf", b"free"])?;
    let mut longest = 0;
    for found in children(bytes, whole)? {
        if &found.name == b"traf" {
            let body = found.body;
            keep(
                bytes,
                &body,
                &[
                    b"tfhd", b"tfdt", b"trun", b"sbgp", b"sgpd", b"subs", b"sdtp", b"free",
                ],
            )?;
            longest = longest.max(end(bytes, &body, tracks)?);
        }
    }
    Ok(longest)
}

/// Where what a fragment holds of a track ends.
fn end(bytes: &[u8], body: &Range<usize>, tracks: &[Track]) -> Result<u64, Refusal> {
    let header = child(bytes, body, b"tfhd")?.ok_or(Refusal::Broken)?;
    let id = number::<4>(bytes, header.start + 4)?;
    let track = tracks.iter().find(|track| track.id == id);
    let track = track.ok_or(Refusal::Broken)?;
    let flags = number::<3>(bytes, header.start + 1)?;
    let each = if flags & 0x8 == 0 {
        track.default_duration
    } else {
        let before = 8 * usize::from(flags & 0x1 != 0) + 4 * usize::from(flags & 0x2 != 0);
        number::<4>(bytes, header.start + 8 + before)?
    };
    let mut units = match child(bytes, body, b"tfdt")? {
        Some(time) if bytes.get(time.start) == Some(&1) => number::<8>(bytes, time.start + 4)?,
        Some(time) => number::<4>(bytes, time.start + 4)?,
        None => 0,
    };
    for found in children(bytes, body.clone())? {
        if &found.name == b"trun" {
            units = units.saturating_add(run(bytes, &found.body, each)?);
        }
    }
    Ok(milliseconds(units, track.scale))
}

/// How long a run of samples lasts, of which each lasts so long unless it says otherwise.
fn run(bytes: &[u8], body: &Range<usize>, each: u64) -> Result<u64, Refusal> {
    let flags = number::<3>(bytes, body.start + 1)?;
    let count = number::<4>(bytes, body.start + 4)?;
    if flags & 0x100 == 0 {
        return Ok(count.saturating_mul(each));
    }
    let first =
        body.start + 8 + 4 * usize::from(flags & 0x1 != 0) + 4 * usize::from(flags & 0x4 != 0);
    let fields = [0x100, 0x200, 0x400, 0x800]
        .iter()
        .filter(|bit| flags & *bit != 0)
        .count();
    let mut units = 0_u64;
    let mut at = first;
    for _ in 0..count {
        if at + 4 > body.end {
            return Err(Refusal::Broken);
        }
        units = units.saturating_add(number::<4>(bytes, at)?);
        at += 4 * fields;
    }
    Ok(units)
}
