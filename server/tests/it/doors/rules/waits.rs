//! The doors `waits/…`.

use serde_json::json;

use super::{ALL, Rule, reads};

pub(super) const RULES: &[Rule] = &[reads(
    "waits/read",
    ALL,
    |_| json!({"template": "us-k1", "office": "us-post-manila"}),
)];
