//! Posting and reading.

use futures::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::Server;

#[tokio::test]
async fn a_message_is_stored_in_order_and_answered_with_its_place() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let id = Uuid::now_v7();
    let sent = ana
        .call(
            "messages/send",
            json!({"room": room, "id": id, "body": " hello\r\nthere "}),
        )
        .await;
    assert_eq!(sent["id"], json!(id));
    assert_eq!(sent["seq"], 2);
    ana.send(&room, "second").await;

    let page = ana.call("messages/page", json!({"room": room})).await;
    assert_eq!((&page["head"], &page["before"]), (&json!(3), &json!(null)));
    let first = &page["messages"][1];
    assert_eq!(first["id"], sent["message"]);
    assert_eq!(
        (&first["body"], &first["seq"]),
        (&json!("hello\nthere"), &json!(2))
    );
    assert_eq!(
        (&first["sender"]["handle"], &first["client_id"]),
        (&json!("ana"), &json!(id))
    );
    assert_eq!(page["messages"][2]["body"], "second");
    server.end().await;
}

#[tokio::test]
async fn the_same_send_tried_again_is_the_same_message() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let send = json!({"room": room, "id": Uuid::now_v7(), "body": "once"});
    let tries = join_all((0..8).map(|_| ana.call("messages/send", send.clone()))).await;
    assert!(tries.iter().all(|answer| *answer == tries[0]), "{tries:?}");
    assert_eq!(ana.bodies(&room).await, ["once"]);
    assert_eq!(
        ana.send(&room, "next").await["seq"],
        3,
        "no number was taken in vain"
    );
    server.end().await;
}

#[tokio::test]
async fn an_id_that_was_used_for_other_words_is_refused() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Lisbon", "public").await;
    ben.join(&room).await;
    let id = Uuid::now_v7();
    ana.call(
        "messages/send",
        json!({"room": room, "id": id, "body": "one"}),
    )
    .await;
    let other = json!({"room": room, "id": id, "body": "two"});
    assert_eq!(
        ana.refused("messages/send", other.clone()).await,
        (409, "id_reused".into())
    );
    // An id names a send of one person: another's is another send.
    ben.call("messages/send", other).await;
    assert_eq!(ana.bodies(&room).await, ["one", "two"]);
    server.end().await;
}

#[tokio::test]
async fn racing_sends_get_consecutive_places_and_keep_each_senders_order() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let mut people = Vec::new();
    for number in 0..6 {
        let person = server.person(&format!("person_{number}")).await;
        person.join(&room).await;
        people.push(person);
    }
    let sends = people.iter().map(|person| {
        let room = &room;
        async move {
            let mut places = Vec::new();
            for number in 0..10 {
                let sent = person
                    .send(room, &format!("{} {number}", person.handle))
                    .await;
                places.push(sent["seq"].as_i64().unwrap());
            }
            places
        }
    });
    let mut places = Vec::new();
    for own in join_all(sends).await {
        assert!(own.is_sorted());
        places.extend(own);
    }
    places.sort_unstable();
    // The room's creation and six joins came first.
    assert_eq!(places, (8..68).collect::<Vec<i64>>());
    server.end().await;
}

#[tokio::test]
async fn history_is_read_back_page_by_page_without_a_gap() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    for number in 0..120 {
        ana.send(&room, &format!("{number}")).await;
    }
    let mut read: Vec<i64> = Vec::new();
    let mut before = Value::Null;
    loop {
        let page = ana
            .call("messages/page", json!({"room": room, "before": before}))
            .await;
        let places = page["messages"].as_array().unwrap().iter();
        let places: Vec<i64> = places
            .map(|message| message["seq"].as_i64().unwrap())
            .collect();
        assert!(places.len() <= 50 && places.is_sorted());
        read.splice(0..0, places);
        before = page["before"].clone();
        if before.is_null() {
            break;
        }
    }
    assert_eq!(read, (1..=121).collect::<Vec<i64>>());
    server.end().await;
}

#[tokio::test]
async fn an_empty_or_endless_message_is_refused_and_4000_characters_are_not() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let send = |body: String| json!({"room": room, "id": Uuid::now_v7(), "body": body});
    let refused = ana.refused("messages/send", send(" \n ".into())).await;
    assert_eq!(refused, (422, "body_empty".into()));
    let refused = ana.refused("messages/send", send("語".repeat(4001))).await;
    assert_eq!(refused, (422, "body_long".into()));
    ana.call("messages/send", send("語".repeat(4000))).await;
    server.end().await;
}

#[tokio::test]
async fn only_members_write_and_everybody_reads_a_public_room() {
    let server = Server::start().await;
    let (ana, eve) = (server.person("ana").await, server.person("eve").await);
    let room = ana.create("Lisbon", "public").await;
    ana.send(&room, "hello").await;
    let send = json!({"room": room, "id": Uuid::now_v7(), "body": "hi"});
    assert_eq!(
        eve.refused("messages/send", send.clone()).await,
        (403, "not_member".into())
    );
    let nobody = server.stranger();
    assert_eq!(
        nobody.refused("messages/send", send).await,
        (401, "sign_in_needed".into())
    );
    assert_eq!(eve.bodies(&room).await, ["hello"]);
    assert_eq!(nobody.bodies(&room).await, ["hello"]);
    server.end().await;
}

#[tokio::test]
async fn fields_that_a_client_may_not_set_are_ignored() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Lisbon", "public").await;
    let ben_id = ben.call("accounts/current", json!({})).await["id"].clone();
    let input = json!({
        "room": room, "id": Uuid::now_v7(), "body": "mine",
        "sender": ben_id, "sender_id": ben_id, "seq": 99, "role": "owner", "kind": "joined",
    });
    assert_eq!(ana.call("messages/send", input).await["seq"], 2);
    let page = ana.call("messages/page", json!({"room": room})).await;
    assert_eq!(page["messages"][1]["sender"]["handle"], "ana");
    assert_eq!(page["messages"][1]["kind"], "text");
    server.end().await;
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    ana.send(&room, "before").await;
    let server = Server::start_on(server.stop().await).await;
    assert_eq!(server.stranger().bodies(&room).await, ["before"]);
    server.end().await;
}

#[tokio::test]
async fn a_retried_send_is_answered_as_the_first_after_its_sender_has_left() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Lisbon", "public").await;
    ben.join(&room).await;
    let send = json!({"room": room, "id": Uuid::now_v7(), "body": "hi"});
    let first = ben.call("messages/send", send.clone()).await;
    ben.call("rooms/leave", json!({"room": room})).await;
    assert_eq!(ben.call("messages/send", send).await, first);
    let new = json!({"room": room, "id": Uuid::now_v7(), "body": "hi"});
    assert_eq!(ben.refused("messages/send", new).await.0, 403);
    server.end().await;
}
