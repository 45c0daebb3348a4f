//! How often what was foretold was right: the record played back month by month, and what is told of it.

use serde_json::{Value, json};
use sqlx::{query, query_scalar};
use uuid::Uuid;

use crate::{
    support::Server,
    waits::count,
    waits_withdrawn::{pseudonym, withdraw},
};

const TODAY: &str = "2026-01-15";

/// So many members whose K-1 petitions were received evenly over the 40 months before; then it took 30 to 329 days,
/// never longer or shorter as time went by. Everything was recorded on its day.
async fn members(server: &Server, number: i32) {
    // The template is known once somebody has begun such a journey.
    let ana = server.person("ana").await;
    let begin = json!({"template": "us-k1", "on": "2025-10-01"});
    ana.call("journeys/create", begin).await;
    let mut db = server.database.connect().await;
    query!(
        "WITH people AS (
             INSERT INTO users (id, handle, email, password_hash)
             SELECT gen_random_uuid(), 'member' || n, n || '@example.org', ''
             FROM generate_series(1, $1::integer) n RETURNING id, substr(handle, 7)::integer AS n
         ), begun AS (
             INSERT INTO journeys
                 (id, owner_id, template, template_version, counted, created_at, last_confirmed_at)
             SELECT gen_random_uuid(), people.id, slug, version, true, date '2022-09-15' + n * 1200 / $1, '2026-01-15'
             FROM people, journey_templates RETURNING id, owner_id, created_at
         )
         INSERT INTO stage_events (id, journey_id, stage, status, on_date, precision, recorded_at)
         SELECT gen_random_uuid(), begun.id, stage, 'happened', on_date, 'day', on_date
         FROM begun JOIN people ON people.id = owner_id CROSS JOIN LATERAL (
             VALUES ('noa1', created_at::date), ('noa2', created_at::date + 30 + n * 619 % 300)) said (stage, on_date)
         WHERE on_date <= '2026-01-15'",
        number,
    )
    .execute(&mut db)
    .await
    .unwrap();
}

async fn told(server: &Server) -> Value {
    server.stranger().call("waits/calibration", json!({})).await
}

async fn page(server: &Server, path: &str) -> String {
    server.stranger().get(path).await.text().await.unwrap()
}

/// In how many editions of what was foretold somebody stands.
async fn editions_with(server: &Server, whom: Uuid) -> i64 {
    let mut db = server.database.connect().await;
    let found = query_scalar!(
        r#"SELECT count(*) AS "found!" FROM wait_editions WHERE from_stage = '' AND $1 = ANY (owners)"#,
        whom,
    );
    found.fetch_one(&mut db).await.unwrap()
}

#[tokio::test]
async fn where_waits_stay_what_they_are_ranges_are_right_for_eight_of_ten() {
    let server = Server::start().await;
    members(&server, 600).await;
    assert!(count(&server, TODAY).await);
    let told = told(&server).await;
    let kind = &told[0];
    assert_eq!(
        (&kind["template"]["slug"], &kind["made_on"]),
        (&json!("us-k1"), &json!(TODAY))
    );
    let number = |key: &str| kind["coverage"][key].as_u64().unwrap();
    let within = number("within");
    assert!((75..=87).contains(&within), "{kind}");
    assert!(
        number("lower") <= within && within <= number("upper"),
        "{kind}"
    );
    for key in ["people", "forecasts", "unknown"] {
        assert_eq!(number(key) % 5, 0, "{kind}");
    }
    assert!(
        number("people") >= 100 && number("forecasts") > number("people"),
        "{kind}"
    );
    let step = &kind["steps"][0];
    assert_eq!(
        (&step["from"]["key"], &step["to"]["key"]),
        (&json!("noa1"), &json!("noa2"))
    );
    assert_eq!(step["coverage"], kind["coverage"]);
    let shown = page(&server, "/waits/calibration").await;
    let held = format!("{within} of 100 ranges held what came");
    for expected in [
        held.as_str(),
        "class=\"coverage\"",
        "<table",
        "rel=\"canonical\"",
        "misses two people of ten",
        "Not official, and no legal advice",
    ] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    assert!(!shown.contains("noindex"));
    // It is found where one reads how long it takes, and is no step itself.
    for path in ["/waits", "/waits/us-k1"] {
        let wait = page(&server, path).await;
        assert!(wait.contains("href=\"/waits/calibration\""), "{path}");
    }
    let any = json!({"template": "us-k1"});
    assert_eq!(
        server.stranger().call("waits/read", any).await["to"],
        "noa2"
    );
    server.end().await;
}

#[tokio::test]
async fn of_fewer_than_thirty_people_nothing_is_told() {
    let server = Server::start().await;
    members(&server, 29).await;
    assert!(count(&server, TODAY).await);
    assert_eq!(told(&server).await, json!([]));
    let shown = page(&server, "/waits/calibration").await;
    assert!(shown.contains("It is too early to say") && !shown.contains("of 100 ranges"));
    server.end().await;
}

#[tokio::test]
async fn who_withdraws_is_out_of_what_was_foretold_and_no_difference_tells_of_them() {
    let server = Server::start().await;
    members(&server, 600).await;
    count(&server, TODAY).await;
    let before = told(&server).await[0]["coverage"].clone();
    assert!(before.is_object());
    let one = pseudonym(&server, "member400").await;
    assert_eq!(editions_with(&server, one).await, 2);
    withdraw(&server, &["member400"]).await;
    count(&server, "2026-01-16").await;
    assert_eq!(told(&server).await, json!([]));
    let others = [
        "member401",
        "member402",
        "member403",
        "member404",
        "member405",
    ];
    withdraw(&server, &others).await;
    count(&server, "2026-01-17").await;
    let after = told(&server).await;
    assert_eq!(after[0]["made_on"], "2026-01-17");
    // What was told stays in the ledger; what is told now is without them.
    assert_eq!(editions_with(&server, one).await, 2);
    server.end().await;
}

#[tokio::test]
async fn nothing_leads_from_what_was_foretold_to_a_journey_that_is_gone() {
    let server = Server::start().await;
    members(&server, 600).await;
    let cleo = server.person("cleo").await;
    let mut db = server.database.connect().await;
    let journey = query_scalar!(
        "UPDATE journeys SET owner_id = cleo.id FROM users cleo, users member
         WHERE cleo.handle = 'cleo' AND member.handle = 'member400' AND owner_id = member.id
         RETURNING journeys.id"
    );
    let journey = journey.fetch_one(&mut db).await.unwrap();
    count(&server, TODAY).await;
    let one = pseudonym(&server, "cleo").await;
    assert_eq!(editions_with(&server, one).await, 2);
    // Once it is not counted, nothing that holds it is shown; once it is deleted, nothing leads to her.
    let not = json!({"journey": journey, "counted": false});
    cleo.call("journeys/update", not).await;
    count(&server, "2026-01-16").await;
    assert_eq!(told(&server).await, json!([]));
    cleo.call("journeys/delete", json!({"journey": journey}))
        .await;
    assert_eq!(editions_with(&server, one).await, 0);
    server.end().await;
}
