//! Suspension: who is kept from signing in is nobody, at once and on every node.

use app::accounts::Handle;
use layover::accounts::{Token, reinstate, suspend};
use serde_json::{Value, json};
use sqlx::{PgPool, query};

use crate::support::{Person, Server, person::PASSWORD};

/// What those who run the installation do it with.
fn pool(server: &Server) -> PgPool {
    layover::pool(&server.database.url()).unwrap()
}

fn handle(text: &str) -> Handle {
    Handle::parse(text).unwrap()
}

async fn signs_in(server: &Server, handle: &str, password: &str) -> Result<(), (u16, String)> {
    let input = json!({"login": handle, "password": password});
    let answer = server.stranger().post("accounts/sign_in", &input).await;
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    if status.is_success() {
        return Ok(());
    }
    Err((status.as_u16(), body["code"].as_str().unwrap().to_owned()))
}

async fn is_nobody(person: &Person) -> bool {
    person.call("accounts/current", json!({})).await.is_null()
}

#[tokio::test]
async fn row_3_who_is_suspended_is_signed_out_on_every_node_and_signs_in_no_more() {
    let one = Server::start().await;
    let two = one.another(None).await;
    let (ben, ana) = (one.person("ben").await, one.person("ana").await);
    let phone = ben.sign_in_again().await.on(&two);
    let (mut here, mut there) = (ben.greet().await, phone.greet().await);
    let mut hers = ana.greet().await;
    let pool = pool(&one);
    let whom = suspend(&pool, &handle("BEN"), None, "asks for money").await;
    assert_eq!(whom.unwrap().handle.as_str(), "ben");
    assert_eq!(here.close_code().await, 4401);
    assert_eq!(there.close_code().await, 4401);
    assert!(is_nobody(&ben).await && is_nobody(&phone).await);
    let suspended = Err((403, "suspended".to_owned()));
    assert_eq!(signs_in(&two, "ben", PASSWORD).await, suspended);
    // A wrong password learns nothing of it.
    let wrong = Err((401, "credentials_wrong".to_owned()));
    assert_eq!(signs_in(&one, "ben", "not this one").await, wrong);
    assert_eq!(signs_in(&one, "nobody", PASSWORD).await, wrong);
    // Others feel nothing.
    hers.say(json!({"type": "hello"})).await;
    assert_eq!(hers.next_of("welcome").await["user"]["handle"], "ana");

    let (_, because) = reinstate(&pool, &handle("ben")).await.unwrap();
    assert_eq!(because.as_deref(), Some("asks for money"));
    assert_eq!(signs_in(&one, "ben", PASSWORD).await, Ok(()));
    assert!(is_nobody(&ben).await, "what has ended has ended");
    let (_, because) = reinstate(&pool, &handle("ben")).await.unwrap();
    assert_eq!(because, None);
    for unknown in [
        suspend(&pool, &handle("nobody"), None, "").await.err(),
        reinstate(&pool, &handle("nobody")).await.err(),
    ] {
        assert!(unknown.unwrap().to_string().contains("PersonUnknown"));
    }
    pool.close().await;
    two.stop().await;
    one.end().await;
}

#[tokio::test]
async fn a_session_that_was_begun_at_the_same_time_stands_for_nobody() {
    let server = Server::start().await;
    let ben = server.person("ben").await;
    let pool = pool(&server);
    suspend(&pool, &handle("ben"), Some(3), "").await.unwrap();
    // As a sign-in leaves it that saw no suspension yet and commits after it.
    let token = Token::new().unwrap();
    let key = token.key();
    query!(
        "INSERT INTO sessions (token_hash, user_id, expires_at)
         SELECT $1, id, now() + interval '1 day' FROM users WHERE handle = 'ben'",
        key.as_bytes(),
    )
    .execute(&pool)
    .await
    .unwrap();
    let cookie = ben.cookie.as_ref().unwrap();
    let (name, _) = cookie.split_once('=').unwrap();
    let mut late = ben.clone();
    late.cookie = Some(format!("{name}={}", token.as_str()));
    assert!(is_nobody(&late).await);
    assert_eq!(late.connect().await.close_code().await, 4401);

    // A suspension of days ends by itself.
    query!("UPDATE users SET suspended_until = now() WHERE handle = 'ben'")
        .execute(&pool)
        .await
        .unwrap();
    assert!(!is_nobody(&late).await);
    assert_eq!(signs_in(&server, "ben", PASSWORD).await, Ok(()));
    pool.close().await;
    server.end().await;
}

#[tokio::test]
async fn a_password_that_is_set_by_mail_lets_nobody_in_who_is_suspended() {
    const NEW: &str = "a letter has come";
    let server = Server::start().await;
    let ben = server.person("ben").await;
    ben.confirm(&server).await;
    let pool = pool(&server);
    suspend(&pool, &handle("ben"), None, "").await.unwrap();
    let forget = json!({"email": "ben@example.org"});
    ben.call("accounts/forget_password", forget).await;
    let token = ben.mailed_token(&server).await;
    let reset = json!({"token": token, "password": NEW});
    ben.call("accounts/reset_password", reset).await;
    let suspended = Err((403, "suspended".to_owned()));
    assert_eq!(signs_in(&server, "ben", NEW).await, suspended);
    assert!(is_nobody(&ben).await);
    reinstate(&pool, &handle("ben")).await.unwrap();
    assert_eq!(signs_in(&server, "ben", NEW).await, Ok(()));
    pool.close().await;
    server.end().await;
}
