//! Opening, finding and joining rooms.

use serde_json::json;
use uuid::Uuid;

use crate::support::{Person, Server};

#[tokio::test]
async fn a_public_room_is_found_and_joined_by_others() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let made = ana
        .call(
            "rooms/create",
            json!({"name": " K-1 · Manila ", "kind": "public"}),
        )
        .await;
    let room = made["room"]["id"].as_str().unwrap();
    assert_eq!(
        made,
        json!({"room": {"id": room, "name": "K-1 · Manila", "kind": "public"}})
    );

    let listed = ben.call("rooms/list", json!({})).await;
    assert_eq!(
        listed[0],
        json!({
            "room": made["room"],
            "members": 1,
            "joined": false,
            "unread": 0,
            "mentions": 0,
        })
    );
    assert_eq!(ben.call("rooms/join", json!({"room": room})).await, made);
    let listed = ben.call("rooms/list", json!({})).await;
    assert_eq!(
        (&listed[0]["members"], &listed[0]["joined"]),
        (&json!(2), &json!(true))
    );
    server.end().await;
}

#[tokio::test]
async fn joining_twice_changes_nothing() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Lisbon", "public").await;
    ben.join(&room).await;
    let once = ben.call("messages/page", json!({"room": room})).await;
    ben.join(&room).await;
    ana.join(&room).await;
    assert_eq!(ben.call("messages/page", json!({"room": room})).await, once);
    let kinds = once["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["kind"].clone());
    assert_eq!(kinds.collect::<Vec<_>>(), ["created", "joined"]);
    server.end().await;
}

#[tokio::test]
async fn a_group_does_not_exist_for_a_stranger() {
    let server = Server::start().await;
    let (ana, eve) = (server.person("ana").await, server.person("eve").await);
    let room = ana.create("Family", "group").await;
    let unknown = Uuid::now_v7().to_string();
    let nobody = server.stranger();
    for door in ["rooms/open", "rooms/join", "messages/page"] {
        let forbidden = eve.post(door, &json!({"room": room})).await;
        let missing = eve.post(door, &json!({"room": unknown})).await;
        assert_eq!(forbidden.status(), 404, "{door}");
        assert_eq!(missing.status(), 404, "{door}");
        assert_eq!(
            forbidden.text().await.unwrap(),
            missing.text().await.unwrap(),
            "{door}"
        );
    }
    assert_eq!(
        nobody.refused("rooms/open", json!({"room": room})).await.0,
        404
    );
    let id = Uuid::now_v7();
    let send = json!({"room": room, "id": id, "body": "let me in"});
    assert_eq!(
        eve.refused("messages/send", send).await,
        (404, "room_unknown".into())
    );
    assert_eq!(eve.call("rooms/list", json!({})).await, json!([]));
    assert_eq!(
        ana.call("rooms/list", json!({})).await[0]["room"]["name"],
        "Family"
    );
    assert_eq!(eve.get(&format!("/rooms/{room}")).await.status(), 404);
    server.end().await;
}

#[tokio::test]
async fn only_those_who_are_signed_in_open_or_join_rooms() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let nobody = server.stranger();
    let create = nobody
        .refused("rooms/create", json!({"name": "x", "kind": "public"}))
        .await;
    assert_eq!(create, (401, "sign_in_needed".into()));
    let join = nobody.refused("rooms/join", json!({"room": room})).await;
    assert_eq!(join, (401, "sign_in_needed".into()));
    server.end().await;
}

#[tokio::test]
async fn a_new_name_and_topic_are_lines_of_the_one_sequence_live_and_after_a_reconnect() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let mut socket = ben.listen(&room).await;
    let edit = |name: &str, topic: &str, description: &str| json!({"room": room, "name": name, "topic": topic, "description": description});
    ana.call("rooms/update", edit("K-1 · Manila", "March files", ""))
        .await;
    let change = socket.next_of("changes").await;
    let said = |items: &serde_json::Value| -> Vec<_> {
        let items = items.as_array().unwrap().iter();
        items
            .map(|item| (item["kind"].clone(), item["body"].clone()))
            .collect()
    };
    let lines = [
        (json!("renamed"), json!("K-1 · Manila")),
        (json!("topic"), json!("March files")),
    ];
    assert_eq!(said(&change["items"]), lines);
    // The same again changes nothing; a description takes a number and says nothing.
    ana.call("rooms/update", edit("K-1 · Manila", "March files", ""))
        .await;
    ana.call(
        "rooms/update",
        edit("K-1 · Manila", "March files", "For all of us."),
    )
    .await;
    let quiet = socket.next_of("changes").await;
    assert_eq!(quiet["items"], json!([]));
    let next = change["last_seq"].as_i64().unwrap() + 1;
    assert_eq!(
        (&quiet["first_seq"], &quiet["last_seq"]),
        (&json!(next), &json!(next))
    );

    let mut back = ben.connect().await;
    back.say(json!({"type": "subscribe", "room": room, "since": 2}))
        .await;
    let missed = back.next_of("changes").await;
    assert_eq!(said(&missed["items"]), lines);
    assert_eq!(missed["last_seq"], json!(next));
    let opened = ben.call("rooms/open", json!({"room": room})).await;
    assert_eq!(opened["description"], "For all of us.");
    for (wrong, code) in [
        (edit("", "", ""), "room_name_invalid"),
        (edit("Visa", &"t".repeat(121), ""), "topic_invalid"),
        (edit("Visa", "", &"d".repeat(2001)), "description_long"),
    ] {
        assert_eq!(ana.refused("rooms/update", wrong).await, (422, code.into()));
    }
    server.end().await;
}

#[tokio::test]
async fn a_public_room_is_offered_to_search_engines_and_others_are_not() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let edit = json!({
        "room": room, "name": "Visa", "topic": "March files", "description": "For all\nof us.",
    });
    ana.call("rooms/update", edit).await;
    let path = format!("/rooms/{room}");
    let page = server.stranger().get(&path).await.text().await.unwrap();
    assert!(page.contains("<title>Visa · Layover</title>"));
    let address = server.url(&path);
    assert!(
        page.contains(&format!("href=\"{address}\" rel=\"canonical\"")),
        "{page}"
    );
    assert!(page.contains("name=\"description\" content=\"For all\""));
    assert!(!page.contains("noindex"));
    let group = ana.create("Family", "group").await;
    let about = format!("{path}/about");
    for private in [format!("/rooms/{group}"), about] {
        let page = ana.get(&private).await.text().await.unwrap();
        assert!(
            page.contains("name=\"robots\" content=\"noindex\""),
            "{private}"
        );
        assert!(!page.contains("canonical"), "{private}");
    }
    server.end().await;
}

#[tokio::test]
async fn a_room_needs_a_name_and_a_kind() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    for (name, kind, code) in [
        ("", "public", "room_name_invalid"),
        ("two\nlines", "public", "room_name_invalid"),
        ("fine", "direct", "room_kind_invalid"),
    ] {
        let refused = ana
            .refused("rooms/create", json!({"name": name, "kind": kind}))
            .await;
        assert_eq!(refused, (422, code.into()));
    }
    server.end().await;
}

#[tokio::test]
async fn people_are_found_by_those_who_share_a_room_with_them_and_by_nobody_else() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let (ruben, bella) = (server.person("ruben").await, server.person("bella").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let group = ruben.create("Family", "group").await;
    ruben.invite(&group, &ana).await;
    let found = async |person: &Person, query: &str| {
        let people = person.call("rooms/people", json!({"query": query})).await;
        let people = people.as_array().unwrap().iter();
        let handles = people.map(|person| person["handle"].as_str().unwrap().to_owned());
        handles.collect::<Vec<_>>()
    };
    assert_eq!(found(&ana, " BE ").await, ["ben", "ruben"]);
    assert_eq!(found(&ana, "").await, ["ben", "ruben"]);
    assert_eq!(found(&ana, "%").await, [""; 0]);
    assert_eq!(found(&ben, "ruben").await, [""; 0]);
    assert_eq!(found(&bella, "").await, [""; 0]);
    let visitor = server.stranger();
    let refused = visitor.refused("rooms/people", json!({"query": ""})).await;
    assert_eq!(refused, (401, "sign_in_needed".into()));
    server.end().await;
}
