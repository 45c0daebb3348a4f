//! The doors `messages/…`.

use serde_json::json;
use uuid::Uuid;

use super::{
    Answers, KEEPERS, MEMBERS, NOBODY, READERS, Rule, SIGNED_IN, changes, nothing, own, reads, room,
};

/// What somebody else has sent in is not there for members either.
const SHOWING_OTHERS: Answers = Answers {
    group: [401, 404, 404, 404, 404, 404],
    public: [401, 403, 403, 404, 404, 404],
};

pub(super) const RULES: &[Rule] = &[
    changes(
        "messages/send",
        MEMBERS,
        |scene| json!({"room": scene.room, "id": Uuid::now_v7(), "body": "hi", "reply_to": scene.theirs.place}),
    ),
    own(
        "messages/send",
        MEMBERS,
        |scene| json!({"room": scene.room, "id": Uuid::now_v7(), "body": "", "media": [scene.draft]}),
    ),
    changes(
        "messages/send",
        SHOWING_OTHERS,
        |scene| json!({"room": scene.room, "id": Uuid::now_v7(), "body": "hi", "media": [scene.their_draft]}),
    ),
    changes(
        "messages/edit",
        MEMBERS,
        |scene| json!({"room": scene.room, "message": scene.own.id, "body": "new"}),
    ),
    changes(
        "messages/edit",
        NOBODY,
        |scene| json!({"room": scene.room, "message": scene.theirs.id, "body": "new"}),
    ),
    changes(
        "messages/delete",
        MEMBERS,
        |scene| json!({"room": scene.room, "message": scene.own.id}),
    ),
    changes(
        "messages/delete",
        KEEPERS,
        |scene| json!({"room": scene.room, "message": scene.theirs.id}),
    ),
    changes(
        "messages/react",
        MEMBERS,
        |scene| json!({"room": scene.room, "message": scene.theirs.id, "emoji": "👍", "on": true}),
    ),
    changes(
        "messages/pin",
        KEEPERS,
        |scene| json!({"room": scene.room, "message": scene.theirs.id, "on": true}),
    ),
    reads("messages/pins", READERS, room),
    reads("messages/mentions", SIGNED_IN, nothing),
    reads(
        "messages/find",
        READERS,
        |scene| json!({"room": scene.room, "place": scene.theirs.place}),
    ),
    reads("messages/page", READERS, room),
    reads(
        "messages/page",
        READERS,
        |scene| json!({"room": scene.room, "around": scene.theirs.place}),
    ),
];
