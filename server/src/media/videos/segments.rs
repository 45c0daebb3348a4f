//! `WebM` (Matroska, RFC 9559): what its elements mean.

use std::{fs::File, ops::Range, os::unix::fs::FileExt};

use super::{
    MOST_ELEMENTS, Refusal, Video,
    elements::{Found, children, element, erase, erase_in, part, unsigned},
    number, table,
};

const EBML: u32 = 0x1a45_dfa3;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_a966;
const TRACKS: u32 = 0x1654_ae6b;
const CLUSTER: u32 = 0x1f43_b675;
const SEEK_HEAD: u32 = 0x114d_9b74;
const CUES: u32 = 0x1c53_bb6b;
const VOID: u32 = 0xec;
const CRC: u32 = 0xbf;

/// In the header, what is in the file.
const DOC_TYPE: u32 = 0x4282;

/// What is kept of the information: how long a unit of time is, how many there are, and who wrote it,
/// which has to be there.
const SCALE: u32 = 0x2a_d7b1;
const DURATION: u32 = 0x4489;
const WRITERS: [u32; 2] = [0x4d80, 0x5741];

const TRACK: u32 = 0xae;
const KIND: u32 = 0x83;
const CODEC: u32 = 0x86;
const PICTURE: u32 = 0xe0;
const STORED_WIDTH: u32 = 0xb0;
const STORED_HEIGHT: u32 = 0xba;
const SHOWN_WIDTH: u32 = 0x54b0;
const SHOWN_HEIGHT: u32 = 0x54ba;
/// Of a track, words of whoever has made it.
const WORDS: [u32; 3] = [0x536e, 0x25_8688, 0x6624];
const ENCODINGS: u32 = 0x6d80;

const TIME: u32 = 0xe7;
const BLOCK: u32 = 0xa3;
const GROUP: u32 = 0xa0;
const GROUPED: u32 = 0xa1;

const CODECS: [&[u8]; 5] = [b"V_VP8", b"V_VP9", b"V_AV1", b"A_OPUS", b"A_VORBIS"];

/// What has been found of a video by now.
#[derive(Default)]
struct Seen {
    /// Nanoseconds a unit.
    scale: u64,
    /// In units.
    said: f64,
    last: u64,
    sides: Option<(u32, u32)>,
    /// How many elements have been read.
    count: usize,
}

impl Seen {
    /// The next element of the file.
    fn element(&mut self, file: &File, at: u64, end: u64) -> Result<Found, Refusal> {
        self.count += 1;
        if self.count > MOST_ELEMENTS {
            return Err(Refusal::Broken);
        }
        element(file, at, end)
    }
}

/// Cleans a file, and tells what is in it.
pub(super) fn clean(file: &File) -> Result<Video, Refusal> {
    let size = file.metadata()?.len();
    let header = element(file, 0, size)?;
    if header.id != EBML || header.open {
        return Err(Refusal::Broken);
    }
    let bytes = table(file, header.body.clone())?;
    let kind = children(&bytes, 0..bytes.len() as u64)?;
    let kind = kind.into_iter().find(|found| found.id == DOC_TYPE);
    if part(&bytes, &kind.ok_or(Refusal::Broken)?.body)? != b"webm" {
        return Err(Refusal::Broken);
    }
    let mut seen = Seen {
        scale: 1_000_000,
        ..Seen::default()
    };
    let mut at = header.body.end;
    let mut segments = 0;
    while at < size {
        let found = seen.element(file, at, size)?;
        at = found.body.end;
        if found.id == SEGMENT && segments == 0 {
            segments += 1;
            segment(file, found.body, &mut seen)?;
        } else {
            erase(file, &found)?;
        }
    }
    let (width, height) = seen.sides.ok_or(Refusal::Codec)?;
    let units = seen.last.max(rounded(seen.said));
    let nanoseconds = u128::from(units) * u128::from(seen.scale);
    Ok(Video {
        width,
        height,
        milliseconds: u64::try_from(nanoseconds / 1_000_000).unwrap_or(u64::MAX),
    })
}

/// What is no length, none has.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is no such number is taken for the nearest that is one"
)]
fn rounded(units: f64) -> u64 {
    units.ceil() as u64
}

fn segment(file: &File, within: Range<u64>, seen: &mut Seen) -> Result<(), Refusal> {
    let mut at = within.start;
    while at < within.end {
        let found = seen.element(file, at, within.end)?;
        if found.open && found.id != CLUSTER {
            return Err(Refusal::Broken);
        }
        at = found.body.end;
        match found.id {
            SEEK_HEAD | CUES | VOID | CRC => {
                if found.id == VOID {
                    erase(file, &found)?;
                }
            }
            INFO => rewritten(file, &found, |bytes| info(bytes, seen))?,
            TRACKS => rewritten(file, &found, |bytes| tracks(bytes, seen))?,
            CLUSTER => at = cluster(file, &found, seen)?,
            _ => erase(file, &found)?,
        }
    }
    Ok(())
}

/// Changes an element that is read whole.
fn rewritten(
    file: &File,
    found: &Found,
    change: impl FnOnce(&mut [u8]) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut bytes = table(file, found.body.clone())?;
    change(&mut bytes)?;
    Ok(file.write_all_at(&bytes, found.body.start)?)
}

fn info(bytes: &mut [u8], seen: &mut Seen) -> Result<(), Refusal> {
    for found in children(bytes, 0..bytes.len() as u64)? {
        let body = part(bytes, &found.body)?;
        match found.id {
            SCALE => seen.scale = unsigned(body).max(1),
            DURATION => seen.said = float(body)?,
            id if WRITERS.contains(&id) => {}
            _ => erase_in(bytes, &found)?,
        }
    }
    Ok(())
}

fn float(bytes: &[u8]) -> Result<f64, Refusal> {
    match bytes.len() {
        0 => Ok(0.0),
        4 => {
            let bits = u32::try_from(number::<4>(bytes, 0)?).map_err(|_| Refusal::Broken)?;
            Ok(f32::from_bits(bits).into())
        }
        8 => Ok(f64::from_bits(number::<8>(bytes, 0)?)),
        _ => Err(Refusal::Broken),
    }
}

fn tracks(bytes: &mut [u8], seen: &mut Seen) -> Result<(), Refusal> {
    for found in children(bytes, 0..bytes.len() as u64)? {
        match found.id {
            TRACK => track(bytes, found.body, seen)?,
            _ => erase_in(bytes, &found)?,
        }
    }
    Ok(())
}

fn track(bytes: &mut [u8], within: Range<u64>, seen: &mut Seen) -> Result<(), Refusal> {
    let (mut kind, mut known, mut sides) = (0, false, None);
    for found in children(bytes, within)? {
        let body = part(bytes, &found.body)?;
        match found.id {
            KIND => kind = unsigned(body),
            CODEC => known = CODECS.contains(&trimmed(body)),
            PICTURE => sides = Some(picture(bytes, found.body)?),
            // Encrypted, or packed in some other way.
            ENCODINGS => return Err(Refusal::Codec),
            id if WORDS.contains(&id) || id == CRC => erase_in(bytes, &found)?,
            _ => {}
        }
    }
    // Video is 1, and sound is 2. What else there is, no browser needs.
    if !known || !matches!(kind, 1 | 2) {
        return Err(Refusal::Codec);
    }
    if kind == 1 && seen.sides.is_none() {
        seen.sides = sides;
    }
    Ok(())
}

/// Texts may end in zeros.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == 0);
    &bytes[..end.unwrap_or(bytes.len())]
}

fn picture(bytes: &[u8], within: Range<u64>) -> Result<(u32, u32), Refusal> {
    let (mut stored, mut shown) = ([0_u32; 2], [0_u32; 2]);
    for found in children(bytes, within)? {
        let value = u32::try_from(unsigned(part(bytes, &found.body)?)).unwrap_or(u32::MAX);
        match found.id {
            STORED_WIDTH => stored[0] = value,
            STORED_HEIGHT => stored[1] = value,
            SHOWN_WIDTH => shown[0] = value,
            SHOWN_HEIGHT => shown[1] = value,
            _ => {}
        }
    }
    // What is shown may be a ratio, in which case it says nothing of sizes.
    let pick = |side: usize| {
        if shown[side] >= 64 {
            shown[side]
        } else {
            stored[side]
        }
    };
    Ok((pick(0), pick(1)))
}

/// Reads on behind a cluster. Returns where that is.
fn cluster(file: &File, cluster: &Found, seen: &mut Seen) -> Result<u64, Refusal> {
    let (mut at, mut base) = (cluster.body.start, 0);
    while at < cluster.body.end {
        let found = seen.element(file, at, cluster.body.end)?;
        // One that is open ends where another one of the segment's begins.
        // The ids of those have four bytes, and those in a cluster fewer.
        if cluster.open && found.id > 0xff_ffff {
            return Ok(at);
        }
        if found.open {
            return Err(Refusal::Broken);
        }
        at = found.body.end;
        match found.id {
            TIME => base = unsigned(&table(file, found.body)?),
            BLOCK => block(file, &found.body, base, seen)?,
            GROUP => {
                let mut inner = found.body.start;
                while inner < found.body.end {
                    let next = seen.element(file, inner, found.body.end)?;
                    inner = next.body.end;
                    if next.id == GROUPED {
                        block(file, &next.body, base, seen)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(at)
}

/// When it is shown: the number of its track, and how long after its cluster.
fn block(file: &File, body: &Range<u64>, base: u64, seen: &mut Seen) -> Result<(), Refusal> {
    let mut head = [0; 4];
    if body.end - body.start < 4 {
        return Err(Refusal::Broken);
    }
    file.read_exact_at(&mut head, body.start)?;
    let track = if head[0] & 0x80 == 0 { 2 } else { 1 };
    let after = i16::from_be_bytes([head[track], head[track + 1]]);
    seen.last = seen.last.max(base.saturating_add_signed(after.into()));
    Ok(())
}
