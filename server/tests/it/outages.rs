//! Callers that go away, and a database that does not answer.

use std::time::Duration;

use serde_json::json;
use sqlx::{Connection, query, query_scalar};
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::Server;

#[tokio::test]
async fn a_caller_who_goes_away_leaves_nothing_open_behind() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    for number in 0..300 {
        // Gone at some moment between the request and its answer.
        let gone = Duration::from_micros(number * 10);
        let _ = timeout(gone, ana.post("messages/page", &json!({"room": room}))).await;
    }
    for number in 0..40 {
        ana.create(&format!("Room {number}"), "public").await;
    }
    assert_eq!(
        ana.call("rooms/list", json!({}))
            .await
            .as_array()
            .unwrap()
            .len(),
        41
    );
    server.end().await;
}

#[tokio::test]
async fn what_is_stored_is_heard_even_if_its_sender_has_gone() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let mut socket = ana.listen(&room).await;
    for number in 0..200 {
        let send = json!({"room": room, "id": Uuid::now_v7(), "body": number.to_string()});
        let gone = Duration::from_micros(number * 20);
        let _ = timeout(gone, ana.post("messages/send", &send)).await;
    }
    ana.send(&room, "last").await;
    let mut db = server.database.connect().await;
    let mut heard = 0;
    loop {
        let stored = query_scalar!(r#"SELECT count(*) AS "n!" FROM messages WHERE kind = 'text'"#)
            .fetch_one(&mut db)
            .await
            .unwrap();
        if heard == stored {
            break;
        }
        let changes = socket.next_of("changes").await;
        heard += i64::try_from(changes["items"].as_array().unwrap().len()).unwrap();
    }
    server.end().await;
}

#[tokio::test]
async fn sends_whose_outcome_is_unknown_close_the_socket_and_keep_their_order() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let id = room.parse::<Uuid>().unwrap();
    let mut db = server.database.connect().await;
    let mut tx = db.begin().await.unwrap();
    // Nobody gets the room's lock for longer than the server waits for it.
    query!(
        "SELECT last_seq FROM room_heads WHERE room_id = $1 FOR UPDATE",
        id
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    let sends: Vec<_> = ["one", "two", "three"]
        .map(|body| json!({"type": "send", "room": room, "id": Uuid::now_v7(), "body": body}))
        .into();
    let mut socket = ana.connect().await;
    for send in &sends {
        socket.say(send.clone()).await;
    }
    assert_eq!(socket.close_code().await, 1012);
    tx.rollback().await.unwrap();
    assert_eq!(ana.bodies(&room).await, [""; 0]);

    let mut socket = ana.connect().await;
    for send in sends {
        socket.say(send).await;
    }
    for seq in 2..5 {
        assert_eq!(socket.next_of("accepted").await["seq"], seq);
    }
    assert_eq!(ana.bodies(&room).await, ["one", "two", "three"]);
    server.end().await;
}
