//! Tokens that are none, or a part of one: they match nothing and nobody.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::Server;

const NEW: &str = "a letter has come";

#[tokio::test]
async fn row_19_a_link_that_is_none_proves_nothing() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let token = ana.mailed_token(&server).await;
    for bad in ["", "null", &token[..42], &format!("{token}A"), "%00"] {
        let input = json!({"token": bad, "password": NEW});
        let unknown = (404, "token_unknown".to_owned());
        assert_eq!(
            ana.refused("accounts/reset_password", input.clone()).await,
            unknown
        );
        assert_eq!(ana.refused("accounts/confirm", input).await, unknown);
    }
    let null = json!({"token": null});
    assert_eq!(ana.refused("accounts/confirm", null).await.0, 400);
    server.end().await;
}

#[tokio::test]
async fn row_19_a_session_that_is_none_is_nobodys() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let own = ana.cookie.clone().unwrap();
    let mut db = server.database.connect().await;
    let stored = sqlx::query_scalar!("SELECT token_hash FROM sessions");
    // As long as a token, and as a token is written.
    let stored = URL_SAFE_NO_PAD.encode(stored.fetch_one(&mut db).await.unwrap());
    let mut other = ana.clone();
    for cookie in [
        "session",
        "session=",
        "session=null",
        "session=%00",
        &own[..own.len() - 1],
        &format!("{own}A"),
        &format!("session={stored}"),
    ] {
        other.cookie = Some(cookie.to_owned());
        let user = other.call("accounts/current", json!({})).await;
        assert_eq!(user, Value::Null, "{cookie}");
        let refused = other.refused("accounts/details", json!({})).await;
        assert_eq!(refused, (401, "sign_in_needed".into()), "{cookie}");
    }
    assert_eq!(
        ana.call("accounts/current", json!({})).await["handle"],
        "ana"
    );
    server.end().await;
}

#[tokio::test]
async fn row_19_an_invite_that_is_none_leads_nowhere() {
    let server = Server::start().await;
    let (ana, eve) = (server.person("ana").await, server.person("eve").await);
    let room = ana.create("Family", "group").await;
    let invite = json!({"room": room, "expires": "never"});
    let invite = ana.call("invites/create", invite).await;
    let code = invite["invite"]["code"].as_str().unwrap();
    let part = &code[..code.len() - 1];
    for bad in ["", "null", "%", part, &format!("{code}A")] {
        for door in ["invites/open", "invites/join", "invites/revoke"] {
            let refused = eve.refused(door, json!({"code": bad})).await;
            assert_eq!(refused, (404, "invite_unknown".into()), "{door} {bad}");
        }
    }
    let null = eve.refused("invites/join", json!({"code": null})).await;
    assert_eq!(null.0, 400);
    server.end().await;
}
