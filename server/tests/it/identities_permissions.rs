//! Who may add and take away ways in, and what is there without a provider.

use serde_json::{Value, json};
use sqlx::query;

use crate::support::{
    Database, Provider, Server, Settings,
    away::{Away, destination, session_of},
};

fn ana_there() -> Value {
    json!({"email": "ana@example.org", "email_verified": true, "given_name": "Ana"})
}

async fn beside_a_provider() -> (Provider, Server) {
    let provider = Provider::start().await;
    let server = Server::start_beside(&provider).await;
    (provider, server)
}

#[tokio::test]
async fn a_stranger_has_no_ways_in() {
    let (_provider, server) = beside_a_provider().await;
    let stranger = server.stranger();
    let identity = "018f3c5e-0000-7000-8000-000000000000";
    for (door, input) in [
        ("identities/link", json!({})),
        ("identities/list", json!({})),
        ("identities/unlink", json!({"identity": identity})),
    ] {
        let refused = stranger.refused(door, input).await;
        assert_eq!(refused, (401, "sign_in_needed".into()), "{door}");
    }
    server.end().await;
}

#[tokio::test]
async fn nobody_takes_away_what_is_somebody_elses() {
    let (provider, server) = beside_a_provider().await;
    let (ana, ben) = (server.confirmed("ana").await, server.confirmed("ben").await);
    Away::link(&ana).await.agrees(&provider, &ana_there()).await;
    let list = ana.call("identities/list", json!({})).await;
    assert_eq!(ben.call("identities/list", json!({})).await, json!([]));
    let input = json!({"identity": list[0]["id"]});
    let refused = ben.refused("identities/unlink", input).await;
    assert_eq!(refused, (404, "identity_unknown".into()));
    assert_eq!(ana.call("identities/list", json!({})).await, list);
    server.end().await;
}

#[tokio::test]
async fn who_has_not_confirmed_their_address_connects_nothing() {
    let (_provider, server) = beside_a_provider().await;
    let ana = server.person("ana").await;
    let refused = ana.refused("identities/link", json!({})).await;
    assert_eq!(refused, (403, "email_unconfirmed".into()));
    ana.confirm(&server).await;
    Away::link(&ana).await;
    server.end().await;
}

#[tokio::test]
async fn an_identity_belongs_to_one_account() {
    let (provider, server) = beside_a_provider().await;
    let (ana, ben) = (server.confirmed("ana").await, server.confirmed("ben").await);
    Away::link(&ana).await.agrees(&provider, &ana_there()).await;
    let answer = Away::link(&ben).await.agrees(&provider, &ana_there()).await;
    let told = "/settings/account?problem=identity_taken";
    assert_eq!(destination(&answer), told);
    assert_eq!(ben.call("identities/list", json!({})).await, json!([]));
    server.end().await;
}

#[tokio::test]
async fn who_has_begun_to_add_one_is_still_who_is_signed_in() {
    let (provider, server) = beside_a_provider().await;
    let (ana, ben) = (server.confirmed("ana").await, server.confirmed("ben").await);
    let strangers = "/sign-in?problem=flow_unknown&next=%2Fsettings%2Faccount";
    for (cookie, told) in [
        (ben.cookie, "/settings/account?problem=flow_unknown"),
        (None, strangers),
    ] {
        let mut away = Away::link(&ana).await;
        let own = ana.cookie.as_deref().unwrap();
        let flow = away.browser.cookie.take().unwrap();
        let flow = flow.strip_prefix(&format!("{own}; ")).unwrap();
        away.browser.cookie = Some(match cookie {
            Some(session) => format!("{session}; {flow}"),
            None => flow.to_owned(),
        });
        let answer = away.agrees(&provider, &ana_there()).await;
        assert_eq!(destination(&answer), told);
        assert_eq!(session_of(&answer), None);
    }
    assert_eq!(provider.tried(), 0);
    assert_eq!(ana.call("identities/list", json!({})).await, json!([]));
    server.end().await;
}

#[tokio::test]
async fn only_a_session_that_has_just_begun_adds_a_way_in_or_takes_one_away() {
    let (provider, server) = beside_a_provider().await;
    let ana = server.confirmed("ana").await;
    Away::link(&ana).await.agrees(&provider, &ana_there()).await;
    let list = ana.call("identities/list", json!({})).await;
    let unlink = json!({"identity": list[0]["id"]});
    let mut db = server.database.connect().await;
    query!("UPDATE sessions SET created_at = now() - interval '16 minutes'")
        .execute(&mut db)
        .await
        .unwrap();
    for (door, input) in [
        ("identities/link", json!({})),
        ("identities/unlink", unlink.clone()),
    ] {
        let refused = ana.refused(door, input).await;
        assert_eq!(refused, (403, "sign_in_again".into()), "{door}");
    }
    let ana = ana.sign_in_again().await;
    Away::link(&ana).await;
    ana.call("identities/unlink", unlink).await;
    server.end().await;
}

#[tokio::test]
async fn the_owner_of_an_account_is_told_of_each_new_way_in() {
    let (provider, server) = beside_a_provider().await;
    let ana = server.confirmed("ana").await;
    let second = json!({"sub": "2", "email": "2@example.org", "email_verified": true});
    for (away, said) in [
        // By the address, which the account has confirmed.
        (Away::leave(&server.stranger(), "/").await, ana_there()),
        (Away::link(&ana).await, second),
    ] {
        away.agrees(&provider, &said).await;
        let mail = server.mail_to("ana@example.org").await;
        assert!(mail.contains("Subject: A new way to sign in"), "{mail}");
        assert!(mail.contains("Example") && mail.contains("/settings/account"));
    }
    server.end().await;
}

#[tokio::test]
async fn row_16_one_place_does_not_go_to_the_provider_again_and_again() {
    let provider = Provider::start().await;
    let settings = Settings {
        provider: Some(provider.config()),
        tries: 1,
        ..Settings::default()
    };
    let server = Server::start_with(Database::new().await, settings).await;
    let stranger = server.stranger();
    for _ in 0..30 {
        Away::leave(&stranger, "/").await;
    }
    let refused = stranger.refused("identities/start", json!({})).await;
    assert_eq!(refused, (429, "too_soon".into()));
    server.end().await;
}

#[tokio::test]
async fn without_a_provider_there_is_neither_button_nor_door() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    assert_eq!(
        ana.call("identities/provider", json!({})).await,
        json!(null)
    );
    for door in ["identities/start", "identities/link"] {
        let refused = ana.refused(door, json!({})).await;
        assert_eq!(refused, (404, "not_found".into()), "{door}");
    }
    let callback = "/identities/callback?code=1&state=2";
    assert_eq!(server.stranger().get(callback).await.status(), 404);
    for page in ["/sign-in", "/sign-up"] {
        let page = server.stranger().get(page).await.text().await.unwrap();
        assert!(!page.contains("Continue with"), "{page}");
    }
    server.end().await;
}
