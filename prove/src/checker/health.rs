//! I8 and I9, and the counts of the report.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use app::{error::ErrorCode, ids::ClientId};

use super::{Counts, Evidence};
use crate::history::{Kind, What};

/// Times in microseconds: from a send of a healthy client to its acknowledgement, and to each
/// healthy client that applied it.
struct Times {
    acknowledgement: Vec<u64>,
    delivery: Vec<u64>,
}

fn times(evidence: &Evidence) -> Times {
    let well = |client| !evidence.unwell.contains(&client);
    let mut begun: HashMap<ClientId, (u64, u32)> = HashMap::new();
    let mut times = Times {
        acknowledgement: Vec::new(),
        delivery: Vec::new(),
    };
    for event in evidence.events.iter().filter(|event| well(event.client)) {
        match event.what {
            What::Invoke {
                op,
                kind: Kind::Send,
                ..
            } => {
                begun.insert(op, (event.at, event.client));
            }
            What::Ok { op, .. } => {
                if let Some((at, _)) = begun.get(&op) {
                    times.acknowledgement.push(event.at - at);
                }
            }
            What::Applied {
                op: Some(op),
                seq,
                version,
                live: true,
                ..
            } if seq == version => {
                if let Some((at, by)) = begun.get(&op)
                    && *by != event.client
                {
                    times.delivery.push(event.at - at);
                }
            }
            _ => {}
        }
    }
    times.acknowledgement.sort_unstable();
    times.delivery.sort_unstable();
    times
}

/// Of sorted times, in microseconds.
fn p99(sorted: &[u64]) -> u64 {
    let at = sorted
        .len()
        .saturating_mul(99)
        .div_ceil(100)
        .saturating_sub(1);
    sorted.get(at).copied().unwrap_or(0)
}

pub(super) fn counts(evidence: &Evidence) -> Counts {
    let times = times(evidence);
    let mut counts = Counts {
        acknowledgement_p99: p99(&times.acknowledgement) / 1000,
        delivery_p99: p99(&times.delivery) / 1000,
        ..Counts::default()
    };
    let mut acknowledged = HashSet::new();
    for event in &evidence.events {
        match event.what {
            What::Invoke { .. } => counts.operations += 1,
            What::Ok {
                op,
                message: Some(_),
                ..
            } => {
                acknowledged.insert(op);
            }
            What::Closed { .. } => counts.closed += 1,
            What::Failed { .. } => counts.failed += 1,
            What::Unknown { .. } => counts.unknown += 1,
            What::Applied { .. } => counts.delivered += 1,
            _ => {}
        }
    }
    counts.acknowledged = acknowledged.len();
    counts
}

/// I8.
pub(super) fn unbounded(evidence: &Evidence) -> Vec<String> {
    let limit = evidence.limits.memory_bytes;
    let over = evidence
        .memory
        .iter()
        .filter(|memory| memory.most_bytes > limit);
    over.map(|memory| {
        format!(
            "{} held {} MiB, over the limit of {}",
            memory.node,
            memory.most_bytes >> 20,
            limit >> 20
        )
    })
    .collect()
}

/// I9.
pub(super) fn unserved(evidence: &Evidence) -> Vec<String> {
    let mut open: HashMap<ClientId, (u32, Kind)> = HashMap::new();
    let mut ended = HashSet::new();
    let mut found = Vec::new();
    for event in &evidence.events {
        match event.what {
            What::Invoke { op, kind, .. } => {
                open.insert(op, (event.client, kind));
            }
            What::Ok { op, .. } | What::Failed { op, .. } | What::Unknown { op } => {
                open.remove(&op);
                ended.insert(op);
            }
            _ => {}
        }
    }
    found.extend(
        open.iter()
            .map(|(op, (client, kind))| format!("{kind:?} {op} of client {client} never ended")),
    );
    found.extend(evidence.panics.iter().cloned());
    found.extend(refused_and_stored(evidence));
    let times = times(evidence);
    for (name, sorted, limit) in [
        (
            "acknowledgement",
            &times.acknowledgement,
            evidence.limits.acknowledgement_p99,
        ),
        ("delivery", &times.delivery, evidence.limits.delivery_p99),
    ] {
        let p99 = Duration::from_micros(p99(sorted));
        if let Some(limit) = limit.filter(|limit| p99 > *limit) {
            found.push(format!(
                "p99 of {name} was {} ms, over the limit of {}",
                p99.as_millis(),
                limit.as_millis()
            ));
        }
    }
    found
}

/// A send that was refused was not carried out, not even by an earlier try of it.
fn refused_and_stored(evidence: &Evidence) -> Vec<String> {
    let rows = evidence.rooms.values().flat_map(|rows| rows.values());
    let stored: HashSet<ClientId> = rows.filter_map(|row| row.op).collect();
    let failed = evidence.events.iter().filter_map(|event| match event.what {
        // The id is another message's.
        What::Failed {
            code: ErrorCode::IdReused,
            ..
        } => None,
        What::Failed { op, code } if stored.contains(&op) => Some((event.client, op, code)),
        _ => None,
    });
    let told = |(client, op, code)| {
        format!("send {op} of client {client} was refused ({code:?}) and is stored all the same")
    };
    failed.map(told).collect()
}

#[cfg(test)]
mod tests {
    use crate::checker::{
        Invariant, Memory, judge,
        made::{ANA, accepted, broken, invoke, note, op, room, row, rows, send, sound},
    };
    use crate::history::{Kind, What};
    use app::error::ErrorCode;
    use std::time::Duration;

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
            let edit = invoke(80, Kind::Edit);
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
}
