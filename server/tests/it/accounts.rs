//! Signing up, in and out.

use reqwest::header;
use serde_json::json;
use sqlx::{query, query_scalar};

use crate::support::{
    Provider, Server,
    person::{PASSWORD, cookie_of},
};

#[tokio::test]
async fn signing_up_and_in_answer_with_the_user_alone() {
    let server = Server::start().await;
    let ana = server.stranger();
    let input = json!({"handle": "Ana", "email": "ana@example.org", "password": PASSWORD});
    let up = ana.call("accounts/sign_up", input).await;
    let user = up["user"].as_object().unwrap();
    assert_eq!(user.keys().collect::<Vec<_>>(), ["handle", "id"]);
    assert_eq!(user["handle"], "Ana");
    let r#in = ana
        .call(
            "accounts/sign_in",
            json!({"login": "@ana", "password": PASSWORD}),
        )
        .await;
    assert_eq!(r#in, up);
    server.end().await;
}

#[tokio::test]
async fn a_handle_that_differs_only_in_case_is_taken() {
    let server = Server::start().await;
    server.person("ana").await;
    let input = json!({"handle": "ANA", "email": "b@example.org", "password": PASSWORD});
    let answer = server.stranger().post("accounts/sign_up", &input).await;
    assert_eq!(answer.status(), 409);
    assert!(answer.headers().get(header::SET_COOKIE).is_none());
    let error: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(
        (&error["code"], &error["field"]),
        (&json!("handle_taken"), &json!("handle"))
    );
    server.end().await;
}

#[tokio::test]
async fn bad_input_is_refused_with_its_field() {
    let server = Server::start().await;
    let good = json!({"handle": "ana", "email": "ana@example.org", "password": PASSWORD});
    for (field, value, code) in [
        ("handle", "a", "handle_invalid"),
        ("email", "ana", "email_invalid"),
        ("password", "short", "password_short"),
        ("password", "password123", "password_common"),
    ] {
        let mut input = good.clone();
        input[field] = json!(value);
        let answer = server.stranger().post("accounts/sign_up", &input).await;
        assert_eq!(answer.status(), 422);
        let error: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(
            (error["code"].as_str(), error["field"].as_str()),
            (Some(code), Some(field))
        );
    }
    let missing = server
        .stranger()
        .refused("accounts/sign_up", json!({"handle": "ana"}))
        .await;
    assert_eq!(missing, (400, "bad_request".into()));
    server.end().await;
}

#[tokio::test]
async fn row_15_an_email_that_somebody_has_claimed_is_not_told_to_others() {
    let server = Server::start().await;
    for handle in ["ana", "ben"] {
        let input = json!({"handle": handle, "email": "same@example.org", "password": PASSWORD});
        server.stranger().call("accounts/sign_up", input).await;
    }
    // Nobody has confirmed it, so it opens no account.
    let input = json!({"login": "same@example.org", "password": PASSWORD});
    let refused = server.stranger().refused("accounts/sign_in", input).await;
    assert_eq!(refused, (401, "credentials_wrong".into()));
    server.end().await;
}

#[tokio::test]
async fn row_15_an_unknown_login_and_a_wrong_password_answer_alike() {
    let server = Server::start().await;
    server.person("ana").await;
    server.person("ben").await.confirm(&server).await;
    let mut answers = Vec::new();
    for login in [
        "who",
        "ana",
        "@ana",
        "who@example.org",
        "ana@example.org",
        "ben@example.org",
    ] {
        let answer = server.stranger().try_sign_in(login, "a guess").await;
        assert!(
            answer.headers().get(header::SET_COOKIE).is_none(),
            "{login}"
        );
        answers.push((answer.status().as_u16(), answer.text().await.unwrap()));
    }
    assert_eq!(answers[0].0, 401);
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    server.end().await;
}

#[tokio::test]
async fn row_4_cookies_are_hidden_from_scripts_and_other_sites() {
    let provider = Provider::start().await;
    let server = Server::start_beside(&provider).await;
    let up = json!({"handle": "ana", "email": "ana@example.org", "password": PASSWORD});
    let r#in = json!({"login": "ana", "password": PASSWORD});
    for (door, input) in [
        ("accounts/sign_up", up),
        ("accounts/sign_in", r#in),
        ("accounts/sign_out", json!({})),
        ("identities/start", json!({})),
    ] {
        let answer = server.stranger().post(door, &input).await;
        let cookies = answer.headers().get_all(header::SET_COOKIE);
        assert!(cookies.iter().next().is_some(), "{door}");
        for cookie in cookies {
            let set = cookie.to_str().unwrap();
            for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(set.split("; ").any(|have| have == part), "{part} in {set}");
            }
            assert!(!set.contains("Domain"), "{set}");
        }
    }
    server.end().await;
}

#[tokio::test]
async fn row_5_each_sign_in_has_a_new_session_of_which_only_a_hash_is_stored() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let first = ana.cookie.clone().unwrap();
    let second = ana.sign_in_again().await.cookie.unwrap();
    assert_ne!(first, second);

    let mut db = server.database.connect().await;
    let stored = query_scalar!("SELECT token_hash FROM sessions")
        .fetch_all(&mut db)
        .await
        .unwrap();
    assert_eq!(stored.len(), 2);
    let row = query_scalar!(r#"SELECT string_agg(sessions::text, ' ') AS "text!" FROM sessions"#)
        .fetch_one(&mut db)
        .await
        .unwrap();
    for cookie in [first, second] {
        let token = cookie.split_once('=').unwrap().1;
        assert!(token.len() * 6 >= 128);
        assert!(!row.contains(token));
        let key = layover::accounts::SessionKey::of(token).unwrap();
        assert!(stored.iter().any(|hash| hash == key.as_bytes()));
    }
    server.end().await;
}

#[tokio::test]
async fn row_5_the_session_that_a_browser_brings_to_sign_in_ends() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let mut socket = ana.connect().await;
    let input = json!({"login": "ana", "password": PASSWORD});
    let answer = ana.post("accounts/sign_in", &input).await;
    assert_ne!(Some(cookie_of(&answer)), ana.cookie);
    assert_eq!(socket.close_code().await, 4401);
    assert_eq!(ana.call("accounts/current", json!({})).await, json!(null));
    server.end().await;
}

#[tokio::test]
async fn a_login_that_no_database_can_hold_is_a_wrong_one() {
    let server = Server::start().await;
    let input = json!({"login": "a\u{0}na", "password": PASSWORD});
    let refused = server.stranger().refused("accounts/sign_in", input).await;
    assert_eq!(refused, (401, "credentials_wrong".into()));
    server.end().await;
}

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let phone = ana.sign_in_again().await;
    let answer = ana.post("accounts/sign_out", &json!({})).await;
    assert_eq!(answer.status(), 200);
    let set = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(set.contains("Max-Age=0"), "{set}");
    assert_eq!(ana.call("accounts/current", json!({})).await, json!(null));
    assert_eq!(
        phone.call("accounts/current", json!({})).await["handle"],
        "ana"
    );
    assert_eq!(
        ana.refused("rooms/create", json!({"name": "x", "kind": "public"}))
            .await
            .0,
        401
    );
    server.end().await;
}

#[tokio::test]
async fn row_6_an_expired_session_is_nobody() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let mut db = server.database.connect().await;
    query!("UPDATE sessions SET expires_at = now()")
        .execute(&mut db)
        .await
        .unwrap();
    assert_eq!(ana.call("accounts/current", json!({})).await, json!(null));
    query!("UPDATE sessions SET expires_at = now() + interval '1 day'")
        .execute(&mut db)
        .await
        .unwrap();
    assert_eq!(
        ana.call("accounts/current", json!({})).await["handle"],
        "ana"
    );
    query!("UPDATE sessions SET last_seen_at = now() - interval '31 days'")
        .execute(&mut db)
        .await
        .unwrap();
    assert_eq!(ana.call("accounts/current", json!({})).await, json!(null));
    server.end().await;
}
