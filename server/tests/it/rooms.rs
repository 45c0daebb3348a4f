//! Opening, finding and joining rooms.

use serde_json::json;
use uuid::Uuid;

use crate::support::Server;

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
        json!({"room": made["room"], "members": 1, "joined": false})
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
