//! Conversations of two that have ended, or are about to.

use serde_json::{Value, json};
use sqlx::query_scalar;
use uuid::Uuid;

use crate::{
    blocks::{block, direct, ended, unblock},
    erasures::goes,
    privacy::are_here,
    support::{Person, Server},
};

async fn readers(person: &Person, room: &str) -> Vec<Value> {
    let readers = person.call("reads/list", json!({"room": room})).await;
    readers.as_array().unwrap().clone()
}

#[tokio::test]
async fn in_a_conversation_that_has_ended_neither_learns_how_far_the_other_has_read() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = direct(&ana, &ben).await;
    let said = ana.send(&room, "hi").await;
    let reads = async |person: &Person, seq: &Value| {
        let read = json!({"room": room, "seq": seq});
        person.call("reads/read", read).await;
    };
    reads(&ana, &said["seq"]).await;
    reads(&ben, &said["seq"]).await;
    assert_eq!(readers(&ana, &room).await.len(), 1);
    assert_eq!(readers(&ben, &room).await.len(), 1);
    ben.send(&room, "pay me").await;
    let mut his = ben.listen(&room).await;
    block(&ana, &ben).await;
    for person in [&ana, &ben] {
        assert_eq!(readers(person, &room).await, [] as [Value; 0]);
    }
    let last = json!(i64::MAX);
    reads(&ana, &last).await;
    unblock(&ana, &ben).await;
    // What comes next says that nothing came of it.
    ana.send(&room, "well").await;
    loop {
        let frame = his.next().await;
        assert_ne!(frame["type"], "read");
        if frame["type"] == "changes" {
            break;
        }
    }
    assert_eq!(readers(&ben, &room).await.len(), 1);
    server.end().await;
}

#[tokio::test]
async fn in_a_conversation_that_has_ended_neither_sees_that_the_other_is_here_or_writes() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = direct(&ana, &ben).await;
    let (mut hers, mut his) = (ana.listen(&room).await, ben.listen(&room).await);
    are_here(&mut his, 2).await;
    block(&ana, &ben).await;
    are_here(&mut his, 0).await;
    for socket in [&mut hers, &mut his] {
        socket.say(json!({"type": "typing", "room": room})).await;
        socket.say(json!({"type": "hello"})).await;
    }
    for socket in [&mut hers, &mut his] {
        while socket.next().await["type"] != "welcome" {}
        assert!(socket.told.iter().all(|frame| frame["type"] != "typing"));
    }
    // Whoever comes now is told as little.
    let mut phone = ben.listen(&room).await;
    assert_eq!(phone.next_of("presence").await["count"], 0);

    unblock(&ana, &ben).await;
    are_here(&mut his, 2).await;
    hers.say(json!({"type": "typing", "room": room})).await;
    assert_eq!(his.next_of("typing").await["user"]["handle"], "ana");
    server.end().await;
}

#[tokio::test]
async fn in_a_conversation_that_has_ended_one_takes_back_a_reaction_and_gives_none() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = direct(&ana, &ben).await;
    let said = ben.send(&room, "hi").await;
    let react =
        |on: bool| json!({"room": room, "message": said["message"], "emoji": "🎉", "on": on});
    ana.call("messages/react", react(true)).await;
    block(&ana, &ben).await;
    ana.call("messages/react", react(false)).await;
    let page = ben.call("messages/page", json!({"room": room})).await;
    assert!(!page.to_string().contains('🎉'), "{page}");
    assert_eq!(ana.refused("messages/react", react(true)).await, ended());
    server.end().await;
}

#[tokio::test]
async fn nothing_is_posted_after_the_answer_to_a_block_in_a_conversation_that_has_just_begun() {
    let server = Server::start().await;
    let other = server.another(None).await;
    let ana = server.person("ana").await;
    let posted = async || {
        let mut db = server.database.connect().await;
        query_scalar!(r#"SELECT count(*) AS "count!" FROM messages WHERE kind = 'text'"#)
            .fetch_one(&mut db)
            .await
            .unwrap()
    };
    for round in 0..5 {
        let ben = other.person(&format!("ben_{round}")).await;
        let writes = async {
            let opened = ben.post("rooms/direct", &json!({"handle": "ana"})).await;
            let opened: Value = opened.json().await.unwrap();
            let Some(room) = opened["room"]["id"].as_str() else {
                return;
            };
            for _ in 0..10 {
                let send = json!({"room": room, "id": Uuid::now_v7(), "body": "hi"});
                ben.post("messages/send", &send).await;
            }
        };
        let blocks = async {
            block(&ana, &ben).await;
            posted().await
        };
        let ((), seen) = tokio::join!(writes, blocks);
        assert_eq!(posted().await, seen);
    }
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn nobody_blocks_a_deleted_account() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let user = ben.id().await;
    goes(&server, &ben, "keep").await;
    let refused = ana.refused("blocks/add", json!({"user": user})).await;
    assert_eq!(refused, (404, "person_unknown".into()));
    assert_eq!(ana.call("blocks/list", json!({})).await, json!([]));
    server.end().await;
}

#[tokio::test]
async fn a_conversation_of_two_is_reported_by_a_message_or_the_person_and_not_as_a_room() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = direct(&ana, &ben).await;
    let said = ben.send(&room, "pay me").await;
    let report = json!({"room": room, "category": "scam"});
    let refused = ana.refused("reports/create", report).await;
    assert_eq!(refused, (422, "subject_invalid".into()));
    let page = ana.get(&format!("/report?room={room}")).await;
    assert_eq!(page.status(), 404);
    let page = page.text().await.unwrap();
    assert!(!page.contains("/api/reports/create"), "{page}");
    for more in [
        ("message", &said["message"]),
        ("user", &json!(ben.id().await)),
    ] {
        let mut report = json!({"room": room, "category": "scam"});
        report[more.0] = more.1.clone();
        ana.call("reports/create", report).await;
    }
    server.end().await;
}
