//! The doors `rooms/…`.

use serde_json::json;

use super::{
    ALL, KEEPERS, MEMBERS, OWNERS, READERS, Rule, SIGNED_IN, WHO_KNOWS, changes, member, nothing,
    reads, room,
};

pub(super) const RULES: &[Rule] = &[
    reads("rooms/list", ALL, nothing),
    reads(
        "rooms/people",
        SIGNED_IN,
        |scene| json!({"query": scene.target_handle}),
    ),
    changes(
        "rooms/create",
        SIGNED_IN,
        |_| json!({"name": "Another", "kind": "group"}),
    ),
    changes(
        "rooms/direct",
        SIGNED_IN,
        |scene| json!({"handle": scene.target_handle}),
    ),
    changes(
        "rooms/update",
        KEEPERS,
        |scene| json!({"room": scene.room, "name": "New", "topic": "t", "description": "d"}),
    ),
    changes("rooms/join", WHO_KNOWS, room),
    changes("rooms/leave", WHO_KNOWS, room),
    changes("rooms/remove", KEEPERS, member),
    changes(
        "rooms/set_role",
        OWNERS,
        |scene| json!({"room": scene.room, "user": scene.target, "role": "moderator"}),
    ),
    changes("rooms/ban", KEEPERS, member),
    changes(
        "rooms/unban",
        KEEPERS,
        |scene| json!({"room": scene.room, "user": scene.banned}),
    ),
    changes(
        "rooms/set_mute",
        MEMBERS,
        |scene| json!({"room": scene.room, "level": "mentions"}),
    ),
    reads("rooms/open", READERS, room),
    reads("rooms/about", READERS, room),
];
