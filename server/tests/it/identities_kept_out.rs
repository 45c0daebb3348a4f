//! Who is suspended or gone does not come in through a provider either.

use app::accounts::Handle;
use layover::accounts::{Token, suspend};
use serde_json::{Value, json};
use sqlx::query;

use crate::{
    deletions::{eraser, is_due},
    identities::{ana_there, beside_a_provider, signed_in},
    support::{
        Person, Server,
        away::{Away, destination, session_of},
        person::PASSWORD,
    },
};

async fn is_suspended(server: &Server, handle: &str) {
    let pool = layover::pool(&server.database.url()).unwrap();
    let handle = Handle::parse(handle).unwrap();
    suspend(&pool, &handle, None, "").await.unwrap();
    pool.close().await;
}

async fn current(person: &Person) -> Value {
    person.call("accounts/current", json!({})).await
}

/// How many sessions and identities there are.
async fn made(server: &Server) -> [i64; 2] {
    let mut db = server.database.connect().await;
    let row = query!(
        r#"SELECT (SELECT count(*) FROM sessions) AS "sessions!",
                  (SELECT count(*) FROM identities) AS "identities!""#
    )
    .fetch_one(&mut db)
    .await
    .unwrap();
    [row.sessions, row.identities]
}

#[tokio::test]
async fn who_is_suspended_is_told_so_and_gets_nothing() {
    let (provider, server) = beside_a_provider().await;
    signed_in(&server, &provider, &ana_there()).await;
    server.confirmed("ben").await;
    let cara = server.person("cara").await;
    for handle in ["ana", "ben"] {
        is_suspended(&server, handle).await;
    }
    let bens = json!({"sub": "ben", "email": "ben@example.org", "email_verified": true});
    let before = made(&server).await;
    assert_eq!(before, [1, 1]);
    // By an identity, and by an address that is confirmed.
    for said in [ana_there(), bens] {
        let answer = Away::leave(&cara, "/").await.agrees(&provider, &said).await;
        assert_eq!(destination(&answer), "/sign-in?problem=suspended");
        assert_eq!(session_of(&answer), None);
        let page = server.stranger().get(destination(&answer)).await;
        assert!(page.text().await.unwrap().contains("is suspended"));
    }
    assert_eq!(made(&server).await, before);
    assert_eq!(server.find_mail("ben@example.org"), None);
    // Whoever was signed in in that browser still is.
    assert_eq!(current(&cara).await["handle"], "cara");
    server.end().await;
}

#[tokio::test]
async fn a_password_that_opens_nothing_ends_no_session() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    server.person("ben").await;
    is_suspended(&server, "ben").await;
    for (login, password) in [("ben", PASSWORD), ("ben", "wrong")] {
        let refused = ana.try_sign_in(login, password).await;
        assert!(!refused.status().is_success());
        assert_eq!(current(&ana).await["handle"], "ana");
    }
    server.end().await;
}

#[tokio::test]
async fn a_session_or_identity_that_comes_after_the_end_of_its_account_is_nobodys() {
    let (provider, server) = beside_a_provider().await;
    let ana = signed_in(&server, &provider, &ana_there()).await;
    let user = ana.id().await;
    let input = json!({"messages": "keep", "handle": "ana"});
    ana.call("accounts/delete", input).await;
    is_due(&server).await;
    eraser(&server).carry_out_due().await.unwrap();
    // As what was under way would leave them that had looked before.
    let token = Token::new().unwrap();
    let key = token.key();
    let mut db = server.database.connect().await;
    query!(
        "WITH session AS (
             INSERT INTO sessions (token_hash, user_id, expires_at)
             SELECT $1, id, now() + interval '1 day' FROM users)
         INSERT INTO identities (id, user_id, issuer, subject, email)
         SELECT gen_random_uuid(), id, $2, 'late', 'ana@example.org' FROM users",
        key.as_bytes(),
        provider.issuer,
    )
    .execute(&mut db)
    .await
    .unwrap();
    let mut late = server.stranger();
    late.cookie = Some(format!("session={}", token.as_str()));
    assert_eq!(current(&late).await, Value::Null);
    assert_eq!(late.connect().await.close_code().await, 4401);
    let mut said = ana_there();
    said["sub"] = json!("late");
    let answer = Away::leave(&server.stranger(), "/").await;
    let answer = answer.agrees(&provider, &said).await;
    assert_eq!(session_of(&answer), None);
    // The person themselves begins anew.
    let anew = signed_in(&server, &provider, &ana_there()).await;
    assert_ne!(anew.id().await, user);
    server.end().await;
}
