//! Changing what was said and taking it back: in the room's one order, live and after a reconnect.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::Server;

fn message(sent: &Value) -> Value {
    sent["message"].clone()
}

#[tokio::test]
async fn an_edit_and_a_deletion_reach_everybody_live_and_after_a_reconnect() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let ben = server.person("ben").await;
    ben.join(&room).await;
    let mut socket = ben.listen(&room).await;
    let (first, second) = (
        ana.send(&room, "frist").await,
        ana.send(&room, "secret").await,
    );
    socket.hear(2).await;

    let edit = json!({"room": room, "message": message(&first), "body": "first"});
    let edited = ana.call("messages/edit", edit.clone()).await;
    assert_eq!(
        edited["seq"].as_i64(),
        second["seq"].as_i64().map(|seq| seq + 1)
    );
    let change = socket.next_of("changes").await;
    let item = &change["items"][0];
    assert_eq!(
        (&item["body"], &item["edited"]),
        (&json!("first"), &json!(true))
    );
    assert_eq!(
        (&item["seq"], &item["version"]),
        (&first["seq"], &edited["seq"])
    );
    assert_eq!(
        ana.call("messages/edit", edit).await,
        edited,
        "the same words change nothing"
    );

    let delete = json!({"room": room, "message": message(&second)});
    let deleted = ana.call("messages/delete", delete.clone()).await;
    let change = socket.next_of("changes").await;
    let item = &change["items"][0];
    assert_eq!(
        (&item["body"], &item["deleted"]),
        (&json!(""), &json!(true))
    );
    assert_eq!(ana.call("messages/delete", delete).await, deleted);

    // Who was away while both happened gets the rows as they now are, once each.
    let mut back = ben.connect().await;
    let since = json!({"type": "subscribe", "room": room, "since": second["seq"]});
    back.say(since).await;
    let missed = back.next_of("changes").await;
    let bodies: Vec<_> = missed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["body"])
        .collect();
    assert_eq!(bodies, [&json!("first"), &json!("")]);
    assert_eq!(missed["last_seq"], deleted["seq"]);
    server.end().await;
}

#[tokio::test]
async fn the_socket_edits_and_deletes_as_the_doors_do() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let sent = ana.send(&room, "hi").await;
    let mut socket = ana.listen(&room).await;
    let id = Uuid::now_v7();
    let edit =
        json!({"type": "edit", "room": room, "id": id, "message": message(&sent), "body": "hello"});
    socket.say(edit).await;
    let accepted = socket.next_of("accepted").await;
    assert_eq!(
        (&accepted["id"], &accepted["message"]),
        (&json!(id), &sent["message"])
    );
    let delete = json!({"type": "delete", "room": room, "id": id, "message": message(&sent)});
    socket.say(delete).await;
    assert_eq!(socket.next_of("accepted").await["id"], json!(id));
    let edit =
        json!({"type": "edit", "room": room, "id": id, "message": message(&sent), "body": "again"});
    socket.say(edit).await;
    assert_eq!(socket.next_of("refused").await["code"], "message_unknown");
    server.end().await;
}

#[tokio::test]
async fn only_the_author_edits_and_only_who_keeps_order_deletes_for_others() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let (hers, his) = (ana.send(&room, "hers").await, ben.send(&room, "his").await);
    let stranger = server.person("eve").await;
    let edit = |sent: &Value| json!({"room": room, "message": message(sent), "body": "other"});
    let delete = |sent: &Value| json!({"room": room, "message": message(sent)});
    for (person, code) in [(&ben, "forbidden"), (&stranger, "not_member")] {
        let refused = person.refused("messages/edit", edit(&hers)).await;
        assert_eq!(refused, (403, code.into()));
        let refused = person.refused("messages/delete", delete(&hers)).await;
        assert_eq!(refused, (403, code.into()));
    }
    let nobody = server.stranger();
    assert_eq!(nobody.refused("messages/edit", edit(&hers)).await.0, 401);
    assert_eq!(
        nobody.refused("messages/delete", delete(&hers)).await.0,
        401
    );
    // The owner cannot change others' words, and may take them back.
    assert_eq!(ana.refused("messages/edit", edit(&his)).await.0, 403);
    ana.call("messages/delete", delete(&his)).await;
    let other = ana.create("Other", "public").await;
    let elsewhere = json!({"room": other, "message": message(&hers)});
    let refused = ana.refused("messages/delete", elsewhere).await;
    assert_eq!(refused, (404, "message_unknown".into()));
    assert_eq!(ana.bodies(&room).await, ["hers", ""]);
    // A former member changes nothing any more.
    let his = ben.send(&room, "last").await;
    ben.call("rooms/leave", json!({"room": room})).await;
    assert_eq!(ben.refused("messages/edit", edit(&his)).await.0, 403);
    assert_eq!(ben.refused("messages/delete", delete(&his)).await.0, 403);
    server.end().await;
}

#[tokio::test]
async fn a_moderator_takes_back_what_others_said_and_does_not_change_it() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let hers = ana.send(&room, "hers").await;
    let delete = json!({"room": room, "message": message(&hers)});
    assert_eq!(
        ben.refused("messages/delete", delete.clone()).await.0,
        403,
        "a member"
    );
    let user = ben.call("accounts/current", json!({})).await["id"].clone();
    let promote = json!({"room": room, "user": user, "role": "moderator"});
    ana.call("rooms/set_role", promote).await;
    let edit = json!({"room": room, "message": message(&hers), "body": "other"});
    assert_eq!(ben.refused("messages/edit", edit).await.0, 403);
    let deleted = ben.call("messages/delete", delete).await;
    assert_eq!(deleted["place"], hers["seq"]);
    assert_eq!(ana.bodies(&room).await, [""]);
    server.end().await;
}

#[tokio::test]
async fn the_socket_refuses_what_the_doors_refuse() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let hers = ana.send(&room, "hers").await;
    let mut socket = ben.listen(&room).await;
    let id = Uuid::now_v7();
    let delete = json!({"type": "delete", "room": room, "id": id, "message": message(&hers)});
    let edit = json!({
        "type": "edit", "room": room, "id": id, "message": message(&hers), "body": "other",
    });
    let pin = json!({
        "type": "pin", "room": room, "id": id, "message": message(&hers), "on": true,
    });
    for frame in [&edit, &delete, &pin] {
        socket.say(frame.clone()).await;
        let refused = socket.next_of("refused").await;
        assert_eq!(
            (&refused["id"], &refused["code"]),
            (&json!(id), &json!("forbidden"))
        );
    }
    ben.call("rooms/leave", json!({"room": room})).await;
    let react = json!({
        "type": "react", "room": room, "id": id, "message": message(&hers), "emoji": "👍", "on": true,
    });
    for frame in [&edit, &delete, &pin, &react] {
        socket.say(frame.clone()).await;
        let refused = loop {
            let frame = socket.next_of("refused").await;
            // The subscription has ended, too.
            if !frame["id"].is_null() {
                break frame;
            }
        };
        assert_eq!(refused["code"], "not_member");
    }
    assert_eq!(ana.bodies(&room).await, ["hers"]);
    server.end().await;
}

#[tokio::test]
async fn a_retried_send_is_a_duplicate_once_its_words_were_changed_or_taken_back() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let send = |id: Uuid, body: &str| json!({"room": room, "id": id, "body": body});
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    let first = ana.call("messages/send", send(one, "first")).await;
    let second = ana.call("messages/send", send(two, "second")).await;
    assert_eq!(
        ana.refused("messages/send", send(one, "other")).await.0,
        409
    );
    let edit = json!({"room": room, "message": message(&first), "body": "edited"});
    ana.call("messages/edit", edit).await;
    ana.call(
        "messages/delete",
        json!({"room": room, "message": message(&second)}),
    )
    .await;
    assert_eq!(ana.call("messages/send", send(one, "first")).await, first);
    assert_eq!(ana.call("messages/send", send(two, "second")).await, second);
    assert_eq!(ana.bodies(&room).await, ["edited", ""]);
    server.end().await;
}
