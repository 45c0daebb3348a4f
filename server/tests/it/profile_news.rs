//! That somebody tells something else of themselves: who hears of it, and how often.

use std::time::Instant;

use app::accounts::Handle;
use layover::{accounts::suspend, hub::bus::RedisConfig};
use serde_json::json;

use crate::{
    profiles::{profile_of, tells},
    support::{Server, redis::Redis},
};

/// Two nodes, with Redis and without: what somebody tells of themselves is heard on the other, by who has
/// no room open too.
#[tokio::test]
async fn a_changed_profile_is_heard_on_every_node_by_those_who_share_a_room_and_by_nobody_else() {
    let redis = Redis::start();
    let over = RedisConfig {
        url: format!("redis://127.0.0.1:{}", redis.port),
        ca: None,
    };
    for over in [None, Some(over)] {
        let one = match &over {
            Some(over) => Server::start_over(over.clone()).await,
            None => Server::start().await,
        };
        let two = one.another(over.clone()).await;
        let (ana, ben) = (one.person("ana").await, one.person("ben").await);
        let cara = one.person("cara").await;
        let room = ana.create("Ours", "group").await;
        ana.invite(&room, &ben).await;
        let (mut here, mut there) = (ben.greet().await, ben.on(&two).greet().await);
        let mut own = ana.sign_in_again().await.on(&two).greet().await;
        let mut outside = cara.on(&two).greet().await;
        tells(&ana, "shared").await;
        let whose = ana.id().await;
        for socket in [&mut here, &mut there, &mut own] {
            assert_eq!(socket.next_of("profile").await["whose"], json!(whose));
        }
        // Whatever she was told, she was told before what she asks for now.
        cara.call(
            "profiles/set_name",
            json!({"name": "Cara", "seen": "nobody"}),
        )
        .await;
        let cara_id = cara.id().await;
        assert_eq!(outside.next_of("profile").await["whose"], json!(cara_id));
        two.stop().await;
        one.end().await;
    }
}

#[tokio::test]
async fn who_changes_theirs_again_and_again_is_told_of_at_most_once_a_second() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let mut socket = ben.greet().await;
    let begun = Instant::now();
    for number in 0..30 {
        let name = json!({"name": format!("Ana {number}"), "seen": "everyone"});
        ana.call("profiles/set_name", name).await;
    }
    let mut told = 0;
    // The last change is told, too.
    loop {
        socket.next_of("profile").await;
        told += 1;
        if profile_of(&ben, "ana").await["name"] == "Ana 29" {
            break;
        }
    }
    let seconds = begun.elapsed().as_secs();
    assert!(told <= seconds + 2, "{told} times in {seconds} s");
    server.end().await;
}

#[tokio::test]
async fn it_is_told_whether_somebody_looks_otherwise() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let mut socket = ben.greet().await;
    let hidden = json!({"seen": "nobody"});
    for (door, input, picture) in [
        (
            "set_country",
            json!({"country": "PT", "seen": "everyone"}),
            false,
        ),
        ("show_picture", hidden, true),
        (
            "set_country",
            json!({"country": "", "seen": "everyone"}),
            false,
        ),
    ] {
        ben.call(&format!("profiles/{door}"), input).await;
        let told = socket.next_of("profile").await;
        assert_eq!(told["picture"], picture, "{door}");
    }
    // Who is suspended shows nothing any more.
    let whose = ana.id().await;
    let room = ana.create("Ours", "group").await;
    ana.invite(&room, &ben).await;
    tells(&ana, "everyone").await;
    socket.next_of("profile").await;
    let pool = layover::pool(&server.database.url()).unwrap();
    let handle = Handle::parse("ana").unwrap();
    suspend(&pool, &handle, None, "asks for money")
        .await
        .unwrap();
    pool.close().await;
    let mut told = socket.next_of("profile").await;
    while told["picture"] != true {
        told = socket.next_of("profile").await;
    }
    assert_eq!(told["whose"], json!(whose));
    server.end().await;
}
