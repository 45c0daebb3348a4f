//! Where an MP4 keeps what a track holds, and how long it lasts.

use std::ops::Range;

use super::{MOST_CHUNKS, Refusal, boxes::child, number};

/// What is known of samples; all of it numbers.
pub(super) const TABLES: [&[u8; 4]; 17] = [
    b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss",
    b"stsh", b"sdtp", b"stps", b"sgpd", b"sbgp", b"subs", b"free",
];

/// How long the samples of a track last, in its units.
pub(super) fn duration(bytes: &[u8], tables: &Range<usize>) -> Result<u64, Refusal> {
    let Some(times) = child(bytes, tables, b"stts")? else {
        return Ok(0);
    };
    let mut units = 0_u64;
    for entry in entries(bytes, &times, 4, 8)? {
        let (count, each) = (number::<4>(bytes, entry)?, number::<4>(bytes, entry + 4)?);
        // They are below 2^32 each.
        units = units.saturating_add(count * each);
    }
    Ok(units)
}

/// Where the entries of a table stand, whose count is at `count` in it.
fn entries(
    bytes: &[u8],
    table: &Range<usize>,
    count: usize,
    each: usize,
) -> Result<impl Iterator<Item = usize> + use<>, Refusal> {
    let first = table.start + count + 4;
    let many = usize::try_from(number::<4>(bytes, table.start + count)?);
    let many = many.map_err(|_| Refusal::Broken)?;
    let end = many
        .checked_mul(each)
        .and_then(|length| first.checked_add(length));
    if end.is_none_or(|end| end > table.end) {
        return Err(Refusal::Broken);
    }
    Ok((0..many).map(move |at| first + at * each))
}

/// The parts of a file in which a track keeps its samples.
pub(super) fn ranges(
    bytes: &[u8],
    tables: &Range<usize>,
    size: u64,
) -> Result<Vec<Range<u64>>, Refusal> {
    let chunks = chunks(bytes, tables)?;
    if chunks.len() > MOST_CHUNKS {
        return Err(Refusal::Broken);
    }
    let Some(per_chunk) = child(bytes, tables, b"stsc")? else {
        return Ok(Vec::new());
    };
    let mut runs = Vec::new();
    // A run has at least one chunk.
    for entry in entries(bytes, &per_chunk, 4, 12)?.take(chunks.len()) {
        runs.push((number::<4>(bytes, entry)?, number::<4>(bytes, entry + 4)?));
    }
    let mut sizes = Sizes::of(bytes, tables)?;
    let (mut run, mut ranges) = (0, Vec::new());
    for (chunk, start) in (1_u64..).zip(chunks) {
        while runs.get(run + 1).is_some_and(|(first, _)| *first <= chunk) {
            run += 1;
        }
        let samples = runs.get(run).map_or(0, |(_, samples)| *samples);
        let length = sizes.take(bytes, samples)?;
        let end = start.saturating_add(length).min(size);
        if start < end {
            ranges.push(start..end);
        }
    }
    Ok(joined(ranges))
}

/// Each byte once, however often it is named.
fn joined(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut joined: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// Where each chunk begins.
fn chunks(bytes: &[u8], tables: &Range<usize>) -> Result<Vec<u64>, Refusal> {
    if let Some(chunks) = child(bytes, tables, b"stco")? {
        return entries(bytes, &chunks, 4, 4)?
            .map(|at| number::<4>(bytes, at))
            .collect();
    }
    match child(bytes, tables, b"co64")? {
        Some(chunks) => entries(bytes, &chunks, 4, 8)?
            .map(|at| number::<8>(bytes, at))
            .collect(),
        None => Ok(Vec::new()),
    }
}

/// How many bytes each sample has.
enum Sizes {
    Same(u64),
    Each(Box<dyn Iterator<Item = usize>>),
}

impl Sizes {
    fn of(bytes: &[u8], tables: &Range<usize>) -> Result<Self, Refusal> {
        let Some(sizes) = child(bytes, tables, b"stsz")? else {
            // Sizes of a few bits each: no such track has them.
            return if child(bytes, tables, b"stz2")?.is_some() {
                Err(Refusal::Codec)
            } else {
                Ok(Self::Same(0))
            };
        };
        match number::<4>(bytes, sizes.start + 4)? {
            0 => Ok(Self::Each(Box::new(entries(bytes, &sizes, 8, 4)?))),
            same => Ok(Self::Same(same)),
        }
    }

    /// The bytes of the next samples.
    fn take(&mut self, bytes: &[u8], samples: u64) -> Result<u64, Refusal> {
        match self {
            Self::Same(each) => Ok(each.saturating_mul(samples)),
            Self::Each(sizes) => {
                let many = usize::try_from(samples).map_err(|_| Refusal::Broken)?;
                let mut sum = 0_u64;
                for at in sizes.by_ref().take(many) {
                    sum = sum.saturating_add(number::<4>(bytes, at)?);
                }
                Ok(sum)
            }
        }
    }
}
