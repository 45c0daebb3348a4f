//! Conversations of two.

use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn a_conversation_bears_the_others_handle_and_is_one_for_both() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("Ben").await);
    let hers = ana.call("rooms/direct", json!({"handle": "@ben"})).await;
    assert_eq!(
        (&hers["room"]["name"], &hers["room"]["kind"]),
        (&json!("Ben"), &json!("direct"))
    );
    let his = ben.call("rooms/direct", json!({"handle": "ana"})).await;
    assert_eq!(
        (&his["room"]["id"], &his["room"]["name"]),
        (&hers["room"]["id"], &json!("ana"))
    );
    let room = hers["room"]["id"].as_str().unwrap();
    ana.send(room, "hi").await;
    ben.send(room, "hello").await;
    assert_eq!(ana.bodies(room).await, ["hi", "hello"]);
    for (person, name) in [(&ana, "Ben"), (&ben, "ana")] {
        let listed = person.call("rooms/list", json!({})).await;
        assert_eq!(listed[0]["room"]["name"], name);
        let opened = person.call("rooms/open", json!({"room": room})).await;
        assert_eq!(opened["room"]["name"], name);
    }
    server.end().await;
}

#[tokio::test]
async fn a_conversation_is_made_once_however_many_ask_at_the_same_time() {
    let server = Server::start().await;
    let other = server.another(None).await;
    let (ana, ben) = (server.person("ana").await, other.person("ben").await);
    let (to_ben, to_ana) = (json!({"handle": "ben"}), json!({"handle": "ana"}));
    let asked = (0..8).map(|number| {
        if number % 2 == 0 {
            ana.call("rooms/direct", to_ben.clone())
        } else {
            ben.call("rooms/direct", to_ana.clone())
        }
    });
    let rooms = futures::future::join_all(asked).await;
    for room in &rooms {
        assert_eq!(room["room"]["id"], rooms[0]["room"]["id"]);
    }
    for person in [&ana, &ben] {
        let listed = person.call("rooms/list", json!({})).await;
        assert_eq!(listed.as_array().unwrap().len(), 1);
    }
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn whoever_is_written_to_hears_of_it_on_an_open_socket() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let mut socket = ben.connect().await;
    socket.say(json!({"type": "hello"})).await;
    socket.next_of("welcome").await;
    let room = ana.call("rooms/direct", json!({"handle": "ben"})).await["room"]["id"].clone();
    ana.send(room.as_str().unwrap(), "hi").await;
    let told = loop {
        let me = socket.next_of("me").await;
        if let Some(head) = me["heads"].as_array().and_then(|heads| heads.first()) {
            break head[0].clone();
        }
    };
    assert_eq!(told, room);
    server.end().await;
}

#[tokio::test]
async fn nobody_joins_leaves_invites_or_is_removed_from_a_conversation_of_two() {
    let server = Server::start().await;
    let (ana, _ben, eve) = (
        server.person("ana").await,
        server.person("ben").await,
        server.person("eve").await,
    );
    let made = ana.call("rooms/direct", json!({"handle": "ben"})).await;
    let room = made["room"]["id"].clone();
    let about = ana.call("rooms/about", json!({"room": room})).await;
    let ben = about["people"][1]["user"]["id"].clone();
    let input = json!({
        "room": room, "user": ben, "role": "owner", "expires": "day",
        "name": "Ours", "topic": "", "description": "",
    });
    for door in [
        "rooms/leave",
        "rooms/remove",
        "rooms/ban",
        "rooms/set_role",
        "rooms/update",
        "invites/create",
    ] {
        let refused = ana.refused(door, input.clone()).await;
        assert_eq!(refused, (403, "forbidden".into()), "{door}");
        let stranger = eve.refused(door, input.clone()).await;
        assert_eq!(stranger, (404, "room_unknown".into()), "{door}");
    }
    for door in ["rooms/join", "rooms/open", "rooms/about", "messages/page"] {
        let stranger = eve.refused(door, input.clone()).await;
        assert_eq!(stranger, (404, "room_unknown".into()), "{door}");
    }
    server.end().await;
}

#[tokio::test]
async fn nobody_writes_to_themselves_to_nobody_or_signed_out() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    for (handle, status, code) in [
        ("ANA", 422, "person_self"),
        ("nobody", 404, "person_unknown"),
        ("no", 422, "handle_invalid"),
    ] {
        let refused = ana.refused("rooms/direct", json!({"handle": handle})).await;
        assert_eq!(refused, (status, code.into()));
    }
    let nobody = server.stranger();
    let refused = nobody
        .refused("rooms/direct", json!({"handle": "ana"}))
        .await;
    assert_eq!(refused.0, 401);
    server.end().await;
}
