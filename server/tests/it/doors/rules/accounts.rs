//! The doors `accounts/…`.

use serde_json::json;
use uuid::Uuid;

use super::{ALL, Rule, SIGNED_IN, THEIRS, UNKNOWN, nothing, own, reads};
use crate::support::person::PASSWORD;

pub(super) const RULES: &[Rule] = &[
    own("accounts/sign_up", ALL, |_| {
        let handle = format!("n{}", &Uuid::new_v4().simple().to_string()[..20]);
        json!({"handle": handle, "email": format!("{handle}@example.org"), "password": PASSWORD})
    }),
    own(
        "accounts/sign_in",
        ALL,
        |scene| json!({"login": scene.target_handle, "password": PASSWORD}),
    ),
    own("accounts/sign_out", ALL, nothing),
    own(
        "accounts/change_password",
        SIGNED_IN,
        |_| json!({"current": PASSWORD, "password": "waiting since april"}),
    ),
    reads("accounts/details", SIGNED_IN, nothing).telling(&["email", "awaited"]),
    own("accounts/send_confirmation", SIGNED_IN, nothing),
    own(
        "accounts/confirm",
        ALL,
        |scene| json!({"token": scene.confirming}),
    ),
    reads(
        "accounts/confirm",
        UNKNOWN,
        |_| json!({"token": "A".repeat(43)}),
    ),
    reads(
        "accounts/forget_password",
        ALL,
        |_| json!({"email": "nobody@example.org"}),
    ),
    own(
        "accounts/reset_password",
        ALL,
        |scene| json!({"token": scene.resetting, "password": "waiting since may"}),
    ),
    own(
        "accounts/change_email",
        SIGNED_IN,
        |scene| json!({"email": format!("{}@example.com", scene.caller.handle), "current": PASSWORD}),
    ),
    own(
        "accounts/change_handle",
        SIGNED_IN,
        |_| json!({"handle": format!("c{}", &Uuid::new_v4().simple().to_string()[..20])}),
    ),
    reads("accounts/sessions", SIGNED_IN, nothing),
    own(
        "accounts/end_session",
        SIGNED_IN,
        |scene| json!({"session": scene.session}),
    ),
    reads(
        "accounts/end_session",
        THEIRS,
        |scene| json!({"session": scene.their_session}),
    ),
    own("accounts/end_other_sessions", SIGNED_IN, nothing),
    reads("accounts/privacy", SIGNED_IN, nothing),
    own(
        "accounts/set_privacy",
        SIGNED_IN,
        |_| json!({"shows_presence": true, "shows_reading": true}),
    ),
    reads("accounts/current", ALL, nothing),
];
