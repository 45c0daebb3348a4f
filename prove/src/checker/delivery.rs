//! I1 and I2: everything that was acknowledged is there, once.

use std::collections::{HashMap, HashSet};

use app::ids::{ClientId, RoomId};

use super::Evidence;
use crate::history::{Kind, What};

/// I1. An acknowledgement is for the epoch in which it was given: what a restored backup does not
/// have was acknowledged before it.
pub(super) fn lost(evidence: &Evidence) -> Vec<String> {
    let mut invoked: HashMap<ClientId, (Kind, RoomId)> = HashMap::new();
    let mut epochs = HashMap::new();
    let mut lost = Vec::new();
    let mut wanted: HashMap<RoomId, Vec<i64>> = HashMap::new();
    for event in &evidence.events {
        match event.what {
            What::Connected { epoch, .. } => {
                epochs.insert(event.client, epoch);
            }
            What::Invoke { op, kind, room } => {
                invoked.insert(op, (kind, room));
            }
            What::Ok { op, seq, message } => {
                if epochs.get(&event.client) != Some(&evidence.epoch) {
                    continue;
                }
                let Some((kind, room)) = invoked.get(&op).copied() else {
                    continue;
                };
                let rows = evidence.rooms.get(&room);
                let stored = match kind {
                    Kind::Send => {
                        wanted.entry(room).or_default().push(seq);
                        let row = evidence.row(room, seq);
                        row.is_some_and(|row| row.op == Some(op) && Some(row.id) == message)
                    }
                    Kind::Edit | Kind::Delete => rows
                        .and_then(|rows| rows.values().find(|row| Some(row.id) == message))
                        .is_some_and(|row| row.version >= seq && (kind == Kind::Edit || row.empty)),
                    Kind::Join | Kind::Leave | Kind::Remove | Kind::SignOut => true,
                };
                if !stored {
                    lost.push(format!(
                        "{kind:?} {op} of client {}, acknowledged as {seq} of room {room}, is not stored",
                        event.client
                    ));
                }
            }
            _ => {}
        }
    }
    lost.extend(undelivered(evidence, &wanted));
    lost
}

/// Acknowledged, and missing at a client that is entitled to it.
fn undelivered(evidence: &Evidence, wanted: &HashMap<RoomId, Vec<i64>>) -> Vec<String> {
    let mut missing = Vec::new();
    for end in &evidence.finals {
        let Some(user) = evidence.users.get(&end.client) else {
            continue;
        };
        let Some(from) = evidence.visible_from(end.room, *user) else {
            continue;
        };
        let from = from.max(end.window);
        let seqs = wanted.get(&end.room).into_iter().flatten();
        for seq in seqs.filter(|seq| **seq >= from) {
            if !end.rows.contains_key(seq) {
                missing.push(format!(
                    "{seq} of room {} was acknowledged and is not at client {}",
                    end.room, end.client
                ));
            }
        }
    }
    missing
}

/// I2.
pub(super) fn doubled(evidence: &Evidence) -> Vec<String> {
    let mut doubled = Vec::new();
    let mut places: HashMap<_, i64> = HashMap::new();
    for event in &evidence.events {
        if let What::Applied {
            epoch,
            room,
            seq,
            op: Some(op),
            ..
        } = event.what
        {
            let first = *places.entry((event.client, epoch, room, op)).or_insert(seq);
            if first != seq {
                doubled.push(format!(
                    "client {} applied {op} at {first} and at {seq} of room {room}",
                    event.client
                ));
            }
        }
    }
    for (room, rows) in &evidence.rooms {
        let mut seen = HashSet::new();
        for (seq, row) in rows {
            if row.op.is_some_and(|op| !seen.insert((row.sender, op))) {
                doubled.push(format!(
                    "{:?} stands twice in room {room}: at {seq}",
                    row.op
                ));
            }
        }
    }
    doubled
}

#[cfg(test)]
mod tests {
    use crate::checker::{
        Invariant, Row, judge,
        made::{
            ANA, BEN, accepted, applies, broken, connected, epoch, invoke, message, note, op, room,
            row, rows, send, sound,
        },
    };
    use crate::history::{Kind, What};
    use app::ids::Epoch;
    use uuid::Uuid;

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
        let delete = invoke(50, Kind::Delete);
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
        note(&mut evidence, ANA, connected(earlier));
        note(&mut evidence, ANA, send(40));
        note(&mut evidence, ANA, accepted(40));
        note(&mut evidence, ANA, connected(epoch()));
        assert!(judge(&evidence).holds());
    }

    #[test]
    fn i2_an_id_is_applied_once() {
        let mut evidence = sound();
        let again = applies(4, 4, 3, 1);
        note(&mut evidence, BEN, again);
        let doubled = Row {
            op: Some(op(3)),
            content: 1,
            ..row(4)
        };
        rows(&mut evidence).insert(4, doubled.clone());
        evidence.heads.insert(room(), 4);
        for end in &mut evidence.finals {
            end.last = 4;
            end.rows.insert(4, doubled.clone());
        }
        let verdict = judge(&evidence);
        assert!(
            verdict.breaches.contains_key(&Invariant::I2),
            "{:?}",
            verdict.breaches
        );
        assert_eq!(verdict.counts.doubled, 2, "at a client and in the database");
    }
}
