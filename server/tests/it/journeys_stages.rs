//! What is said of the stages of a journey, put right and taken back.

use serde_json::{Value, json};
use sqlx::{Connection, query};

use crate::{
    journeys::{begun, last_event, opened, record, told},
    support::Server,
};

#[tokio::test]
async fn what_is_said_of_a_stage_takes_the_place_of_what_was_said_before_and_undoing_brings_it_back()
 {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let plan = json!({"journey": journey, "stage": "interview", "on": "2026-06-01", "status": "scheduled"});
    let planned = ana.call("journeys/record", plan).await;
    assert_eq!(planned["events"][1]["status"], "scheduled");
    let moved = record(&ana, &journey, "interview", "2026-06-08").await;
    assert_eq!(
        told(&moved),
        ["filed 2026-01-05 day", "interview 2026-06-08 day"]
    );
    let undo = json!({"journey": journey, "event": last_event(&moved)});
    let back = ana.call("journeys/undo", undo.clone()).await;
    assert_eq!(
        told(&back),
        ["filed 2026-01-05 day", "interview 2026-06-01 day"]
    );
    assert_eq!(back["events"][1]["status"], "scheduled");
    // It holds no longer, so it cannot be taken back once more.
    let gone = ana.refused("journeys/undo", undo).await;
    assert_eq!(gone, (422, "stage_unknown".into()));
    server.end().await;
}

#[tokio::test]
async fn what_put_nothing_right_is_gone_once_it_is_undone() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let view = record(&ana, &journey, "noa1", "2026-01-12").await;
    let undo = json!({"journey": journey, "event": last_event(&view)});
    let back = ana.call("journeys/undo", undo).await;
    assert_eq!(told(&back), ["filed 2026-01-05 day"]);
    server.end().await;
}

#[tokio::test]
async fn undoing_goes_back_step_by_step_until_the_stage_is_gone() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    for day in ["2026-01-12", "2026-01-13", "2026-01-14"] {
        record(&ana, &journey, "noa1", day).await;
    }
    let mut view = opened(&ana, &journey).await;
    for day in [Some("2026-01-13"), Some("2026-01-12"), None] {
        let undo = json!({"journey": journey, "event": last_event(&view)});
        view = ana.call("journeys/undo", undo).await;
        let noa1 = day.map(|day| format!("noa1 {day} day"));
        assert_eq!(told(&view).get(1), noa1.as_ref());
    }
    // What is put right after an undoing is undone to the same.
    record(&ana, &journey, "noa1", "2026-01-12").await;
    let wrong = record(&ana, &journey, "noa1", "2026-01-13").await;
    let undo = json!({"journey": journey, "event": last_event(&wrong)});
    ana.call("journeys/undo", undo).await;
    view = record(&ana, &journey, "noa1", "2026-01-15").await;
    for day in [Some("2026-01-12"), None] {
        let undo = json!({"journey": journey, "event": last_event(&view)});
        view = ana.call("journeys/undo", undo).await;
        let noa1 = day.map(|day| format!("noa1 {day} day"));
        assert_eq!(told(&view).get(1), noa1.as_ref());
    }
    server.end().await;
}

#[tokio::test]
async fn a_stage_that_may_happen_again_is_there_as_often_as_it_has_happened() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    record(&ana, &journey, "rfe", "2026-02-01").await;
    let view = record(&ana, &journey, "rfe", "2026-04-01").await;
    let told = told(&view);
    assert_eq!(told[1..], ["rfe 2026-02-01 day", "rfe 2026-04-01 day"]);
    server.end().await;
}

#[tokio::test]
async fn nothing_that_was_said_is_ever_changed_and_it_is_known_when_it_was_said() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    record(&ana, &journey, "noa1", "2026-01-12").await;
    let view = record(&ana, &journey, "noa1", "2026-01-13").await;
    let undo = json!({"journey": journey, "event": last_event(&view)});
    ana.call("journeys/undo", undo).await;
    let mut db = server.database.connect().await;
    let said = query!(
        "SELECT stage, on_date::text AS day, supersedes IS NOT NULL AS follows
         FROM stage_events ORDER BY recorded_at, id"
    );
    let said: Vec<_> = said
        .fetch_all(&mut db)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.stage, row.day.unwrap(), row.follows.unwrap()))
        .collect();
    let expected = [
        ("filed", "2026-01-05", false),
        ("noa1", "2026-01-12", false),
        ("noa1", "2026-01-13", true),
        ("noa1", "2026-01-12", true),
    ];
    assert_eq!(
        said,
        expected.map(|(stage, day, follows)| (stage.to_owned(), day.to_owned(), follows))
    );
    let mut tx = db.begin().await.unwrap();
    let change = query!("UPDATE stage_events SET on_date = now()").execute(&mut *tx);
    let refused = change.await.unwrap_err().to_string();
    assert!(
        refused.contains("stage events are never changed"),
        "{refused}"
    );
    server.end().await;
}

#[tokio::test]
async fn an_odd_order_and_an_impossible_day_are_told_and_kept() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let view = record(&ana, &journey, "noa1", "2025-12-24").await;
    assert_eq!(told(&view), ["noa1 2025-12-24 day", "filed 2026-01-05 day"]);
    let warning = &view["own"]["warnings"][0];
    assert_eq!(warning["kind"], "out_of_order");
    assert_eq!(warning["event"], view["events"][0]["id"]);
    assert_eq!(warning["other"], view["events"][1]["id"]);
    let view = record(&ana, &journey, "noa2", "2999-01-01").await;
    let warnings = view["own"]["warnings"].as_array().unwrap();
    assert!(
        warnings.iter().any(|warning| warning["kind"] == "future"),
        "{warnings:?}"
    );
    server.end().await;
}

#[tokio::test]
async fn a_date_that_is_none_and_what_no_list_offers_are_refused_at_their_field() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let good = json!({"journey": journey, "stage": "noa1", "on": "2026-02-01"});
    for (field, value, code) in [
        ("on", "2026-02-30", "date_invalid"),
        ("on", "", "date_invalid"),
        ("precision", "hour", "choice_invalid"),
        ("status", "lost", "choice_invalid"),
        ("stage", "noa3", "stage_unknown"),
        ("note", &"n".repeat(1001), "note_long"),
    ] {
        let mut bad = good.clone();
        bad[field] = json!(value);
        let answer = ana.post("journeys/record", &bad).await;
        assert_eq!(answer.status(), 422, "{field} {value}");
        let error: Value = answer.json().await.unwrap();
        assert_eq!(
            (&error["code"], &error["field"]),
            (&json!(code), &json!(field))
        );
    }
    for (field, value, refusal) in [
        ("template", "us-none", (404, "template_unknown")),
        ("office", "uk-ukvi", (422, "office_unknown")),
        ("stage", "noa3", (422, "stage_unknown")),
        ("visibility", "friends", (422, "choice_invalid")),
        ("visibility", "room", (422, "choice_invalid")),
    ] {
        let mut bad = json!({"template": "us-k1", "on": "2026-02-01"});
        bad[field] = json!(value);
        let refused = ana.refused("journeys/create", bad).await;
        assert_eq!(refused, (refusal.0, refusal.1.to_owned()), "{field}");
    }
    assert_eq!(
        opened(&ana, &journey).await["events"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    server.end().await;
}
