//! The doors `journeys/…`. Whoever tries them has a journey of their own, and a member of the room shows one.

use serde_json::{Value, json};

use super::{ALL, Answers, Rule, SIGNED_IN, everywhere, nothing, own, reads};
use crate::doors::Scene;

/// One's own; nobody has none.
const OWN: Answers = everywhere([404, 200, 200, 200, 200, 200]);

/// Another's, which is shown to the members of the room.
const SHOWN: Answers = everywhere([404, 404, 404, 200, 200, 200]);

/// What others do with a journey that is shown to the members of the room: nothing.
const NOT_THEIRS: Answers = everywhere([401, 404, 404, 403, 403, 403]);

/// About the caller's own journey.
fn mine(scene: &Scene, input: Value) -> Value {
    about(&scene.own_journey.0, input)
}

/// About that of the other member.
fn theirs(scene: &Scene, input: Value) -> Value {
    about(&scene.their_journey.0, input)
}

fn about(journey: &Value, mut input: Value) -> Value {
    input["journey"] = journey.clone();
    input
}

pub(super) const RULES: &[Rule] = &[
    reads("journeys/templates", ALL, nothing),
    reads("journeys/template", ALL, |_| json!({"template": "us-k1"})),
    reads("journeys/list", SIGNED_IN, nothing),
    reads(
        "journeys/of",
        ALL,
        |scene| json!({"handle": scene.target_handle}),
    ),
    own(
        "journeys/create",
        SIGNED_IN,
        |_| json!({"template": "us-k1", "on": "2026-01-05", "office": "us-post-manila"}),
    ),
    own("journeys/open", OWN, |scene| mine(scene, json!({}))),
    own("journeys/open", SHOWN, |scene| theirs(scene, json!({}))),
    own("journeys/record", SIGNED_IN, |scene| {
        mine(scene, json!({"stage": "noa1", "on": "2026-02-01"}))
    }),
    own("journeys/record", NOT_THEIRS, |scene| {
        theirs(scene, json!({"stage": "noa1", "on": "2026-02-01"}))
    }),
    own("journeys/undo", SIGNED_IN, |scene| {
        mine(scene, json!({"event": scene.own_journey.1}))
    }),
    own("journeys/undo", NOT_THEIRS, |scene| {
        theirs(scene, json!({"event": scene.their_journey.1}))
    }),
    own("journeys/transfer", SIGNED_IN, |scene| {
        mine(scene, json!({"office": "us-post-manila"}))
    }),
    own("journeys/transfer", NOT_THEIRS, |scene| {
        theirs(scene, json!({"office": "us-post-manila"}))
    }),
    own("journeys/confirm", SIGNED_IN, |scene| {
        mine(scene, json!({}))
    }),
    own("journeys/confirm", NOT_THEIRS, |scene| {
        theirs(scene, json!({}))
    }),
    own("journeys/end", SIGNED_IN, |scene| {
        mine(scene, json!({"outcome": "refused"}))
    }),
    own("journeys/end", NOT_THEIRS, |scene| {
        theirs(scene, json!({"outcome": "refused"}))
    }),
    own("journeys/update", SIGNED_IN, |scene| {
        mine(scene, json!({"visibility": "public"}))
    }),
    own("journeys/update", NOT_THEIRS, |scene| {
        theirs(scene, json!({"visibility": "public"}))
    }),
    own("journeys/badges", SIGNED_IN, |scene| mine(scene, json!({}))),
    own("journeys/badges", NOT_THEIRS, |scene| {
        theirs(scene, json!({}))
    }),
    own("journeys/join", SIGNED_IN, |scene| {
        mine(scene, json!({"gathering": "template"}))
    }),
    own("journeys/join", NOT_THEIRS, |scene| {
        theirs(scene, json!({"gathering": "template"}))
    }),
    own("journeys/delete", SIGNED_IN, |scene| mine(scene, json!({}))),
    own("journeys/delete", NOT_THEIRS, |scene| {
        theirs(scene, json!({}))
    }),
];
