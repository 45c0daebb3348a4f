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
