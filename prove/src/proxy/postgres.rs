//! What a node and PostgreSQL say to each other, understood as far as the faults need it: which
//! answer says that a post is committed, and which rows answer a poll of the heads.
//!
//! The statements are known by the names of what they touch, so that this file need not change with
//! each query of the server.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
};

use super::{
    pump::Filtered,
    spy::{Deceit, PLANTED_STATE, Spy},
};
use bytes::{Bytes, BytesMut};

/// What a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct About {
    post: bool,
    poll: bool,
    commit: bool,
}

impl About {
    fn of(statement: &str) -> Self {
        let writes = statement.contains("UPDATE");
        Self {
            post: statement.contains("post_messages(")
                || statement.trim_start().starts_with("INSERT INTO messages"),
            poll: statement.contains("room_heads")
                && !writes
                && (statement.contains("ANY") || statement.contains("unnest")),
            commit: statement.trim_start().starts_with("COMMIT"),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            post: self.post || other.post,
            poll: self.poll || other.poll,
            commit: self.commit || other.commit,
        }
    }
}

/// One connection, as both directions know it.
#[derive(Debug, Default)]
pub(super) struct Session(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    statements: HashMap<Vec<u8>, About>,
    current: About,
    /// What was asked and is not answered: up to each `Sync` or simple query.
    asked: VecDeque<About>,
}

impl Session {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first `\0`-terminated string, and what follows it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

/// Whether a row has a column that says `epoch`.
fn tells_epoch(row: &[u8]) -> bool {
    let column = b"\0\0\0\x05epoch";
    row.windows(column.len()).any(|part| part == column)
}

/// Splits the first whole message off: its type and all its bytes.
fn message(buffer: &mut BytesMut) -> Option<(u8, Bytes)> {
    let kind = *buffer.first()?;
    let length = u32::from_be_bytes(buffer.get(1..5)?.try_into().ok()?);
    let length = usize::try_from(length).ok()?.max(4) + 1;
    (buffer.len() >= length).then(|| (kind, buffer.split_to(length).freeze()))
}

/// From a node to PostgreSQL: listened to and passed on as it is.
#[derive(Debug)]
pub(super) struct Requests {
    session: Arc<Session>,
    buffer: BytesMut,
    /// The first message has no type.
    started: bool,
}

impl Requests {
    pub(super) fn new(_: Arc<Spy>, session: Arc<Session>) -> Self {
        Self {
            session,
            buffer: BytesMut::new(),
            started: false,
        }
    }

    pub(super) fn take(&mut self, piece: Bytes) -> Filtered {
        self.buffer.extend_from_slice(&piece);
        if !self.started {
            let length = self.buffer.get(..4).and_then(|bytes| bytes.try_into().ok());
            let length = length.map_or(usize::MAX, |bytes| {
                usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX)
            });
            if self.buffer.len() >= length {
                let _ = self.buffer.split_to(length);
                self.started = true;
            }
        }
        while self.started
            && let Some((kind, bytes)) = message(&mut self.buffer)
        {
            self.listen(kind, bytes.get(5..).unwrap_or_default());
        }
        Filtered {
            now: vec![piece],
            ..Filtered::default()
        }
    }

    fn listen(&self, kind: u8, body: &[u8]) {
        let mut state = self.session.state();
        match kind {
            b'P' => {
                if let Some((name, rest)) = string(body)
                    && let Some((text, _)) = string(rest)
                {
                    let about = About::of(&String::from_utf8_lossy(text));
                    state.statements.insert(name.to_vec(), about);
                }
            }
            b'B' => {
                let name = string(body).and_then(|(_, rest)| string(rest));
                let about = name.and_then(|(name, _)| state.statements.get(name).copied());
                state.current = state.current.and(about.unwrap_or_default());
            }
            b'Q' => {
                let text = string(body).map(|(text, _)| String::from_utf8_lossy(text));
                let about = text.map(|text| About::of(&text)).unwrap_or_default();
                state.asked.push_back(about);
            }
            b'S' => {
                let about = std::mem::take(&mut state.current);
                state.asked.push_back(about);
            }
            _ => {}
        }
    }
}

/// From PostgreSQL to a node.
#[derive(Debug)]
pub(super) struct Answers {
    spy: Arc<Spy>,
    session: Arc<Session>,
    buffer: BytesMut,
    /// A post stands in the open transaction.
    posted: bool,
    completed: bool,
    /// The answer to what may be the commit of a post, while the link is armed.
    held: Vec<Bytes>,
}

impl Answers {
    pub(super) fn new(spy: Arc<Spy>, session: Arc<Session>) -> Self {
        Self {
            spy,
            session,
            buffer: BytesMut::new(),
            posted: false,
            completed: false,
            held: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, piece: &Bytes) -> Filtered {
        let mut filtered = Filtered::default();
        self.buffer.extend_from_slice(piece);
        while let Some((kind, bytes)) = message(&mut self.buffer) {
            let about = self
                .session
                .state()
                .asked
                .front()
                .copied()
                .unwrap_or_default();
            let Some(bytes) = self.forge(kind, bytes, about) else {
                continue;
            };
            if !self.held.is_empty() || (about.post || (about.commit && self.posted)) {
                self.held.push(bytes);
            } else {
                filtered.now.push(bytes);
            }
            if kind == b'Z' && self.ends(about, filtered.now.last()) {
                filtered.stop = true;
                return filtered;
            }
            if kind == b'Z' || !self.spy.armed.load(Ordering::SeqCst) {
                filtered.now.append(&mut self.held);
            }
        }
        filtered
    }

    /// The end of an answer. Returns whether it says that a post is committed, and is to be held.
    fn ends(&mut self, about: About, last: Option<&Bytes>) -> bool {
        self.session.state().asked.pop_front();
        let completed = std::mem::take(&mut self.completed);
        self.posted |= about.post;
        let idle = self.held.last().or(last).and_then(|bytes| bytes.last()) == Some(&b'I');
        let posted = idle && std::mem::take(&mut self.posted);
        let commits = completed && (about.post || about.commit);
        if posted && commits && self.spy.armed.swap(false, Ordering::SeqCst) {
            self.spy.caught.send_modify(|caught| *caught += 1);
            return true;
        }
        false
    }

    /// What the node gets to see instead, if anything.
    fn forge(&mut self, kind: u8, bytes: Bytes, about: About) -> Option<Bytes> {
        let deceived = || self.spy.deceived.fetch_add(1, Ordering::Relaxed);
        match (kind, self.spy.deceit()) {
            // The epoch, which the same poll may ask for, is still told.
            (b'D', Deceit::PollsFindNothing) if about.poll && !tells_epoch(&bytes) => {
                deceived();
                None
            }
            (b'E', Deceit::FailedCommitsWork) => {
                let state = format!("C{PLANTED_STATE}\0");
                let planted = bytes
                    .windows(state.len())
                    .any(|part| part == state.as_bytes());
                if !planted {
                    return Some(bytes);
                }
                deceived();
                // A commit of its own is answered; that of a single statement was already.
                (!self.completed).then(|| Bytes::from_static(b"C\0\0\0\x0bCOMMIT\0"))
            }
            (b'C', _) => {
                self.completed = true;
                Some(bytes)
            }
            _ => Some(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [&[kind], &length[..], body].concat()
    }

    /// A connection that has started and prepared a post under the name `p`.
    fn connection() -> (Arc<Spy>, Requests, Answers) {
        let (spy, session) = (Arc::new(Spy::default()), Arc::new(Session::default()));
        let mut requests = Requests::new(Arc::clone(&spy), Arc::clone(&session));
        let answers = Answers::new(Arc::clone(&spy), session);
        requests.take(Bytes::from_static(&[0, 0, 0, 8, 0, 3, 0, 0]));
        let prepare = packet(b'P', b"p\0SELECT * FROM post_messages($1)\0\0\0");
        requests.take(prepare.into());
        (spy, requests, answers)
    }

    fn post() -> Bytes {
        [
            packet(b'B', b"\0p\0"),
            packet(b'E', b"\0"),
            packet(b'S', b""),
        ]
        .concat()
        .into()
    }

    fn answer(status: u8) -> Bytes {
        [
            packet(b'D', b"row"),
            packet(b'C', b"SELECT 1\0"),
            packet(b'Z', &[status]),
        ]
        .concat()
        .into()
    }

    fn bytes(filtered: &Filtered) -> Vec<u8> {
        filtered.now.concat()
    }

    #[test]
    fn the_answer_to_the_commit_of_a_post_is_held_once_the_link_is_armed() {
        let (spy, mut requests, mut answers) = connection();
        requests.take(post());
        assert_eq!(bytes(&answers.take(&answer(b'I'))), answer(b'I'));
        let caught = spy.arm();
        requests.take(packet(b'Q', b"SELECT 1\0").into());
        assert_eq!(
            bytes(&answers.take(&answer(b'I'))),
            answer(b'I'),
            "it is no post"
        );
        requests.take(post());
        let held = answers.take(&answer(b'I'));
        assert!(held.stop && held.now.is_empty());
        assert!(caught.has_changed().unwrap());
    }

    #[test]
    fn a_post_in_a_transaction_is_committed_by_its_commit() {
        let (spy, mut requests, mut answers) = connection();
        spy.arm();
        requests.take(post());
        assert_eq!(bytes(&answers.take(&answer(b'T'))), answer(b'T'));
        requests.take(packet(b'Q', b"COMMIT\0").into());
        assert!(answers.take(&answer(b'I')).stop);
    }

    #[test]
    fn a_planted_failure_of_a_commit_looks_like_success() {
        let (spy, mut requests, mut answers) = connection();
        spy.deceive(Deceit::FailedCommitsWork);
        requests.take(post());
        let failed = packet(b'E', b"SERROR\0CLV001\0Mplanted\0\0");
        let done = [packet(b'D', b"row"), packet(b'C', b"SELECT 1\0")].concat();
        let idle = packet(b'Z', b"I");
        let heard = answers.take(&[&done[..], &failed, &idle].concat().into());
        assert_eq!(bytes(&heard), [done, idle.clone()].concat());
        requests.take(packet(b'Q', b"COMMIT\0").into());
        let heard = answers.take(&[&failed[..], &idle].concat().into());
        assert_eq!(bytes(&heard), [packet(b'C', b"COMMIT\0"), idle].concat());
    }

    #[test]
    fn a_poll_finds_nothing_when_the_link_says_so() {
        let (spy, mut requests, mut answers) = connection();
        spy.deceive(Deceit::PollsFindNothing);
        let poll = b"q\0SELECT room_id, last_seq FROM room_heads WHERE room_id = ANY($1)\0\0\0";
        requests.take(packet(b'P', poll).into());
        requests.take([packet(b'B', b"\0q\0"), packet(b'S', b"")].concat().into());
        let heard = bytes(&answers.take(&answer(b'I')));
        assert_eq!(
            heard,
            [packet(b'C', b"SELECT 1\0"), packet(b'Z', b"I")].concat()
        );
    }
}
