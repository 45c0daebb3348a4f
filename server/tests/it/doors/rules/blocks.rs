//! The doors `blocks/…`.

use serde_json::json;

use super::{Rule, SIGNED_IN, nothing, own, reads};

pub(super) const RULES: &[Rule] = &[
    own(
        "blocks/add",
        SIGNED_IN,
        |scene| json!({"user": scene.target}),
    ),
    own(
        "blocks/add",
        SIGNED_IN,
        |scene| json!({"user": null, "handle": scene.target_handle}),
    ),
    own(
        "blocks/remove",
        SIGNED_IN,
        |scene| json!({"user": scene.banned}),
    ),
    reads("blocks/list", SIGNED_IN, nothing),
];
