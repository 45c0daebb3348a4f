//! The door `media/describe`.

use serde_json::json;

use super::{Rule, SIGNED_IN, THEIRS, changes, own};

pub(super) const RULES: &[Rule] = &[
    own(
        "media/describe",
        SIGNED_IN,
        |scene| json!({"media": scene.draft, "alt": "a letter"}),
    ),
    changes(
        "media/describe",
        THEIRS,
        |scene| json!({"media": scene.their_draft, "alt": "a letter"}),
    ),
];
