//! Stages beside names: where their owners want them, for whom, and until when.

use app::accounts::Handle;
use layover::accounts::suspend;
use serde_json::{Value, json};

use crate::{
    journeys::{begun, opened, record, unknown},
    support::{Person, Server},
};

async fn choose(person: &Person, journey: &Value, rooms: &[&str]) -> Value {
    let input = json!({"journey": journey, "rooms": rooms});
    person.call("journeys/badges", input).await
}

/// The stages that somebody sees in a room.
async fn seen(person: &Person, room: &str) -> Vec<String> {
    let view = person.call("rooms/open", json!({"room": room})).await;
    let badges = view["badges"].as_array().unwrap().iter();
    let stages = badges.map(|badge| badge["stage"].as_str().unwrap().to_owned());
    stages.collect()
}

#[tokio::test]
async fn a_stage_stands_beside_a_name_only_where_its_owner_wants_it_and_only_for_members() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let (eve, stranger) = (server.person("eve").await, server.stranger());
    let room = ana.create("K-1", "public").await;
    let other = ana.create("Manila", "public").await;
    for room in [&room, &other] {
        ben.join(room).await;
    }
    let journey = begun(&ana).await;
    assert!(seen(&ben, &room).await.is_empty());
    let view = choose(&ana, &journey, &[&room]).await;
    assert_eq!(view["own"]["badges"], json!([room]));
    for member in [&ana, &ben] {
        assert_eq!(seen(member, &room).await, ["I-129F filed"]);
        assert!(seen(member, &other).await.is_empty());
    }
    for guest in [&eve, &stranger] {
        assert!(seen(guest, &room).await.is_empty());
    }
    // It is the stage's name, and the journey itself stays as private as it was.
    let shown = ben.call("rooms/open", json!({"room": room})).await;
    let badge = &shown["badges"][0];
    let keys: Vec<_> = badge.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["stage", "template", "user"]);
    let refused = ben.refused("journeys/open", json!({"journey": journey}));
    assert_eq!(refused.await, unknown());
    // Another journey takes its place, and taking it back hides it.
    let second = begun(&ana).await;
    record(&ana, &second, "noa1", "2026-01-14").await;
    choose(&ana, &second, &[&room]).await;
    assert_eq!(seen(&ben, &room).await, ["Receipt notice (I-797C)"]);
    let first = opened(&ana, &journey).await;
    assert_eq!(first["own"]["badges"], json!([]));
    choose(&ana, &second, &[]).await;
    assert!(seen(&ben, &room).await.is_empty());
    server.end().await;
}

#[tokio::test]
async fn nobody_shows_anothers_stage_or_theirs_in_a_room_that_they_are_not_in() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let own = ana.create("Ours", "group").await;
    let (hidden, open) = (
        ben.create("Theirs", "group").await,
        ben.create("Open", "public").await,
    );
    let direct = ana.call("rooms/direct", json!({"handle": "ben"})).await;
    let direct = direct["room"]["id"].as_str().unwrap();
    let journey = begun(&ana).await;
    let nowhere = "01890000-0000-7000-8000-000000000000";
    for room in [&hidden, &open, direct, nowhere] {
        let input = json!({"journey": journey, "rooms": [own, room]});
        let refused = ana.refused("journeys/badges", input).await;
        assert_eq!(refused, (404, "room_unknown".into()), "{room}");
    }
    // What is refused is refused as a whole.
    assert!(seen(&ana, &own).await.is_empty());
    let theirs = json!({"journey": journey, "rooms": [open]});
    assert_eq!(ben.refused("journeys/badges", theirs).await, unknown());
    server.end().await;
}

#[tokio::test]
async fn a_stage_is_not_shown_between_two_of_whom_one_has_blocked_the_other_nor_of_the_suspended() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let (cara, dan) = (server.person("cara").await, server.person("dan").await);
    let room = ana.create("K-1", "public").await;
    for person in [&ben, &cara, &dan] {
        person.join(&room).await;
    }
    choose(&ana, &begun(&ana).await, &[&room]).await;
    ana.call("blocks/add", json!({"handle": "ben"})).await;
    cara.call("blocks/add", json!({"handle": "ana"})).await;
    assert!(seen(&ben, &room).await.is_empty());
    assert!(seen(&cara, &room).await.is_empty());
    assert_eq!(seen(&dan, &room).await.len(), 1);
    let handle = Handle::parse("ana").unwrap();
    let pool = layover::pool(&server.database.url()).unwrap();
    suspend(&pool, &handle, Some(3), "").await.unwrap();
    pool.close().await;
    assert!(seen(&dan, &room).await.is_empty());
    server.end().await;
}

#[tokio::test]
async fn members_hear_of_every_change_and_it_goes_with_the_journey_and_the_membership() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("K-1", "public").await;
    let kept = ben.create("Manila", "public").await;
    ben.join(&room).await;
    ana.join(&kept).await;
    let journey = begun(&ana).await;
    let mut socket = ben.greet().await;
    let whose = json!(ana.id().await);
    choose(&ana, &journey, &[&room, &kept]).await;
    assert_eq!(socket.next_of("profile").await["whose"], whose);
    record(&ana, &journey, "noa1", "2026-01-14").await;
    assert_eq!(socket.next_of("profile").await["whose"], whose);
    assert_eq!(seen(&ben, &room).await, ["Receipt notice (I-797C)"]);
    // Who comes back is asked again.
    ana.call("rooms/leave", json!({"room": kept})).await;
    assert_eq!(socket.next_of("profile").await["whose"], whose);
    ana.join(&kept).await;
    assert!(seen(&ben, &kept).await.is_empty());
    assert_eq!(seen(&ben, &room).await.len(), 1);
    ana.call("journeys/delete", json!({"journey": journey}))
        .await;
    assert_eq!(socket.next_of("profile").await["whose"], whose);
    assert!(seen(&ben, &room).await.is_empty());
    server.end().await;
}

#[tokio::test]
async fn a_page_without_webassembly_asks_for_the_rooms_and_shows_the_stage_with_its_messages() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("K-1", "public").await;
    ben.join(&room).await;
    ana.send(&room, "hello").await;
    let journey = begun(&ana).await;
    let journey = journey.as_str().unwrap();
    let path = format!("/journeys/{journey}");
    let page = ana.get(&path).await.text().await.unwrap();
    assert!(page.contains("Show my stage beside my name in"));
    let fields = [("journey", journey), ("rooms[]", room.as_str())];
    let answer = ana.post_form("journeys/badges", &path, &fields).await;
    assert!(answer.status().is_redirection(), "{}", answer.status());
    let page = ben.get(&format!("/rooms/{room}")).await;
    assert!(page.text().await.unwrap().contains("I-129F filed"));
    let page = server.stranger().get(&format!("/rooms/{room}")).await;
    assert!(!page.text().await.unwrap().contains("I-129F filed"));
    server.end().await;
}
