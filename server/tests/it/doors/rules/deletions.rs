//! The doors by which an account ends.

use serde_json::json;

use super::{Rule, SIGNED_IN, UNPROVEN, nothing, own, reads};
use crate::support::person::PASSWORD;

pub(super) const RULES: &[Rule] = &[
    own(
        "accounts/delete",
        SIGNED_IN,
        |_| json!({"messages": "keep", "current": PASSWORD}),
    ),
    reads(
        "accounts/delete",
        UNPROVEN,
        |scene| json!({"messages": "erase", "current": "a guess", "handle": scene.caller.handle}),
    ),
    own("accounts/keep", SIGNED_IN, nothing),
    reads("accounts/deletion", SIGNED_IN, nothing),
];
