//! Blocks: what ends, what is hidden, and that nobody is told.

use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::{query, query_scalar};
use uuid::Uuid;

use crate::support::{Person, Server};

/// What a hidden row begins with.
const VEIL: &str = "<details class=\"veil\"><summary>Hidden";

pub(crate) fn ended() -> (u16, String) {
    (403, "blocked".into())
}

/// Blocks somebody by their id.
pub(crate) async fn block(person: &Person, whom: &Person) {
    let user = whom.id().await;
    person.call("blocks/add", json!({"user": user})).await;
}

pub(crate) async fn unblock(person: &Person, whom: &Person) {
    let user = whom.id().await;
    person.call("blocks/remove", json!({"user": user})).await;
}

/// The conversation of two people: its id.
pub(crate) async fn direct(person: &Person, with: &Person) -> String {
    let made = person
        .call("rooms/direct", json!({"handle": with.handle}))
        .await;
    made["room"]["id"].as_str().unwrap().to_owned()
}

/// `(unread, mentions)` of a room.
async fn new_in(person: &Person, room: &str) -> (i64, i64) {
    let rooms = person.call("reads/unread", json!({})).await;
    let rooms = rooms.as_array().unwrap();
    let row = rooms.iter().find(|row| row["room"] == room).unwrap();
    (
        row["unread"].as_i64().unwrap(),
        row["mentions"].as_i64().unwrap(),
    )
}

#[tokio::test]
async fn a_block_ends_the_conversation_of_the_two_on_every_node_and_both_still_read_it() {
    let server = Server::start().await;
    let other = server.another(None).await;
    let (ana, ben) = (server.person("ana").await, other.person("ben").await);
    let room = direct(&ana, &ben).await;
    let hers = ana.send(&room, "hi").await;
    let id = Uuid::now_v7();
    let said = json!({"room": room, "id": id, "body": "pay me"});
    let his = ben.call("messages/send", said.clone()).await;
    let mut socket = ben.listen(&room).await;

    block(&ana, &ben).await;
    let send = json!({"room": room, "id": Uuid::now_v7(), "body": "why?"});
    let edit = json!({"room": room, "message": his["message"], "body": "give me"});
    let react = json!({"room": room, "message": hers["message"], "emoji": "👎", "on": true});
    let pin = json!({"room": room, "message": his["message"], "on": true});
    for (door, input) in [
        ("messages/send", &send),
        ("messages/edit", &edit),
        ("messages/react", &react),
        ("messages/pin", &pin),
    ] {
        assert_eq!(ben.refused(door, input.clone()).await, ended(), "{door}");
    }
    for frame in [
        json!({"type": "send", "room": room, "id": Uuid::now_v7(), "body": "why?"}),
        json!({"type": "edit", "room": room, "id": Uuid::now_v7(), "message": his["message"], "body": "x"}),
        json!({"type": "react", "room": room, "id": Uuid::now_v7(), "message": hers["message"], "emoji": "👎", "on": true}),
        json!({"type": "pin", "room": room, "id": Uuid::now_v7(), "message": his["message"], "on": true}),
    ] {
        socket.say(frame.clone()).await;
        assert_eq!(
            socket.next_of("refused").await["code"],
            "blocked",
            "{frame}"
        );
    }
    // What was accepted before is still acknowledged.
    assert_eq!(ben.call("messages/send", said).await, his);
    // She does not write either, and neither opens it anew.
    assert_eq!(ana.refused("messages/send", send).await, ended());
    for (person, with) in [(&ana, "ben"), (&ben, "ana")] {
        let refused = person
            .refused("rooms/direct", json!({"handle": with}))
            .await;
        assert_eq!(refused, ended());
        assert_eq!(person.bodies(&room).await, ["hi", "pay me"]);
        let view = person.call("rooms/open", json!({"room": room})).await;
        assert_eq!(view["ended"], true);
    }
    // One takes back what one has said.
    let delete = json!({"room": room, "message": his["message"]});
    ben.call("messages/delete", delete).await;
    assert_eq!(ana.bodies(&room).await, ["hi", ""]);

    unblock(&ana, &ben).await;
    ben.send(&room, "thank you").await;
    assert_eq!(ana.bodies(&room).await.last().unwrap(), "thank you");
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn nothing_is_posted_in_a_conversation_after_the_answer_to_a_block() {
    let server = Server::start().await;
    let other = server.another(None).await;
    let ana = server.person("ana").await;
    for round in 0..5 {
        let ben = other.person(&format!("ben_{round}")).await;
        let room = direct(&ana, &ben).await;
        let sends = (0..20).map(|number| {
            let body = number.to_string();
            let send = json!({"room": room, "id": Uuid::now_v7(), "body": body});
            let ben = &ben;
            async move { ben.post("messages/send", &send).await.status() }
        });
        let blocked = async {
            block(&ana, &ben).await;
            ana.bodies(&room).await.len()
        };
        let (statuses, seen) = tokio::join!(futures::future::join_all(sends), blocked);
        let posted = statuses.iter().filter(|status| status.is_success()).count();
        assert_eq!(ana.bodies(&room).await.len(), seen);
        assert_eq!(posted, seen, "what was accepted is there");
    }
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn two_who_have_not_talked_yet_do_not_begin_to() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    ana.call("blocks/add", json!({"handle": "@BEN"})).await;
    let answers = [
        ana.post("rooms/direct", &json!({"handle": "ben"})).await,
        ben.post("rooms/direct", &json!({"handle": "ana"})).await,
    ];
    let mut texts = Vec::new();
    for answer in answers {
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        texts.push(answer.text().await.unwrap());
    }
    assert_eq!(texts[0], texts[1], "the answer does not tell who it was");
    unblock(&ana, &ben).await;
    direct(&ben, &ana).await;
    server.end().await;
}

#[tokio::test]
async fn what_a_blocked_person_says_is_not_new_and_names_nobody_until_the_block_is_lifted() {
    let server = Server::start().await;
    let (ana, ben, chi) = (
        server.person("ana").await,
        server.person("ben").await,
        server.person("chi").await,
    );
    let room = ana.create("Visa", "public").await;
    for person in [&ben, &chi] {
        person.join(&room).await;
    }
    block(&ana, &ben).await;
    let first = ben.send(&room, "@ana, pay me").await;
    assert_eq!(new_in(&ana, &room).await, (0, 0));
    let view = ana.call("rooms/open", json!({"room": room})).await;
    assert_eq!(view["unread"], Value::Null);
    let second = chi.send(&room, "@ana, do not").await;
    assert_eq!(new_in(&ana, &room).await, (1, 1));
    let view = ana.call("rooms/open", json!({"room": room})).await;
    assert_eq!(view["unread"], second["seq"]);
    let mentions = ana.call("messages/mentions", json!({})).await;
    assert_eq!(mentions.as_array().unwrap().len(), 1);
    assert_eq!(mentions[0]["message"]["body"], "@ana, do not");
    // An edit names nobody either.
    let edit = json!({"room": room, "message": first["message"], "body": "please, @ana"});
    ben.call("messages/edit", edit).await;
    assert_eq!(new_in(&ana, &room).await, (1, 1));
    // It is only her who does not want to hear of it.
    assert_eq!(new_in(&chi, &room).await, (1, 0));

    unblock(&ana, &ben).await;
    assert_eq!(new_in(&ana, &room).await, (2, 2));
    server.end().await;
}

#[tokio::test]
async fn neither_finds_the_other_among_the_people_whom_they_share_a_room_with() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let finds = async |person: &Person, query: &str| {
        let people = person.call("rooms/people", json!({"query": query})).await;
        !people.as_array().unwrap().is_empty()
    };
    assert!(finds(&ana, "ben").await && finds(&ben, "ana").await);
    block(&ana, &ben).await;
    assert!(!finds(&ana, "ben").await && !finds(&ben, "ana").await);
    unblock(&ana, &ben).await;
    assert!(finds(&ana, "ben").await && finds(&ben, "ana").await);
    server.end().await;
}

#[tokio::test]
async fn a_page_brings_whom_its_reader_has_blocked_and_nobody_elses() {
    let server = Server::start().await;
    let (ana, ben, chi) = (
        server.person("ana").await,
        server.person("ben").await,
        server.person("chi").await,
    );
    let public = ana.create("Visa", "public").await;
    ben.join(&public).await;
    let with_chi = direct(&ana, &chi).await;
    block(&ana, &ben).await;
    let blocked = async |person: &Person, door: &str, room: &str| {
        person.call(door, json!({"room": room})).await["blocked"].clone()
    };
    let his = json!([ben.id().await]);
    for door in ["rooms/open", "rooms/about"] {
        assert_eq!(blocked(&ana, door, &public).await, his);
        assert_eq!(blocked(&ben, door, &public).await, json!([]));
        assert_eq!(blocked(&server.stranger(), door, &public).await, json!([]));
        // Of two, only the other counts.
        assert_eq!(blocked(&ana, door, &with_chi).await, json!([]));
    }
    let listed = ana.call("blocks/list", json!({})).await;
    assert_eq!(listed, json!([{"id": ben.id().await, "handle": "ben"}]));
    assert_eq!(ben.call("blocks/list", json!({})).await, json!([]));
    server.end().await;
}

#[tokio::test]
async fn ones_own_devices_hear_of_a_block_and_whoever_is_blocked_does_not() {
    let server = Server::start().await;
    let other = server.another(None).await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = direct(&ana, &ben).await;
    let mut db = server.database.connect().await;
    let mut version = async || -> i64 {
        query_scalar!(
            "SELECT version FROM user_heads JOIN users ON users.id = user_id WHERE handle = 'ben'",
        )
        .fetch_one(&mut db)
        .await
        .unwrap()
    };
    let before = version().await;
    let mut phone = ana.on(&other).greet().await;
    let mut his = ben.listen(&room).await;
    block(&ana, &ben).await;
    phone.next_of("me").await;
    unblock(&ana, &ben).await;
    phone.next_of("me").await;
    assert_eq!(version().await, before);
    // Nothing came to him in between.
    his.say(json!({"type": "hello"})).await;
    assert_eq!(his.next().await["type"], "welcome");
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn nobody_blocks_themselves_nobody_or_signed_out_and_twice_is_once() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let own = ana.id().await;
    for (input, status, code) in [
        (json!({"user": own}), 422, "person_self"),
        (json!({"handle": "ANA"}), 422, "person_self"),
        (json!({"user": Uuid::now_v7()}), 404, "person_unknown"),
        (json!({"handle": "nobody"}), 404, "person_unknown"),
        (json!({"handle": "no"}), 422, "handle_invalid"),
        (json!({}), 400, "bad_request"),
    ] {
        let refused = ana.refused("blocks/add", input.clone()).await;
        assert_eq!(refused, (status, code.into()), "{input}");
    }
    let his = json!({"user": ben.id().await});
    for door in ["blocks/add", "blocks/remove", "blocks/list"] {
        let refused = server.stranger().refused(door, his.clone()).await;
        assert_eq!(refused, (401, "sign_in_needed".into()), "{door}");
    }
    block(&ana, &ben).await;
    block(&ana, &ben).await;
    // Nobody lifts another's block.
    unblock(&ben, &ana).await;
    assert_eq!(ana.call("blocks/list", json!({})).await[0]["handle"], "ben");
    unblock(&ana, &ben).await;
    unblock(&ana, &ben).await;
    assert_eq!(ana.call("blocks/list", json!({})).await, json!([]));
    server.end().await;
}

#[tokio::test]
async fn one_blocks_500_people_and_no_more() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let mut db = server.database.connect().await;
    query!(
        "WITH made AS (
             INSERT INTO users (id, handle, email, password_hash)
             SELECT gen_random_uuid(), 'crowd_' || n, n || '@example.org', 'none'
             FROM generate_series(1, 500) n RETURNING id)
         INSERT INTO blocks (user_id, blocked_id)
         SELECT users.id, made.id FROM users, made WHERE handle = 'ana'",
    )
    .execute(&mut db)
    .await
    .unwrap();
    let his = json!({"user": ben.id().await});
    let refused = ana.refused("blocks/add", his.clone()).await;
    assert_eq!(refused, (409, "full".into()));
    let listed = ana.call("blocks/list", json!({})).await;
    assert_eq!(listed.as_array().unwrap().len(), 500);
    ana.call("blocks/remove", json!({"user": listed[0]["id"]}))
        .await;
    ana.call("blocks/add", his).await;
    server.end().await;
}

#[tokio::test]
async fn without_scripts_what_is_hidden_is_one_line_that_opens_and_forms_lead_back() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let said = ben.send(&room, "pay me").await;
    let reply = json!({
        "room": room, "id": Uuid::now_v7(), "body": "who pays?", "reply_to": said["seq"],
    });
    let reply = ana.call("messages/send", reply).await;
    let react = json!({"room": room, "message": reply["message"], "emoji": "👎", "on": true});
    ben.call("messages/react", react).await;
    let page = async |person: &Person| {
        let page = person.get(&format!("/rooms/{room}")).await;
        page.text().await.unwrap()
    };
    let before = page(&ana).await;
    assert!(!before.contains(VEIL) && before.contains("data-emoji=\"👎\""));

    let about = format!("/rooms/{room}/about");
    let his = ben.id().await;
    let answer = ana.post_form("blocks/add", &about, &[("user", &his)]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()["location"], about.as_str());
    let hidden = page(&ana).await;
    assert_eq!(hidden.matches(VEIL).count(), 1);
    // His answer is left out; a quote of him says that it is hidden.
    assert!(!hidden.contains("data-emoji=\"👎\""));
    assert_eq!(hidden.matches("Hidden: you have blocked").count(), 2);
    assert!(!page(&ben).await.contains(VEIL));

    let back = format!("/rooms/{room}?at=2#m2");
    let answer = ana
        .post_form("blocks/remove", &about, &[("user", &his), ("next", &back)])
        .await;
    assert_eq!(answer.headers()["location"], back.as_str());
    assert_eq!(page(&ana).await.matches(VEIL).count(), 0);
    server.end().await;
}

#[tokio::test]
async fn without_scripts_a_conversation_that_has_ended_says_so_and_takes_no_words() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = direct(&ana, &ben).await;
    ben.send(&room, "pay me").await;
    let path = format!("/rooms/{room}");
    let ends = "You cannot write to each other any more.";
    for person in [&ana, &ben] {
        let page = person.get(&path).await.text().await.unwrap();
        assert!(!page.contains(ends));
    }
    block(&ana, &ben).await;
    for person in [&ana, &ben] {
        let page = person.get(&path).await.text().await.unwrap();
        assert!(page.contains(ends), "{}", person.handle);
        assert!(page.contains("readonly"), "{}", person.handle);
    }
    let fields = [
        ("room", room.as_str()),
        ("id", &Uuid::now_v7().to_string()),
        ("body", "answer me"),
    ];
    let answer = ben.post_form("messages/send", &path, &fields).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let page = answer.text().await.unwrap();
    assert!(page.contains(ends) && page.contains("answer me"));
    server.end().await;
}
