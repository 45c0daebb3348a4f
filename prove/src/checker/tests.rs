//! Each invariant holds on a sound history, and is broken by one made to break it and it alone.

use std::time::Duration;

use app::{
    error::ErrorCode,
    ids::{ClientId, Epoch, MessageId, RoomId, UserId},
};
use uuid::Uuid;

use super::*;
use crate::history::{Event, Kind, What};

const ANA: u32 = 1;
const BEN: u32 = 2;

fn room() -> RoomId {
    RoomId(Uuid::from_u128(9))
}

fn epoch() -> Epoch {
    Epoch(Uuid::from_u128(8))
}

fn op(number: i64) -> ClientId {
    ClientId(Uuid::from_u128(100 + u128::from(number.unsigned_abs())))
}

fn message(number: i64) -> MessageId {
    MessageId(Uuid::from_u128(200 + u128::from(number.unsigned_abs())))
}

fn user(client: u32) -> UserId {
    UserId(Uuid::from_u128(client.into()))
}

fn row(number: i64) -> Row {
    Row {
        id: message(number),
        version: number,
        sender: user(ANA),
        op: Some(op(number)),
        content: 1000 + number.unsigned_abs(),
        empty: false,
    }
}

fn send(number: i64) -> What {
    What::Invoke {
        op: op(number),
        kind: Kind::Send,
        room: room(),
    }
}

fn accepted(number: i64) -> What {
    What::Ok {
        op: op(number),
        seq: number,
        message: Some(message(number)),
    }
}

fn frame(number: i64) -> What {
    What::Frame {
        room: room(),
        first_seq: number,
        last_seq: number,
        top: Some(number),
        judged: "applied",
    }
}

fn applied(number: i64) -> What {
    What::Applied {
        epoch: epoch(),
        room: room(),
        seq: number,
        version: number,
        id: message(number),
        op: Some(op(number)),
        content: row(number).content,
        live: true,
    }
}

fn joined(client: u32) -> Interval {
    Interval {
        room: room(),
        user: user(client),
        joined: 0,
        left: None,
    }
}

/// Ana has sent three messages; she and Ben have them.
fn sound() -> Evidence {
    let mut evidence = Evidence {
        epoch: epoch(),
        ..Evidence::default()
    };
    for client in [ANA, BEN] {
        note(
            &mut evidence,
            client,
            What::Connected {
                node: 0,
                epoch: epoch(),
            },
        );
        evidence.users.insert(client, user(client));
        evidence.intervals.push(joined(client));
    }
    for number in 1..=3 {
        note(&mut evidence, ANA, send(number));
        note(&mut evidence, ANA, accepted(number));
        for client in [ANA, BEN] {
            note(&mut evidence, client, frame(number));
            note(&mut evidence, client, applied(number));
        }
    }
    let rows: Rows = (1..=3).map(|number| (number, row(number))).collect();
    evidence.heads.insert(room(), 3);
    evidence.rooms.insert(room(), rows.clone());
    for client in [ANA, BEN] {
        evidence.finals.push(Final {
            client,
            room: room(),
            last: 3,
            window: 0,
            rows: rows.clone(),
        });
        evidence.settled.push(Settled {
            client,
            after: Some(Duration::from_millis(40)),
        });
    }
    evidence
}

/// Events are a millisecond apart.
fn note(evidence: &mut Evidence, client: u32, what: What) {
    let at = evidence.events.last().map_or(0, |event| event.at + 1000);
    evidence.events.push(Event { at, client, what });
}

fn rows(evidence: &mut Evidence) -> &mut Rows {
    evidence.rooms.get_mut(&room()).unwrap()
}

fn broken(evidence: &Evidence) -> Vec<Invariant> {
    judge(evidence).breaches.into_keys().collect()
}

#[test]
fn a_sound_history_is_counted_and_breaks_nothing() {
    let verdict = judge(&sound());
    assert!(verdict.holds(), "{:?}", verdict.breaches);
    let counts = verdict.counts;
    assert_eq!(
        (counts.operations, counts.acknowledged, counts.delivered),
        (3, 3, 6)
    );
    assert_eq!((counts.lost, counts.doubled), (0, 0));
    assert_eq!(counts.acknowledgement_p99, 1);
}

#[test]
fn i1_what_was_acknowledged_is_stored() {
    let mut evidence = sound();
    rows(&mut evidence).remove(&3);
    for end in &mut evidence.finals {
        end.rows.remove(&3);
    }
    evidence
        .events
        .retain(|event| !matches!(event.what, What::Applied { seq: 3, .. }));
    let verdict = judge(&evidence);
    // Once in the database, once at each of two clients.
    assert_eq!(verdict.counts.lost, 3);
    assert_eq!(broken(&evidence), [Invariant::I1]);
}

#[test]
fn i1_what_was_acknowledged_is_at_every_client() {
    let mut evidence = sound();
    evidence.finals[1].rows.remove(&2);
    assert_eq!(broken(&evidence), [Invariant::I1, Invariant::I6]);
    assert_eq!(judge(&evidence).counts.lost, 1);
}

#[test]
fn i1_a_deletion_that_was_acknowledged_leaves_no_words() {
    let mut evidence = sound();
    let delete = What::Invoke {
        op: op(50),
        kind: Kind::Delete,
        room: room(),
    };
    note(&mut evidence, ANA, delete);
    let done = What::Ok {
        op: op(50),
        seq: 3,
        message: Some(message(3)),
    };
    note(&mut evidence, ANA, done);
    assert_eq!(broken(&evidence), [Invariant::I1]);
    rows(&mut evidence).get_mut(&3).unwrap().empty = true;
    assert!(judge(&evidence).holds());
}

#[test]
fn i1_an_acknowledgement_of_an_earlier_epoch_binds_nobody_after_a_restore() {
    let mut evidence = sound();
    let earlier = Epoch(Uuid::from_u128(7));
    note(
        &mut evidence,
        ANA,
        What::Connected {
            node: 0,
            epoch: earlier,
        },
    );
    note(&mut evidence, ANA, send(40));
    note(&mut evidence, ANA, accepted(40));
    note(
        &mut evidence,
        ANA,
        What::Connected {
            node: 0,
            epoch: epoch(),
        },
    );
    assert!(judge(&evidence).holds());
}

#[test]
fn i2_an_id_is_applied_once() {
    let mut evidence = sound();
    let again = What::Applied {
        epoch: epoch(),
        room: room(),
        seq: 4,
        version: 4,
        id: message(4),
        op: Some(op(3)),
        content: 1,
        live: true,
    };
    note(&mut evidence, BEN, again);
    rows(&mut evidence).insert(
        4,
        Row {
            op: Some(op(3)),
            version: 4,
            id: message(4),
            content: 1,
            ..row(4)
        },
    );
    evidence.heads.insert(room(), 4);
    for end in &mut evidence.finals {
        end.last = 4;
        end.rows.insert(
            4,
            Row {
                op: Some(op(3)),
                version: 4,
                id: message(4),
                content: 1,
                ..row(4)
            },
        );
    }
    let verdict = judge(&evidence);
    assert!(
        verdict.breaches.contains_key(&Invariant::I2),
        "{:?}",
        verdict.breaches
    );
    assert_eq!(verdict.counts.doubled, 2, "at a client and in the database");
}

#[test]
fn i3_a_version_has_one_content() {
    let mut evidence = sound();
    let other = evidence
        .events
        .iter_mut()
        .rev()
        .find_map(|event| match &mut event.what {
            What::Applied {
                content, seq: 3, ..
            } => Some(content),
            _ => None,
        });
    *other.unwrap() = 5;
    // Whoever has other words has words that the database does not have.
    assert_eq!(broken(&evidence), [Invariant::I3, Invariant::I4]);
}

#[test]
fn i4_what_was_not_committed_is_not_delivered() {
    let mut evidence = sound();
    note(&mut evidence, BEN, frame(4));
    note(&mut evidence, BEN, applied(4));
    assert_eq!(broken(&evidence), [Invariant::I4]);
}

#[test]
fn i4_a_version_above_the_databases_was_not_committed() {
    let mut evidence = sound();
    let later = What::Applied {
        epoch: epoch(),
        room: room(),
        seq: 2,
        version: 5,
        id: message(2),
        op: Some(op(2)),
        content: 1,
        live: true,
    };
    note(&mut evidence, BEN, later);
    assert_eq!(broken(&evidence), [Invariant::I4]);
}

#[test]
fn i5_a_senders_order_holds() {
    let mut evidence = sound();
    let at = |evidence: &Evidence, wanted: &What| {
        evidence
            .events
            .iter()
            .position(|event| event.what == *wanted)
            .unwrap()
    };
    let (one, two) = (at(&evidence, &send(1)), at(&evidence, &send(2)));
    let (first, second) = (
        evidence.events[one].what.clone(),
        evidence.events[two].what.clone(),
    );
    evidence.events[one].what = second;
    evidence.events[two].what = first;
    assert!(broken(&evidence).contains(&Invariant::I5));
}

#[test]
fn i5_a_late_row_is_out_of_order() {
    let mut evidence = sound();
    let late = evidence
        .events
        .iter()
        .position(|event| event.what == applied(1))
        .unwrap();
    let event = evidence.events.remove(late);
    evidence.events.push(Event {
        at: 90_000,
        ..event
    });
    assert_eq!(broken(&evidence), [Invariant::I5]);
}

#[test]
fn i6_everybody_catches_up_in_time() {
    for after in [None, Some(Duration::from_secs(6))] {
        let mut evidence = sound();
        evidence.settled[1].after = after;
        assert_eq!(broken(&evidence), [Invariant::I6]);
    }
}

#[test]
fn i6_a_client_has_the_last_version_of_each_row() {
    let mut evidence = sound();
    rows(&mut evidence).get_mut(&2).unwrap().version = 4;
    evidence.heads.insert(room(), 4);
    for end in &mut evidence.finals {
        end.last = 4;
    }
    assert_eq!(broken(&evidence), [Invariant::I6]);
}

#[test]
fn i6_a_window_that_begins_later_is_judged_from_there() {
    let mut evidence = sound();
    evidence.finals[1].window = 3;
    evidence.finals[1].rows.retain(|seq, _| *seq >= 3);
    assert!(judge(&evidence).holds());
}

#[test]
fn i7_a_removed_member_hears_nothing_more() {
    let mut evidence = sound();
    evidence.intervals[1].left = Some(2);
    evidence.finals.pop();
    assert_eq!(broken(&evidence), [Invariant::I7]);
    // One who has asked to come back may hear again.
    let join = What::Invoke {
        op: op(60),
        kind: Kind::Join,
        room: room(),
    };
    let done = What::Ok {
        op: op(60),
        seq: 0,
        message: None,
    };
    evidence.events.insert(
        2,
        Event {
            at: 1000,
            client: BEN,
            what: join,
        },
    );
    evidence.events.insert(
        3,
        Event {
            at: 1000,
            client: BEN,
            what: done,
        },
    );
    assert!(judge(&evidence).holds());
}

#[test]
fn i7_who_has_signed_out_is_closed_and_hears_nothing() {
    let out = What::Invoke {
        op: op(70),
        kind: Kind::SignOut,
        room: room(),
    };
    let done = What::Ok {
        op: op(70),
        seq: 0,
        message: None,
    };
    let mut evidence = sound();
    note(&mut evidence, BEN, out);
    note(&mut evidence, BEN, done);
    assert_eq!(
        broken(&evidence),
        [Invariant::I7],
        "its socket was never closed"
    );
    note(&mut evidence, BEN, What::Closed { code: 4401 });
    assert!(judge(&evidence).holds());
    evidence.events.last_mut().unwrap().at += 3_000_000;
    assert_eq!(
        broken(&evidence),
        [Invariant::I7],
        "its socket was closed too late"
    );
}

#[test]
fn i7_a_close_may_come_before_the_answer_to_the_sign_out() {
    let mut evidence = sound();
    let out = What::Invoke {
        op: op(70),
        kind: Kind::SignOut,
        room: room(),
    };
    note(&mut evidence, BEN, out);
    note(&mut evidence, BEN, What::Closed { code: 4401 });
    let done = What::Ok {
        op: op(70),
        seq: 0,
        message: None,
    };
    note(&mut evidence, BEN, done);
    assert!(judge(&evidence).holds());
}

#[test]
fn i8_a_nodes_memory_is_bounded() {
    let mut evidence = sound();
    evidence.memory.push(Memory {
        node: "node 1".into(),
        most_bytes: 1 << 30,
    });
    assert_eq!(broken(&evidence), [Invariant::I8]);
}

#[test]
fn i9_an_operation_ends_as_ok_failed_or_unknown() {
    for (end, sound_end) in [
        (None, false),
        (
            Some(What::Failed {
                op: op(80),
                code: ErrorCode::BodyLong,
            }),
            true,
        ),
        (Some(What::Unknown { op: op(80) }), true),
    ] {
        let mut evidence = sound();
        let edit = What::Invoke {
            op: op(80),
            kind: Kind::Edit,
            room: room(),
        };
        note(&mut evidence, ANA, edit);
        if let Some(end) = end {
            note(&mut evidence, ANA, end);
        }
        assert_eq!(broken(&evidence).is_empty(), sound_end);
    }
}

#[test]
fn i9_healthy_clients_are_served_in_time_and_others_do_not_count() {
    let mut evidence = sound();
    note(&mut evidence, ANA, send(4));
    note(&mut evidence, ANA, accepted(4));
    evidence.events.last_mut().unwrap().at += 9_000_000;
    rows(&mut evidence).insert(4, row(4));
    evidence.heads.insert(room(), 4);
    for end in &mut evidence.finals {
        end.last = 4;
        end.rows.insert(4, row(4));
    }
    evidence.limits.acknowledgement_p99 = Some(Duration::from_secs(1));
    assert_eq!(broken(&evidence), [Invariant::I9]);
    evidence.unwell.insert(ANA);
    assert!(judge(&evidence).holds());
}

#[test]
fn i9_what_was_refused_is_not_stored() {
    let mut evidence = sound();
    let refused = evidence
        .events
        .iter_mut()
        .find(|event| event.what == accepted(2));
    refused.unwrap().what = What::Failed {
        op: op(2),
        code: ErrorCode::NotMember,
    };
    assert_eq!(broken(&evidence), [Invariant::I9]);
}
