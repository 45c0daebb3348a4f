//! Members' journeys: how they begin, go on and end.

use serde_json::{Value, json};
use sqlx::{query, query_scalar};
use uuid::Uuid;

use crate::support::{Person, Server};

pub(crate) fn unknown() -> (u16, String) {
    (404, "journey_unknown".into())
}

/// Begins a K-1 journey. Returns its id.
pub(crate) async fn begun(person: &Person) -> Value {
    let begin = json!({"template": "us-k1", "office": "us-post-manila", "on": "2026-01-05"});
    person.call("journeys/create", begin).await["journey"].clone()
}

pub(crate) async fn opened(person: &Person, journey: &Value) -> Value {
    person
        .call("journeys/open", json!({"journey": journey}))
        .await
}

/// Says something of a stage. Returns the journey as it then is.
pub(crate) async fn record(person: &Person, journey: &Value, stage: &str, on: &str) -> Value {
    let said = json!({"journey": journey, "stage": stage, "on": on});
    person.call("journeys/record", said).await
}

/// The stages with their days.
pub(crate) fn told(view: &Value) -> Vec<String> {
    let events = view["events"].as_array().unwrap().iter();
    let told = events.map(|event| {
        let text = |key: &str| event[key].as_str().unwrap().to_owned();
        format!("{} {} {}", text("stage"), text("on"), text("precision"))
    });
    told.collect()
}

/// What was said of the stage that comes last.
pub(crate) fn last_event(view: &Value) -> Value {
    view["events"].as_array().unwrap().last().unwrap()["id"].clone()
}

pub(crate) async fn show(person: &Person, journey: &Value, visibility: &str, room: &str) {
    let update = json!({"journey": journey, "visibility": visibility, "room": room});
    person.call("journeys/update", update).await;
}

#[tokio::test]
async fn a_journey_begins_private_and_uncounted_with_what_has_happened_first() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let view = opened(&ana, &journey).await;
    assert_eq!(told(&view), ["filed 2026-01-05 day"]);
    assert_eq!(view["stays"][0]["office"]["name"], "Manila");
    assert_eq!(view["outcome"], "pending");
    let own = &view["own"];
    assert_eq!(
        (
            &own["visibility"],
            &own["counted"],
            &own["blur"],
            &own["warnings"]
        ),
        (
            &json!("private"),
            &json!(false),
            &json!("month"),
            &json!([])
        )
    );
    let list = ana.call("journeys/list", json!({})).await;
    assert_eq!(
        (&list[0]["id"], &list[0]["office"]),
        (&journey, &json!("Manila"))
    );
    assert_eq!(list[0]["reached"]["stage"], "I-129F filed");
    // Its address, which others may see, does not tell when it was begun.
    let id: Uuid = journey.as_str().unwrap().parse().unwrap();
    assert_eq!(id.get_version_num(), 4);
    server.end().await;
}

#[tokio::test]
async fn every_template_can_be_begun() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let templates = ana.call("journeys/templates", json!({})).await;
    let templates = templates.as_array().unwrap();
    assert!(templates.len() >= 18);
    for template in templates {
        let slug = json!({"template": template["slug"]});
        let whole = ana.call("journeys/template", slug).await;
        assert_eq!(whole["name"], template["name"]);
        let office = &whole["offices"][0]["key"];
        let begin = json!({"template": template["slug"], "office": office, "on": "2026-01-05"});
        let journey = ana.call("journeys/create", begin).await["journey"].clone();
        assert_eq!(
            opened(&ana, &journey).await["stays"][0]["office"]["key"],
            *office
        );
    }
    server.end().await;
}

#[tokio::test]
async fn a_case_is_transferred_from_a_stage_on_and_what_is_said_last_holds() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    record(&ana, &journey, "noa1", "2026-01-12").await;
    let to = |office: &str| json!({"journey": journey, "office": office});
    ana.call("journeys/transfer", to("us-nvc")).await;
    let view = ana.call("journeys/transfer", to("us-post-manila")).await;
    let stays: Vec<_> = view["stays"].as_array().unwrap().iter().collect();
    assert_eq!(stays.len(), 2);
    assert_eq!(
        (&stays[1]["from"], &stays[1]["office"]["name"]),
        (&json!("noa1"), &json!("Manila"))
    );
    let unknown = ana.refused("journeys/transfer", to("uk-ukvi")).await;
    assert_eq!(unknown, (422, "office_unknown".into()));
    server.end().await;
}

#[tokio::test]
async fn still_waiting_is_kept_with_the_day_and_so_is_everything_that_is_recorded() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let mut db = server.database.connect().await;
    for door in ["journeys/confirm", "journeys/record"] {
        query!("UPDATE journeys SET last_confirmed_at = '2026-01-06 12:00Z'")
            .execute(&mut db)
            .await
            .unwrap();
        assert_eq!(
            opened(&ana, &journey).await["own"]["confirmed_on"],
            "2026-01-06"
        );
        let said = json!({"journey": journey, "stage": "noa1", "on": "2026-01-12"});
        let view = ana.call(door, said).await;
        assert_eq!(view["own"]["confirmed_on"], view["own"]["today"], "{door}");
    }
    // Who merely changes who sees it has not said that the case goes on.
    query!("UPDATE journeys SET last_confirmed_at = '2026-01-06 12:00Z'")
        .execute(&mut db)
        .await
        .unwrap();
    show(&ana, &journey, "members", "").await;
    assert_eq!(
        opened(&ana, &journey).await["own"]["confirmed_on"],
        "2026-01-06"
    );
    server.end().await;
}

#[tokio::test]
async fn a_journey_ends_by_a_stage_or_by_what_its_owner_says() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let approved = record(&ana, &journey, "issued", "2026-08-01").await;
    assert_eq!(approved["outcome"], "approved");
    let undo = json!({"journey": journey, "event": last_event(&approved)});
    assert_eq!(ana.call("journeys/undo", undo).await["outcome"], "pending");
    let end = json!({"journey": journey, "outcome": "refused", "on": "2026-07-01"});
    let refused = ana.call("journeys/end", end).await;
    assert_eq!(
        (&refused["outcome"], &refused["ended_on"]),
        (&json!("refused"), &json!("2026-07-01"))
    );
    let not = json!({"journey": journey, "outcome": "pending"});
    let pending = ana.call("journeys/end", not).await;
    assert_eq!(
        (&pending["outcome"], &pending["ended_on"]),
        (&json!("pending"), &Value::Null)
    );
    server.end().await;
}

#[tokio::test]
async fn a_journey_follows_another_of_the_same_owner_and_never_itself() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let (first, second) = (begun(&ana).await, begun(&ana).await);
    let follow = |one: &Value, other: &Value| json!({"journey": one, "parent": other});
    let view = ana.call("journeys/update", follow(&second, &first)).await;
    assert_eq!(view["own"]["parent"], first);
    assert_eq!(view["own"]["others"][0]["id"], first);
    for (one, other) in [
        (&first, &second),
        (&first, &first),
        (&first, &begun(&ben).await),
    ] {
        assert_eq!(
            ana.refused("journeys/update", follow(one, other)).await,
            unknown()
        );
    }
    ana.call("journeys/delete", json!({"journey": first})).await;
    assert_eq!(opened(&ana, &second).await["own"]["parent"], Value::Null);
    server.end().await;
}

#[tokio::test]
async fn a_deleted_journey_leaves_nothing_behind() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let view = record(&ana, &journey, "noa1", "2026-01-12").await;
    let undo = json!({"journey": journey, "event": last_event(&view)});
    ana.call("journeys/undo", undo).await;
    ana.call("journeys/delete", json!({"journey": journey}))
        .await;
    assert_eq!(ana.call("journeys/list", json!({})).await, json!([]));
    assert_eq!(
        ana.refused("journeys/open", json!({"journey": journey}))
            .await,
        unknown()
    );
    let mut db = server.database.connect().await;
    let left = query_scalar!(
        r#"SELECT (SELECT count(*) FROM stage_events) + (SELECT count(*) FROM journey_offices)
               + (SELECT count(*) FROM journeys) AS "left!""#
    );
    assert_eq!(left.fetch_one(&mut db).await.unwrap(), 0);
    server.end().await;
}

#[tokio::test]
async fn a_journey_keeps_the_version_of_its_template() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let mut db = server.database.connect().await;
    // As if it had begun when the template was another one.
    query!(
        "INSERT INTO journey_templates (slug, version, definition)
         SELECT slug, 999, replace(definition, 'I-129F filed', 'Petition sent') FROM journey_templates"
    )
    .execute(&mut db)
    .await
    .unwrap();
    query!("UPDATE journeys SET template_version = 999")
        .execute(&mut db)
        .await
        .unwrap();
    let view = opened(&ana, &journey).await;
    assert_eq!(view["template"]["stages"][0]["name"], "Petition sent");
    assert_eq!(view["stays"][0]["office"]["name"], "Manila");
    server.end().await;
}

#[tokio::test]
async fn nobody_has_more_than_fifty_journeys() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    for _ in 0..50 {
        begun(&ana).await;
    }
    let begin = json!({"template": "us-k1", "on": "2026-01-05"});
    assert_eq!(
        ana.refused("journeys/create", begin).await,
        (409, "full".into())
    );
    server.end().await;
}
