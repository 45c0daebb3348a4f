//! What is left to be done when an account has ended, and in which order it is done.

use app::accounts::Handle;
use layover::accounts::suspend;
use serde_json::{Value, json};
use sqlx::{query, query_scalar};
use uuid::Uuid;

use crate::{
    deletions::{delete, eraser, is_due, nothing_is_under_way},
    erasures::{count_of, goes, is_done_after},
    support::{
        Archive, Person, Provider, Server,
        away::{Away, session_of},
    },
};

async fn is_nobody(person: &Person) -> bool {
    person.call("accounts/current", json!({})).await.is_null()
}

/// How many accounts are not cleared up behind.
async fn undone(server: &Server) -> i64 {
    let mut db = server.database.connect().await;
    query_scalar!(r#"SELECT count(*) AS "count!" FROM users WHERE deletion_fate IS NOT NULL"#)
        .fetch_one(&mut db)
        .await
        .unwrap()
}

/// What requests leave that knew whose session it is before the account ended.
async fn requests_end_late(server: &Server, who: Uuid, room: &str) {
    let mut db = server.database.connect().await;
    query!(
        "WITH member AS (
                 INSERT INTO members (room_id, user_id, role, version) VALUES ($1, $2, 'member', 1)),
              stretch AS (
                 INSERT INTO member_intervals (room_id, user_id, joined_seq) VALUES ($1, $2, 1)),
              block AS (
                 INSERT INTO blocks (user_id, blocked_id)
                 SELECT $2, id FROM users WHERE handle = 'ben'),
              profile AS (
                 INSERT INTO profiles (user_id, name) VALUES ($2, 'Late')),
              template AS (
                 INSERT INTO journey_templates (slug, version, definition) VALUES ('us-k1', 999, '{}')
                 RETURNING slug, version),
              journey AS (
                 INSERT INTO journeys (id, owner_id, template, template_version)
                 SELECT gen_random_uuid(), $2, slug, version FROM template RETURNING id),
              office AS (
                 INSERT INTO journey_offices (journey_id, office, from_stage)
                 SELECT id, 'us-nvc', 'filed' FROM journey),
              event AS (
                 INSERT INTO stage_events (id, journey_id, stage, status, on_date, precision)
                 SELECT gen_random_uuid(), id, 'filed', 'happened', '2026-01-05', 'day' FROM journey),
              invite AS (
                 INSERT INTO invites (code, room_id, created_by)
                 VALUES ('AAAAAAAAAAAAAAAAAAAAAA', $1, $2)),
              session AS (
                 INSERT INTO sessions (token_hash, user_id, expires_at)
                 VALUES (sha256('late'), $2, now() + interval '1 day'))
         INSERT INTO read_positions (user_id, room_id, seq) VALUES ($2, $1, 1)",
        room.parse::<Uuid>().unwrap(),
        who,
    )
    .execute(&mut db)
    .await
    .unwrap();
}

#[tokio::test]
async fn what_requests_under_way_have_left_goes_a_round_later() {
    let server = Server::start().await;
    let (quokka, ben) = (server.person("quokka").await, server.person("ben").await);
    let room = ben.create("Visa", "public").await;
    let who: Uuid = quokka.id().await.parse().unwrap();
    goes(&server, &quokka, "erase").await;
    requests_end_late(&server, who, &room).await;
    eraser(&server).carry_out_due().await.unwrap();
    let mut db = server.database.connect().await;
    let left = query_scalar!(
        r#"SELECT (SELECT count(*) FROM members WHERE user_id = $1)
                + (SELECT count(*) FROM member_intervals WHERE user_id = $1)
                + (SELECT count(*) FROM blocks WHERE user_id = $1)
                + (SELECT count(*) FROM profiles WHERE user_id = $1)
                + (SELECT count(*) FROM journeys WHERE owner_id = $1)
                + (SELECT count(*) FROM journey_offices) + (SELECT count(*) FROM stage_events)
                + (SELECT count(*) FROM invites WHERE created_by = $1)
                + (SELECT count(*) FROM sessions WHERE user_id = $1)
                + (SELECT count(*) FROM read_positions WHERE user_id = $1) AS "left!""#,
        who,
    );
    assert_eq!(left.fetch_one(&mut db).await.unwrap(), 0);
    let about = ben.call("rooms/about", json!({"room": room})).await;
    assert_eq!(about["members"], 1);
    // Somebody may still be slow. When nobody can be any more, it is done.
    assert_eq!(undone(&server).await, 1);
    nothing_is_under_way(&server).await;
    eraser(&server).carry_out_due().await.unwrap();
    assert_eq!(undone(&server).await, 0);
    server.end().await;
}

#[tokio::test]
async fn every_account_that_is_due_ends_before_anything_is_cleared_up() {
    let server = Server::start().await;
    let (quokka, ben) = (server.person("quokka").await, server.person("ben").await);
    let room = quokka.create("Visa", "public").await;
    for number in 0..60 {
        quokka.send(&room, &format!("wombat {number}")).await;
    }
    quokka.call("accounts/delete", delete("erase")).await;
    is_due(&server).await;
    let mut steps = 0;
    while !is_nobody(&quokka).await {
        steps += 1;
        let eraser = eraser(&server);
        is_done_after(steps, Box::pin(eraser.carry_out_due())).await;
    }
    ben.call("accounts/delete", delete("erase")).await;
    is_due(&server).await;
    steps = 0;
    while !is_nobody(&ben).await {
        steps += 1;
        let eraser = eraser(&server);
        is_done_after(steps, Box::pin(eraser.carry_out_due())).await;
    }
    let mut db = server.database.connect().await;
    assert!(count_of(&mut db, "wombat").await >= 60);
    eraser(&server).carry_out_due().await.unwrap();
    assert_eq!(count_of(&mut db, "wombat").await, 0);
    server.end().await;
}

#[tokio::test]
async fn accounts_that_cannot_be_ended_keep_no_other_waiting_however_many_they_are() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.call("accounts/delete", delete("keep")).await;
    is_due(&server).await;
    let mut db = server.database.connect().await;
    sqlx::raw_sql(
        "INSERT INTO users (id, handle, email, deletion_due_at, deletion_fate)
         SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'stuck_' || n,
                n || '@example.org', now() - interval '1 day', 'keep'
         FROM generate_series(1, 250) n;
         CREATE FUNCTION stick() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             RAISE EXCEPTION 'stuck';
         END $$;
         CREATE TRIGGER users_stick BEFORE UPDATE ON users
         FOR EACH ROW WHEN (OLD.handle LIKE 'stuck%') EXECUTE FUNCTION stick();",
    )
    .execute(&mut db)
    .await
    .unwrap();
    eraser(&server).carry_out_due().await.unwrap();
    assert!(is_nobody(&ana).await);
    server.end().await;
}

#[tokio::test]
async fn who_is_suspended_for_some_days_is_not_deleted_before_they_could_take_it_back() {
    let server = Server::start().await;
    let pool = layover::pool(&server.database.url()).unwrap();
    for handle in ["ana", "ben"] {
        let person = server.person(handle).await;
        person.call("accounts/delete", delete("keep")).await;
        let days = (handle == "ana").then_some(3);
        let whom = Handle::parse(handle).unwrap();
        suspend(&pool, &whom, days, "").await.unwrap();
    }
    is_due(&server).await;
    eraser(&server).carry_out_due().await.unwrap();
    let left = || async {
        let left = query_scalar!("SELECT handle FROM users WHERE deleted_at IS NULL");
        left.fetch_all(&pool).await.unwrap()
    };
    assert_eq!(left().await, ["ana"], "who has no end to wait for goes");
    let days_after = async |days: i32| {
        query!(
            "UPDATE users SET suspended_until = now() - make_interval(days => $1)
             WHERE handle = 'ana'",
            days,
        )
        .execute(&pool)
        .await
        .unwrap();
        eraser(&server).carry_out_due().await.unwrap();
        left().await
    };
    assert_eq!(
        days_after(6).await,
        ["ana"],
        "there is a week to take it back"
    );
    assert_eq!(days_after(7).await, [""; 0]);
    pool.close().await;
    server.end().await;
}

#[tokio::test]
async fn an_account_made_through_the_provider_is_exported_deleted_and_made_anew() {
    let provider = Provider::start().await;
    let server = Server::start_beside(&provider).await;
    let said = json!({"email": "ana@example.org", "email_verified": true, "given_name": "Ana"});
    let signs_in = async || {
        let mut person = server.stranger();
        let away = Away::leave(&person, "/").await;
        person.cookie = session_of(&away.agrees(&provider, &said).await);
        person
    };
    let ana = signs_in().await;
    let id = ana.id().await;
    let archive = Archive::of(&ana).await;
    let identities = archive.list("identities.json");
    assert_eq!(
        (identities.len(), &identities[0]["issuer"]),
        (1, &Value::from(provider.issuer.clone()))
    );
    assert_eq!(archive.json("account.json")["has_password"], false);
    let by_handle = json!({"messages": "erase", "handle": "ana"});
    ana.call("accounts/delete", by_handle).await;
    is_due(&server).await;
    eraser(&server).carry_out_due().await.unwrap();
    assert!(is_nobody(&ana).await);
    let anew = signs_in().await;
    assert_ne!(anew.id().await, id);
    assert_eq!(Archive::of(&anew).await.list("identities.json").len(), 1);
    server.end().await;
}
