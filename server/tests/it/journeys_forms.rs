//! Journeys by forms alone, and numbers that must not be written in one.

use serde_json::{Value, json};

use crate::{journeys::begun, support::Server};

#[tokio::test]
async fn a_case_number_in_a_note_is_refused_or_hidden_and_never_kept() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let note = "ours is IOE0912345678, the passport P<UTOERIKSSON";
    let mut said = json!({"journey": journey, "stage": "noa1", "on": "2026-01-12", "note": note});
    let answer = ana.post("journeys/record", &said).await;
    assert_eq!(answer.status(), 422);
    let error: Value = answer.json().await.unwrap();
    assert_eq!(
        (&error["code"], &error["field"]),
        (&json!("case_number"), &json!("note"))
    );
    said["mask"] = json!(true);
    let view = ana.call("journeys/record", said).await;
    assert_eq!(
        view["events"][1]["note"],
        "ours is IOE••••••••••, the passport P<•••••••••••"
    );
    for (table, rows) in server.database.contents().await {
        for row in rows {
            assert!(
                !row.contains("0912345678") && !row.contains("ERIKSSON"),
                "{table}: {row}"
            );
        }
    }
    server.end().await;
}

#[tokio::test]
async fn a_form_that_holds_a_case_number_offers_to_hide_it() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let journey = journey.as_str().unwrap();
    let page = format!("/journeys/{journey}");
    let fields = [
        ("journey", journey),
        ("stage", "noa1"),
        ("on", "2026-01-12"),
        ("note", "ours is A12345678"),
    ];
    let answer = ana.post_form("journeys/record", &page, &fields).await;
    assert_eq!(answer.status(), 422);
    let again = answer.text().await.unwrap();
    assert!(
        again.contains("There is a case or passport number in this"),
        "{again}"
    );
    // Checked from the start, as where WebAssembly shows it.
    let mut boxes = again
        .split("<input")
        .filter(|part| part.contains(r#"name="mask""#));
    let mask = boxes.next().unwrap().split('>').next().unwrap();
    assert!(mask.contains("checked"), "{mask}");
    assert!(again.contains("ours is A12345678</textarea>"));
    let plain = ana.get(&page).await.text().await.unwrap();
    assert!(!plain.contains(r#"name="mask""#));
    let mut masked = fields.to_vec();
    masked.push(("mask", "true"));
    let answer = ana.post_form("journeys/record", &page, &masked).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], page.as_str());
    assert!(
        ana.get(&page)
            .await
            .text()
            .await
            .unwrap()
            .contains("ours is A••••••••")
    );
    server.end().await;
}

/// How many of a page's forms that are folded away are open.
fn open_folds(page: &str) -> usize {
    let folds = page.split("<details").skip(1);
    let heads = folds.filter_map(|fold| fold.split('>').next());
    heads
        .filter(|head| head.contains("ask") && head.contains(" open"))
        .count()
}

#[tokio::test]
async fn what_was_folded_away_is_open_while_its_form_is_refused() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let journey = begun(&ana).await;
    let journey = journey.as_str().unwrap();
    let page = format!("/journeys/{journey}");
    let plain = ana.get(&page).await.text().await.unwrap();
    assert_eq!(open_folds(&plain), 0, "{plain}");
    for (door, fields) in [
        ("journeys/transfer", [("office", "uk-ukvi"), ("from", "")]),
        ("journeys/end", [("outcome", "refused"), ("on", "soon")]),
    ] {
        let mut fields = fields.to_vec();
        fields.push(("journey", journey));
        let answer = ana.post_form(door, &page, &fields).await;
        assert_eq!(answer.status(), 422, "{door}");
        let again = answer.text().await.unwrap();
        let mut folds = again.split("<details").skip(1);
        let its = folds.find(|fold| fold.contains(&format!(r#"action="/api/{door}""#)));
        let its = its.unwrap();
        let head = its.split('>').next().unwrap();
        assert!(head.contains("open"), "{door}: {head}");
        assert_eq!(open_folds(&again), 1, "{door}");
    }
    server.end().await;
}

#[tokio::test]
async fn a_journey_is_begun_and_kept_up_by_forms_alone() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let list = ana.get("/journeys/new").await.text().await.unwrap();
    assert!(list.contains("/journeys/new?template=us-k1"), "{list}");
    let form = ana
        .get("/journeys/new?template=us-k1")
        .await
        .text()
        .await
        .unwrap();
    assert!(form.contains(r#"action="/api/journeys/create""#) && form.contains("Manila"));
    let fields = [
        ("template", "us-k1"),
        ("office", "us-post-manila"),
        ("stage", "filed"),
        ("on", "2026-01-05"),
        ("precision", "day"),
        ("visibility", "private"),
    ];
    let made = ana
        .post_form("journeys/create", "/journeys/new?template=us-k1", &fields)
        .await;
    assert_eq!(made.status(), 303);
    let page = made.headers()["location"].to_str().unwrap().to_owned();
    let shown = ana.get(&page).await.text().await.unwrap();
    for expected in [
        "<svg",
        "I-129F filed",
        "2026-01-05",
        "noindex",
        "I am still waiting",
    ] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    let journey = page.rsplit('/').next().unwrap();
    let waiting = ana
        .post_form("journeys/confirm", &page, &[("journey", journey)])
        .await;
    assert_eq!(
        (waiting.status().as_u16(), &waiting.headers()["location"]),
        (303, &page.parse().unwrap())
    );
    let gone = ana
        .post_form("journeys/delete", &page, &[("journey", journey)])
        .await;
    assert_eq!(gone.headers()["location"], "/journeys");
    assert_eq!(ana.get(&page).await.status(), 404);
    server.end().await;
}
