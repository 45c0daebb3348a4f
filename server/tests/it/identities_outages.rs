//! What people are told while the provider is away, refuses, or is not what it should be.

use std::time::Duration;

use layover::config::ProviderConfig;
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    identities::{ana_there, beside_a_provider},
    support::{
        Database, Provider, Server, Settings,
        away::{Away, destination, session_of},
        provider::asked,
    },
};

#[tokio::test]
async fn while_the_provider_is_away_its_button_says_so() {
    let (provider, server) = beside_a_provider().await;
    provider.is_away(true);
    let stranger = server.stranger();
    let refused = stranger.refused("identities/start", json!({})).await;
    assert_eq!(refused, (503, "provider_unavailable".into()));
    let page = stranger
        .post_form("identities/start", "/sign-in", &[])
        .await;
    assert_eq!(page.status(), 503);
    let page = page.text().await.unwrap();
    assert!(page.contains("does not answer"), "{page}");

    provider.is_away(false);
    let away = Away::leave(&stranger, "/").await;
    provider.is_away(true);
    let answer = away.agrees(&provider, &ana_there()).await;
    assert_eq!(session_of(&answer), None);
    let told = "/sign-in?problem=provider_unavailable";
    assert_eq!(destination(&answer), told);
    let page = stranger.get(told).await;
    assert_eq!(page.status(), 200);
    server.end().await;
}

#[tokio::test]
async fn what_the_provider_says_instead_is_told_in_words() {
    let (_provider, server) = beside_a_provider().await;
    for (error, problem, words) in [
        ("access_denied", "provider_denied", "did not agree"),
        ("server_error", "provider_unavailable", "does not answer"),
        ("invalid_scope", "failed", "on our side"),
    ] {
        let away = Away::leave(&server.stranger(), "/").await;
        let state = asked(&away.way, "state");
        let path = away.path(&[("error", error), ("state", &state)]);
        let answer = away.browser.get(&path).await;
        assert_eq!(destination(&answer), format!("/sign-in?problem={problem}"));
        let page = server.stranger().get(destination(&answer)).await;
        assert_eq!(page.status(), 200);
        let page = page.text().await.unwrap();
        assert!(page.contains(words), "{page}");
    }
    let page = server.stranger().get("/sign-in?problem=<b>").await;
    assert!(!page.text().await.unwrap().contains("<b>"));
    server.end().await;
}

#[tokio::test]
async fn what_the_provider_says_to_a_code_is_told_as_what_it_is() {
    let (provider, server) = beside_a_provider().await;
    for (error, problem) in [
        ("temporarily_unavailable", "provider_unavailable"),
        ("invalid_client", "failed"),
        ("invalid_grant", "provider_answer_invalid"),
    ] {
        provider.refuses(error);
        let away = Away::leave(&server.stranger(), "/").await;
        let answer = away.agrees(&provider, &ana_there()).await;
        assert_eq!(destination(&answer), format!("/sign-in?problem={problem}"));
    }
    server.end().await;
}

#[tokio::test]
async fn a_provider_that_takes_the_call_and_says_nothing_is_not_waited_for() {
    // It takes connections, and never reads from them.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let provider = Provider::start().await;
    let settings = Settings {
        provider: Some(ProviderConfig {
            issuer: format!("http://{}", silent.local_addr().unwrap()),
            patience: Duration::from_millis(50),
            ..provider.config()
        }),
        ..Settings::default()
    };
    let server = Server::start_with(Database::new().await, settings).await;
    let stranger = server.stranger();
    let refused = stranger.refused("identities/start", json!({})).await;
    assert_eq!(refused, (503, "provider_unavailable".into()));
    server.end().await;
}

#[tokio::test]
async fn a_provider_that_is_not_the_one_that_was_named_gets_nobody() {
    for (name, value) in [
        ("issuer", json!("https://evil.example")),
        ("token_endpoint", json!("http://evil.example/token")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("redirect", json!("/elsewhere")),
        ("long", json!("x".repeat(300_000))),
    ] {
        let (provider, server) = beside_a_provider().await;
        provider.describes(name, value);
        let stranger = server.stranger();
        let refused = stranger.refused("identities/start", json!({})).await;
        assert_eq!(refused, (503, "provider_unavailable".into()), "{name}");
        server.end().await;
    }
}
