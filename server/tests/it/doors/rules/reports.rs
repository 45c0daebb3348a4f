//! The door `reports/create`.

use serde_json::json;

use super::{Rule, WHO_KNOWS, changes};

pub(super) const RULES: &[Rule] = &[
    changes(
        "reports/create",
        WHO_KNOWS,
        |scene| json!({"room": scene.room, "message": scene.theirs.id, "category": "scam"}),
    ),
    changes(
        "reports/create",
        WHO_KNOWS,
        |scene| json!({"room": scene.room, "user": scene.target, "category": "harassment"}),
    ),
    changes(
        "reports/create",
        WHO_KNOWS,
        |scene| json!({"room": scene.room, "user": null, "category": "spam"}),
    ),
];
