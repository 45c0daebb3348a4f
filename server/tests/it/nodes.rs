//! Many nodes on one database: what one has committed reaches the others, with Redis and without.

use layover::hub::bus::RedisConfig;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Person, Server, redis::Redis};

fn over(redis: &Redis) -> RedisConfig {
    RedisConfig {
        url: format!("redis://127.0.0.1:{}", redis.port),
        ca: None,
    }
}

/// Two nodes on one database: Ana's with a room of hers, and Ben's, who is a member.
struct Pair {
    one: Server,
    two: Server,
    ana: Person,
    ben: Person,
    room: String,
}

impl Pair {
    async fn start(redis: Option<&Redis>) -> Self {
        let one = match redis {
            Some(redis) => Server::start_over(over(redis)).await,
            None => Server::start().await,
        };
        let two = one.another(redis.map(over)).await;
        let ana = one.person("ana").await;
        let room = ana.create("Visa", "public").await;
        let ben = two.person("ben").await;
        ben.join(&room).await;
        Self {
            one,
            two,
            ana,
            ben,
            room,
        }
    }

    async fn end(self) {
        self.two.stop().await;
        self.one.end().await;
    }
}

#[tokio::test]
async fn two_nodes_deliver_each_others_messages_in_one_order_without_redis() {
    let pair = Box::pin(Pair::start(None)).await;
    let Pair { ana, ben, room, .. } = &pair;
    let (mut here, mut there) = (ana.listen(room).await, ben.listen(room).await);
    for number in 0..10 {
        ana.send(room, &format!("a{number}")).await;
        ben.send(room, &format!("b{number}")).await;
    }
    let heard = here.hear(20).await;
    assert_eq!(heard, there.hear(20).await);
    assert_eq!(heard, ana.bodies(room).await);
    pair.end().await;
}

#[tokio::test]
async fn two_nodes_deliver_over_redis_and_go_on_when_it_is_killed() {
    let mut redis = Redis::start();
    let pair = Box::pin(Pair::start(Some(&redis))).await;
    let Pair { ana, ben, room, .. } = &pair;
    let mut there = ben.listen(room).await;
    ana.send(room, "over redis").await;
    assert_eq!(there.hear(1).await, ["over redis"]);
    redis.kill();
    ana.send(room, "without it").await;
    assert_eq!(there.hear(1).await, ["without it"]);
    redis.launch();
    ana.send(room, "and again").await;
    assert_eq!(there.hear(1).await, ["and again"]);
    pair.end().await;
}

#[tokio::test]
async fn the_same_send_to_two_nodes_at_once_is_one_message() {
    let one = Server::start().await;
    let two = one.another(None).await;
    let ana = one.person("ana").await;
    let ana_there = ana.on(&two);
    let room = ana.create("Visa", "public").await;
    for _ in 0..20 {
        let send = json!({"room": room, "id": Uuid::now_v7(), "body": "once"});
        let (first, second) = tokio::join!(
            ana.call("messages/send", send.clone()),
            ana_there.call("messages/send", send),
        );
        assert_eq!(first, second);
    }
    assert_eq!(ana.bodies(&room).await.len(), 20);
    two.stop().await;
    one.end().await;
}

#[tokio::test]
async fn row_3_sessions_that_end_on_one_node_close_their_sockets_on_the_other() {
    let one = Server::start().await;
    let two = one.another(None).await;
    let ana = one.person("ana").await;
    let phone = ana.sign_in_again().await;
    let (mut here, mut there) = (ana.on(&two).connect().await, phone.on(&two).connect().await);
    here.say(json!({"type": "hello"})).await;
    there.say(json!({"type": "hello"})).await;
    assert_eq!(here.next().await["type"], "welcome");
    assert_eq!(there.next().await["type"], "welcome");

    phone.call("accounts/sign_out", json!({})).await;
    assert_eq!(there.close_code().await, 4401);

    let mut tablet = ana.sign_in_again().await.on(&two).connect().await;
    let wrong = json!({"current": "not this one", "password": "a longer wait"});
    let refused = ana.refused("accounts/change_password", wrong).await;
    assert_eq!(refused, (422, "current_wrong".into()));
    let right = json!({"current": crate::support::person::PASSWORD, "password": "a longer wait"});
    ana.call("accounts/change_password", right).await;
    assert_eq!(tablet.close_code().await, 4401);
    here.say(json!({"type": "hello"})).await;
    assert_eq!(here.next_of("welcome").await["user"]["handle"], "ana");
    two.stop().await;
    one.end().await;
}

#[tokio::test]
async fn who_leaves_or_is_removed_hears_nothing_more_on_any_node() {
    let one = Server::start().await;
    let two = one.another(None).await;
    let ana = one.person("ana").await;
    let room = ana.create("Visa", "public").await;
    for leaves in [true, false] {
        let ben = two.person(if leaves { "ben" } else { "bob" }).await;
        ben.join(&room).await;
        let mut heard = ben.listen(&room).await;
        if leaves {
            ben.on(&one)
                .call("rooms/leave", json!({"room": room}))
                .await;
        } else {
            let me = ben.call("accounts/current", json!({})).await;
            let owner = ana.call("accounts/current", json!({})).await;
            let other = json!({"room": room, "user": owner["id"]});
            assert_eq!(ben.refused("rooms/remove", other).await.0, 403);
            ana.call("rooms/remove", json!({"room": room, "user": me["id"]}))
                .await;
        }
        let refused = heard.next_of("refused").await;
        assert_eq!(
            (&refused["room"], &refused["code"]),
            (&json!(room), &json!("not_member"))
        );
        ana.send(&room, "behind their back").await;
        heard.say(json!({"type": "hello"})).await;
        assert_eq!(heard.next().await["type"], "welcome");
        heard.say(json!({"type": "subscribe", "room": room})).await;
        assert_eq!(heard.next().await["code"], "not_member");
    }
    two.stop().await;
    one.end().await;
}

#[tokio::test]
async fn typing_and_presence_cross_nodes_over_redis() {
    let redis = Redis::start();
    let Pair {
        one,
        two,
        ana,
        ben,
        room,
    } = Box::pin(Pair::start(Some(&redis))).await;
    let (mut here, mut there) = (ana.listen(&room).await, ben.listen(&room).await);
    loop {
        let presence = here.next_of("presence").await;
        let people = presence["people"].as_array().unwrap();
        assert_eq!(json!(people.len()), presence["count"]);
        if people.iter().any(|person| person["handle"] == "ben") {
            break;
        }
    }
    there.say(json!({"type": "typing", "room": room})).await;
    assert_eq!(here.next_of("typing").await["user"]["handle"], "ben");
    two.stop().await;
    while here.next_of("presence").await["count"] != 1 {}
    one.end().await;
}

#[tokio::test]
async fn a_restored_backup_makes_clients_start_anew() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let mut socket = ana.connect().await;
    socket.say(json!({"type": "hello"})).await;
    let welcome = socket.next().await;
    let pool = layover::pool(&server.database.url()).unwrap();
    layover::renew_epoch(&pool).await.unwrap();
    pool.close().await;
    assert_eq!(socket.close_code().await, 1012);
    let mut socket = ana.connect().await;
    socket.say(json!({"type": "hello"})).await;
    assert_ne!(socket.next().await["epoch"], welcome["epoch"]);
    let since = json!({"type": "subscribe", "room": room, "since": 1, "epoch": welcome["epoch"]});
    socket.say(since).await;
    assert_eq!(socket.next().await["type"], "reset");
    server.end().await;
}
