//! What one client may ask for, and that the others feel nothing of it.

use layover::hub::Limits;
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
