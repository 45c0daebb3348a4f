//! EBML (RFC 8794), of which `WebM` is made: elements in elements, each with an id and its length.

use std::{fs::File, ops::Range, os::unix::fs::FileExt};

use super::{MOST_BOXES, Refusal, blank};

/// The length of what is written while it happens.
const UNKNOWN: u64 = u64::MAX;

/// An element, by where it stands.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) id: u32,
    pub(super) start: u64,
    pub(super) body: Range<u64>,
    /// Whether its end is only told by what follows.
    pub(super) open: bool,
}

/// What is read from: a file, or a table that is in memory.
pub(super) trait Bytes {
    fn read(&self, at: u64, into: &mut [u8]) -> Result<(), Refusal>;
}

impl Bytes for File {
    fn read(&self, at: u64, into: &mut [u8]) -> Result<(), Refusal> {
        Ok(self.read_exact_at(into, at)?)
    }
}

impl Bytes for [u8] {
    fn read(&self, at: u64, into: &mut [u8]) -> Result<(), Refusal> {
        let from = usize::try_from(at).map_err(|_| Refusal::Broken)?;
        let found = self.get(from..).and_then(|rest| rest.get(..into.len()));
        into.copy_from_slice(found.ok_or(Refusal::Broken)?);
        Ok(())
    }
}

/// The element that stands there, within something that ends at `end`.
pub(super) fn element(bytes: &(impl Bytes + ?Sized), at: u64, end: u64) -> Result<Found, Refusal> {
    let mut head = [0; 12];
    let there = usize::try_from(end - at).map_or(12, |left| left.min(12));
    bytes.read(at, &mut head[..there])?;
    let id_length = head[0].leading_zeros() as usize + 1;
    let size_length = head
        .get(id_length)
        .map_or(9, |byte| byte.leading_zeros() as usize + 1);
    if id_length > 4 || size_length > 8 || id_length + size_length > there {
        return Err(Refusal::Broken);
    }
    let fold = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
    let id = head[..id_length].iter().fold(0, fold);
    let size = head[id_length..id_length + size_length]
        .iter()
        .fold(0, fold);
    let ones = (1_u64 << (7 * size_length)) - 1;
    let size = if size & ones == ones {
        UNKNOWN
    } else {
        size & ones
    };
    let body = at + (id_length + size_length) as u64;
    let open = size == UNKNOWN;
    let last = if open {
        Some(end)
    } else {
        body.checked_add(size)
    };
    Ok(Found {
        id: u32::try_from(id).map_err(|_| Refusal::Broken)?,
        start: at,
        body: body..last.filter(|last| *last <= end).ok_or(Refusal::Broken)?,
        open,
    })
}

pub(super) fn children(bytes: &[u8], within: Range<u64>) -> Result<Vec<Found>, Refusal> {
    let (mut at, mut found) = (within.start, Vec::new());
    while at < within.end {
        let next = element(bytes, at, within.end)?;
        if next.open {
            return Err(Refusal::Broken);
        }
        at = next.body.end;
        if found.len() >= MOST_BOXES {
            return Err(Refusal::Broken);
        }
        found.push(next);
    }
    Ok(found)
}

pub(super) fn part<'a>(bytes: &'a [u8], range: &Range<u64>) -> Result<&'a [u8], Refusal> {
    let at = |at| usize::try_from(at).map_err(|_| Refusal::Broken);
    bytes
        .get(at(range.start)?..at(range.end)?)
        .ok_or(Refusal::Broken)
}

/// A number of up to eight bytes.
pub(super) fn unsigned(bytes: &[u8]) -> u64 {
    let last = bytes.len().saturating_sub(8);
    bytes[last..]
        .iter()
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// The head of an element that says nothing, and is as long as another one.
fn void(length: u64) -> Vec<u8> {
    // Its id, and its length in one byte or in eight.
    if length <= 9 {
        let size = u8::try_from(length - 2).unwrap_or_default();
        vec![0xec, 0x80 | size]
    } else {
        let mut head = vec![0xec, 0x01];
        head.extend_from_slice(&(length - 9).to_be_bytes()[1..]);
        head
    }
}

/// Takes an element of a file out, where it stands.
pub(super) fn erase(file: &File, found: &Found) -> Result<(), Refusal> {
    let head = void(found.body.end - found.start);
    blank(file, found.start..found.body.end)?;
    Ok(file.write_all_at(&head, found.start)?)
}

/// The same in a table.
pub(super) fn erase_in(bytes: &mut [u8], found: &Found) -> Result<(), Refusal> {
    let at = |at| usize::try_from(at).map_err(|_| Refusal::Broken);
    let range = at(found.start)?..at(found.body.end)?;
    let head = void(found.body.end - found.start);
    let place = bytes.get_mut(range).ok_or(Refusal::Broken)?;
    place.fill(0);
    place[..head.len()].copy_from_slice(&head);
    Ok(())
}
