//! What is carried out when an account's time has come.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection, Row, query, query_scalar, raw_sql};
use uuid::Uuid;

use crate::{
    deletions::{delete, eraser, is_due, nothing_is_under_way, shown},
    support::{Person, Server, Socket, person::PASSWORD},
};

/// Somebody asks, and their account ends.
pub(crate) async fn goes(server: &Server, person: &Person, messages: &str) {
    person.call("accounts/delete", delete(messages)).await;
    is_due(server).await;
    eraser(server).carry_out_due().await.unwrap();
}

/// How many rows of all tables have this text in any column.
pub(crate) async fn count_of(db: &mut PgConnection, text: &str) -> i64 {
    let tables =
        query!("SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'");
    let tables = tables.fetch_all(&mut *db).await.unwrap();
    let mut count = 0;
    for table in tables {
        let table = table.name.unwrap();
        let sql = format!("SELECT count(*) FROM {table} line WHERE line::text ILIKE '%{text}%'");
        let row = raw_sql(AssertSqlSafe(sql))
            .fetch_one(&mut *db)
            .await
            .unwrap();
        count += row.get::<i64, _>(0);
    }
    count
}

/// The next items that a socket gets, until there are so many.
async fn items(socket: &mut Socket, count: usize) -> Vec<Value> {
    let mut items = Vec::new();
    while items.len() < count {
        let changes = socket.next_of("changes").await;
        items.extend(changes["items"].as_array().unwrap().clone());
    }
    items
}

/// Lets something go on for so many steps, and then drops it, as a kill does. Returns whether it had come
/// to its end by then.
pub(crate) async fn is_done_after(steps: usize, mut work: impl Future + Unpin) -> bool {
    let mut left = steps;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        Pin::new(&mut work).poll(context).map(|_| true)
    })
    .await
}

#[tokio::test]
async fn nothing_that_was_erased_is_anywhere_in_the_database() {
    let server = Server::start().await;
    let (quokka, ben) = (server.person("quokka").await, server.person("ben").await);
    let room = quokka.create("Visa", "public").await;
    ben.join(&room).await;
    let pinned = quokka.send(&room, "a wombat for @ben").await;
    quokka.send(&room, "the second wombat").await;
    for number in 0..50 {
        quokka.send(&room, &format!("wombat {number}")).await;
    }
    let pin = json!({"room": room, "message": pinned["message"], "on": true});
    quokka.call("messages/pin", pin).await;
    let react = json!({"room": room, "message": pinned["message"], "emoji": "🎉", "on": true});
    ben.call("messages/react", react).await;
    let edit =
        |topic: &str| json!({"room": room, "name": "Visa", "topic": topic, "description": ""});
    quokka.call("rooms/update", edit("wombats alone")).await;
    quokka.call("rooms/update", edit("letters")).await;
    let conversation = ben.call("rooms/direct", json!({"handle": "quokka"})).await;
    let conversation = conversation["room"]["id"].as_str().unwrap().to_owned();
    quokka.send(&conversation, "a wombat between us").await;
    ben.send(&conversation, "indeed").await;
    let mut db = server.database.connect().await;
    assert!(count_of(&mut db, "wombat").await > 50 && count_of(&mut db, "quokka").await > 0);

    goes(&server, &quokka, "erase").await;
    for gone in ["wombat", "quokka", "quokka@example.org", "🎉"] {
        assert_eq!(count_of(&mut db, gone).await, 0, "{gone}");
    }
    assert_eq!(shown(&ben, &conversation).await, ["(gone)", "indeed"]);
    assert_eq!(
        ben.call("messages/pins", json!({"room": room})).await,
        json!([])
    );
    assert_eq!(ben.call("messages/mentions", json!({})).await, json!([]));
    let about = ben.call("rooms/about", json!({"room": room})).await;
    assert_eq!(
        (&about["topic"], &about["members"]),
        (&json!("letters"), &json!(1))
    );
    server.end().await;
}

#[tokio::test]
async fn what_is_kept_is_said_by_a_deleted_account() {
    let server = Server::start().await;
    let (quokka, ben) = (server.person("quokka").await, server.person("ben").await);
    let room = quokka.create("Visa", "public").await;
    ben.join(&room).await;
    quokka.send(&room, "a wombat").await;
    let his = ben.send(&room, "look").await;
    let react = json!({"room": room, "message": his["message"], "emoji": "🎉", "on": true});
    quokka.call("messages/react", react).await;
    let conversation = ben.call("rooms/direct", json!({"handle": "quokka"})).await;
    let conversation = conversation["room"]["id"].as_str().unwrap();
    goes(&server, &quokka, "keep").await;
    assert_eq!(shown(&ben, &room).await, ["a wombat", "look"]);
    let mut db = server.database.connect().await;
    for gone in ["quokka", "🎉"] {
        assert_eq!(count_of(&mut db, gone).await, 0, "{gone}");
    }
    let page = ben
        .get(&format!("/rooms/{room}"))
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains("a wombat") && page.contains("deleted account left"));
    for path in [format!("/rooms/{conversation}"), "/".to_owned()] {
        let page = ben.get(&path).await.text().await.unwrap();
        assert!(page.contains("deleted account"), "{path}");
    }
    server.end().await;
}

#[tokio::test]
async fn what_is_erased_vanishes_on_every_node_and_for_who_was_offline() {
    let one = Server::start().await;
    let two = one.another(None).await;
    let (ana, ben) = (one.person("ana").await, two.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let (hers, his) = (ana.send(&room, "hers").await, ben.send(&room, "his").await);
    ana.send(&room, "hers, too").await;
    let react = json!({"room": room, "message": his["message"], "emoji": "🎉", "on": true});
    let known = ana.call("messages/react", react).await["seq"].clone();
    let mut socket = ben.listen(&room).await;
    let mut own = ana.greet().await;
    goes(&one, &ana, "erase").await;
    assert_eq!(own.close_code().await, 4401);

    let heard = items(&mut socket, 4).await;
    let mut back = ben.connect().await;
    back.say(json!({"type": "subscribe", "room": room, "since": known}))
        .await;
    for items in [heard, items(&mut back, 4).await] {
        let told: Vec<_> = items
            .iter()
            .map(|item| (item["kind"].as_str().unwrap(), item["deleted"] == true))
            .collect();
        let (line, words, reacted) = (("left", false), ("text", true), ("text", false));
        assert_eq!(told, [line, words, words, reacted]);
        assert_eq!(items[1]["seq"], hers["seq"]);
        assert!(items[3].get("reactions").is_none(), "{}", items[3]);
        let author = items[1]["sender"]["handle"].as_str().unwrap();
        assert!(author.starts_with("deleted_"));
    }
    assert_eq!(shown(&ben, &room).await, ["(gone)", "his", "(gone)"]);
    two.stop().await;
    one.end().await;
}

#[tokio::test]
async fn a_room_whose_last_owner_goes_has_another_one() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Family", "group").await;
    ana.invite(&room, &ben).await;
    goes(&server, &ana, "keep").await;
    let about = ben.call("rooms/about", json!({"room": room})).await;
    assert_eq!(
        (&about["role"], &about["members"]),
        (&json!("owner"), &json!(1))
    );
    server.end().await;
}

#[tokio::test]
async fn nobody_finds_writes_to_or_signs_in_to_a_deleted_account_and_its_handle_is_free() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    ana.send(&room, "hi").await;
    let phone = ana.sign_in_again().await;
    ana.call("accounts/delete", delete("keep")).await;
    is_due(&server).await;
    eraser(&server).carry_out_due().await.unwrap();
    let page = ben.call("messages/page", json!({"room": room})).await;
    let mut messages = page["messages"].as_array().unwrap().iter();
    let left = messages.find(|message| message["body"] == "hi").unwrap();
    let handle = left["sender"]["handle"].as_str().unwrap().to_owned();
    for handle in ["ana", handle.as_str()] {
        let input = json!({"login": handle, "password": PASSWORD});
        let refused = server.stranger().refused("accounts/sign_in", input).await;
        assert_eq!(refused, (401, "credentials_wrong".into()));
        let refused = ben.refused("rooms/direct", json!({"handle": handle})).await;
        assert_eq!(refused, (404, "person_unknown".into()));
        let found = ben.call("rooms/people", json!({"query": handle})).await;
        assert_eq!(found, json!([]));
        ben.send(&room, &format!("@{handle}")).await;
    }
    for session in [&ana, &phone] {
        assert_eq!(
            session.call("accounts/current", json!({})).await,
            Value::Null
        );
    }
    let mut db = server.database.connect().await;
    let named = query_scalar!(r#"SELECT count(*) AS "count!" FROM mentions"#);
    assert_eq!(named.fetch_one(&mut db).await.unwrap(), 0);
    let taken = json!({"handle": handle, "email": "x@example.org", "password": PASSWORD});
    let refused = server.stranger().refused("accounts/sign_up", taken).await;
    assert_eq!(refused, (409, "handle_taken".into()));
    // With the same e-mail, too.
    let new = server.person("ana").await;
    assert_ne!(new.id().await, left["sender"]["id"].as_str().unwrap());
    let own = new.call("rooms/list", json!({})).await;
    assert_eq!(own[0]["joined"], false);
    server.end().await;
}

#[tokio::test]
async fn a_deletion_that_is_killed_anywhere_goes_on_where_it_was() {
    let server = Server::start().await;
    let (quokka, ben) = (server.person("quokka").await, server.person("ben").await);
    let mut rooms = Vec::new();
    for number in 0..3 {
        let room = quokka.create("Visa", "public").await;
        ben.join(&room).await;
        for part in 0..25 {
            quokka.send(&room, &format!("wombat {number} {part}")).await;
        }
        let his = ben.send(&room, "his").await;
        let react = json!({"room": room, "message": his["message"], "emoji": "🎉", "on": true});
        quokka.call("messages/react", react).await;
        rooms.push(room);
    }
    quokka.call("accounts/delete", delete("erase")).await;
    is_due(&server).await;
    let mut kills = 0;
    loop {
        let eraser = eraser(&server);
        if is_done_after(kills + 1, Box::pin(eraser.carry_out_due())).await {
            break;
        }
        kills += 1;
    }
    assert!(kills > 5, "it was killed {kills} times");
    let mut db = server.database.connect().await;
    for gone in ["wombat", "quokka", "🎉"] {
        assert_eq!(count_of(&mut db, gone).await, 0, "{gone}");
    }
    nothing_is_under_way(&server).await;
    eraser(&server).carry_out_due().await.unwrap();
    let undone =
        query_scalar!(r#"SELECT count(*) AS "count!" FROM users WHERE deletion_fate IS NOT NULL"#);
    assert_eq!(undone.fetch_one(&mut db).await.unwrap(), 0);
    for room in rooms {
        let about = ben.call("rooms/about", json!({"room": room})).await;
        assert_eq!(
            (&about["role"], &about["members"]),
            (&json!("owner"), &json!(1))
        );
        // Each was taken back once, and each number is that of one change.
        let versions = query!(
            r#"SELECT count(*) AS "all!", count(DISTINCT version) AS "different!",
                      max(version) = (SELECT last_seq FROM room_heads WHERE room_id = $1) AS "whole!",
                      count(*) FILTER (WHERE kind = 'left') AS "left!"
               FROM messages WHERE room_id = $1"#,
            room.parse::<Uuid>().unwrap(),
        );
        let versions = versions.fetch_one(&mut db).await.unwrap();
        assert_eq!((versions.all, versions.left), (29, 1));
        assert!(versions.all == versions.different && versions.whole);
    }
    server.end().await;
}
