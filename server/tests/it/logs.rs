//! What the log of the program holds, and what it never does.

use std::time::Duration;

use serde_json::json;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use uuid::Uuid;

use crate::support::{
    Database, Person,
    archive::EXPORT,
    person::{PASSWORD, cookie_of, token_in},
    program::Program,
};

const WRONG: &str = "wrong-horse-battery";
const NEW: &str = "another-horse-battery";

/// The token in the mail with this link. A mail is written after the answer that has caused it.
async fn mailed_token(program: &Program, purpose: &str) -> String {
    let link = format!("/account/{purpose}?token=");
    loop {
        if let Some(mail) = program.mails().iter().find(|mail| mail.contains(&link)) {
            return token_in(mail);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Passwords that are wrong: to programs, in what is not understood, and in a form.
async fn mistakes_passwords(ana: &Person) {
    for (door, input) in [
        (
            "accounts/sign_in",
            json!({"login": "ana", "password": WRONG}),
        ),
        (
            "accounts/sign_in",
            json!({"login": WRONG, "password": WRONG}),
        ),
        (
            "accounts/sign_in",
            json!({"login": ["ana"], "password": WRONG}),
        ),
        (
            "accounts/sign_up",
            json!({"handle": "ana", "email": "ana@example.org", "password": NEW}),
        ),
        (
            "accounts/sign_up",
            json!({"handle": "-", "email": "ana@example.org", "password": WRONG}),
        ),
        (
            "accounts/change_password",
            json!({"current": WRONG, "password": NEW}),
        ),
    ] {
        assert!(
            !ana.post(door, &input).await.status().is_success(),
            "{door}"
        );
    }
    let fields = [("login", "ana"), ("password", WRONG)];
    ana.post_form("accounts/sign_in", "/sign-in", &fields).await;
}

/// Everything that people do with a secret in it. Returns the secrets.
async fn live_through(program: &Program) -> Vec<String> {
    let ana = program.person("ana").await;
    let mut secrets: Vec<_> = [PASSWORD, WRONG, NEW, "ana@example.org"]
        .map(str::to_owned)
        .into();
    let mut cookies = vec![ana.cookie.clone().unwrap()];

    mistakes_passwords(&ana).await;
    let phone = ana.sign_in_again().await;
    cookies.push(phone.cookie.clone().unwrap());
    let change = json!({"current": PASSWORD, "password": NEW});
    ana.call("accounts/change_password", change).await;
    let input = json!({"login": "ana", "password": NEW});
    let again = ana.post("accounts/sign_in", &input).await;
    let again_cookie = cookie_of(&again);
    let mut ana = ana;
    cookies.push(again_cookie.clone());
    ana.cookie = Some(again_cookie);

    // Links in mails: they are followed, and looked at.
    for (door, purpose) in [
        ("accounts/confirm", "confirm"),
        ("accounts/reset_password", "reset"),
    ] {
        let token = mailed_token(program, purpose).await;
        let page = format!("/account/{purpose}?token={token}");
        assert_eq!(ana.get(&page).await.status(), 200);
        ana.call(door, json!({"token": token, "password": NEW}))
            .await;
        ana.call(
            "accounts/forget_password",
            json!({"email": "ana@example.org"}),
        )
        .await;
        secrets.push(token);
    }
    let input = json!({"login": "ana@example.org", "password": NEW});
    let again = ana.post("accounts/sign_in", &input).await;
    ana.cookie = Some(cookie_of(&again));
    cookies.push(cookie_of(&again));

    // Words: by the door, by a form, by the socket, in a page, and where they are refused.
    let words = [
        "byadoor",
        "byaform",
        "byasocket",
        "byanedit",
        "bymistake",
        "inaping",
    ];
    let words = words.map(|word| format!("{word}{}", Uuid::new_v4().simple()));
    let [by_door, by_form, by_socket, by_edit, by_mistake, in_ping] = &words;
    let room = ana.create("Family", "group").await;
    let sent = ana.send(&room, by_door).await;
    let id = Uuid::now_v7().to_string();
    let fields = [("room", room.as_str()), ("id", &id), ("body", by_form)];
    ana.post_form("messages/send", &format!("/rooms/{room}"), &fields)
        .await;
    let fields = [("room", "no-room"), ("id", &id), ("body", by_mistake)];
    ana.post_form("messages/send", "/", &fields).await;
    let mut socket = ana.listen(&room).await;
    socket
        .throw([Frame::ping(in_ping.clone().into_bytes())])
        .await;
    let id = Uuid::now_v7();
    socket
        .say(json!({"type": "send", "room": room, "id": id, "body": by_socket}))
        .await;
    let message = &sent["message"];
    let edit = json!({"type": "edit", "room": room, "id": id, "message": message, "body": by_edit});
    socket.say(edit).await;
    assert_eq!(socket.hear(2).await, [by_socket.as_str(), by_edit]);
    socket
        .say(json!({"type": "send", "body": by_mistake}))
        .await;
    assert_eq!(socket.close_code().await, 4400);
    let page = ana
        .get(&format!("/rooms/{room}"))
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains(by_form.as_str()));
    secrets.extend(words);
    secrets.push(take_leave(&ana, &room).await);

    // Links into a room, and the end of a session.
    let invite = json!({"room": room, "expires": "day"});
    let invite = ana.call("invites/create", invite).await;
    let code = invite["invite"]["code"].as_str().unwrap();
    assert_eq!(ana.get(&format!("/invites/{code}")).await.status(), 200);
    secrets.push(code.to_owned());
    ana.post("accounts/sign_out", &json!({})).await;
    secrets.extend(
        cookies
            .iter()
            .map(|cookie| cookie.split_once('=').unwrap().1.to_owned()),
    );
    secrets
}

/// What is told to those who run the installation, what somebody takes along, and that they go.
async fn take_leave(ana: &Person, room: &str) -> String {
    let note = format!("inanote{}", Uuid::new_v4().simple());
    let report = |category: &str| json!({"room": room, "category": category, "note": note});
    ana.call("reports/create", report("spam")).await;
    assert_eq!(ana.refused("reports/create", report(WRONG)).await.0, 422);
    let export = ana.get(EXPORT).await;
    assert!(!export.bytes().await.unwrap().is_empty());
    let delete = |password: &str| json!({"messages": "erase", "current": password});
    assert_eq!(ana.refused("accounts/delete", delete(WRONG)).await.0, 422);
    ana.call("accounts/delete", delete(NEW)).await;
    note
}

#[tokio::test]
async fn row_39_no_password_token_cookie_or_word_is_in_the_log_at_any_level() {
    for format in ["text", "json"] {
        let database = Database::new().await;
        let program = Program::start(&database, &[("RUST_LOG", "trace"), ("LOG_FORMAT", format)]);
        let secrets = live_through(&program).await;
        let log = program.stop();
        assert!(log.contains("DEBUG"), "it is told everything: {log}");
        for line in log.lines() {
            for secret in &secrets {
                assert!(!line.contains(secret), "{secret} in {line}");
            }
        }
        database.drop().await;
    }
}
