//! What is told once somebody has withdrawn: consent, a journey, or their account.

use serde_json::{Value, json};
use sqlx::{query, query_scalar};
use uuid::Uuid;

use crate::{
    deletions::{delete, eraser, is_due},
    support::{Person, Server},
    waits::{count, members, read},
};

/// Somebody withdraws consent.
pub(crate) async fn withdraw(server: &Server, handles: &[&str]) {
    let mut db = server.database.connect().await;
    let handles: Vec<String> = handles.iter().map(|handle| (*handle).to_owned()).collect();
    query!(
        "UPDATE journeys SET counted = false FROM users
         WHERE users.id = owner_id AND handle = ANY ($1)",
        &handles,
    )
    .execute(&mut db)
    .await
    .unwrap();
}

#[tokio::test]
async fn who_withdraws_is_out_of_the_next_batch_and_no_difference_tells_of_them() {
    let server = Server::start().await;
    members(&server, 40, true).await;
    count(&server, "2026-01-15").await;
    withdraw(&server, &["member1"]).await;
    count(&server, "2026-01-16").await;
    assert_eq!(
        read(&server, "uscis-california-service-center").await["figures"],
        Value::Null
    );
    withdraw(&server, &["member2", "member3", "member5", "member6"]).await;
    count(&server, "2026-01-17").await;
    let wait = read(&server, "uscis-california-service-center").await;
    assert_eq!(
        (&wait["figures"]["people"], &wait["made_on"]),
        (&json!(35), &json!("2026-01-17"))
    );
    server.end().await;
}

#[tokio::test]
async fn who_withdraws_one_of_two_journeys_is_shown_in_nothing_that_holds_it() {
    let server = Server::start().await;
    let cleo = server.person("cleo").await;
    let journeys = counted_journeys(&server, &cleo, &["2025-10-01", "2025-10-02"]).await;
    members(&server, 20, true).await;
    let all = || async {
        let asked = json!({"template": "us-k1", "from": "noa1", "to": "noa2"});
        server.stranger().call("waits/read", asked).await["figures"]["people"].clone()
    };
    count(&server, "2026-01-15").await;
    assert_eq!(all().await, json!(20));
    let not = json!({"journey": journeys[0], "counted": false});
    cleo.call("journeys/update", not).await;
    assert_eq!(all().await, json!(20));
    count(&server, "2026-01-16").await;
    assert_eq!(all().await, Value::Null);
    // Nor if it is counted again, until something new may be told.
    let again = json!({"journey": journeys[0], "counted": true});
    cleo.call("journeys/update", again).await;
    count(&server, "2026-01-17").await;
    assert_eq!(all().await, Value::Null);
    withdraw(
        &server,
        &["member2", "member3", "member5", "member6", "member7"],
    )
    .await;
    count(&server, "2026-01-18").await;
    assert_eq!(all().await, json!(15));
    cleo.call("journeys/delete", json!({"journey": journeys[1]}))
        .await;
    count(&server, "2026-01-19").await;
    assert_eq!(all().await, Value::Null);
    server.end().await;
}

/// By whom and of how many days the waits are that were told of.
async fn told_of(server: &Server) -> Vec<(Vec<Uuid>, Vec<i32>)> {
    let mut db = server.database.connect().await;
    let rows = query!(
        "SELECT owners, times FROM wait_editions WHERE template = 'us-k1' AND to_stage = 'noa2' ORDER BY number"
    );
    let rows = rows.fetch_all(&mut db).await.unwrap();
    rows.into_iter()
        .map(|row| (row.owners, row.times))
        .collect()
}

/// The pseudonym under which somebody's waits are counted.
pub(crate) async fn pseudonym(server: &Server, handle: &str) -> Uuid {
    let mut db = server.database.connect().await;
    let found = query_scalar!(
        r#"SELECT encode(substr(sha256(salt || uuid_send(id)), 1, 16), 'hex')::uuid AS "one!"
           FROM users CROSS JOIN wait_salts WHERE handle = $1"#,
        handle,
    );
    found.fetch_one(&mut db).await.unwrap()
}

/// Somebody's journeys that are counted, each of which still waited on the first of December 2025.
async fn counted_journeys(server: &Server, person: &Person, days: &[&str]) -> Vec<Value> {
    let mut journeys = Vec::new();
    for day in days {
        let begin = json!({"template": "us-k1", "stage": "noa1", "counted": true, "on": day});
        journeys.push(person.call("journeys/create", begin).await["journey"].clone());
    }
    let mut db = server.database.connect().await;
    query!("UPDATE journeys SET created_at = '2025-09-01', last_confirmed_at = '2025-12-01'")
        .execute(&mut db)
        .await
        .unwrap();
    journeys
}

#[tokio::test]
async fn nothing_leads_from_what_was_told_to_an_account_or_a_journey_that_is_gone() {
    let server = Server::start().await;
    let (cleo, dan) = (server.person("cleo").await, server.person("dan").await);
    let of_cleo = counted_journeys(&server, &cleo, &["2025-10-01", "2025-10-02"]).await;
    counted_journeys(&server, &dan, &["2025-10-03"]).await;
    members(&server, 20, true).await;
    count(&server, "2026-01-15").await;
    let (one, other) = (
        pseudonym(&server, "cleo").await,
        pseudonym(&server, "dan").await,
    );
    let before = told_of(&server).await;
    let has = |told: &[(Vec<Uuid>, Vec<i32>)], whom| {
        told.iter().any(|(owners, _)| owners.contains(&whom))
    };
    assert!(has(&before, one) && has(&before, other));
    // One of two leaves the other with the same owner.
    cleo.call("journeys/delete", json!({"journey": of_cleo[0]}))
        .await;
    assert_eq!(told_of(&server).await, before);
    cleo.call("journeys/delete", json!({"journey": of_cleo[1]}))
        .await;
    let without_one = told_of(&server).await;
    assert!(!has(&without_one, one) && has(&without_one, other));
    dan.call("accounts/delete", delete("keep")).await;
    is_due(&server).await;
    eraser(&server).carry_out_due().await.unwrap();
    let after = told_of(&server).await;
    assert!(!has(&after, one) && !has(&after, other));
    // The waits are what they were, and stand where their new owners stand.
    for ((owners, times), (owners_before, times_before)) in after.iter().zip(&before) {
        let sorted = |times: &[i32]| {
            let mut times = times.to_vec();
            times.sort_unstable();
            times
        };
        assert!(owners.is_sorted());
        assert_eq!(owners.len(), owners_before.len());
        assert_eq!(sorted(times), sorted(times_before));
    }
    server.end().await;
}
