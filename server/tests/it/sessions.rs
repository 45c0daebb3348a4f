//! Where somebody is signed in, and the end of that.

use reqwest::header;
use serde_json::{Value, json};
use sqlx::query;

use crate::support::{Person, Server, person::PASSWORD};

async fn sessions(person: &Person) -> Vec<Value> {
    let sessions = person.call("accounts/sessions", json!({})).await;
    sessions.as_array().unwrap().clone()
}

#[tokio::test]
async fn sessions_are_listed_with_their_device_and_the_one_that_asks_first() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";
    let phone = server
        .stranger()
        .request(reqwest::Method::POST, "/api/accounts/sign_in")
        .header(header::USER_AGENT, agent)
        .json(&json!({"login": "ana", "password": PASSWORD}))
        .send()
        .await
        .unwrap();
    assert_eq!(phone.status(), 200);
    let listed = sessions(&ana).await;
    let facts: Vec<_> = listed
        .iter()
        .map(|session| {
            (
                session["device"].as_str().unwrap(),
                session["current"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(facts, [("", true), ("Firefox · Linux", false)]);
    let ben = server.person("ben").await;
    assert_eq!(sessions(&ben).await.len(), 1);
    server.end().await;
}

#[tokio::test]
async fn row_3_ending_one_session_closes_its_sockets_on_every_node_and_no_others() {
    let server = Server::start().await;
    let other = server.another(None).await;
    let ana = server.person("ana").await;
    let phone = ana.sign_in_again().await;
    let room = ana.create("Visa", "public").await;
    let mut here = ana.listen(&room).await;
    let mut there = phone.on(&other).listen(&room).await;
    let listed = sessions(&ana).await;
    let ended = json!({"session": listed[1]["id"]});
    let ben = server.person("ben").await;
    let unknown = (404, "session_unknown".to_owned());
    assert_eq!(
        ben.refused("accounts/end_session", ended.clone()).await,
        unknown
    );
    ana.call("accounts/end_session", ended.clone()).await;
    assert_eq!(there.close_code().await, 4401);
    ana.send(&room, "still here").await;
    assert_eq!(here.hear(1).await, ["still here"]);
    assert_eq!(ana.refused("accounts/end_session", ended).await, unknown);
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn row_3_ending_all_others_leaves_the_one_that_asks() {
    let server = Server::start().await;
    let other = server.another(None).await;
    let ana = server.person("ana").await;
    let (phone, desk) = (ana.sign_in_again().await, ana.sign_in_again().await);
    let mut sockets = [phone.connect().await, desk.on(&other).connect().await];
    for socket in &mut sockets {
        socket.say(json!({"type": "hello"})).await;
        socket.next_of("welcome").await;
    }
    ana.call("accounts/end_other_sessions", json!({})).await;
    for socket in &mut sockets {
        assert_eq!(socket.close_code().await, 4401);
    }
    assert_eq!(sessions(&ana).await.len(), 1);
    assert_eq!(
        ana.call("accounts/current", json!({})).await["handle"],
        "ana"
    );
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn row_6_a_session_that_was_not_used_for_long_or_is_old_is_not_listed_and_goes() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    ana.sign_in_again().await;
    ana.sign_in_again().await;
    let mut db = server.database.connect().await;
    query!(
        "UPDATE sessions SET last_seen_at = now() - interval '31 days'
         WHERE id = (SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1)"
    )
    .execute(&mut db)
    .await
    .unwrap();
    query!(
        "UPDATE sessions SET expires_at = now()
         WHERE id = (SELECT id FROM sessions ORDER BY created_at DESC OFFSET 1 LIMIT 1)"
    )
    .execute(&mut db)
    .await
    .unwrap();
    assert_eq!(sessions(&ana).await.len(), 1);
    // A node that starts keeps house first.
    let other = server.another(None).await;
    let count = async || {
        let mut db = server.database.connect().await;
        let count = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM sessions"#);
        count.fetch_one(&mut db).await.unwrap()
    };
    while count().await != 1 {
        tokio::task::yield_now().await;
    }
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn another_handle_is_seen_on_all_that_one_has_said_and_on_what_sockets_say_next() {
    let server = Server::start().await;
    let other = server.another(None).await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    ana.send(&room, "hello").await;
    let mut socket = ana.on(&other).listen(&room).await;
    let taken = ana
        .refused("accounts/change_handle", json!({"handle": "BEN"}))
        .await;
    assert_eq!(taken, (409, "handle_taken".into()));
    ana.call("accounts/change_handle", json!({"handle": "ana_maria"}))
        .await;
    // It speaks by the old handle, so it is asked to connect again.
    assert_eq!(socket.close_code().await, 1012);
    let page = ben.call("messages/page", json!({"room": room})).await;
    let hello = page["messages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|message| message["body"] == "hello");
    assert_eq!(hello.unwrap()["sender"]["handle"], "ana_maria");
    assert_eq!(
        server
            .stranger()
            .try_sign_in("ana", PASSWORD)
            .await
            .status(),
        401
    );
    assert_eq!(
        server
            .stranger()
            .try_sign_in("ana_maria", PASSWORD)
            .await
            .status(),
        200
    );
    let stranger = server
        .stranger()
        .refused("accounts/change_handle", json!({"handle": "eve"}))
        .await;
    assert_eq!(stranger, (401, "sign_in_needed".into()));
    other.stop().await;
    server.end().await;
}
