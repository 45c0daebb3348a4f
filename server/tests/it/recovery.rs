//! Proving an address by a link in a mail, and setting a password that was forgotten.

use serde_json::json;
use sqlx::query;

use crate::support::{
    Server,
    person::{PASSWORD, token_in},
};

const NEW: &str = "a letter has come";

#[tokio::test]
async fn an_address_is_confirmed_by_the_link_that_was_sent_there_and_then_signs_in() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let before = ana.call("accounts/details", json!({})).await;
    assert_eq!(
        (&before["confirmed"], &before["email"]),
        (&json!(false), &json!("ana@example.org"))
    );
    let refused = ana.try_sign_in("ana@example.org", PASSWORD).await;
    assert_eq!(refused.status(), 401);
    ana.confirm(&server).await;
    let answer = server
        .stranger()
        .try_sign_in("ANA@example.org", PASSWORD)
        .await;
    assert_eq!(answer.status(), 200);
    server.end().await;
}

#[tokio::test]
async fn row_18_a_link_works_once_and_for_its_purpose_and_only_its_hash_is_stored() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let token = ana.mailed_token(&server).await;
    let mut db = server.database.connect().await;
    let stored = sqlx::query_scalar!(
        r#"SELECT string_agg(mail_tokens::text, ' ') AS "text!" FROM mail_tokens"#
    );
    assert!(!stored.fetch_one(&mut db).await.unwrap().contains(&token));
    let reset = json!({"token": token, "password": NEW});
    let unknown = (404, "token_unknown".to_owned());
    assert_eq!(ana.refused("accounts/reset_password", reset).await, unknown);
    let confirm = json!({"token": token});
    ana.call("accounts/confirm", confirm.clone()).await;
    assert_eq!(ana.refused("accounts/confirm", confirm).await, unknown);
    ana.call("accounts/forget_password", json!({"email": ana.email()}))
        .await;
    let reset = json!({"token": ana.mailed_token(&server).await, "password": NEW});
    ana.call("accounts/reset_password", reset.clone()).await;
    assert_eq!(ana.refused("accounts/reset_password", reset).await, unknown);
    server.end().await;
}

#[tokio::test]
async fn row_18_a_link_works_for_a_short_time_and_a_new_one_ends_it() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.confirm(&server).await;
    let forget = json!({"email": "ana@example.org"});
    let unknown = (404, "token_unknown".to_owned());
    ana.call("accounts/forget_password", forget.clone()).await;
    let first = ana.mailed_token(&server).await;
    ana.call("accounts/forget_password", forget).await;
    let second = ana.mailed_token(&server).await;
    let with = |token: &str| json!({"token": token, "password": NEW});
    assert_eq!(
        ana.refused("accounts/reset_password", with(&first)).await,
        unknown
    );

    let mut db = server.database.connect().await;
    let expires = sqlx::query_scalar!(
        r#"SELECT expires_at BETWEEN now() AND now() + interval '1 hour' AS "soon!" FROM mail_tokens"#
    );
    assert!(expires.fetch_one(&mut db).await.unwrap());
    let ben = server.person("ben").await;
    let late = json!({"token": ben.mailed_token(&server).await});
    query!("UPDATE mail_tokens SET expires_at = now()")
        .execute(&mut db)
        .await
        .unwrap();
    assert_eq!(ben.refused("accounts/confirm", late).await, unknown);
    assert_eq!(
        ana.refused("accounts/reset_password", with(&second)).await,
        unknown
    );
    server.end().await;
}

#[tokio::test]
async fn who_has_forgotten_a_password_sets_another_and_every_device_is_signed_out() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.confirm(&server).await;
    let mut socket = ana.connect().await;
    let other = server.stranger();
    other
        .call(
            "accounts/forget_password",
            json!({"email": "Ana@Example.org"}),
        )
        .await;
    // To the address as it was confirmed, however it is asked for.
    let token = ana.mailed_token(&server).await;
    let input = json!({"token": token, "password": NEW});
    other.call("accounts/reset_password", input).await;
    assert_eq!(socket.close_code().await, 4401);
    assert_eq!(ana.call("accounts/current", json!({})).await, json!(null));
    assert_eq!(other.try_sign_in("ana", PASSWORD).await.status(), 401);
    assert_eq!(other.try_sign_in("ana", NEW).await.status(), 200);
    let told = server.mail_to(&ana.email()).await;
    assert!(told.contains("was changed"), "{told}");
    server.end().await;
}

#[tokio::test]
async fn row_15_an_address_that_is_unknown_or_unconfirmed_is_answered_like_a_known_one() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.confirm(&server).await;
    let ben = server.person("ben").await;
    ben.mailed_token(&server).await;
    let mut answers = Vec::new();
    for email in ["nobody@example.org", "ben@example.org", "ana@example.org"] {
        let input = json!({"email": email});
        let answer = server
            .stranger()
            .post("accounts/forget_password", &input)
            .await;
        answers.push((answer.status(), answer.text().await.unwrap()));
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    // In the order in which they were asked for: had the others got one, it would be there by now.
    server.mail_to("ana@example.org").await;
    assert_eq!(server.find_mail("ben@example.org"), None);
    assert_eq!(server.find_mail("nobody@example.org"), None);
    server.end().await;
}

#[tokio::test]
async fn row_15_signing_up_with_a_known_address_looks_alike_and_tells_its_owner() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.confirm(&server).await;
    let sign_up = async |handle: &str, email: &str| {
        let input = json!({"handle": handle, "email": email, "password": PASSWORD});
        let answer = server.stranger().post("accounts/sign_up", &input).await;
        let status = answer.status();
        let user = answer.json::<serde_json::Value>().await.unwrap();
        (
            status,
            user["user"]
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>(),
        )
    };
    let known = sign_up("ben", "ana@example.org").await;
    assert_eq!(known, sign_up("cleo", "cleo@example.org").await);
    let told = server.mail_to("ana@example.org").await;
    assert!(
        told.contains("already have an account") && told.contains("Hello ana"),
        "{told}"
    );
    server.end().await;
}

#[tokio::test]
async fn an_address_that_two_have_claimed_is_whose_link_is_followed_first() {
    let server = Server::start().await;
    let mut tokens = Vec::new();
    for handle in ["ana", "ben"] {
        let input = json!({"handle": handle, "email": "same@example.org", "password": PASSWORD});
        server.stranger().call("accounts/sign_up", input).await;
        tokens.push(token_in(&server.mail_to("same@example.org").await));
    }
    let with = |token: &String| json!({"token": token});
    server
        .stranger()
        .call("accounts/confirm", with(&tokens[1]))
        .await;
    let refused = server
        .stranger()
        .refused("accounts/confirm", with(&tokens[0]))
        .await;
    assert_eq!(refused, (409, "email_taken".into()));
    let answer = server
        .stranger()
        .try_sign_in("same@example.org", PASSWORD)
        .await;
    assert_eq!(
        answer.json::<serde_json::Value>().await.unwrap()["user"]["handle"],
        "ben"
    );
    server.end().await;
}

#[tokio::test]
async fn another_address_takes_the_place_of_the_old_one_once_it_is_confirmed() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.confirm(&server).await;
    let change = |current: &str| json!({"email": "new@example.org", "current": current});
    let refused = ana
        .refused("accounts/change_email", change("something else"))
        .await;
    assert_eq!(refused, (422, "current_wrong".into()));
    ana.call("accounts/change_email", change(PASSWORD)).await;
    let token = token_in(&server.mail_to("new@example.org").await);
    let waiting = ana.call("accounts/details", json!({})).await;
    assert_eq!(
        (&waiting["email"], &waiting["awaited"]),
        (&json!("ana@example.org"), &json!("new@example.org"))
    );
    assert_eq!(
        ana.try_sign_in("new@example.org", PASSWORD).await.status(),
        401
    );
    ana.call("accounts/confirm", json!({"token": token})).await;
    assert_eq!(
        server
            .stranger()
            .try_sign_in("new@example.org", PASSWORD)
            .await
            .status(),
        200
    );
    assert_eq!(
        server
            .stranger()
            .try_sign_in("ana@example.org", PASSWORD)
            .await
            .status(),
        401
    );
    let told = server.mail_to("ana@example.org").await;
    assert!(told.contains("new@example.org"), "{told}");
    server.end().await;
}

#[tokio::test]
async fn the_mail_is_sent_again_until_the_address_is_confirmed() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.mailed_token(&server).await;
    ana.call("accounts/send_confirmation", json!({})).await;
    ana.confirm(&server).await;
    ana.call("accounts/send_confirmation", json!({})).await;
    // What was asked for after it comes after it.
    ana.call("accounts/forget_password", json!({"email": ana.email()}))
        .await;
    let next = server.mail_to(&ana.email()).await;
    assert!(next.contains("/account/reset"), "{next}");
    let stranger = server.stranger();
    for door in [
        "accounts/send_confirmation",
        "accounts/details",
        "accounts/sessions",
    ] {
        assert_eq!(
            stranger.refused(door, json!({})).await,
            (401, "sign_in_needed".into())
        );
    }
    server.end().await;
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_ends_other_sessions() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let phone = ana.sign_in_again().await;
    let change = |current: &str| json!({"current": current, "password": NEW});
    let refused = ana
        .refused("accounts/change_password", change("something else"))
        .await;
    assert_eq!(refused, (422, "current_wrong".into()));
    ana.call("accounts/change_password", change(PASSWORD)).await;
    assert_eq!(phone.call("accounts/current", json!({})).await, json!(null));
    assert_eq!(
        ana.call("accounts/current", json!({})).await["handle"],
        "ana"
    );
    assert_eq!(
        server.stranger().try_sign_in("ana", NEW).await.status(),
        200
    );
    server.end().await;
}

#[tokio::test]
async fn who_has_no_password_cannot_sign_in_by_one_nor_prove_it() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.confirm(&server).await;
    let mut db = server.database.connect().await;
    query!("UPDATE users SET password_hash = NULL")
        .execute(&mut db)
        .await
        .unwrap();
    for password in [PASSWORD, ""] {
        assert_eq!(
            server
                .stranger()
                .try_sign_in("ana", password)
                .await
                .status(),
            401
        );
        let input = json!({"current": password, "password": NEW});
        let refused = ana.refused("accounts/change_password", input).await;
        assert_eq!(refused, (422, "current_wrong".into()));
    }
    assert_eq!(
        ana.call("accounts/details", json!({})).await["has_password"],
        false
    );
    server.end().await;
}

#[tokio::test]
async fn links_that_an_intruder_has_asked_for_end_when_a_password_is_set() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.confirm(&server).await;
    let elsewhere = json!({"email": "evil@example.org", "current": PASSWORD});
    ana.call("accounts/change_email", elsewhere).await;
    let evil = token_in(&server.mail_to("evil@example.org").await);
    let change = json!({"current": PASSWORD, "password": NEW});
    ana.call("accounts/change_password", change).await;
    let refused = ana
        .refused("accounts/confirm", json!({"token": evil}))
        .await;
    assert_eq!(refused, (404, "token_unknown".into()));
    let details = ana.call("accounts/details", json!({})).await;
    assert_eq!(
        (&details["email"], details.get("awaited")),
        (&json!("ana@example.org"), None)
    );
    server.end().await;
}

#[tokio::test]
async fn row_15_who_gives_a_known_address_as_their_new_one_sees_what_who_gives_an_unknown_one_sees()
{
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.confirm(&server).await;
    let ben = server.person("ben").await;
    for email in ["ana@example.org", "nobody@example.org"] {
        let change = json!({"email": email, "current": PASSWORD});
        ben.call("accounts/change_email", change).await;
        server.mail_to(email).await;
        let details = ben.call("accounts/details", json!({})).await;
        assert_eq!(details["awaited"], email);
    }
    server.end().await;
}
