//! What people let others see of them: that they are here, and how far they have read.

use layover::hub::bus::RedisConfig;
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{Server, Socket, redis::Redis};

/// Waits until so many are said to be in the room.
pub(crate) async fn are_here(socket: &mut Socket, count: u64) {
    while socket.next_of("presence").await["count"] != count {}
}

#[tokio::test]
async fn who_is_invisible_is_not_seen_to_be_here_or_to_write_on_any_node_and_hears_all() {
    let redis = Redis::start();
    let over = || RedisConfig {
        url: format!("redis://127.0.0.1:{}", redis.port),
        ca: None,
    };
    let server = Server::start_over(over()).await;
    let other = server.another(Some(over())).await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let mut here = ana.listen(&room).await;
    let mut there = ben.on(&other).listen(&room).await;
    are_here(&mut here, 2).await;

    let hidden = json!({"shows_presence": false, "shows_reading": true});
    ben.call("accounts/set_privacy", hidden).await;
    are_here(&mut here, 1).await;
    // One that connects now is as invisible, and what he writes is no secret.
    let mut phone = ben.on(&other).listen(&room).await;
    phone.say(json!({"type": "typing", "room": room})).await;
    there.say(json!({"type": "typing", "room": room})).await;
    ben.on(&other).send(&room, "hello").await;
    loop {
        let frame = here.next().await;
        assert_ne!(frame["type"], "typing");
        if frame["type"] == "changes" {
            break;
        }
    }
    ana.send(&room, "are you there?").await;
    assert_eq!(there.hear(2).await, ["hello", "are you there?"]);
    let mut late = ana.listen(&room).await;
    assert_eq!(late.next_of("presence").await["count"], 1);

    let shown = json!({"shows_presence": true, "shows_reading": true});
    ben.call("accounts/set_privacy", shown).await;
    are_here(&mut here, 2).await;
    phone.say(json!({"type": "typing", "room": room})).await;
    assert_eq!(here.next_of("typing").await["user"]["handle"], "ben");
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn who_does_not_show_how_far_they_have_read_sees_nobodys_reading() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let sent = ana.send(&room, "one").await;
    for person in [&ana, &ben] {
        let read = json!({"room": room, "seq": sent["seq"]});
        person.call("reads/read", read).await;
    }
    let readers = async |person: &crate::support::Person| {
        let readers = person.call("reads/list", json!({"room": room})).await;
        readers.as_array().unwrap().len()
    };
    assert_eq!((readers(&ana).await, readers(&ben).await), (1, 1));
    let hidden = json!({"shows_presence": true});
    ben.call("accounts/set_privacy", hidden).await;
    assert_eq!((readers(&ana).await, readers(&ben).await), (0, 0));
    server.end().await;
}

#[tokio::test]
async fn who_does_not_show_how_far_they_have_read_is_not_told_of_others_reading_either() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    ana.send(&room, "one").await;
    let (mut hers, mut his) = (ana.listen(&room).await, ben.listen(&room).await);
    let reads = async |seq: u64| {
        let read = json!({"room": room, "seq": seq});
        ana.call("reads/read", read).await;
    };
    reads(1).await;
    assert_eq!(his.next_of("read").await["seq"], 1);

    let shows = async |reading: bool| {
        let privacy = json!({"shows_presence": reading, "shows_reading": reading});
        ben.call("accounts/set_privacy", privacy).await;
    };
    // That he is gone from the room says that the hub knows.
    shows(false).await;
    are_here(&mut hers, 1).await;
    ana.send(&room, "two").await;
    reads(2).await;
    // Nor is a socket told that he opens from now on.
    let mut late = ben.listen(&room).await;
    ana.send(&room, "three").await;
    reads(3).await;
    ana.send(&room, "four").await;
    for socket in [&mut his, &mut late] {
        loop {
            let frame = socket.next().await;
            assert_ne!(frame["type"], "read");
            if frame.to_string().contains("four") {
                break;
            }
        }
    }
    shows(true).await;
    are_here(&mut hers, 2).await;
    reads(4).await;
    for socket in [&mut his, &mut late] {
        assert_eq!(socket.next_of("read").await["seq"], 4);
    }
    server.end().await;
}

#[tokio::test]
async fn what_one_shows_is_set_by_oneself_with_a_form_too() {
    let server = Server::start().await;
    let (ana, stranger) = (server.person("ana").await, server.stranger());
    let shown = ana.call("accounts/privacy", json!({})).await;
    let all = json!({"shows_presence": true, "shows_reading": true});
    assert_eq!(shown, all);
    let answer = ana
        .post_form(
            "accounts/set_privacy",
            "/settings",
            &[("shows_reading", "true")],
        )
        .await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()["location"], "/settings");
    let shown = ana.call("accounts/privacy", json!({})).await;
    assert_eq!(
        shown,
        json!({"shows_presence": false, "shows_reading": true})
    );
    for door in ["accounts/privacy", "accounts/set_privacy"] {
        let refused = stranger.refused(door, all.clone()).await;
        assert_eq!(refused, (401, "sign_in_needed".into()));
    }
    server.end().await;
}
