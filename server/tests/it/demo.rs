//! A community that is made up: what it is made of, where it may be made, and who can sign in.

use std::process::Output;

use reqwest::StatusCode;
use serde_json::json;
use sqlx::{query, query_scalar};
use tokio::process::Command;

use crate::support::{Database, Server};

/// Asks the program for a demo with these settings.
async fn demo(database: &Database, args: &[&str]) -> Output {
    layover(database, &[&["demo"], args].concat()).await
}

async fn layover(database: &Database, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_layover"))
        .args(args)
        .env_clear()
        .env("DATABASE_URL", database.url())
        .output()
        .await
        .unwrap()
}

/// What it prints when all is well.
async fn made(database: &Database, args: &[&str]) -> String {
    let output = demo(database, args).await;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// Why it makes none.
async fn refused(database: &Database, args: &[&str]) -> String {
    let output = demo(database, args).await;
    assert!(!output.status.success(), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// How many there are: people, rooms, messages, reactions, journeys, those that still wait, and stages.
async fn counts(database: &Database) -> [i64; 7] {
    let mut db = database.connect().await;
    let row = query!(
        r#"SELECT (SELECT count(*) FROM users) AS "people!", (SELECT count(*) FROM rooms) AS "rooms!",
                  (SELECT count(*) FROM messages WHERE kind = 'text') AS "messages!",
                  (SELECT count(*) FROM reactions) AS "reactions!",
                  (SELECT count(*) FROM journeys) AS "journeys!",
                  (SELECT count(*) FROM journeys WHERE outcome IS NULL) AS "pending!",
                  (SELECT count(*) FROM stage_events) AS "stages!""#
    )
    .fetch_one(&mut db)
    .await
    .unwrap();
    let talk = [row.people, row.rooms, row.messages, row.reactions];
    let [people, rooms, messages, reactions] = talk;
    let (journeys, pending, stages) = (row.journeys, row.pending, row.stages);
    [
        people, rooms, messages, reactions, journeys, pending, stages,
    ]
}

#[tokio::test]
async fn on_an_empty_database_it_makes_what_it_says_and_the_pages_show_it() {
    let server = Server::start().await;
    let printed = made(&server.database, &[]).await;
    let [people, rooms, messages, reactions, journeys, _, stages] = counts(&server.database).await;
    assert_eq!(journeys, 2_000);
    assert!(people > 1_500 && rooms == 7 && (60..=100).contains(&messages) && reactions > 60);
    let said = format!(
        "Made {people} people, {rooms} rooms with {messages} messages, and {journeys} journeys with \
         {stages} stages"
    );
    assert!(printed.contains(&said), "{printed}");
    // Journeys lead to the room of their kind, which is there.
    let mut db = server.database.connect().await;
    let led = query_scalar!(
        r#"SELECT count(*) AS "led!" FROM cohort_rooms JOIN members USING (room_id) JOIN users ON users.id = user_id
           WHERE handle = 'visitor' AND office = '' AND filed = ''"#
    );
    assert_eq!(led.fetch_one(&mut db).await.unwrap(), 6);
    // The curve is there at once, and finds the 190 days that were drawn, over offices of different paces.
    let asked = json!({"template": "us-k1", "from": "noa1", "to": "noa2"});
    let wait = server.stranger().call("waits/read", asked).await;
    assert!(wait["figures"]["curve"].as_array().unwrap().len() > 10);
    let median = &wait["figures"]["outlooks"][0]["median"]["estimate"]["weeks"];
    assert!((25..=31).contains(&median.as_u64().unwrap()), "{median}");
    let page = server
        .stranger()
        .get("/waits/us-k1?from=noa1&to=noa2")
        .await;
    assert!(page.text().await.unwrap().contains("curve-chart"));
    // An office has figures of its own.
    let asked = json!({"template": "us-k1", "office": "uscis-california-service-center", "from": "noa1",
        "to": "noa2"});
    let wait = server.stranger().call("waits/read", asked).await;
    assert_ne!(wait["level"], "all");
    assert!(!wait["figures"]["outlooks"].as_array().unwrap().is_empty());
    let home = server.stranger().get("/").await.text().await.unwrap();
    assert!(home.contains("Express Entry"));
    server.end().await;
}

#[tokio::test]
async fn what_was_recorded_has_grown_since_and_nothing_was_said_before_it_was() {
    let server = Server::start().await;
    made(&server.database, &["--journeys", "400"]).await;
    let mut db = server.database.connect().await;
    let row = query!(
        r#"SELECT count(DISTINCT recorded_at::date) > 200 AS "grown!",
                  bool_or(recorded_at < journeys.created_at OR recorded_at > now()) AS "impossible!",
                  bool_or(status = 'happened' AND recorded_at::date < on_date) AS "foreseen!",
                  bool_or(last_confirmed_at < recorded_at) AS "forgotten!"
           FROM stage_events JOIN journeys ON journeys.id = journey_id"#
    )
    .fetch_one(&mut db)
    .await
    .unwrap();
    assert!(row.grown && !row.impossible && !row.foreseen && !row.forgotten);
    let seen = query_scalar!(
        r#"SELECT count(DISTINCT visibility) AS "seen!" FROM journeys WHERE counted"#
    );
    assert_eq!(seen.fetch_one(&mut db).await.unwrap(), 4);
    server.end().await;
}

#[tokio::test]
async fn where_somebody_has_an_account_none_is_made() {
    let server = Server::start().await;
    server.person("ana").await;
    let why = refused(&server.database, &["--anyway"]).await;
    assert!(why.contains("somebody has an account here"), "{why}");
    assert_eq!(counts(&server.database).await, [1, 0, 0, 0, 0, 0, 0]);
    server.end().await;
}

#[tokio::test]
async fn a_second_one_is_not_made_beside_the_first() {
    let server = Server::start().await;
    made(&server.database, &["--journeys", "200"]).await;
    let before = counts(&server.database).await;
    refused(&server.database, &["--journeys", "200"]).await;
    assert_eq!(counts(&server.database).await, before);
    server.end().await;
}

#[tokio::test]
async fn in_production_none_is_made() {
    let server = Server::start().await;
    let https = ["--public-url", "https://layover.example", "--anyway"];
    let why = refused(&server.database, &https).await;
    assert!(why.contains("PUBLIC_URL"), "{why}");
    let why = refused(&server.database, &["--smtp-url", "smtps://mail.example"]).await;
    assert!(
        why.contains("SMTP_URL") && why.contains("--anyway"),
        "{why}"
    );
    assert_eq!(counts(&server.database).await, [0; 7]);
    server.end().await;
}

#[tokio::test]
async fn the_same_seed_makes_the_same_and_another_one_another() {
    let (one, two, three) = (
        Database::new().await,
        Database::new().await,
        Database::new().await,
    );
    for (database, seed) in [(&one, "5"), (&two, "5"), (&three, "6")] {
        made(database, &["--journeys", "300", "--seed", seed]).await;
    }
    assert_eq!(counts(&one).await, counts(&two).await);
    assert_ne!(counts(&one).await, counts(&three).await);
    for database in [one, two, three] {
        database.drop().await;
    }
}

#[tokio::test]
async fn nobody_can_be_signed_in_to_but_the_visitor_by_the_password_that_was_told() {
    let server = Server::start().await;
    let printed = made(&server.database, &["--journeys", "200"]).await;
    let mut db = server.database.connect().await;
    let open = query!(
        "SELECT handle, email FROM users
         WHERE password_hash IS NOT NULL OR email_verified_at IS NOT NULL
             OR id IN (SELECT user_id FROM identities UNION SELECT user_id FROM sessions)"
    );
    let open = open.fetch_all(&mut db).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].handle, "visitor");
    assert!(
        open[0]
            .email
            .as_deref()
            .unwrap()
            .ends_with("@people.invalid")
    );
    let password = printed
        .lines()
        .find_map(|line| line.trim().strip_prefix("password  "));
    let password = password.unwrap();
    let stranger = server.stranger();
    let others = query_scalar!("SELECT handle FROM users WHERE handle <> 'visitor' LIMIT 3");
    for handle in others.fetch_all(&mut db).await.unwrap() {
        for guess in ["", "none", &handle, password] {
            let answer = stranger.try_sign_in(&handle, guess).await;
            assert!(!answer.status().is_success(), "{handle} {guess}");
        }
    }
    let answer = stranger.try_sign_in("visitor", password).await;
    assert_eq!(answer.status(), StatusCode::OK);
    // Two demos do not have the same, whatever their seed.
    let other = Database::new().await;
    assert!(
        !made(&other, &["--journeys", "200"])
            .await
            .contains(password)
    );
    other.drop().await;
    server.end().await;
}

#[tokio::test]
async fn a_database_without_tables_gets_them() {
    let database = Database::before(0).await;
    made(&database, &["--journeys", "200"]).await;
    assert_eq!(counts(&database).await[4], 200);
    database.drop().await;
}

#[tokio::test]
async fn what_was_counted_today_is_not_counted_again_at_an_operators_word() {
    let server = Server::start().await;
    made(&server.database, &["--journeys", "200"]).await;
    let count = async || {
        let output = layover(&server.database, &["count"]).await;
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(count().await.contains("nothing to count"));
    let mut db = server.database.connect().await;
    query!("UPDATE wait_batches SET made_on = made_on - 1")
        .execute(&mut db)
        .await
        .unwrap();
    assert!(count().await.contains("were counted"));
    assert!(count().await.contains("nothing to count"));
    drop(db);
    server.end().await;
}
