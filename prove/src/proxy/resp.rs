//! What Redis says to a node: RESP 2 and 3, of which published messages are lost, late or swapped.
//!
//! Everything else passes in its order. What does not look like RESP passes as it is from there on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use tokio::time::Instant;

use super::pump::Filtered;
use crate::dice::Dice;

/// What is done to published messages, and how often it was.
#[derive(Debug, Default)]
pub(crate) struct Mischief {
    /// Of 1,000 messages; 0 does nothing.
    pub(crate) per_mille: AtomicU64,
    pub(crate) seen: AtomicU64,
    pub(crate) dropped: AtomicU64,
    pub(crate) delayed: AtomicU64,
    pub(crate) swapped: AtomicU64,
}

/// A value larger than this is not one of ours.
const MOST_BYTES: usize = 64 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Pushes {
    mischief: Arc<Mischief>,
    dice: Dice,
    buffer: BytesMut,
    /// A message that waits for the next one to go before it.
    swapped: Option<Bytes>,
    /// What came is no RESP.
    strange: bool,
}

impl Pushes {
    pub(super) fn new(mischief: Arc<Mischief>, dice: Dice) -> Self {
        Self {
            mischief,
            dice,
            buffer: BytesMut::new(),
            swapped: None,
            strange: false,
        }
    }

    pub(super) fn take(&mut self, piece: &Bytes) -> Filtered {
        let mut filtered = Filtered::default();
        self.buffer.extend_from_slice(piece);
        while !self.buffer.is_empty() {
            let length = match measure(&self.buffer) {
                Measured::Whole(length) if !self.strange => length,
                Measured::Partial if !self.strange => break,
                _ => {
                    self.strange = true;
                    self.buffer.len()
                }
            };
            let value = self.buffer.split_to(length).freeze();
            if is_message(&value) {
                self.play(value, &mut filtered);
            } else {
                filtered.now.push(value);
            }
        }
        filtered
    }

    fn play(&mut self, value: Bytes, filtered: &mut Filtered) {
        let count = |counter: &AtomicU64| counter.fetch_add(1, Ordering::Relaxed);
        count(&self.mischief.seen);
        if !self
            .dice
            .happens(self.mischief.per_mille.load(Ordering::Relaxed))
        {
            filtered.now.push(value);
            filtered.now.extend(self.swapped.take());
            return;
        }
        match self.dice.below(3) {
            0 => {
                count(&self.mischief.dropped);
            }
            1 => {
                count(&self.mischief.delayed);
                let wait = Duration::from_millis(20 + self.dice.throw() % 800);
                filtered.later.push((Instant::now() + wait, value));
            }
            _ => {
                count(&self.mischief.swapped);
                filtered.now.extend(self.swapped.replace(value));
            }
        }
    }
}

enum Measured {
    Whole(usize),
    Partial,
    Strange,
}

/// How many bytes the first value has.
fn measure(bytes: &[u8]) -> Measured {
    let mut at = 0;
    // Values that are still to come, the elements of arrays included.
    let mut open = 1_usize;
    while open > 0 {
        if at > MOST_BYTES {
            return Measured::Strange;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") else {
            return if rest.len() > 64 * 1024 {
                Measured::Strange
            } else {
                Measured::Partial
            };
        };
        let Some((kind, line)) = rest.get(..end).and_then(<[u8]>::split_first) else {
            return Measured::Strange;
        };
        let number = || std::str::from_utf8(line).ok()?.parse::<i64>().ok();
        at += end + 2;
        open -= 1;
        match kind {
            b'+' | b'-' | b':' | b'_' | b',' | b'#' | b'(' => {}
            b'$' | b'!' | b'=' => match number() {
                Some(length) => at += usize::try_from(length).map_or(0, |length| length + 2),
                None => return Measured::Strange,
            },
            b'*' | b'>' | b'~' => match number() {
                Some(count) => open += usize::try_from(count).unwrap_or(0),
                None => return Measured::Strange,
            },
            b'%' => match number() {
                Some(count) => open += usize::try_from(count).unwrap_or(0) * 2,
                None => return Measured::Strange,
            },
            _ => return Measured::Strange,
        }
        if at > bytes.len() {
            return Measured::Partial;
        }
    }
    Measured::Whole(at)
}

/// Whether it is an array or a push whose first element is `message` or `smessage`.
fn is_message(value: &[u8]) -> bool {
    let names: [&[u8]; 2] = [b"$7\r\nmessage\r\n", b"$8\r\nsmessage\r\n"];
    matches!(value.first(), Some(b'*' | b'>'))
        && value
            .windows(2)
            .position(|pair| pair == b"\r\n")
            .and_then(|end| value.get(end + 2..))
            .is_some_and(|rest| names.iter().any(|name| rest.starts_with(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUSH: &str = ">3\r\n$8\r\nsmessage\r\n$1\r\na\r\n$4\r\nb\r\nc\r\n";
    const REPLY: &str = "%1\r\n+proto\r\n:3\r\n*2\r\n$-1\r\n+OK\r\n";

    fn pushes(per_mille: u64) -> Pushes {
        let mischief = Mischief {
            per_mille: per_mille.into(),
            ..Mischief::default()
        };
        Pushes::new(Arc::new(mischief), Dice::new(3))
    }

    fn said(filtered: &Filtered) -> String {
        let text = |bytes: &Bytes| String::from_utf8(bytes.to_vec()).unwrap();
        filtered.now.iter().map(text).collect()
    }

    #[test]
    fn values_pass_whole_however_they_are_cut() {
        let all = format!("{REPLY}{PUSH}{REPLY}");
        for size in 1..all.len() {
            let mut pushes = pushes(0);
            let pieces = all.as_bytes().chunks(size);
            let heard: String = pieces
                .map(|piece| said(&pushes.take(&Bytes::copy_from_slice(piece))))
                .collect();
            assert_eq!(heard, all);
            assert_eq!(pushes.mischief.seen.load(Ordering::Relaxed), 1);
        }
    }

    #[test]
    fn only_published_messages_are_played_with() {
        let mut pushes = pushes(1000);
        let mut now = 0;
        for _ in 0..100 {
            let heard = said(&pushes.take(&Bytes::from(format!("{REPLY}{PUSH}"))));
            now += heard.matches(REPLY).count();
        }
        assert_eq!(now, 100);
        let mischief = &pushes.mischief;
        let counts = [&mischief.dropped, &mischief.delayed, &mischief.swapped];
        let counts = counts.map(|counter| counter.load(Ordering::Relaxed));
        assert_eq!(counts.iter().sum::<u64>(), 100);
        assert!(counts.iter().all(|count| *count > 10), "{counts:?}");
    }

    #[test]
    fn what_is_no_resp_passes() {
        let mut pushes = pushes(1000);
        assert_eq!(
            said(&pushes.take(&Bytes::from("HTTP/1.1\r\n"))),
            "HTTP/1.1\r\n"
        );
    }
}
