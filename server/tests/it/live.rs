//! The live connection: what crosses it, and who is kept out.

use reqwest::header;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Server, Socket, socket::handshake};

#[tokio::test]
async fn a_message_crosses_from_one_socket_to_another() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Lisbon", "public").await;
    ben.join(&room).await;
    let (mut from, mut to) = (ana.listen(&room).await, ben.listen(&room).await);

    let id = Uuid::now_v7();
    from.say(json!({"type": "send", "room": room, "id": id, "body": "hello"}))
        .await;
    let changes = to.next_of("changes").await;
    assert_eq!(
        (&changes["first_seq"], &changes["last_seq"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(changes["items"][0]["body"], "hello");
    assert_eq!(changes["items"][0]["client_id"], json!(id));
    // The sender's own socket hears it too, and gets the acknowledgement.
    assert_eq!(from.next_of("changes").await, changes);
    let accepted = from.next_of("accepted").await;
    let message = changes["items"][0]["id"].clone();
    assert_eq!(
        accepted,
        json!({"type": "accepted", "id": id, "seq": 3, "message": message})
    );
    // What was acknowledged is in the database.
    assert_eq!(ben.bodies(&room).await, ["hello"]);
    server.end().await;
}

#[tokio::test]
async fn hello_is_answered_with_who_one_is_and_the_epoch() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let mut socket = ana.connect().await;
    socket.say(json!({"type": "hello"})).await;
    let welcome = socket.next().await;
    assert_eq!(
        (&welcome["type"], &welcome["user"]["handle"]),
        (&json!("welcome"), &json!("ana"))
    );
    assert!(welcome["epoch"].as_str().unwrap().parse::<Uuid>().is_ok());
    assert_eq!(welcome.as_object().unwrap().len(), 4, "{welcome}");
    server.end().await;
}

#[tokio::test]
async fn a_door_and_the_socket_are_the_same_path() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let mut socket = ana.listen(&room).await;
    let id = Uuid::now_v7();
    let by_door = ana
        .call(
            "messages/send",
            json!({"room": room, "id": id, "body": "hello"}),
        )
        .await;
    assert_eq!(socket.hear(1).await, ["hello"]);
    socket
        .say(json!({"type": "send", "room": room, "id": id, "body": "hello"}))
        .await;
    let again = socket.next_of("accepted").await;
    assert_eq!(
        (&again["seq"], &again["message"]),
        (&by_door["seq"], &by_door["message"])
    );
    server.end().await;
}

#[tokio::test]
async fn who_comes_back_hears_what_was_missed_and_then_what_is_new() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Lisbon", "public").await;
    ben.join(&room).await;
    let mut socket = ben.listen(&room).await;
    ana.send(&room, "one").await;
    let seen = socket.next_of("changes").await["last_seq"].clone();
    drop(socket);
    ana.send(&room, "two").await;
    ana.send(&room, "three").await;

    let mut socket = ben.connect().await;
    socket
        .say(json!({"type": "subscribe", "room": room, "since": seen}))
        .await;
    assert_eq!(socket.next().await["type"], "subscribed");
    assert_eq!(socket.hear(2).await, ["two", "three"]);
    ana.send(&room, "four").await;
    assert_eq!(socket.hear(1).await, ["four"]);
    server.end().await;
}

#[tokio::test]
async fn nobody_misses_or_hears_twice_what_is_said_while_they_subscribe() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Lisbon", "public").await;
    ben.join(&room).await;
    let talk = async {
        for number in 0..60 {
            ana.send(&room, &number.to_string()).await;
        }
    };
    let listen = async {
        let mut heard = Vec::new();
        let mut last = 2;
        // Comes and goes, and keeps what a client keeps: the last number that it has applied.
        while last < 62 {
            let mut socket = ben.connect().await;
            socket
                .say(json!({"type": "subscribe", "room": room, "since": last}))
                .await;
            for _ in 0..3 {
                if last == 62 {
                    break;
                }
                let changes = socket.next_of("changes").await;
                let (first, end) = (&changes["first_seq"], changes["last_seq"].as_i64().unwrap());
                if end <= last {
                    continue;
                }
                assert!(
                    first.as_i64().unwrap() <= last + 1,
                    "a gap after {last}: {changes}"
                );
                for item in changes["items"].as_array().unwrap() {
                    if item["version"].as_i64().unwrap() > last {
                        heard.push(item["body"].as_str().unwrap().to_owned());
                    }
                }
                last = end;
            }
        }
        heard
    };
    let ((), heard) = futures::join!(talk, listen);
    assert_eq!(
        heard,
        (0..60).map(|number| number.to_string()).collect::<Vec<_>>()
    );
    server.end().await;
}

#[tokio::test]
async fn a_client_that_is_too_far_behind_or_of_another_epoch_is_reset() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let mut socket = ana.connect().await;
    for subscribe in [
        json!({"type": "subscribe", "room": room, "since": 7}),
        json!({"type": "subscribe", "room": room, "since": -1}),
        json!({"type": "subscribe", "room": room, "since": i64::MIN}),
        json!({"type": "subscribe", "room": room, "since": 1, "epoch": Uuid::now_v7()}),
    ] {
        socket.say(subscribe).await;
        assert_eq!(
            socket.next().await,
            json!({"type": "reset", "room": room, "head": 1})
        );
    }
    // It listens all the same.
    ana.send(&room, "hello").await;
    assert_eq!(socket.hear(1).await, ["hello"]);
    server.end().await;
}

#[tokio::test]
async fn row_1_a_socket_with_a_foreign_missing_or_null_origin_is_refused() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let url = server.url("/");
    for origin in [
        Some("https://evil.example"),
        Some("null"),
        Some("http://127.0.0.1:1"),
        None,
    ] {
        let mut request = handshake(&url, ana.cookie.as_deref());
        request.headers_mut().remove("origin");
        if let Some(origin) = origin {
            request
                .headers_mut()
                .insert("origin", origin.parse().unwrap());
        }
        assert_eq!(Socket::refused(request).await, 403, "{origin:?}");
    }
    server.end().await;
}

#[tokio::test]
async fn row_1_an_origin_that_is_the_called_host_or_the_public_url_is_our_own() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let public = server.url("/").origin().ascii_serialization();
    for (host, origin) in [
        ("layover.example", "https://layover.example"),
        // A proxy calls the server by a name of its own.
        ("inside.example:3000", &public),
    ] {
        let mut request = handshake(&server.url("/"), ana.cookie.as_deref());
        for (name, value) in [("host", host), ("origin", origin)] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let (_, answer) = tokio_tungstenite::connect_async(request).await.unwrap();
        assert_eq!(answer.status(), 101, "{host}, {origin}");
    }
    server.end().await;
}

#[tokio::test]
async fn row_2_a_socket_without_a_session_is_closed_before_anything_is_read() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let url = server.url("/");
    let ended = ana.cookie.clone().unwrap();
    ana.post("accounts/sign_out", &json!({})).await;
    for cookie in [
        None,
        Some("session=nonsense"),
        Some("session="),
        Some(&ended[..ended.len() - 1]),
        Some(ended.as_str()),
    ] {
        let mut socket = Socket::connect(&url, cookie).await;
        assert_eq!(socket.close_code().await, 4401, "{cookie:?}");
        assert!(socket.told.is_empty());
    }
    server.end().await;
}

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_session() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let phone = ana.sign_in_again().await;
    let room = ana.create("Lisbon", "public").await;
    let (mut desk, mut pocket) = (ana.listen(&room).await, phone.listen(&room).await);
    ana.post("accounts/sign_out", &json!({})).await;
    assert_eq!(desk.close_code().await, 4401);
    phone.send(&room, "still here").await;
    assert_eq!(pocket.hear(1).await, ["still here"]);
    server.end().await;
}

#[tokio::test]
async fn a_stranger_can_neither_listen_to_a_room_nor_speak_in_it() {
    let server = Server::start().await;
    let (ana, eve) = (server.person("ana").await, server.person("eve").await);
    let group = ana.create("Family", "group").await;
    let public = ana.create("Lisbon", "public").await;
    let mut socket = eve.connect().await;
    let mut hers = Vec::new();
    for (room, code) in [(&group, "room_unknown"), (&public, "not_member")] {
        let sent = ana.send(room, "hers").await;
        hers.push(ana.listen(room).await);
        socket
            .say(json!({"type": "subscribe", "room": room, "since": 0}))
            .await;
        let refused = socket.next().await;
        assert_eq!(
            (&refused["type"], &refused["code"]),
            (&json!("refused"), &json!(code))
        );
        assert_eq!(refused["room"], json!(room));

        let id = Uuid::now_v7();
        socket
            .say(json!({"type": "send", "room": room, "id": id, "body": "hi"}))
            .await;
        let refused = socket.next().await;
        assert_eq!(
            (&refused["code"], &refused["id"]),
            (&json!(code), &json!(id))
        );
        for kind in ["edit", "delete", "react", "pin"] {
            let change = json!({
                "type": kind, "room": room, "id": id, "message": sent["message"],
                "body": "other", "emoji": "👍", "on": true,
            });
            socket.say(change).await;
            let refused = socket.next().await;
            assert_eq!(
                (&refused["code"], &refused["id"]),
                (&json!(code), &json!(id)),
                "{kind}"
            );
        }
        socket.say(json!({"type": "typing", "room": room})).await;
        socket
            .say(json!({"type": "read", "room": room, "seq": sent["seq"]}))
            .await;
    }
    // Nothing of what is said there comes through: the next frame is the answer to the next word.
    ana.send(&group, "secret").await;
    ana.send(&public, "members only").await;
    socket.say(json!({"type": "hello"})).await;
    // What was read where one may not read is answered with a refusal, and told to nobody.
    let answer = loop {
        let frame = socket.next().await;
        if frame["type"] != "refused" {
            break frame;
        }
    };
    assert_eq!(answer["type"], "welcome");
    for (socket, said) in hers.iter_mut().zip(["secret", "members only"]) {
        let heard = socket.next().await;
        assert_eq!(
            (&heard["type"], &heard["items"][0]["body"]),
            (&json!("changes"), &json!(said))
        );
    }
    server.end().await;
}

#[tokio::test]
async fn a_refused_message_says_why_and_the_next_one_passes() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let mut socket = ana.listen(&room).await;
    let (long, short) = (Uuid::now_v7(), Uuid::now_v7());
    let body = "x".repeat(4001);
    socket
        .say(json!({"type": "send", "room": room, "id": long, "body": body}))
        .await;
    socket
        .say(json!({"type": "send", "room": room, "id": short, "body": "ok"}))
        .await;
    let refused = socket.next().await;
    assert_eq!(
        (&refused["id"], &refused["code"]),
        (&json!(long), &json!("body_long"))
    );
    assert_eq!(socket.next_of("accepted").await["id"], json!(short));
    server.end().await;
}

#[tokio::test]
async fn what_is_no_frame_closes_its_socket_alone() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Lisbon", "public").await;
    ben.join(&room).await;
    let mut neighbour = ben.listen(&room).await;
    for bad in [
        "not json",
        "{}",
        r#"{"type":"reboot"}"#,
        r#"{"type":"send","room":7}"#,
    ] {
        let mut socket = ana.connect().await;
        socket.say_text(bad).await;
        assert_eq!(socket.close_code().await, 4400, "{bad}");
    }
    let mut socket = ana.connect().await;
    socket.say_text(&"x".repeat(64 * 1024 + 1)).await;
    assert_eq!(socket.close_code().await, 4400, "too large");
    ana.send(&room, "undisturbed").await;
    assert_eq!(neighbour.hear(1).await, ["undisturbed"]);
    server.end().await;
}

#[tokio::test]
async fn a_server_that_stops_says_so_to_its_sockets() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let mut socket = ana.listen(&room).await;
    let database = server.stop().await;
    assert_eq!(socket.close_code().await, 1012);
    database.drop().await;
}

#[tokio::test]
async fn the_subprotocol_is_agreed_on() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let request = handshake(&server.url("/"), ana.cookie.as_deref());
    let (_, answer) = tokio_tungstenite::connect_async(request).await.unwrap();
    assert_eq!(
        answer.headers()[header::SEC_WEBSOCKET_PROTOCOL.as_str()],
        "layover.v1"
    );
    server.end().await;
}
