//! What must not sign anybody in through a provider, nor link anything.

use reqwest::{Method, header};
use serde_json::{Value, json};
use sqlx::{query, query_scalar};

use crate::support::{
    Provider, Server,
    away::{Away, destination, session_of},
    provider::asked,
};

const FLOW_UNKNOWN: &str = "/sign-in?problem=flow_unknown";
const ANSWER_INVALID: &str = "/sign-in?problem=provider_answer_invalid";

fn ana_there() -> Value {
    json!({"email": "ana@example.org", "email_verified": true, "given_name": "Ana"})
}

async fn beside_a_provider() -> (Provider, Server) {
    let provider = Provider::start().await;
    let server = Server::start_beside(&provider).await;
    (provider, server)
}

/// How many accounts, sessions and identities there are.
async fn made(server: &Server) -> [i64; 3] {
    let mut db = server.database.connect().await;
    let row = query!(
        r#"SELECT (SELECT count(*) FROM users) AS "users!",
                  (SELECT count(*) FROM sessions) AS "sessions!",
                  (SELECT count(*) FROM identities) AS "identities!""#
    )
    .fetch_one(&mut db)
    .await
    .unwrap();
    [row.users, row.sessions, row.identities]
}

#[tokio::test]
async fn row_9_a_wrong_missing_or_partial_state_fails() {
    let (provider, server) = beside_a_provider().await;
    let away = Away::leave(&server.stranger(), "/").await;
    let code = provider.grants(&away.way, &ana_there());
    let state = asked(&away.way, "state");
    let other = Away::leave(&server.stranger(), "/").await;
    let others = asked(&other.way, "state");
    let paths = [
        away.path(&[("code", &code)]),
        away.path(&[("code", &code), ("state", "")]),
        away.path(&[("code", &code), ("state", "null")]),
        away.path(&[("code", &code), ("state", &state[..42])]),
        away.path(&[("code", &code), ("state", &others)]),
        away.path(&[("error", "access_denied")]),
        "/identities/callback".to_owned(),
    ];
    for path in paths {
        let answer = away.browser.get(&path).await;
        assert_eq!(destination(&answer), FLOW_UNKNOWN, "{path}");
    }
    assert_eq!((provider.tried(), made(&server).await), (0, [0; 3]));
    // Whoever made the browser load those has not spoilt what it has begun.
    let answer = away.comes_back_with(&code).await;
    assert!(session_of(&answer).is_some());
    server.end().await;
}

#[tokio::test]
async fn row_9_a_state_works_once() {
    let (provider, server) = beside_a_provider().await;
    let away = Away::leave(&server.stranger(), "/").await;
    let answer = away.agrees(&provider, &ana_there()).await;
    assert!(session_of(&answer).is_some());
    let again = away.agrees(&provider, &ana_there()).await;
    assert_eq!(destination(&again), FLOW_UNKNOWN);
    assert_eq!(session_of(&again), None);

    // One that has failed is used up, too.
    let away = Away::leave(&server.stranger(), "/").await;
    let failed = away.comes_back_with("no code of the provider's").await;
    assert_eq!(destination(&failed), ANSWER_INVALID);
    let again = away.agrees(&provider, &ana_there()).await;
    assert_eq!(destination(&again), FLOW_UNKNOWN);
    server.end().await;
}

#[tokio::test]
async fn row_9_a_state_works_in_the_browser_that_has_begun_alone() {
    let (provider, server) = beside_a_provider().await;
    let evil = Away::leave(&server.stranger(), "/").await;
    let code = provider.grants(&evil.way, &json!({"sub": "evil"}));
    let state = asked(&evil.way, "state");
    let path = evil.path(&[("code", &code), ("state", &state)]);
    // A link that somebody is made to follow would sign them in as another.
    let victim = Away::leave(&server.stranger(), "/").await;
    for browser in [&victim.browser, &server.stranger()] {
        let answer = browser.get(&path).await;
        assert_eq!(destination(&answer), FLOW_UNKNOWN);
        assert_eq!(session_of(&answer), None);
    }
    assert_eq!(provider.tried(), 0);
    server.end().await;
}

#[tokio::test]
async fn row_9_a_state_works_for_ten_minutes() {
    let (provider, server) = beside_a_provider().await;
    let away = Away::leave(&server.stranger(), "/").await;
    let mut db = server.database.connect().await;
    let lasts = query_scalar!(
        r#"SELECT expires_at <= now() + interval '10 minutes' AS "soon!" FROM identity_flows"#
    );
    assert!(lasts.fetch_one(&mut db).await.unwrap());
    query!("UPDATE identity_flows SET expires_at = now()")
        .execute(&mut db)
        .await
        .unwrap();
    let answer = away.agrees(&provider, &ana_there()).await;
    assert_eq!(destination(&answer), FLOW_UNKNOWN);
    server.end().await;
}

#[tokio::test]
async fn row_10_a_code_of_another_sign_in_fails_by_its_verifier() {
    let (provider, server) = beside_a_provider().await;
    let thief = Away::leave(&server.stranger(), "/").await;
    let victim = Away::leave(&server.stranger(), "/").await;
    // The code was asked for with the victim's challenge; the nonce would do.
    let said = json!({"nonce": asked(&thief.way, "nonce"), "email": "v@example.org",
                      "email_verified": true});
    let stolen = provider.grants(&victim.way, &said);
    let answer = thief.comes_back_with(&stolen).await;
    assert_eq!(destination(&answer), ANSWER_INVALID);
    assert_eq!((provider.tried(), made(&server).await), (1, [0; 3]));
    server.end().await;
}

#[tokio::test]
async fn row_10_a_token_of_another_sign_in_fails_by_its_nonce() {
    let (provider, server) = beside_a_provider().await;
    for nonce in [json!("another"), json!(""), json!(null)] {
        let mut said = ana_there();
        said["nonce"] = nonce;
        let away = Away::leave(&server.stranger(), "/").await;
        let answer = away.agrees(&provider, &said).await;
        assert_eq!(destination(&answer), ANSWER_INVALID, "{said}");
    }
    assert_eq!(made(&server).await, [0; 3]);
    server.end().await;
}

#[tokio::test]
async fn a_token_for_others_of_others_or_of_another_time_fails() {
    let (provider, server) = beside_a_provider().await;
    for (name, value) in [
        ("iss", json!("https://accounts.google.com")),
        ("aud", json!("another client")),
        ("aud", json!(["layover", "another client"])),
        ("azp", json!("another client")),
        ("exp", json!(1_600_000_000)),
        ("iat", json!(1_600_000_000)),
        ("sub", json!("")),
        ("sub", json!(null)),
    ] {
        let mut said = ana_there();
        said[name] = value;
        let away = Away::leave(&server.stranger(), "/").await;
        let answer = away.agrees(&provider, &said).await;
        assert_eq!(destination(&answer), ANSWER_INVALID, "{name}");
    }
    assert_eq!(made(&server).await, [0; 3]);
    server.end().await;
}

#[tokio::test]
async fn row_11_an_unverified_email_links_to_nothing() {
    let (provider, server) = beside_a_provider().await;
    let ana = server.person("ana").await;
    let mut db = server.database.connect().await;
    query!("UPDATE users SET email_verified_at = now()")
        .execute(&mut db)
        .await
        .unwrap();
    for said in [
        json!({"email": "ana@example.org", "email_verified": false}),
        json!({"email": "ana@example.org", "email_verified": "true"}),
        json!({"email": "ana@example.org"}),
        json!({"email_verified": true}),
        json!({"email": "not an address", "email_verified": true}),
    ] {
        let away = Away::leave(&server.stranger(), "/rooms/new").await;
        let answer = away.agrees(&provider, &said).await;
        let told = "/sign-in?problem=provider_email_unverified&next=%2Frooms%2Fnew";
        assert_eq!(destination(&answer), told, "{said}");
        let answer = Away::link(&ana).await.agrees(&provider, &said).await;
        let told = "/settings/account?problem=provider_email_unverified";
        assert_eq!(destination(&answer), told, "{said}");
    }
    assert_eq!(made(&server).await, [1, 1, 0]);
    server.end().await;
}

#[tokio::test]
async fn row_11_an_address_that_nobody_has_confirmed_leads_to_no_account() {
    let (provider, server) = beside_a_provider().await;
    // Somebody has claimed the address and waits for its owner to come.
    let evil = server.person("ana").await;
    let away = Away::leave(&server.stranger(), "/").await;
    let answer = away.agrees(&provider, &ana_there()).await;
    let mut ana = server.stranger();
    ana.cookie = session_of(&answer);
    assert_ne!(ana.id().await, evil.id().await);
    assert_eq!(evil.call("identities/list", json!({})).await, json!([]));
    server.end().await;
}

#[tokio::test]
async fn row_8_an_answer_to_nothing_changes_nothing() {
    let (provider, server) = beside_a_provider().await;
    let ana = server.confirmed("ana").await;
    let away = Away::link(&ana).await;
    let before = made(&server).await;
    let code = provider.grants(&away.way, &ana_there());
    for state in ["unknown", "", &"A".repeat(43)] {
        let path = away.path(&[("code", &code), ("state", state)]);
        for browser in [&away.browser, &ana, &server.stranger()] {
            let answer = browser.get(&path).await;
            assert!(destination(&answer).ends_with("?problem=flow_unknown"));
            assert_eq!(answer.headers().get(header::SET_COOKIE), None);
        }
    }
    assert_eq!((provider.tried(), made(&server).await), (0, before));
    let answer = away.comes_back_with(&code).await;
    assert_eq!(destination(&answer), "/settings/account");
    server.end().await;
}

#[tokio::test]
async fn an_answer_that_names_another_provider_is_not_believed() {
    let (provider, server) = beside_a_provider().await;
    provider.describes(
        "authorization_response_iss_parameter_supported",
        json!(true),
    );
    let issuer = provider.issuer.as_str();
    for (named, good) in [
        (Some("https://evil.example"), false),
        (None, false),
        (Some(issuer), true),
    ] {
        let away = Away::leave(&server.stranger(), "/").await;
        let code = provider.grants(&away.way, &ana_there());
        let state = asked(&away.way, "state");
        let mut answer = vec![("code", code.as_str()), ("state", state.as_str())];
        answer.extend(named.map(|named| ("iss", named)));
        let answer = away.browser.get(&away.path(&answer)).await;
        assert_eq!(session_of(&answer).is_some(), good, "{named:?}");
    }
    server.end().await;
}

#[tokio::test]
async fn a_head_is_no_visit() {
    let (provider, server) = beside_a_provider().await;
    let away = Away::leave(&server.stranger(), "/").await;
    let code = provider.grants(&away.way, &ana_there());
    let state = asked(&away.way, "state");
    let path = away.path(&[("code", &code), ("state", &state)]);
    let head = away.browser.request(Method::HEAD, &path).send().await;
    let head = head.unwrap();
    assert_eq!(head.status(), 405);
    assert_eq!(head.headers()[header::ALLOW], "GET");
    let answer = away.browser.get(&path).await;
    assert!(session_of(&answer).is_some());
    server.end().await;
}
