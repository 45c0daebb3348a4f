//! The rooms that journeys lead to.

use serde_json::{Value, json};

use crate::{
    journeys::{begun, opened, show, unknown},
    support::{Person, Server},
};

async fn join(person: &Person, journey: &Value, gathering: &str) -> Value {
    let input = json!({"journey": journey, "gathering": gathering});
    person.call("journeys/join", input).await["room"].clone()
}

#[tokio::test]
async fn a_journey_suggests_three_rooms_and_joins_none() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let suggested = opened(&ana, &journey).await["own"]["suggestions"].clone();
    let suggestion =
        |gathering: &str, name: &str| json!({"gathering": gathering, "name": name, "members": 0});
    assert_eq!(
        suggested,
        json!([
            suggestion("office", "K-1 fiancé(e) visa · Manila"),
            suggestion("month", "K-1 fiancé(e) visa · Manila · filed 2026-01"),
            suggestion("template", "K-1 fiancé(e) visa"),
        ])
    );
    assert_eq!(ana.call("rooms/list", json!({})).await, json!([]));
    server.end().await;
}

#[tokio::test]
async fn those_who_join_at_once_are_in_one_room_that_one_of_them_owns() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let (of_ana, of_ben) = (begun(&ana).await, begun(&ben).await);
    let (one, other) = tokio::join!(join(&ana, &of_ana, "month"), join(&ben, &of_ben, "month"));
    assert_eq!(one["id"], other["id"]);
    let suggested = opened(&ana, &of_ana).await["own"]["suggestions"][1].clone();
    assert_eq!(
        (&suggested["members"], &suggested["room"]),
        (&json!(2), &one["id"])
    );
    let about = ana.call("rooms/about", json!({"room": one["id"]})).await;
    let people = about["people"].as_array().unwrap().iter();
    let mut roles: Vec<_> = people.map(|member| member["role"].clone()).collect();
    roles.sort_by_key(ToString::to_string);
    assert_eq!(roles, ["member", "owner"]);
    server.end().await;
}

#[tokio::test]
async fn anothers_journey_suggests_nothing_and_opens_no_room() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let journey = begun(&ana).await;
    let input = json!({"journey": journey, "gathering": "office"});
    assert_eq!(ben.refused("journeys/join", input.clone()).await, unknown());
    show(&ana, &journey, "public", "").await;
    assert_eq!(opened(&ben, &journey).await["own"], Value::Null);
    let refused = ben.refused("journeys/join", input).await;
    assert_eq!(refused, (403, "forbidden".into()));
    assert_eq!(ben.call("rooms/list", json!({})).await, json!([]));
    server.end().await;
}

#[tokio::test]
async fn who_was_banned_from_the_room_does_not_get_in_by_a_journey() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let (of_ana, of_ben) = (begun(&ana).await, begun(&ben).await);
    let room = join(&ana, &of_ana, "office").await;
    join(&ben, &of_ben, "office").await;
    let ban = json!({"room": room["id"], "user": ben.id().await});
    ana.call("rooms/ban", ban).await;
    let input = json!({"journey": of_ben, "gathering": "office"});
    let refused = ben.refused("journeys/join", input).await;
    assert_eq!(refused, (403, "banned".into()));
    server.end().await;
}

#[tokio::test]
async fn a_room_that_everybody_has_left_is_owned_by_the_next_who_joins() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let (of_ana, of_ben) = (begun(&ana).await, begun(&ben).await);
    let room = join(&ana, &of_ana, "month").await;
    ana.call("rooms/leave", json!({"room": room["id"]})).await;
    assert_eq!(join(&ben, &of_ben, "month").await["id"], room["id"]);
    let about = ben.call("rooms/about", json!({"room": room["id"]})).await;
    assert_eq!(about["role"], "owner");
    // Its members know it by its name, and others by whom it is for: an owner may call it anything.
    let renamed =
        json!({"room": room["id"], "name": "Manila in winter", "topic": "", "description": ""});
    ben.call("rooms/update", renamed).await;
    let name = async |person, journey| {
        let suggested = opened(person, journey).await["own"]["suggestions"][1].clone();
        suggested["name"].clone()
    };
    assert_eq!(name(&ben, &of_ben).await, "Manila in winter");
    assert_ne!(name(&ana, &of_ana).await, "Manila in winter");
    assert!(
        name(&ana, &of_ana)
            .await
            .as_str()
            .unwrap()
            .contains("Manila")
    );
    server.end().await;
}

#[tokio::test]
async fn what_is_submitted_later_is_no_month_of_filing() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let input = json!({"template": "us-k1", "stage": "ds160", "on": "2026-03-02", "office": "us-post-manila"});
    let begun = ana.call("journeys/create", input).await;
    let own = opened(&ana, &begun["journey"]).await["own"].clone();
    let kinds = own["suggestions"].as_array().unwrap().iter();
    let kinds: Vec<_> = kinds.map(|line| line["gathering"].clone()).collect();
    assert_eq!(kinds, ["office", "template"]);
    server.end().await;
}
