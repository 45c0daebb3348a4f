//! I3, I4 and I6: what clients have is what the database has.

use std::collections::HashMap;

use super::{Evidence, Final};
use crate::history::What;

/// I3. A version of a row has one content, whoever saw it.
pub(super) fn contradictions(evidence: &Evidence) -> Vec<String> {
    let mut seen: HashMap<_, (u64, u32)> = HashMap::new();
    let mut found = Vec::new();
    for event in &evidence.events {
        if let What::Applied {
            epoch,
            room,
            seq,
            version,
            content,
            ..
        } = event.what
        {
            let (first, by) = *seen
                .entry((epoch, room, seq, version))
                .or_insert((content, event.client));
            if first != content {
                found.push(format!(
                    "clients {by} and {} have different words at {seq} (version {version}) of room {room}",
                    event.client
                ));
            }
        }
    }
    found
}

/// I4. Whatever a client applied in today's epoch is a row of the database, or was one that has
/// changed since.
pub(super) fn inventions(evidence: &Evidence) -> Vec<String> {
    let mut found = Vec::new();
    for event in &evidence.events {
        let What::Applied {
            epoch,
            room,
            seq,
            version,
            id,
            content,
            ..
        } = event.what
        else {
            continue;
        };
        if epoch != evidence.epoch {
            continue;
        }
        let real = evidence.row(room, seq).is_some_and(|row| {
            row.id == id
                && row.version >= version
                && (row.version > version || row.content == content)
        });
        if !real {
            found.push(format!(
                "client {} applied {seq} (version {version}) of room {room}, which the database does not have",
                event.client
            ));
        }
    }
    found
}

/// I6.
pub(super) fn unlike_the_database(evidence: &Evidence) -> Vec<String> {
    let mut found = Vec::new();
    for settled in &evidence.settled {
        match settled.after {
            None => found.push(format!("client {} never caught up", settled.client)),
            Some(after) if after > evidence.limits.settle => found.push(format!(
                "client {} caught up {} ms after nothing stood in its way",
                settled.client,
                after.as_millis()
            )),
            Some(_) => {}
        }
    }
    let folds = evidence.finals.iter();
    found.extend(folds.filter_map(|end| difference(evidence, end)));
    found
}

/// The first difference between a client's fold and the database's.
fn difference(evidence: &Evidence, end: &Final) -> Option<String> {
    let user = evidence.users.get(&end.client)?;
    let from = evidence.visible_from(end.room, *user)?.max(end.window);
    let at = format!("client {}, room {}", end.client, end.room);
    let head = evidence.heads.get(&end.room).copied().unwrap_or(0);
    if end.last != head {
        return Some(format!("{at}: it knows up to {} of {head}", end.last));
    }
    let stored = evidence.rooms.get(&end.room)?;
    for (seq, row) in stored.range(from..) {
        match end.rows.get(seq) {
            None => return Some(format!("{at}: {seq} is missing")),
            Some(own) if own.version != row.version || own.content != row.content => {
                return Some(format!(
                    "{at}: {seq} is as of version {}, not {}",
                    own.version, row.version
                ));
            }
            Some(_) => {}
        }
    }
    let strange = end.rows.keys().find(|seq| !stored.contains_key(seq))?;
    Some(format!("{at}: {strange} is not in the database"))
}

#[cfg(test)]
mod tests {
    use crate::checker::{
        Invariant, judge,
        made::{BEN, applied, applies, broken, frame, note, room, rows, sound},
    };
    use crate::history::What;
    use std::time::Duration;

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
        let later = applies(2, 5, 2, 1);
        note(&mut evidence, BEN, later);
        assert_eq!(broken(&evidence), [Invariant::I4]);
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
}
