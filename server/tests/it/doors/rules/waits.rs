//! The doors `waits/…`.

use serde_json::json;

use super::{ALL, Rule, SIGNED_IN, THEIRS, own, reads};

pub(super) const RULES: &[Rule] = &[
    reads(
        "waits/read",
        ALL,
        |_| json!({"template": "us-k1", "office": "us-post-manila"}),
    ),
    reads("waits/calibration", ALL, |_| json!({})),
    reads("waits/positions", ALL, |_| json!({"template": "us-k1"})),
    own(
        "waits/awaited",
        SIGNED_IN,
        |scene| json!({"journey": scene.own_journey.0}),
    ),
    own(
        "waits/awaited",
        THEIRS,
        |scene| json!({"journey": scene.their_journey.0}),
    ),
];
