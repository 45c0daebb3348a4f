//! The end of an account: asked for and taken back.

use layover::deletions::Eraser;
use serde_json::{Value, json};
use sqlx::query;

use crate::support::{Database, Person, Server, Settings, person::PASSWORD};

const DAY: i64 = 24 * 60 * 60 * 1000;

pub(crate) fn delete(messages: &str) -> Value {
    json!({"messages": messages, "current": PASSWORD})
}

/// The days of grace of those who have asked are over.
pub(crate) async fn is_due(server: &Server) {
    let mut db = server.database.connect().await;
    query!("UPDATE users SET deletion_due_at = now() WHERE deletion_due_at IS NOT NULL")
        .execute(&mut db)
        .await
        .unwrap();
}

/// Accounts have ended so long ago that no request of theirs is under way any more.
pub(crate) async fn nothing_is_under_way(server: &Server) {
    let mut db = server.database.connect().await;
    query!(
        "UPDATE users SET deleted_at = now() - interval '2 minutes' WHERE deleted_at IS NOT NULL"
    )
    .execute(&mut db)
    .await
    .unwrap();
}

pub(crate) fn eraser(server: &Server) -> Eraser {
    Eraser::alone(layover::pool(&server.database.url()).unwrap())
}

/// What is shown of the messages in a room: each one's words, or that they are gone.
pub(crate) async fn shown(person: &Person, room: &str) -> Vec<String> {
    let page = person.call("messages/page", json!({"room": room})).await;
    let messages = page["messages"].as_array().unwrap().iter();
    let said = messages.filter(|message| message["kind"] == "text");
    let shown = said.map(|message| match message["deleted"].as_bool() {
        Some(true) => "(gone)".to_owned(),
        _ => message["body"].as_str().unwrap().to_owned(),
    });
    shown.collect()
}

#[tokio::test]
async fn asking_takes_the_password_and_ends_every_other_session() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let phone = ana.sign_in_again().await;
    let (mut here, mut there) = (ana.greet().await, phone.greet().await);
    let nobody = server.stranger();
    for door in ["accounts/delete", "accounts/keep", "accounts/deletion"] {
        let refused = nobody.refused(door, delete("keep")).await;
        assert_eq!(refused, (401, "sign_in_needed".into()), "{door}");
    }
    for (input, status, code) in [
        (json!({"messages": "keep"}), 422, "current_wrong"),
        (
            json!({"messages": "keep", "current": "no"}),
            422,
            "current_wrong",
        ),
        (
            json!({"messages": "keep", "handle": "ana"}),
            422,
            "current_wrong",
        ),
        (
            json!({"messages": "both", "current": PASSWORD}),
            422,
            "fate_invalid",
        ),
        (json!({"current": PASSWORD}), 400, "bad_request"),
    ] {
        let refused = ana.refused("accounts/delete", input.clone()).await;
        assert_eq!(refused, (status, code.into()), "{input}");
    }
    let before = ana.call("accounts/deletion", json!({})).await;
    assert_eq!(
        (&before["asked"], &before["has_password"]),
        (&Value::Null, &json!(true))
    );

    let asked = ana.call("accounts/delete", delete("erase")).await;
    assert_eq!(there.close_code().await, 4401);
    let due_at = asked["due_at"].as_i64().unwrap();
    let would_be = before["would_be_due_at"].as_i64().unwrap();
    assert!((would_be..would_be + DAY / 24).contains(&due_at));
    let known = ana.call("accounts/deletion", json!({})).await;
    assert_eq!(
        known["asked"],
        json!({"due_at": due_at, "messages": "erase"})
    );
    // The session that has asked goes on.
    here.say(json!({"type": "hello"})).await;
    assert_eq!(here.next_of("welcome").await["user"]["handle"], "ana");
    server.end().await;
}

#[tokio::test]
async fn an_account_without_a_password_is_confirmed_by_its_handle_in_a_new_session() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let mut db = server.database.connect().await;
    query!("UPDATE users SET password_hash = NULL")
        .execute(&mut db)
        .await
        .unwrap();
    for handle in ["", "anna", "ben"] {
        let input = json!({"messages": "keep", "handle": handle, "current": PASSWORD});
        let refused = ana.refused("accounts/delete", input).await;
        assert_eq!(refused, (422, "handle_other".into()), "{handle}");
    }
    let input = json!({"messages": "keep", "handle": "@ANA"});
    query!("UPDATE sessions SET created_at = now() - interval '16 minutes'")
        .execute(&mut db)
        .await
        .unwrap();
    let refused = ana.refused("accounts/delete", input.clone()).await;
    assert_eq!(refused, (403, "sign_in_again".into()));
    let known = ana.call("accounts/deletion", json!({})).await;
    assert_eq!(known["asked"], Value::Null);
    query!("UPDATE sessions SET created_at = now() - interval '14 minutes'")
        .execute(&mut db)
        .await
        .unwrap();
    ana.call("accounts/delete", input).await;
    server.end().await;
}

#[tokio::test]
async fn who_asks_again_changes_what_becomes_of_the_messages_and_not_the_date() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let first = ana.call("accounts/delete", delete("keep")).await;
    let second = ana.call("accounts/delete", delete("erase")).await;
    assert_eq!(
        second,
        json!({"due_at": first["due_at"], "messages": "erase"})
    );
    server.end().await;
}

#[tokio::test]
async fn until_it_is_due_an_account_is_used_as_before_and_can_be_kept() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    ana.call("accounts/delete", delete("erase")).await;
    let due_soon = query!("UPDATE users SET deletion_due_at = now() + interval '1 minute'");
    let mut db = server.database.connect().await;
    due_soon.execute(&mut db).await.unwrap();
    eraser(&server).carry_out_due().await.unwrap();
    let phone = ana.sign_in_again().await;
    phone.send(&room, "still here").await;
    phone.call("accounts/keep", json!({})).await;
    phone.call("accounts/keep", json!({})).await;
    let known = ana.call("accounts/deletion", json!({})).await;
    assert_eq!(known["asked"], Value::Null);
    is_due(&server).await;
    eraser(&server).carry_out_due().await.unwrap();
    assert_eq!(shown(&ana, &room).await, ["still here"]);
    server.end().await;
}

#[tokio::test]
async fn without_days_of_grace_an_account_is_due_at_once() {
    let settings = Settings {
        deletion_days: 0,
        ..Settings::default()
    };
    let server = Server::start_with(Database::new().await, settings).await;
    let ana = server.person("ana").await;
    ana.call("accounts/delete", delete("keep")).await;
    eraser(&server).carry_out_due().await.unwrap();
    let current = ana.call("accounts/current", json!({})).await;
    assert_eq!(current, Value::Null);
    server.end().await;
}

#[tokio::test]
async fn the_owner_is_told_by_mail_that_their_account_is_to_be_deleted() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.confirm(&server).await;
    ana.call("accounts/delete", delete("keep")).await;
    let mail = server.mail_to("ana@example.org").await;
    assert!(mail.contains("is to be deleted") && mail.contains("/settings/data"));
    server.end().await;
}

#[tokio::test]
async fn the_settings_say_that_the_account_is_to_be_deleted_and_forms_alone_take_it_back() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let wrong = [("messages", "erase"), ("current", "not this one")];
    let refused = ana
        .post_form("accounts/delete", "/settings/data", &wrong)
        .await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains("Delete your account") && !page.contains("not this one"));
    let right = [("messages", "erase"), ("current", PASSWORD)];
    let asked = ana
        .post_form("accounts/delete", "/settings/data", &right)
        .await;
    assert_eq!(asked.status(), 303);
    assert_eq!(asked.headers()["location"], "/settings/data");
    for path in ["/settings/data", "/settings", "/settings/sessions"] {
        let page = ana.get(path).await.text().await.unwrap();
        assert!(page.contains("Your account is deleted on"), "{path}");
    }
    let kept = ana.post_form("accounts/keep", "/settings/data", &[]).await;
    assert_eq!(kept.status(), 303);
    let page = ana.get("/settings/data").await.text().await.unwrap();
    assert!(page.contains("Delete my account"), "{page}");
    server.end().await;
}
