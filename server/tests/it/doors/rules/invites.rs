//! The doors `invites/…`.

use serde_json::json;

use super::{ALL, KEEPERS, REVOKERS, Rule, SIGNED_IN, changes, reads, room};

pub(super) const RULES: &[Rule] = &[
    changes(
        "invites/create",
        KEEPERS,
        |scene| json!({"room": scene.room, "expires": "day", "max_uses": 3}),
    ),
    reads("invites/list", KEEPERS, room),
    changes(
        "invites/revoke",
        REVOKERS,
        |scene| json!({"code": scene.code}),
    ),
    reads("invites/open", ALL, |scene| json!({"code": scene.code})),
    changes(
        "invites/join",
        SIGNED_IN,
        |scene| json!({"code": scene.code}),
    ),
];
