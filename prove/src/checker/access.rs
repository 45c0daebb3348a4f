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

#[cfg(test)]
mod tests {
    use crate::checker::{
        Invariant, judge,
        made::{BEN, broken, done, invoke, note, sound},
    };
    use crate::history::{Event, Kind, What};

    #[test]
    fn i7_a_removed_member_hears_nothing_more() {
        let mut evidence = sound();
        evidence.intervals[1].left = Some(2);
        evidence.finals.pop();
        assert_eq!(broken(&evidence), [Invariant::I7]);
        // One who has asked to come back may hear again.
        let join = invoke(60, Kind::Join);
        let ended = done(60);
        for (place, what) in [(2, join), (3, ended)] {
            let event = Event {
                at: 1000,
                client: BEN,
                what,
            };
            evidence.events.insert(place, event);
        }
        assert!(judge(&evidence).holds());
    }

    #[test]
    fn i7_who_has_signed_out_is_closed_and_hears_nothing() {
        let out = invoke(70, Kind::SignOut);
        let ended = done(70);
        let mut evidence = sound();
        note(&mut evidence, BEN, out);
        note(&mut evidence, BEN, ended);
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
        let out = invoke(70, Kind::SignOut);
        note(&mut evidence, BEN, out);
        note(&mut evidence, BEN, What::Closed { code: 4401 });
        let ended = done(70);
        note(&mut evidence, BEN, ended);
        assert!(judge(&evidence).holds());
    }
}
