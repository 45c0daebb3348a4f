//! A sound history, for the tests of each invariant to break: it and it alone.

use std::time::Duration;

use app::ids::{ClientId, Epoch, MessageId, RoomId, UserId};
use uuid::Uuid;

use super::{Evidence, Final, Interval, Invariant, Row, Rows, Settled, judge};
use crate::history::{Event, Kind, What};

pub(super) const ANA: u32 = 1;
pub(super) const BEN: u32 = 2;

pub(super) fn room() -> RoomId {
    RoomId(Uuid::from_u128(9))
}

pub(super) fn epoch() -> Epoch {
    Epoch(Uuid::from_u128(8))
}

pub(super) fn op(number: i64) -> ClientId {
    ClientId(Uuid::from_u128(100 + u128::from(number.unsigned_abs())))
}

pub(super) fn message(number: i64) -> MessageId {
    MessageId(Uuid::from_u128(200 + u128::from(number.unsigned_abs())))
}

pub(super) fn user(client: u32) -> UserId {
    UserId(Uuid::from_u128(client.into()))
}

pub(super) fn row(number: i64) -> Row {
    Row {
        id: message(number),
        version: number,
        sender: user(ANA),
        op: Some(op(number)),
        content: 1000 + number.unsigned_abs(),
        empty: false,
    }
}

/// Somebody begins an operation.
pub(super) fn invoke(number: i64, kind: Kind) -> What {
    What::Invoke {
        op: op(number),
        kind,
        room: room(),
    }
}

pub(super) fn send(number: i64) -> What {
    invoke(number, Kind::Send)
}

/// What a door has done that changes no message.
pub(super) fn done(number: i64) -> What {
    What::Ok {
        op: op(number),
        seq: 0,
        message: None,
    }
}

pub(super) fn accepted(number: i64) -> What {
    What::Ok {
        op: op(number),
        seq: number,
        message: Some(message(number)),
    }
}

pub(super) fn frame(number: i64) -> What {
    What::Frame {
        room: room(),
        first_seq: number,
        last_seq: number,
        top: Some(number),
        judged: "applied",
    }
}

/// A client applies the row at place `seq`.
pub(super) fn applies(seq: i64, version: i64, number: i64, content: u64) -> What {
    What::Applied {
        epoch: epoch(),
        room: room(),
        seq,
        version,
        id: message(seq),
        op: Some(op(number)),
        content,
        live: true,
    }
}

pub(super) fn applied(number: i64) -> What {
    applies(number, number, number, row(number).content)
}

/// A client hears from a node.
pub(super) fn connected(epoch: Epoch) -> What {
    What::Connected { node: 0, epoch }
}

pub(super) fn joined(client: u32) -> Interval {
    Interval {
        room: room(),
        user: user(client),
        joined: 0,
        left: None,
    }
}

/// Ana has sent three messages; she and Ben have them.
pub(super) fn sound() -> Evidence {
    let mut evidence = Evidence {
        epoch: epoch(),
        ..Evidence::default()
    };
    for client in [ANA, BEN] {
        note(&mut evidence, client, connected(epoch()));
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
pub(super) fn note(evidence: &mut Evidence, client: u32, what: What) {
    let at = evidence.events.last().map_or(0, |event| event.at + 1000);
    evidence.events.push(Event { at, client, what });
}

pub(super) fn rows(evidence: &mut Evidence) -> &mut Rows {
    evidence.rooms.get_mut(&room()).unwrap()
}

pub(super) fn broken(evidence: &Evidence) -> Vec<Invariant> {
    judge(evidence).breaches.into_keys().collect()
}
