//! The doors `reads/…`.

use serde_json::json;

use super::{MEMBERS, Rule, SIGNED_IN, changes, nothing, reads, room};

pub(super) const RULES: &[Rule] = &[
    changes(
        "reads/read",
        MEMBERS,
        |scene| json!({"room": scene.room, "seq": scene.theirs.place}),
    ),
    changes(
        "reads/mark_unread",
        MEMBERS,
        |scene| json!({"room": scene.room, "seq": scene.theirs.place}),
    ),
    reads("reads/unread", SIGNED_IN, nothing),
    reads("reads/list", MEMBERS, room),
];
