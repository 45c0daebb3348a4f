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

/// A socket whose session has ended is closed within the limit, and hears nothing after that. The
/// close may come before the answer to the request that ended the session.
fn after_signing_out(evidence: &Evidence) -> Vec<String> {
    let limit = u64::try_from(evidence.limits.revocation.as_micros()).unwrap_or(u64::MAX);
    let mut begun: HashMap<ClientId, u32> = HashMap::new();
    let mut closed = HashSet::new();
    let mut out: HashMap<u32, u64> = HashMap::new();
    let mut found = Vec::new();
    for event in &evidence.events {
        let client = event.client;
        let late = out.get(&client).and_then(|at| {
            let after = event.at.saturating_sub(*at);
            (after > limit).then_some(after / 1000)
        });
        match event.what {
            What::Invoke {
                op,
                kind: Kind::SignOut,
                ..
            } => {
                begun.insert(op, client);
            }
            What::Ok { op, .. } if begun.contains_key(&op) => {
                out.insert(client, event.at);
            }
            What::Frame { .. } => found.extend(late.map(|after| {
                format!("client {client} had signed out and was served {after} ms later")
            })),
            What::Closed { .. } if begun.values().any(|beginner| *beginner == client) => {
                let first = closed.insert(client);
                found.extend(late.filter(|_| first).map(|after| {
                    format!("client {client} had signed out and was closed {after} ms later")
                }));
            }
            _ => {}
        }
    }
    let open = out.keys().filter(|client| !closed.contains(*client));
    found.extend(open.map(|client| format!("client {client} had signed out and was never closed")));
    found
}
