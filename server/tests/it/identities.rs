//! Signing in through a provider.

use futures::future::join;
use reqwest::header;
use serde_json::{Value, json};
use sqlx::{query, query_scalar};

use crate::support::{
    Person, Provider, Server,
    away::{Away, destination, session_of},
    person::PASSWORD,
};

/// What a provider says of Ana.
pub(crate) fn ana_there() -> Value {
    json!({"email": "Ana@example.org", "email_verified": true, "given_name": "Ana"})
}

pub(crate) async fn beside_a_provider() -> (Provider, Server) {
    let provider = Provider::start().await;
    let server = Server::start_beside(&provider).await;
    (provider, server)
}

/// Somebody signs in through the provider, which says this of them.
pub(crate) async fn signed_in(server: &Server, provider: &Provider, said: &Value) -> Person {
    let mut person = server.stranger();
    let answer = Away::leave(&person, "/").await.agrees(provider, said).await;
    assert_eq!(destination(&answer), "/");
    person.cookie = session_of(&answer);
    person
}

#[tokio::test]
async fn somebody_new_gets_an_account_with_a_confirmed_address_and_goes_on() {
    let (provider, server) = beside_a_provider().await;
    let away = Away::leave(&server.stranger(), "/rooms/new").await;
    let answer = away.agrees(&provider, &ana_there()).await;
    assert_eq!(destination(&answer), "/rooms/new");
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");

    let mut ana = server.stranger();
    ana.cookie = session_of(&answer);
    let user = ana.call("accounts/current", json!({})).await;
    assert_eq!(user["handle"], "ana");
    let mut db = server.database.connect().await;
    let stored = query!(
        r#"SELECT email, email_verified_at IS NOT NULL AS "verified!",
                  password_hash IS NULL AS "no_password!" FROM users"#
    )
    .fetch_one(&mut db)
    .await
    .unwrap();
    assert_eq!(stored.email.as_deref(), Some("Ana@example.org"));
    assert!(stored.verified && stored.no_password);
    server.end().await;
}

#[tokio::test]
async fn the_same_identity_is_the_same_person_whatever_else_is_said_of_them() {
    let (provider, server) = beside_a_provider().await;
    let first = signed_in(&server, &provider, &ana_there()).await;
    let later = json!({"email": "other@example.org", "email_verified": false});
    let second = signed_in(&server, &provider, &later).await;
    assert_eq!(first.id().await, second.id().await);
    let other = json!({"sub": "another", "email": "b@example.org", "email_verified": true});
    let third = signed_in(&server, &provider, &other).await;
    assert_ne!(first.id().await, third.id().await);
    server.end().await;
}

#[tokio::test]
async fn a_handle_that_somebody_has_gets_digits() {
    let (provider, server) = beside_a_provider().await;
    server.person("Ana").await;
    let said = json!({"email": "x@example.org", "email_verified": true, "given_name": "Ana"});
    let ana = signed_in(&server, &provider, &said).await;
    let user = ana.call("accounts/current", json!({})).await;
    let handle = user["handle"].as_str().unwrap();
    let digits = handle.strip_prefix("ana").unwrap();
    assert!(digits.parse::<u32>().is_ok(), "{handle}");
    server.end().await;
}

#[tokio::test]
async fn a_confirmed_address_that_the_provider_vouches_for_leads_to_its_account() {
    let (provider, server) = beside_a_provider().await;
    let ana = server.confirmed("ana").await;
    let same = signed_in(&server, &provider, &ana_there()).await;
    assert_eq!(ana.id().await, same.id().await);
    // The identity leads there from now on, whatever becomes of the address.
    let said = json!({"email": "moved@example.org", "email_verified": true});
    let again = signed_in(&server, &provider, &said).await;
    assert_eq!(ana.id().await, again.id().await);
    server.end().await;
}

#[tokio::test]
async fn another_person_there_does_not_come_in_by_an_address_that_was_handed_on() {
    let (provider, server) = beside_a_provider().await;
    let ana = server.confirmed("ana").await;
    signed_in(&server, &provider, &ana_there()).await;
    let mut other = ana_there();
    other["sub"] = json!("the next employee");
    let away = Away::leave(&server.stranger(), "/").await;
    let answer = away.agrees(&provider, &other).await;
    assert_eq!(destination(&answer), "/sign-in?problem=account_known");
    assert_eq!(session_of(&answer), None);
    // Whoever is signed in can connect it all the same.
    Away::link(&ana).await.agrees(&provider, &other).await;
    let same = signed_in(&server, &provider, &other).await;
    assert_eq!(ana.id().await, same.id().await);
    server.end().await;
}

#[tokio::test]
async fn an_address_that_is_not_told_in_the_token_is_asked_for() {
    let (provider, server) = beside_a_provider().await;
    let away = Away::leave(&server.stranger(), "/").await;
    let code = provider.grants(&away.way, &json!({}));
    let mut person = ana_there();
    person["sub"] = json!("ana at the provider");
    provider.knows(&code, person);
    let answer = away.comes_back_with(&code).await;
    assert_eq!(destination(&answer), "/");
    assert!(session_of(&answer).is_some());

    let away = Away::leave(&server.stranger(), "/").await;
    let code = provider.grants(&away.way, &json!({"sub": "1"}));
    let mut person = ana_there();
    person["sub"] = json!("2");
    provider.knows(&code, person);
    let answer = away.comes_back_with(&code).await;
    let told = "/sign-in?problem=provider_answer_invalid";
    assert_eq!(destination(&answer), told, "of another person");
    server.end().await;
}

#[tokio::test]
async fn who_is_known_is_known_by_the_token_alone() {
    let (provider, server) = beside_a_provider().await;
    let first = signed_in(&server, &provider, &ana_there()).await;
    let away = Away::leave(&server.stranger(), "/").await;
    let code = provider.grants(&away.way, &json!({}));
    // Who asked for more would be told of somebody else.
    provider.knows(&code, json!({"sub": "another"}));
    let mut second = server.stranger();
    second.cookie = session_of(&away.comes_back_with(&code).await);
    assert_eq!(first.id().await, second.id().await);
    server.end().await;
}

#[tokio::test]
async fn two_browsers_that_bring_the_same_new_identity_make_one_account() {
    let (provider, server) = beside_a_provider().await;
    let stranger = server.stranger();
    let one = Away::leave(&stranger, "/").await;
    let other = Away::leave(&stranger, "/").await;
    let said = ana_there();
    let (one, other) = join(one.agrees(&provider, &said), other.agrees(&provider, &said)).await;
    assert!(session_of(&one).is_some() && session_of(&other).is_some());
    let mut db = server.database.connect().await;
    let users = query_scalar!(r#"SELECT count(*) AS "count!" FROM users"#)
        .fetch_one(&mut db)
        .await
        .unwrap();
    assert_eq!(users, 1);
    server.end().await;
}

#[tokio::test]
async fn row_5_the_session_that_a_browser_brings_back_ends() {
    let (provider, server) = beside_a_provider().await;
    let ben = server.person("ben").await;
    let mut socket = ben.connect().await;
    let away = Away::leave(&ben, "/").await;
    let answer = away.agrees(&provider, &ana_there()).await;
    assert!(session_of(&answer).is_some());
    assert_eq!(socket.close_code().await, 4401);
    assert_eq!(ben.call("accounts/current", json!({})).await, json!(null));
    server.end().await;
}

#[tokio::test]
async fn who_has_no_password_signs_in_by_none() {
    let (provider, server) = beside_a_provider().await;
    signed_in(&server, &provider, &ana_there()).await;
    for login in ["ana", "ana@example.org"] {
        for password in [PASSWORD, "", "null"] {
            let input = json!({"login": login, "password": password});
            let refused = server.stranger().refused("accounts/sign_in", input).await;
            assert_eq!(refused, (401, "credentials_wrong".into()));
        }
    }
    server.end().await;
}

#[tokio::test]
async fn a_form_is_answered_with_a_page_that_goes_on_by_itself() {
    let (provider, server) = beside_a_provider().await;
    let stranger = server.stranger();
    let page = stranger.get("/sign-in?next=/rooms/new").await;
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY].clone();
    assert!(policy.to_str().unwrap().contains("form-action 'self';"));
    let page = page.text().await.unwrap();
    assert!(page.contains("Continue with Example"), "{page}");

    let fields = [("next", "/rooms/new")];
    let answer = stranger
        .post_form("identities/start", "/sign-in", &fields)
        .await;
    assert_eq!(answer.status(), 200);
    let headers = answer.headers();
    let refresh = headers[header::REFRESH].to_str().unwrap();
    let way = refresh.strip_prefix("0;url=").unwrap().to_owned();
    assert!(
        way.starts_with(&format!("{}/auth?", provider.issuer)),
        "{way}"
    );
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("form-action 'none'"), "{policy}");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    let set = headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        set.starts_with("oidc=") && set.contains("HttpOnly"),
        "{set}"
    );
    let page = answer.text().await.unwrap();
    assert!(page.contains(&way.replace('&', "&amp;")), "{page}");
    server.end().await;
}

#[tokio::test]
async fn row_12_nobody_is_sent_on_to_another_site() {
    let (provider, server) = beside_a_provider().await;
    let long = format!("/{}", "x".repeat(2000));
    for next in [
        "//evil",
        "https://evil.example",
        "/\\evil",
        "evil",
        "",
        &long,
    ] {
        let stranger = server.stranger();
        for away in [
            Away::leave(&stranger, next).await,
            Away::leave_by_form(&stranger, next).await,
        ] {
            let answer = away.agrees(&provider, &ana_there()).await;
            assert_eq!(destination(&answer), "/", "{next}");
        }
    }
    // Nor does the page carry it on.
    for page in ["/sign-in", "/sign-up"] {
        for evil in ["//evil", "https://evil.example", "/%5Cevil"] {
            let page = server.stranger().get(&format!("{page}?next={evil}")).await;
            let page = page.text().await.unwrap();
            let fields = page.matches(r#"name="next""#).count();
            let own = page.matches(r#"name="next" value="/""#).count();
            assert!(fields > 0 && own == fields, "{page}");
        }
    }
    server.end().await;
}
