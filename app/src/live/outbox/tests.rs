use std::{
    cmp::Ordering,
    collections::{BTreeMap, VecDeque},
};

use proptest::prelude::*;

use super::*;
use crate::ids::MessageId;

fn room(number: u128) -> RoomId {
    RoomId(uuid::Uuid::from_u128(number))
}

fn id(number: u128) -> ClientId {
    ClientId(uuid::Uuid::from_u128(number))
}

fn sent(number: u128, seq: i64) -> Sent {
    Sent {
        id: id(number),
        seq,
        message: MessageId(uuid::Uuid::nil()),
    }
}

fn ids(frames: &[ClientFrame]) -> Vec<ClientId> {
    frames
        .iter()
        .filter_map(|frame| match frame {
            ClientFrame::Send { id, .. } => Some(*id),
            _ => None,
        })
        .collect()
}

proptest! {
    #[test]
    fn every_send_is_tried_in_order_until_it_is_answered(
        cuts in prop::collection::vec((0..5_u128, 0..5_usize), 1..20),
    ) {
        let mut outbox = Outbox::default();
        let (mut made, mut answered) = (0, 0);
        for (new, answers) in cuts {
            for _ in 0..new {
                outbox.push(room(made % 2), id(made), made.to_string(), None);
                made += 1;
            }
            let tried = ids(&outbox.take_waiting());
            prop_assert_eq!(&tried, &(answered..made).map(id).collect::<Vec<_>>());
            prop_assert!(outbox.take_waiting().is_empty());
            // The link breaks after some of them were answered.
            for _ in 0..answers.min(tried.len()) {
                outbox.accepted(sent(answered, 1), None);
                answered += 1;
            }
            outbox.disconnected();
        }
    }
}

#[test]
fn an_accepted_send_stays_in_sight_until_its_row_is_there() {
    let mut outbox = Outbox::default();
    outbox.push(room(1), id(1), "hi".into(), None);
    outbox.take_waiting();
    outbox.accepted(sent(1, 7), Some(6));
    assert_eq!(outbox.of(room(1)).count(), 1);
    outbox.disconnected();
    assert!(outbox.take_waiting().is_empty(), "it is never sent again");
    outbox.arrived(room(1), 7);
    assert_eq!(outbox.of(room(1)).count(), 0);
}

#[test]
fn a_refused_send_keeps_its_text_and_lets_the_next_one_pass() {
    let mut outbox = Outbox::default();
    outbox.push(room(1), id(1), "long".into(), None);
    outbox.push(room(1), id(2), "short".into(), None);
    outbox.take_waiting();
    outbox.refused(id(1), ErrorCode::BodyLong);
    outbox.disconnected();
    assert_eq!(ids(&outbox.take_waiting()), [id(2)]);
    outbox.retry(id(1), Care::Refuse);
    assert_eq!(ids(&outbox.take_waiting()), [id(1)]);
    assert_eq!(
        outbox.discard(id(1)).map(|entry| entry.body).as_deref(),
        Some("long")
    );
}

#[test]
fn changes_and_deletions_wait_their_turn_among_the_sends_of_their_room() {
    let message = MessageId(uuid::Uuid::nil());
    let mut outbox = Outbox::default();
    outbox.push(room(1), id(1), "hi".into(), None);
    let edit = Command::Edit(message);
    outbox.add(Entry::new(room(1), id(2), edit, "hello".into()));
    let delete = Command::Delete(message);
    outbox.add(Entry::new(room(1), id(3), delete, String::new()));
    let mut read = Outbox::default();
    read.reconcile(outbox.unsent().map(written_down).collect());
    let frames = read.take_waiting();
    assert_eq!(frames, outbox.take_waiting(), "a reload changes nothing");
    let (room, body) = (room(1), "hello".to_owned());
    let edited = ClientFrame::Edit {
        room,
        id: id(2),
        message,
        body,
        knowing: false,
    };
    let deleted = ClientFrame::Delete {
        room,
        id: id(3),
        message,
    };
    assert_eq!(frames[1..], [edited, deleted]);
}

#[test]
fn what_was_written_down_is_sent_by_whoever_reads_it() {
    let mut outbox = Outbox::default();
    outbox.push(room(1), id(1), "hi".into(), None);
    outbox.take_waiting();
    let kept: Vec<_> = outbox.unsent().map(written_down).collect();
    let mut read = Outbox::default();
    read.reconcile(kept);
    assert_eq!(ids(&read.take_waiting()), [id(1)]);
}

#[test]
fn what_another_tab_has_seen_to_goes_and_what_was_never_stored_stays() {
    let mut outbox = Outbox::default();
    outbox.push(room(1), id(1), "seen to".into(), None).stored = true;
    outbox.push(room(1), id(2), "no storage".into(), None);
    outbox.reconcile(Vec::new());
    assert_eq!(ids(&outbox.take_waiting()), [id(2)]);
}

#[test]
fn a_refusal_and_a_second_try_are_seen_by_every_tab() {
    let mut one = Outbox::default();
    let kept = written_down(one.push(room(1), id(1), "hi".into(), None));
    let mut other = Outbox::default();
    other.reconcile(vec![kept]);
    let kept = written_down(one.refused(id(1), ErrorCode::NotMember).unwrap());
    other.reconcile(vec![kept]);
    assert!(other.take_waiting().is_empty());
    let kept = written_down(one.retry(id(1), Care::Refuse).unwrap());
    other.reconcile(vec![kept]);
    assert_eq!(ids(&other.take_waiting()), [id(1)]);
}

#[test]
fn what_was_refused_for_a_case_number_is_sent_masked_or_as_it_is_by_every_tab() {
    let number = || "mine is A12345678".to_owned();
    for (care, said) in [
        (Care::Mask, "mine is A••••••••"),
        (Care::Knowing, "mine is A12345678"),
    ] {
        let mut one = Outbox::default();
        let kept = written_down(one.push(room(1), id(1), number(), None));
        let mut other = Outbox::default();
        other.reconcile(vec![kept]);
        let kept = written_down(one.refused(id(1), ErrorCode::CaseNumber).unwrap());
        other.reconcile(vec![kept]);
        let kept = written_down(one.retry(id(1), care).unwrap());
        other.reconcile(vec![kept]);
        let frames = one.take_waiting();
        assert_eq!(frames, other.take_waiting());
        let [
            ClientFrame::Send {
                body,
                knowing,
                id: under,
                ..
            },
        ] = &frames[..]
        else {
            panic!("{frames:?}");
        };
        assert_eq!((body.as_str(), *knowing), (said, care == Care::Knowing));
        assert_eq!(*under, id(1));
    }
}

fn written_down(entry: &Entry) -> Entry {
    serde_json::from_str(&serde_json::to_string(entry).unwrap()).unwrap()
}

/// The tabs of one browser with their common storage, and a server that takes each id once.
#[derive(Default)]
struct Browser {
    storage: BTreeMap<ClientId, Entry>,
    tabs: Vec<Tab>,
    /// Whose turn it is to send.
    turn: usize,
    opened: usize,
    /// Which tab has written what, in order.
    written: Vec<(usize, ClientId)>,
    committed: Vec<ClientId>,
}

struct Tab {
    name: usize,
    outbox: Outbox,
    /// On its way to the server, and back from it.
    sends: VecDeque<ClientId>,
    answers: VecDeque<ClientId>,
}

impl Browser {
    fn open(&mut self) {
        self.tabs.push(Tab {
            name: self.opened,
            outbox: Outbox::default(),
            sends: VecDeque::new(),
            answers: VecDeque::new(),
        });
        self.opened += 1;
        self.look(self.tabs.len() - 1);
    }

    fn look(&mut self, tab: usize) {
        let stored = self.storage.values().map(written_down).collect();
        self.tabs[tab].outbox.reconcile(stored);
    }

    fn write(&mut self, tab: usize) {
        let number = u128::try_from(self.written.len()).unwrap();
        let tab = &mut self.tabs[tab];
        let entry = tab
            .outbox
            .push(room(1), id(number), number.to_string(), None);
        entry.stored = true;
        self.storage.insert(entry.id, written_down(entry));
        self.written.push((tab.name, id(number)));
    }

    fn take_turn(&mut self, tab: usize) {
        self.turn = tab;
        self.look(tab);
        self.flush();
    }

    fn flush(&mut self) {
        let tab = &mut self.tabs[self.turn];
        tab.sends.extend(ids(&tab.outbox.take_waiting()));
    }

    /// The server reads one send, and answers it after the commit.
    fn commit(&mut self, tab: usize) {
        let tab = &mut self.tabs[tab];
        if let Some(send) = tab.sends.pop_front() {
            if !self.committed.contains(&send) {
                self.committed.push(send);
            }
            tab.answers.push_back(send);
        }
    }

    fn answer(&mut self, tab: usize) {
        let tab = &mut self.tabs[tab];
        if let Some(id) = tab.answers.pop_front() {
            self.storage.remove(&id);
            let (seq, message) = (1, MessageId(uuid::Uuid::nil()));
            tab.outbox.accepted(Sent { id, seq, message }, None);
        }
    }

    fn cut(&mut self, tab: usize) {
        let cut = &mut self.tabs[tab];
        cut.sends.clear();
        cut.answers.clear();
        cut.outbox.disconnected();
        self.flush();
    }

    fn close(&mut self, tab: usize) {
        self.tabs.remove(tab);
        if self.tabs.is_empty() {
            self.open();
        }
        match tab.cmp(&self.turn) {
            Ordering::Less => self.turn -= 1,
            Ordering::Equal => self.take_turn(0),
            Ordering::Greater => {}
        }
    }

    fn step(&mut self, what: u8, tab: usize) {
        match what {
            0 | 1 => {
                self.write(tab);
                self.take_turn(tab);
            }
            // Written while the turn is another's, who hears of it later.
            2 => self.write(tab),
            3 => self.take_turn(tab),
            4 => self.look(tab),
            5..=7 => self.commit(tab),
            8 | 9 => self.answer(tab),
            10 => self.cut(tab),
            11 => self.close(tab),
            _ => self.open(),
        }
    }
}

proptest! {
    #[test]
    fn whatever_tabs_do_each_message_is_committed_once_and_in_the_order_of_its_tab(
        steps in prop::collection::vec((0..13_u8, any::<prop::sample::Index>()), 1..120),
    ) {
        let mut browser = Browser::default();
        browser.open();
        for (what, tab) in steps {
            let tab = tab.index(browser.tabs.len());
            browser.step(what, tab);
        }
        browser.take_turn(0);
        while browser.tabs.iter().any(|tab| !tab.sends.is_empty() || !tab.answers.is_empty()) {
            for tab in 0..browser.tabs.len() {
                browser.commit(tab);
                browser.answer(tab);
            }
        }

        let mut committed = browser.committed.clone();
        committed.sort_unstable();
        let all: Vec<_> = browser.written.iter().map(|(_, id)| *id).collect();
        prop_assert_eq!(committed, all);
        for name in 0..browser.opened {
            let own = |id: &ClientId| browser.written.contains(&(name, *id));
            let in_order: Vec<_> = browser.committed.iter().copied().filter(own).collect();
            prop_assert!(in_order.is_sorted(), "{:?}", in_order);
        }
        prop_assert!(browser.storage.is_empty());
        for tab in 0..browser.tabs.len() {
            browser.look(tab);
            prop_assert_eq!(browser.tabs[tab].outbox.unsent().count(), 0);
        }
    }
}

#[test]
fn a_message_waits_for_what_it_shows_and_keeps_nobody_waiting() {
    let mut outbox = Outbox::default();
    outbox
        .push(room(1), id(1), "with a picture".into(), None)
        .awaits = true;
    outbox.push(room(1), id(2), "without".into(), None);
    assert_eq!(ids(&outbox.take_waiting()), [id(2)]);
    assert_eq!(outbox.awaits(id(1)), Some(true));
    let media = vec![MediaId::new()];
    outbox.has_come_in(id(1), media.clone());
    let frames = outbox.take_waiting();
    assert!(
        matches!(&frames[..], [ClientFrame::Send { media: shown, .. }] if *shown == media),
        "{frames:?}"
    );
    assert_eq!(outbox.awaits(id(3)), None);
}

#[test]
fn what_a_message_shows_is_known_to_the_other_tabs_once_it_has_come_in() {
    let (mut one, mut other) = (Outbox::default(), Outbox::default());
    let entry = one.push(room(1), id(1), "with a picture".into(), None);
    entry.awaits = true;
    let kept = written_down(entry);
    other.reconcile(vec![kept]);
    assert!(other.take_waiting().is_empty());
    let kept = written_down(one.has_come_in(id(1), vec![MediaId::new()]).unwrap());
    other.reconcile(vec![kept]);
    assert_eq!(ids(&other.take_waiting()), [id(1)]);
}
