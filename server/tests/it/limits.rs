//! What one client may ask for, and that the others feel nothing of it.

use std::time::Instant;

use app::accounts::Handle;
use futures::{StreamExt, stream::FuturesUnordered};
use layover::{accounts::suspend, hub::Limits};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Database, Server, Settings};

async fn limited(limits: Limits) -> Server {
    let settings = Settings {
        limits,
        ..Settings::default()
    };
    Server::start_with(Database::new().await, settings).await
}

#[tokio::test]
async fn row_38_a_client_that_never_lets_up_is_closed_and_the_one_next_door_is_served() {
    let server = limited(Limits {
        rate: 20,
        burst: 20,
        ..Limits::default()
    })
    .await;
    let (ana, eve) = (server.person("ana").await, server.person("eve").await);
    let room = ana.create("Visa", "public").await;
    eve.join(&room).await;
    let mut calm = ana.listen(&room).await;
    let mut hasty = eve.listen(&room).await;
    for _ in 0..1000 {
        let send = json!({"type": "send", "room": room, "id": Uuid::now_v7(), "body": "flood"});
        hasty.say(send).await;
    }
    let send = json!({"type": "send", "room": room, "id": Uuid::now_v7(), "body": "calm"});
    calm.say(send).await;
    assert_eq!(calm.next_of("accepted").await["type"], "accepted");
    assert_eq!(hasty.close_code_within(20).await, 4429);
    server.end().await;
}

#[tokio::test]
async fn row_38_what_a_person_asks_for_is_counted_over_their_tabs_devices_and_doors() {
    const SENDS: u32 = 20;
    let limits = Limits {
        rate: 20,
        burst: 10,
        ..Limits::default()
    };
    let server = limited(limits).await;
    let ana = server.person("ana").await;
    let phone = ana.sign_in_again().await;
    let room = ana.create("Visa", "public").await;
    let mut sockets = [ana.listen(&room).await, phone.listen(&room).await];
    let begun = Instant::now();
    for number in 0..SENDS {
        for socket in &mut sockets {
            let send = json!({"type": "send", "room": room, "id": Uuid::now_v7(), "body": "hi"});
            socket.say(send).await;
        }
        if number % 2 == 0 {
            ana.send(&room, "by a door").await;
        }
    }
    let all = usize::try_from(2 * SENDS + SENDS / 2).unwrap();
    for socket in &mut sockets {
        socket.hear(all).await;
    }
    // Any of the three alone would have been done much earlier.
    let least = f64::from(2 * SENDS + SENDS / 2 - limits.burst) / f64::from(limits.rate);
    assert!(
        begun.elapsed().as_secs_f64() >= least,
        "{:?}",
        begun.elapsed()
    );
    server.end().await;
}

#[tokio::test]
async fn row_38_a_caller_of_doors_who_never_lets_up_is_refused_and_the_one_next_door_is_served() {
    let limits = Limits {
        rate: 1,
        burst: 3,
        ..Limits::default()
    };
    let server = limited(limits).await;
    let (ana, eve) = (server.person("ana").await, server.person("eve").await);
    let all = (0..20).map(|_| async { eve.post("rooms/list", &json!({})).await.status().as_u16() });
    let mut all: FuturesUnordered<_> = all.collect();
    while all.next().await != Some(429) {}
    ana.call("rooms/list", json!({})).await;
    server.end().await;
}

#[tokio::test]
async fn row_3_who_is_suspended_while_they_are_kept_waiting_does_nothing_any_more() {
    let limits = Limits {
        rate: 1,
        burst: 2,
        ..Limits::default()
    };
    let server = limited(limits).await;
    let eve = server.person("eve").await;
    let room = eve.create("Visa", "public").await;
    let said = eve.send(&room, "hi").await;
    // An edit is dearer than what she has left, by two seconds.
    let edit = json!({"room": room, "message": said["message"], "body": "too late"});
    let pool = layover::pool(&server.database.url()).unwrap();
    let suspended = async {
        // By then the server knows whose the edit is.
        for _ in 0..2 {
            server.stranger().call("rooms/list", json!({})).await;
        }
        let whom = Handle::parse("eve").unwrap();
        suspend(&pool, &whom, None, "").await.unwrap();
    };
    let (edited, ()) = tokio::join!(eve.post("messages/edit", &edit), suspended);
    assert_eq!(edited.status(), 401);
    assert_eq!(server.stranger().bodies(&room).await, ["hi"]);
    pool.close().await;
    server.end().await;
}

#[tokio::test]
async fn what_is_too_much_at_once_is_slowed_down_and_not_lost() {
    let server = limited(Limits {
        rate: 50,
        burst: 10,
        ..Limits::default()
    })
    .await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let mut socket = ana.listen(&room).await;
    for number in 0..60 {
        let body = number.to_string();
        let send = json!({"type": "send", "room": room, "id": Uuid::now_v7(), "body": body});
        socket.say(send).await;
    }
    let wanted: Vec<_> = (0..60).map(|number| number.to_string()).collect();
    assert_eq!(socket.hear(60).await, wanted);
    server.end().await;
}

#[tokio::test]
async fn row_38_a_socket_listens_to_so_many_rooms_and_no_more() {
    let server = limited(Limits {
        rate: 0,
        burst: 0,
        subscriptions: 2,
    })
    .await;
    let ana = server.person("ana").await;
    let mut socket = ana.connect().await;
    for number in 0..3 {
        let room = ana.create("Visa", "public").await;
        socket.say(json!({"type": "subscribe", "room": room})).await;
        let answer = socket.next().await;
        if number < 2 {
            assert_eq!(answer["type"], "subscribed");
        } else {
            assert_eq!(
                (&answer["room"], &answer["code"]),
                (&json!(room), &json!("too_many"))
            );
        }
    }
    server.end().await;
}
