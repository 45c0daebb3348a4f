//! The doors `profiles/…`.

use serde_json::json;

use super::{ALL, Rule, SIGNED_IN, UNKNOWN, nothing, own, reads};

pub(super) const RULES: &[Rule] = &[
    reads(
        "profiles/find",
        ALL,
        |scene| json!({"handle": scene.target_handle}),
    ),
    reads(
        "profiles/find",
        UNKNOWN,
        |_| json!({"handle": "deleted_0123456789ab"}),
    ),
    reads("profiles/own", SIGNED_IN, nothing),
    own(
        "profiles/set_name",
        SIGNED_IN,
        |_| json!({"name": "Ana", "seen": "everyone"}),
    ),
    own(
        "profiles/set_bio",
        SIGNED_IN,
        |_| json!({"bio": "I wait.", "seen": "members"}),
    ),
    own(
        "profiles/set_languages",
        SIGNED_IN,
        |_| json!({"languages": ["pt", "en"], "seen": "shared"}),
    ),
    own(
        "profiles/set_country",
        SIGNED_IN,
        |_| json!({"country": "PT", "seen": "nobody"}),
    ),
    own(
        "profiles/set_links",
        SIGNED_IN,
        |_| json!({"links": "https://a.example", "seen": "everyone"}),
    ),
    own(
        "profiles/show_picture",
        SIGNED_IN,
        |_| json!({"seen": "everyone"}),
    ),
    own("profiles/remove_picture", SIGNED_IN, nothing),
];
