//! I7: whoever is no longer a member, or no longer signed in, hears nothing more.

use std::collections::{HashMap, HashSet};

use app::ids::{ClientId, RoomId};

use super::Evidence;
use crate::history::{Kind, What};

pub(super) fn heard_after_removal(evidence: &Evidence) -> Vec<String> {
    let mut found = after_leaving(evidence);
    found.extend(after_signing_out(evidence));
    found
}

/// Nothing above the number at which a membership ended reaches the client before it has asked to
/// be a member again.
fn after_leaving(evidence: &Evidence) -> Vec<String> {
    let mut left: HashMap<_, Vec<i64>> = HashMap::new();
    for interval in &evidence.intervals {
        if let Some(seq) = interval.left {
            left.entry((interval.room, interval.user))
                .or_default()
                .push(seq);
        }
    }
    // How many memberships a client's joins have put behind it.
    let mut joins: HashMap<(u32, RoomId), usize> = HashMap::new();
    let mut found = Vec::new();
    for event in &evidence.events {
        match event.what {
            What::Invoke {
                kind: Kind::Join,
                room,
                ..
            } => *joins.entry((event.client, room)).or_default() += 1,
            What::Frame {
                room,
                top: Some(top),
                ..
            } => {
                let Some(user) = evidence.users.get(&event.client) else {
                    continue;
                };
                let joined = joins.get(&(event.client, room)).copied().unwrap_or(0);
                let mut ends = left.get(&(room, *user)).cloned().unwrap_or_default();
                ends.sort_unstable();
                if let Some(end) = ends.get(joined)
                    && top > *end
                {
                    found.push(format!(
                        "client {} was no member of room {room} after {end}, and heard {top}",
                        event.client
                    ));
                }
            }
            _ => {}
        }
    }
    found
}

/// A socket whose session has ended is closed within the limit, and hears nothing after that.
fn after_signing_out(evidence: &Evidence) -> Vec<String> {
    let limit = u64::try_from(evidence.limits.revocation.as_micros()).unwrap_or(u64::MAX);
    let mut begun: HashMap<ClientId, u32> = HashMap::new();
    let mut out: HashMap<u32, u64> = HashMap::new();
    let mut told = HashSet::new();
    let mut found = Vec::new();
    for event in &evidence.events {
        match event.what {
            What::Invoke {
                op,
                kind: Kind::SignOut,
                ..
            } => {
                begun.insert(op, event.client);
            }
            What::Ok { op, .. } if begun.contains_key(&op) => {
                out.insert(event.client, event.at);
            }
            What::Frame { .. } | What::Closed { .. } => {
                let late = out
                    .get(&event.client)
                    .is_some_and(|at| event.at > at.saturating_add(limit));
                let frame = matches!(event.what, What::Frame { .. });
                if late && (frame || !told.contains(&event.client)) {
                    found.push(format!(
                        "client {} had signed out and was served {} ms later",
                        event.client,
                        (event.at - out[&event.client]) / 1000
                    ));
                }
                if !frame && out.contains_key(&event.client) {
                    told.insert(event.client);
                }
            }
            _ => {}
        }
    }
    for client in out.keys().filter(|client| !told.contains(*client)) {
        found.push(format!(
            "client {client} had signed out and was never closed"
        ));
    }
    found
}
