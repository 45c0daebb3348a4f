//! Those who were in a room that is not public, and are no longer: it does not exist for them. Who
//! comes back finds what is said from then on.

use serde_json::{Value, json};

use crate::support::{Person, Server};

/// Said before anybody goes, and after.
const BEFORE: &str = "what was said before";
const AFTER: &str = "what was said after";

struct Group {
    server: Server,
    owner: Person,
    ben: Person,
    room: String,
    /// A message from before, which names Ben.
    old: Value,
}

impl Group {
    async fn new() -> Self {
        let server = Server::start().await;
        let (owner, ben) = (server.person("owner").await, server.person("ben").await);
        let room = owner.create("Family", "group").await;
        owner.invite(&room, &ben).await;
        let old = owner.send(&room, &format!("{BEFORE}, @ben")).await;
        Self {
            server,
            owner,
            ben,
            room,
            old,
        }
    }

    /// Ends Ben's membership.
    async fn end(&self, how: &str) {
        let ben = self.ben.id().await;
        match how {
            "leave" => {
                self.ben
                    .call("rooms/leave", json!({"room": self.room}))
                    .await
            }
            how => {
                self.owner
                    .call(how, json!({"room": self.room, "user": ben}))
                    .await
            }
        };
    }

    /// Whatever can happen in a room, happens: with a new message and with the old one.
    async fn goes_on(&self) -> Value {
        let room = &self.room;
        let said = self.owner.send(room, &format!("{AFTER}, @ben")).await;
        let old = |more: Value| {
            let mut input = more;
            input["room"] = json!(room);
            input["message"] = self.old["message"].clone();
            input
        };
        let edit = old(json!({"body": format!("{AFTER}, in place of what was before, @ben")}));
        self.owner.call("messages/edit", edit).await;
        self.owner
            .call("messages/react", old(json!({"emoji": "👍", "on": true})))
            .await;
        self.owner
            .call("messages/pin", old(json!({"on": true})))
            .await;
        let reply = json!({
            "room": room, "id": uuid::Uuid::now_v7(), "body": AFTER, "reply_to": said["seq"],
        });
        self.owner.call("messages/send", reply).await;
        self.owner
            .call("reads/read", json!({"room": room, "seq": said["seq"]}))
            .await;
        let mut writing = self.owner.listen(room).await;
        writing.say(json!({"type": "typing", "room": room})).await;
        writing.say(json!({"type": "hello"})).await;
        writing.next_of("welcome").await;
        said
    }
}

#[tokio::test]
async fn row_22_a_former_member_hears_nothing_that_happens_later() {
    for how in ["leave", "rooms/remove", "rooms/ban"] {
        let room = Box::pin(Group::new()).await;
        let mut socket = room.ben.listen(&room.room).await;
        socket.say(json!({"type": "hello"})).await;
        let welcome = socket.next_of("welcome").await;
        assert_eq!(welcome["heads"][0][0], json!(room.room));
        room.end(how).await;
        let refused = socket.next_of("refused").await;
        assert_eq!(
            (&refused["room"], &refused["code"]),
            (&json!(room.room), &json!("not_member"))
        );
        let told = socket.told.len();

        room.goes_on().await;
        socket
            .say(json!({"type": "subscribe", "room": room.room, "since": 0}))
            .await;
        assert_eq!(socket.next().await["code"], "room_unknown", "{how}");
        socket.say(json!({"type": "hello"})).await;
        let welcome = socket.next().await;
        assert_eq!(
            (&welcome["type"], &welcome["heads"]),
            (&json!("welcome"), &json!([])),
            "{how}"
        );
        let later = json!(socket.told[told..]).to_string();
        assert!(
            !later.contains(AFTER) && !later.contains("owner"),
            "{how}: {later}"
        );
        room.server.end().await;
    }
}

#[tokio::test]
async fn row_22_a_former_member_finds_nothing_of_the_room() {
    for how in ["leave", "rooms/remove", "rooms/ban"] {
        let room = Box::pin(Group::new()).await;
        assert_eq!(
            room.ben.call("messages/mentions", json!({})).await[0]["room"]["id"],
            json!(room.room)
        );
        room.end(how).await;
        let said = room.goes_on().await;
        let id = json!(room.room);
        for (door, input) in [
            ("messages/page", json!({"room": id})),
            (
                "messages/page",
                json!({"room": id, "around": room.old["seq"]}),
            ),
            (
                "messages/find",
                json!({"room": id, "place": room.old["seq"]}),
            ),
            ("messages/find", json!({"room": id, "place": said["seq"]})),
            ("messages/pins", json!({"room": id})),
            ("rooms/open", json!({"room": id})),
            ("rooms/about", json!({"room": id})),
            ("reads/list", json!({"room": id})),
        ] {
            let refused = room.ben.refused(door, input.clone()).await;
            assert_eq!(
                refused,
                (404, "room_unknown".into()),
                "{how}, {door} {input}"
            );
        }
        for (door, input) in [
            ("rooms/list", json!({})),
            ("messages/mentions", json!({})),
            ("reads/unread", json!({})),
            ("rooms/people", json!({"query": "owner"})),
        ] {
            assert_eq!(room.ben.call(door, input).await, json!([]), "{how}, {door}");
        }
        for page in ["", "/about", "/pins", "/messages/2"] {
            let answer = room.ben.get(&format!("/rooms/{}{page}", room.room)).await;
            assert_eq!(answer.status(), 404, "{how}, {page}");
            let text = answer.text().await.unwrap();
            assert!(
                !text.contains("Family") && !text.contains(BEFORE),
                "{how}, {page}: {text}"
            );
        }
        room.server.end().await;
    }
}

#[tokio::test]
async fn row_22_who_comes_back_finds_nothing_from_before() {
    let room = Box::pin(Group::new()).await;
    room.end("leave").await;
    let said = room.goes_on().await;
    room.owner.invite(&room.room, &room.ben).await;
    let id = json!(room.room);
    for place in [&room.old["seq"], &said["seq"]] {
        let found = room
            .ben
            .refused("messages/find", json!({"room": id, "place": place}))
            .await;
        assert_eq!(found, (404, "message_unknown".into()), "{place}");
        let reply = json!({"room": id, "id": uuid::Uuid::now_v7(), "body": "?", "reply_to": place});
        let refused = room.ben.refused("messages/send", reply).await;
        assert_eq!(refused, (404, "message_unknown".into()), "{place}");
    }
    for message in [&room.old["message"], &said["message"]] {
        let react = json!({"room": id, "message": message, "emoji": "👍", "on": true});
        let refused = room.ben.refused("messages/react", react).await;
        assert_eq!(refused, (404, "message_unknown".into()), "{message}");
    }
    // One who was there all the time quotes what was said meanwhile, and changes what was before.
    let quote = json!({"room": id, "id": uuid::Uuid::now_v7(), "body": "as was said", "reply_to": said["seq"]});
    let quote = room.owner.call("messages/send", quote).await;
    let mut socket = room.ben.connect().await;
    socket
        .say(json!({"type": "subscribe", "room": id, "since": 0}))
        .await;
    assert_eq!(socket.next().await["type"], "subscribed");
    let edit =
        json!({"room": id, "message": room.old["message"], "body": format!("{AFTER} all, @ben")});
    room.owner.call("messages/edit", edit).await;
    room.owner.send(&room.room, "the last word").await;
    while socket.hear(1).await != ["the last word"] {}

    let mut seen = json!(socket.told).to_string();
    for (door, input) in [
        ("messages/page", json!({"room": id})),
        ("messages/page", json!({"room": id, "after": 0})),
        ("messages/page", json!({"room": id, "around": said["seq"]})),
        ("messages/page", json!({"room": id, "before": quote["seq"]})),
        ("messages/pins", json!({"room": id})),
        ("messages/mentions", json!({})),
    ] {
        seen += &room.ben.call(door, input).await.to_string();
    }
    for path in ["", "/pins", "/about", "?at=1", "?at=2"] {
        let page = room.ben.get(&format!("/rooms/{}{path}", room.room)).await;
        seen += &page.text().await.unwrap();
    }
    assert!(seen.contains("as was said"), "{seen}");
    assert!(!seen.contains(BEFORE) && !seen.contains(AFTER), "{seen}");
    room.server.end().await;
}
