//! Links into a room.

use serde_json::{Value, json};
use sqlx::query;

use crate::support::{Person, Server};

const UNKNOWN: &str = "AAAAAAAAAAAAAAAAAAAAAA";

/// A new link of a room: the input of the doors that take one.
async fn invite(owner: &Person, room: &str, max_uses: i32) -> Value {
    let input = json!({"room": room, "expires": "day", "max_uses": max_uses});
    let made = owner.call("invites/create", input).await;
    json!({"code": made["invite"]["code"]})
}

fn unknown() -> (u16, String) {
    (404, "invite_unknown".into())
}

#[tokio::test]
async fn whoever_has_the_link_sees_the_room_and_joins_it() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Family", "group").await;
    let edit = json!({"room": room, "name": "Family", "topic": "The interview", "description": ""});
    ana.call("rooms/update", edit).await;
    let code = invite(&ana, &room, 0).await;
    let shown = json!({"name": "Family", "topic": "The interview", "members": 1});
    for person in [&ben, &server.stranger()] {
        assert_eq!(person.call("invites/open", code.clone()).await, shown);
    }
    let joined = ben.call("invites/join", code.clone()).await;
    assert_eq!(joined["room"]["id"], json!(room));
    let seen = ben.call("invites/open", code.clone()).await;
    assert_eq!((&seen["room"], &seen["members"]), (&json!(room), &json!(2)));
    // Coming in again uses nothing.
    ben.call("invites/join", code).await;
    let listed = ana.call("invites/list", json!({"room": room})).await;
    assert_eq!(
        (&listed[0]["uses"], &listed[0]["max_uses"]),
        (&json!(1), &Value::Null)
    );
    assert!(listed[0]["expires_at"].is_i64());
    server.end().await;
}

#[tokio::test]
async fn nothing_from_before_they_joined_reaches_whoever_comes_by_a_link() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Family", "group").await;
    let before = ana.send(&room, "before").await;
    let code = invite(&ana, &room, 0).await;
    ben.call("invites/join", code).await;
    // In a page.
    assert_eq!(ben.bodies(&room).await, Vec::<String>::new());
    // Live.
    let mut socket = ben.listen(&room).await;
    let edit = json!({"room": room, "message": before["message"], "body": "changed"});
    ana.call("messages/edit", edit).await;
    let change = socket.next_of("changes").await;
    assert_eq!(change["items"], json!([]));
    ana.send(&room, "after").await;
    assert_eq!(socket.hear(1).await, ["after"]);
    // In a gap.
    let mut back = ben.connect().await;
    back.say(json!({"type": "subscribe", "room": room, "since": 0}))
        .await;
    assert_eq!(back.hear(1).await, ["after"]);
    assert_eq!(ben.bodies(&room).await, ["after"]);
    server.end().await;
}

#[tokio::test]
async fn two_who_race_for_the_last_use_do_not_both_get_in() {
    let server = Server::start().await;
    let other = server.another(None).await;
    let ana = server.person("ana").await;
    let room = ana.create("Family", "group").await;
    for round in 0..5 {
        let code = invite(&ana, &room, 1).await;
        let here = server.person(&format!("here{round}")).await;
        let there = other.person(&format!("there{round}")).await;
        let (one, two) = tokio::join!(
            here.post("invites/join", &code),
            there.post("invites/join", &code)
        );
        let mut statuses = [one.status().as_u16(), two.status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 404]);
    }
    let about = ana.call("rooms/about", json!({"room": room})).await;
    assert_eq!(about["members"], 6);
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn a_link_that_does_not_work_has_one_answer_whatever_the_reason() {
    let server = Server::start().await;
    let (ana, ben, eve) = (
        server.person("ana").await,
        server.person("ben").await,
        server.person("eve").await,
    );
    let room = ana.create("Family", "group").await;
    let (used, revoked, expired, banned) = (
        invite(&ana, &room, 1).await,
        invite(&ana, &room, 0).await,
        invite(&ana, &room, 0).await,
        invite(&ana, &room, 0).await,
    );
    ben.call("invites/join", used.clone()).await;
    ana.call("invites/revoke", revoked.clone()).await;
    ana.call("invites/revoke", revoked.clone()).await;
    let mut db = server.database.connect().await;
    query!(
        "UPDATE invites SET expires_at = now() WHERE code = $1",
        expired["code"].as_str().unwrap(),
    )
    .execute(&mut db)
    .await
    .unwrap();
    let me = eve.call("accounts/current", json!({})).await;
    let ban = json!({"room": room, "user": me["id"]});
    ana.call("rooms/ban", ban).await;
    let links = [
        used,
        revoked,
        expired,
        banned.clone(),
        json!({"code": UNKNOWN}),
        json!({"code": "short"}),
    ];
    let mut answers = Vec::new();
    for link in links {
        for door in ["invites/open", "invites/join"] {
            let answer = eve.post(door, &link).await;
            assert_eq!(answer.status(), 404, "{door} {link}");
            answers.push(answer.text().await.unwrap());
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    // The others' links go on working, and only those are listed.
    let listed = ana.call("invites/list", json!({"room": room})).await;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["code"], banned["code"]);
    server.end().await;
}

#[tokio::test]
async fn only_who_keeps_order_revokes_a_link() {
    let server = Server::start().await;
    let (ana, ben, eve) = (
        server.person("ana").await,
        server.person("ben").await,
        server.person("eve").await,
    );
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let code = invite(&ana, &room, 0).await;
    assert_eq!(eve.refused("invites/revoke", code.clone()).await, unknown());
    let member = ben.refused("invites/revoke", code.clone()).await;
    assert_eq!(member, (403, "forbidden".into()));
    ben.call("rooms/leave", json!({"room": room})).await;
    assert_eq!(ben.refused("invites/revoke", code.clone()).await, unknown());
    let nobody = server.stranger();
    for door in ["invites/revoke", "invites/join"] {
        assert_eq!(nobody.refused(door, code.clone()).await.0, 401);
    }
    ana.call("invites/revoke", code).await;
    server.end().await;
}

#[tokio::test]
async fn a_link_needs_a_time_and_a_number_that_are_offered() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Family", "group").await;
    for (expires, max_uses, code) in [
        ("year", 0, "expiry_invalid"),
        ("day", -1, "max_uses_invalid"),
        ("day", 100_001, "max_uses_invalid"),
    ] {
        let input = json!({"room": room, "expires": expires, "max_uses": max_uses});
        let refused = ana.refused("invites/create", input).await;
        assert_eq!(refused, (422, code.into()));
    }
    server.end().await;
}

#[tokio::test]
async fn the_page_of_a_link_leads_a_visitor_to_an_account_and_back() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Family", "group").await;
    let code = invite(&ana, &room, 0).await;
    let path = format!("/invites/{}", code["code"].as_str().unwrap());
    let page = server.stranger().get(&path).await.text().await.unwrap();
    assert!(page.contains("Family") && page.contains("noindex"));
    for way in ["sign-up", "sign-in"] {
        assert!(page.contains(&format!("/{way}?next={path}")), "{way}");
    }
    let unknown = server.stranger().get(&format!("/invites/{UNKNOWN}")).await;
    assert_eq!(unknown.status(), 404);
    server.end().await;
}
