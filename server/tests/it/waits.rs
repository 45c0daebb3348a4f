//! How long a step takes: what the daily batch makes of members' journeys, and what is told of it.

use std::sync::Arc;

use layover::{journeys::templates::Catalogue, waits::Counter};
use serde_json::{Value, json};
use sqlx::{query, query_scalar};

use crate::support::Server;

fn counter(server: &Server) -> Counter {
    let pool = layover::pool(&server.database.url()).unwrap();
    Counter::new(pool, Arc::new(Catalogue::bundled().unwrap()))
}

pub(crate) async fn count(server: &Server, day: &str) -> bool {
    counter(server).count(day.parse().unwrap()).await.unwrap()
}

/// So many members whose K-1 petition was received on the first of October 2025 by the California Service Center.
/// Three of four have their approval since, after 10 to 49 days; the others were still waiting on the first of
/// December.
pub(crate) async fn members(server: &Server, number: i32, counted: bool) {
    // The template is known once somebody has begun such a journey.
    let ana = server.person(&format!("ana{number}")).await;
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
             SELECT gen_random_uuid(), people.id, slug, version, $2, '2025-09-01', '2025-12-01'
             FROM people, journey_templates RETURNING id, owner_id
         ), stays AS (
             INSERT INTO journey_offices (journey_id, office, from_stage)
             SELECT id, 'uscis-california-service-center', 'filed' FROM begun
         )
         INSERT INTO stage_events (id, journey_id, stage, status, on_date, precision)
         SELECT gen_random_uuid(), begun.id, stage, 'happened', on_date, 'day'
         FROM begun JOIN people ON people.id = owner_id CROSS JOIN LATERAL (
             VALUES ('noa1', date '2025-10-01'), ('noa2', date '2025-10-11' + n % 40)) said (stage, on_date)
         WHERE stage = 'noa1' OR n % 4 <> 0",
        number,
        counted,
    )
    .execute(&mut db)
    .await
    .unwrap();
}

pub(crate) async fn read(server: &Server, office: &str) -> Value {
    let asked = json!({"template": "us-k1", "office": office, "from": "noa1", "to": "noa2"});
    server.stranger().call("waits/read", asked).await
}

#[tokio::test]
async fn what_members_record_answers_how_long_it_takes_with_what_it_rests_on() {
    let server = Server::start().await;
    members(&server, 40, true).await;
    assert!(count(&server, "2026-01-15").await);
    let wait = read(&server, "uscis-california-service-center").await;
    assert_eq!(
        (&wait["level"], &wait["quarter"], &wait["made_on"]),
        (&json!("quarter"), &json!("2025-Q4"), &json!("2026-01-15"))
    );
    let figures = &wait["figures"];
    assert_eq!(
        (&figures["people"], &figures["ended"]),
        (&json!(40), &json!(30))
    );
    assert_eq!(
        (
            &figures["curve"][0]["week"],
            &figures["curve"][0]["waiting"]
        ),
        (&json!(0), &json!(100))
    );
    let outlook = &figures["outlooks"][0];
    assert_eq!(
        (&outlook["waited"], &outlook["people"]),
        (&json!(0), &json!(40))
    );
    let median = outlook["median"]["estimate"]["weeks"].as_u64().unwrap();
    assert!((3..=7).contains(&median), "{median}");
    assert!(outlook["ranges"].is_object());
    // The same of all offices, where nobody names one; and the step is found of which most is known.
    let any = server
        .stranger()
        .call("waits/read", json!({"template": "us-k1"}))
        .await;
    assert_eq!(any["level"], "all");
    assert!(any["figures"]["people"].as_u64().unwrap() >= 40);
    // Nobody has a figure of another office, but those of all.
    assert_eq!(read(&server, "us-nvc").await["level"], "all");
    server.end().await;
}

#[tokio::test]
async fn a_page_shows_the_curve_the_numbers_beside_it_and_that_they_are_not_official() {
    let server = Server::start().await;
    members(&server, 40, true).await;
    count(&server, "2026-01-15").await;
    let path = "/waits/us-k1/uscis-california-service-center?from=noa1&to=noa2";
    let page = server.stranger().get(path).await.text().await.unwrap();
    for expected in [
        "curve-chart",
        "<table",
        "About 40 people, as of 2026-01-15: California Service Center, begun in 2025-Q4.",
        "Not official, and no legal advice",
        r#"rel="canonical""#,
        "/waits/us-k1/uscis-california-service-center?from=noa1&amp;to=noa2\"",
        "Not verified yet: ",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(!page.contains("noindex"));
    // By a form, an office is asked for in another way.
    let form = server
        .stranger()
        .get("/waits/us-k1?office=uscis-california-service-center&from=noa1&to=noa2")
        .await;
    assert!(form.text().await.unwrap().contains("begun in 2025-Q4"));
    let list = server.stranger().get("/waits").await.text().await.unwrap();
    assert!(list.contains("/waits/us-k1\""));
    for nowhere in ["/waits/us-none", "/waits/us-k1/nowhere"] {
        let status = server.stranger().get(nowhere).await.status().as_u16();
        assert_eq!(status, 404, "{nowhere}");
    }
    server.end().await;
}

#[tokio::test]
async fn of_fewer_than_five_people_nothing_is_told() {
    let server = Server::start().await;
    members(&server, 4, true).await;
    assert!(count(&server, "2026-01-15").await);
    assert_eq!(
        read(&server, "uscis-california-service-center").await["figures"],
        Value::Null
    );
    let page = server
        .stranger()
        .get("/waits/us-k1?from=noa1&to=noa2")
        .await;
    let page = page.text().await.unwrap();
    assert!(page.contains("Too little is known of this"));
    assert!(page.contains("noindex") && !page.contains("canonical"));
    server.end().await;
}

#[tokio::test]
async fn nobody_is_counted_who_has_not_said_so() {
    let server = Server::start().await;
    members(&server, 40, false).await;
    assert!(!count(&server, "2026-01-15").await);
    assert_eq!(
        read(&server, "uscis-california-service-center").await["figures"],
        Value::Null
    );
    server.end().await;
}

#[tokio::test]
async fn a_day_is_counted_once_whichever_nodes_are_about_it() {
    let server = Server::start().await;
    members(&server, 20, true).await;
    let (one, two) = (counter(&server), counter(&server));
    for day in ["2026-01-15", "2026-01-16"] {
        let day = day.parse().unwrap();
        let (first, second) = tokio::join!(one.count(day), two.count(day));
        assert_eq!(
            [first.unwrap(), second.unwrap()]
                .iter()
                .filter(|made| **made)
                .count(),
            1
        );
        assert!(!one.count(day).await.unwrap());
    }
    // Nothing has changed on the second day, so that nothing new is told.
    let mut db = server.database.connect().await;
    let days = query!(r#"SELECT DISTINCT made_on::text AS "day!" FROM wait_editions"#);
    let days = days.fetch_all(&mut db).await.unwrap();
    assert_eq!(days.len(), 1);
    assert_eq!(days[0].day, "2026-01-15");
    server.end().await;
}

#[tokio::test]
async fn only_steps_on_the_governments_clock_are_told_of() {
    let server = Server::start().await;
    let stranger = server.stranger();
    for (input, refusal) in [
        (json!({"template": "us-none"}), (404, "template_unknown")),
        (
            json!({"template": "us-k1", "office": "uk-ukvi"}),
            (422, "office_unknown"),
        ),
        (
            json!({"template": "us-k1", "from": "rfe", "to": "rfe_reply"}),
            (422, "stage_unknown"),
        ),
        (
            json!({"template": "us-k1", "from": "noa2", "to": "noa1"}),
            (422, "stage_unknown"),
        ),
    ] {
        let refused = stranger.refused("waits/read", input).await;
        assert_eq!(refused, (refusal.0, refusal.1.to_owned()));
    }
    server.end().await;
}

#[tokio::test]
async fn somebody_learns_where_they_are_and_nobody_else_does() {
    let server = Server::start().await;
    members(&server, 40, true).await;
    count(&server, "2026-01-15").await;
    let (cleo, dan) = (server.person("cleo").await, server.person("dan").await);
    let office = "uscis-california-service-center";
    let mut db = server.database.connect().await;
    let since = query_scalar!(r#"SELECT (current_date - 10)::text AS "day!""#);
    let since = since.fetch_one(&mut db).await.unwrap();
    let begin = json!({"template": "us-k1", "stage": "noa1", "office": office, "on": since});
    let journey = cleo.call("journeys/create", begin).await["journey"].clone();
    let asked = json!({"template": "us-k1", "office": office, "from": "noa1", "to": "noa2"});
    let positions = cleo.call("waits/positions", asked.clone()).await;
    let own = &positions[0];
    assert_eq!(
        (&own["journey"], &own["waited"], &own["since"]),
        (&journey, &json!(10), &json!(since))
    );
    assert!(own["through"].is_number() && own["forecast"]["window"].is_object());
    let next = json!({"journey": journey});
    let awaited = cleo.call("waits/awaited", next.clone()).await;
    assert_eq!(awaited["position"], *own);
    assert_eq!(awaited["wait"]["to"], "noa2");
    // Nobody else, though they may see the journey itself.
    let update = json!({"journey": journey, "visibility": "public"});
    cleo.call("journeys/update", update).await;
    for other in [&dan, &server.stranger()] {
        assert_eq!(
            other.call("waits/positions", asked.clone()).await,
            json!([])
        );
    }
    let refused = dan.refused("waits/awaited", next.clone()).await;
    assert_eq!(refused, (404, "journey_unknown".to_owned()));
    assert_eq!(
        server.stranger().refused("waits/awaited", next).await.0,
        401
    );
    // Nor do their pages, and none of hers is kept on the way.
    let at_office = format!("/waits/us-k1/{office}?from=noa1&to=noa2");
    let own = format!("/journeys/{}", journey.as_str().unwrap());
    for path in [&at_office, &own] {
        let page = cleo.get(path).await;
        assert_eq!(page.headers()["cache-control"], "no-store", "{path}");
        let page = page.text().await.unwrap();
        for expected in [
            "You are here",
            "Only you see this",
            "class=\"standing\"",
            "Not official",
        ] {
            assert!(page.contains(expected), "{path}: {expected}: {page}");
        }
        for other in [&dan, &server.stranger()] {
            let page = other.get(path).await;
            assert!(page.status().is_success());
            let page = page.text().await.unwrap();
            assert!(!page.contains("You are here") && !page.contains("Only you see this"));
        }
    }
    // With another office, or once it has come, be that known to the month alone, there is nothing to mark.
    let elsewhere = json!({"template": "us-k1", "office": "us-nvc", "from": "noa1", "to": "noa2"});
    assert_eq!(cleo.call("waits/positions", elsewhere).await, json!([]));
    let come = json!({"journey": journey, "stage": "noa2", "on": since, "precision": "month"});
    cleo.call("journeys/record", come).await;
    assert_eq!(cleo.call("waits/positions", asked).await, json!([]));
    server.end().await;
}

#[tokio::test]
async fn a_page_shows_how_many_waited_for_how_long_and_month_by_month() {
    let server = Server::start().await;
    members(&server, 40, true).await;
    count(&server, "2026-01-15").await;
    let office = "uscis-california-service-center";
    let wait = read(&server, office).await;
    let histogram = &wait["figures"]["histogram"];
    for bar in ["ended", "open"]
        .iter()
        .flat_map(|side| histogram[side].as_array().unwrap())
    {
        let people = bar["people"].as_u64().unwrap();
        assert!(people >= 5 && people % 5 == 0, "{bar}");
    }
    assert_eq!(wait["cohorts"][0]["month"], "2025-10");
    let path = format!("/waits/us-k1/{office}?from=noa1&to=noa2");
    let page = server.stranger().get(&path).await.text().await.unwrap();
    for expected in [
        "How many waited for how long",
        "url(#hatched-bars)",
        "url(#hatched-months)",
        "Month by month",
        "2025-10",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    server.end().await;
}
