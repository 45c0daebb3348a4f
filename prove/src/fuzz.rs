//! Random input for what takes input from strangers: the decoder of frames, and the timeline.
//!
//! Frames are mutations of sound ones, so that they get past the first byte; changes are random
//! stretches with gaps, overlaps, extreme numbers and versions out of order. Each panic and each
//! broken law is kept with its input.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use app::{
    accounts::{Handle, User},
    ids::{ClientId, Epoch, MessageId, RoomId, UserId},
    live::wire::ClientFrame,
    messages::{Changes, Judged, Message, MessageKind, Page, Timeline},
};
use uuid::Uuid;

use crate::dice::Dice;

#[derive(Debug, Default)]
pub(crate) struct Fuzzed {
    frames: u64,
    /// Of them, so many were still frames.
    sound: u64,
    changes: u64,
    pub(crate) failures: Vec<String>,
}

impl Fuzzed {
    pub(crate) fn say(&self) -> String {
        let failures = match self.failures.first() {
            Some(first) => format!("{} failures, the first: {first}", self.failures.len()),
            None => "no failure".to_owned(),
        };
        format!(
            "{} mutated frames decoded ({} of them still sound), {} random changes applied: {failures}.",
            self.frames, self.sound, self.changes
        )
    }
}

/// Both targets in turn, for so long.
pub(crate) fn fuzz(time: Duration, mut dice: Dice) -> Fuzzed {
    let end = Instant::now() + time;
    let mut fuzzed = Fuzzed::default();
    let seeds = seeds();
    while Instant::now() < end && fuzzed.failures.len() < 10 {
        for _ in 0..1000 {
            let bytes = mutate(&mut dice, &seeds);
            decode(&mut fuzzed, &bytes);
        }
        for _ in 0..20 {
            let mut throws = dice.fork("changes");
            dice.throw();
            let told = format!("{throws:?}");
            let tried = catch_unwind(AssertUnwindSafe(|| apply(&mut fuzzed, &mut throws)));
            match tried {
                Ok(Ok(())) => {}
                Ok(Err(law)) => fuzzed.failures.push(format!("apply, {told}: {law}")),
                Err(_) => fuzzed.failures.push(format!("apply, {told}: a panic")),
            }
        }
    }
    fuzzed
}

/// A sound frame of each kind.
fn seeds() -> Vec<Vec<u8>> {
    let room = RoomId(Uuid::from_u128(7));
    let (id, message) = (ClientId(Uuid::from_u128(8)), MessageId(Uuid::from_u128(9)));
    let body = || "wörds \"and\" \u{1f600}\n".to_owned();
    let frames = [
        ClientFrame::Hello,
        ClientFrame::Subscribe {
            room,
            epoch: Some(Epoch(Uuid::from_u128(6))),
            since: Some(41),
        },
        ClientFrame::Unsubscribe { room },
        ClientFrame::Send {
            room,
            id,
            body: body(),
            reply_to: Some(41),
            media: Vec::new(),
            knowing: true,
        },
        ClientFrame::React {
            room,
            id,
            message,
            emoji: body(),
            on: true,
        },
        ClientFrame::Pin {
            room,
            id,
            message,
            on: true,
        },
        ClientFrame::Read { room, seq: 41 },
        ClientFrame::Edit {
            room,
            id,
            message,
            body: body(),
            knowing: true,
        },
        ClientFrame::Delete { room, id, message },
        ClientFrame::Typing { room },
    ];
    frames
        .iter()
        .filter_map(|frame| serde_json::to_vec(frame).ok())
        .collect()
}

/// Pieces that mean something to JSON.
const PIECES: [&[u8]; 16] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"null",
    b"true",
    b"-0",
    b"1e999",
    b"\\ud800",
    b"9223372036854775808",
    b"\xff\xfe",
    b"\"type\":\"hello\"",
    b"\x00",
];

fn mutate(dice: &mut Dice, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = dice.pick(seeds).cloned().unwrap_or_default();
    for _ in 0..dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(8)).min(bytes.len());
        match dice.below(5) {
            0 => {
                let piece = dice.pick(&PIECES).copied().unwrap_or_default();
                bytes.splice(at..at, piece.iter().copied());
            }
            1 => {
                bytes.drain(at..end);
            }
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = dice.throw().to_le_bytes()[0];
                }
            }
            3 => bytes.extend_from_within(at..end),
            _ => {
                // The beginning of one frame and the end of another.
                let other = dice.pick(seeds).cloned().unwrap_or_default();
                let from = at.min(other.len());
                bytes.truncate(at);
                bytes.extend(other.get(from..).unwrap_or_default());
            }
        }
    }
    if dice.happens(5) {
        bytes = b"[".repeat(dice.below(100_000));
    }
    bytes
}

/// Whatever is a frame is the same frame after being written and read again.
fn decode(fuzzed: &mut Fuzzed, bytes: &[u8]) {
    fuzzed.frames += 1;
    let tried = catch_unwind(|| {
        let Ok(frame) = serde_json::from_slice::<ClientFrame>(bytes) else {
            return None;
        };
        let again = serde_json::to_vec(&frame).ok();
        let again = again.and_then(|again| serde_json::from_slice::<ClientFrame>(&again).ok());
        Some(again.as_ref() == Some(&frame))
    });
    match tried {
        Ok(None) => {}
        Ok(Some(true)) => fuzzed.sound += 1,
        Ok(Some(false)) | Err(_) => {
            let input = String::from_utf8_lossy(bytes);
            fuzzed.failures.push(format!("decode: {input:.200}"));
        }
    }
}

/// Mostly small numbers, sometimes the largest and the smallest.
fn number(dice: &mut Dice) -> i64 {
    match dice.below(40) {
        0 => i64::MAX,
        1 => i64::MIN,
        2 => -1,
        _ => i64::try_from(dice.below(60)).unwrap_or(0),
    }
}

fn row(dice: &mut Dice) -> Message {
    let handle = Handle::parse("ana").unwrap_or_else(|_| unreachable!("it is a handle"));
    Message {
        id: MessageId(Uuid::from_u128(1)),
        seq: number(dice),
        version: number(dice),
        kind: MessageKind::Text,
        sender: User {
            id: UserId(Uuid::nil()),
            handle,
        },
        client_id: None,
        body: dice.throw().to_string(),
        html: None,
        reply_to: None,
        media: Vec::new(),
        reactions: Vec::new(),
        pinned: false,
        edited: false,
        deleted: false,
        sent_at: 0,
    }
}

fn rows(dice: &mut Dice) -> Vec<Message> {
    (0..dice.below(6)).map(|_| row(dice)).collect()
}

fn versions(timeline: &Timeline) -> BTreeMap<i64, i64> {
    let rows = timeline.messages();
    rows.map(|message| (message.seq, message.version)).collect()
}

/// Whatever a server says: `last` never falls, a row never goes back to an earlier version or away,
/// and a frame that is not applied changes nothing.
fn apply(fuzzed: &mut Fuzzed, dice: &mut Dice) -> Result<(), String> {
    let page = Page {
        messages: rows(dice),
        head: number(dice),
        before: dice.happens(500).then(|| number(dice)),
        ..Page::default()
    };
    let mut timeline = Timeline::new(page);
    for _ in 0..30 {
        fuzzed.changes += 1;
        let changes = Changes {
            room: RoomId(Uuid::nil()),
            first_seq: number(dice),
            last_seq: number(dice),
            items: rows(dice),
        };
        let (before, told) = (timeline.clone(), format!("{changes:?}"));
        let judged = if dice.happens(100) {
            let page = Page {
                messages: changes.items,
                head: changes.last_seq,
                before: Some(changes.first_seq),
                ..Page::default()
            };
            timeline.extend_back(timeline.before().unwrap_or(0), page);
            Judged::Applied
        } else {
            timeline.apply(changes)
        };
        let (was, is) = (versions(&before), versions(&timeline));
        if judged != Judged::Applied && timeline != before {
            return Err(format!("{judged:?}, and yet something changed: {told}"));
        }
        if timeline.last() < before.last() {
            return Err(format!("last fell: {told}"));
        }
        let back = was
            .iter()
            .find(|(seq, version)| is.get(seq).is_none_or(|now| now < *version));
        if let Some((seq, _)) = back {
            return Err(format!("row {seq} went back: {told}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mutated_frames_and_random_changes_break_nothing() {
        let mut fuzzed = Fuzzed::default();
        let (mut dice, seeds) = (Dice::new(5), seeds());
        for _ in 0..2000 {
            let bytes = mutate(&mut dice, &seeds);
            decode(&mut fuzzed, &bytes);
            apply(&mut fuzzed, &mut dice).unwrap();
        }
        assert!(fuzzed.failures.is_empty(), "{:?}", fuzzed.failures);
        assert!(
            fuzzed.sound > 100 && fuzzed.sound < fuzzed.frames,
            "{fuzzed:?}"
        );
    }
}
