//! I5: what one sender sends into one room stands there in the order in which it was sent.

use std::collections::HashMap;

use app::ids::{ClientId, RoomId};

use super::Evidence;
use crate::history::{Kind, What};

pub(super) fn disorder(evidence: &Evidence) -> Vec<String> {
    let places: HashMap<ClientId, (RoomId, i64)> = evidence
        .rooms
        .iter()
        .flat_map(|(room, rows)| {
            let sent = rows.iter().filter_map(|(seq, row)| Some((row.op?, *seq)));
            sent.map(|(op, seq)| (op, (*room, seq)))
        })
        .collect();
    let mut last: HashMap<(u32, RoomId), i64> = HashMap::new();
    let mut found = Vec::new();
    for event in &evidence.events {
        let What::Invoke {
            op,
            kind: Kind::Send,
            room,
        } = event.what
        else {
            continue;
        };
        // What was refused, or lost with an older backup, has no place.
        let Some((_, seq)) = places.get(&op) else {
            continue;
        };
        let before = last.entry((event.client, room)).or_insert(0);
        if *seq < *before {
            found.push(format!(
                "client {} sent {op} after the message at {before} of room {room}, and it stands at {seq}",
                event.client
            ));
        }
        *before = (*before).max(*seq);
    }
    found.extend(unlike_the_numbers(evidence));
    found
}

/// New messages reach a client in the order of their places, whatever frames they come in.
fn unlike_the_numbers(evidence: &Evidence) -> Vec<String> {
    let mut last: HashMap<_, i64> = HashMap::new();
    let mut found = Vec::new();
    for event in &evidence.events {
        match event.what {
            What::Applied {
                epoch,
                room,
                version,
                ..
            } => {
                let before = last.entry((event.client, room, epoch)).or_insert(0);
                if version < *before {
                    found.push(format!(
                        "client {} applied version {version} of room {room} after {before}",
                        event.client
                    ));
                }
                *before = (*before).max(version);
            }
            // A page starts anew, and an older one goes back.
            What::Reset { room } | What::Page { room, .. } => {
                last.retain(|(client, of, _), _| *client != event.client || *of != room);
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::checker::{
        Evidence, Invariant,
        made::{applied, broken, send, sound},
    };
    use crate::history::{Event, What};

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
}
