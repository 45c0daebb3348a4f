//! The doors `identities/…`.

use serde_json::json;

use super::{ALL, Rule, SIGNED_IN, THEIRS, nothing, own, reads};

pub(super) const RULES: &[Rule] = &[
    reads("identities/provider", ALL, nothing),
    reads("identities/start", ALL, |_| json!({"next": "/rooms/new"})),
    own("identities/link", SIGNED_IN, nothing),
    reads("identities/list", SIGNED_IN, nothing).telling(&["email"]),
    own(
        "identities/unlink",
        SIGNED_IN,
        |scene| json!({"identity": scene.identity}),
    ),
    reads(
        "identities/unlink",
        THEIRS,
        |scene| json!({"identity": scene.their_identity}),
    ),
];
