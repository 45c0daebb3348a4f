//! When a session ends, and its sockets with it, whichever node they are on.

use std::time::{Duration, Instant};

use app::accounts::Handle;
use layover::accounts::suspend;
use serde_json::json;
use sqlx::query;

use crate::support::{Person, Server, person::PASSWORD};

const NEW: &str = "a longer wait";

/// What ends the sessions of a phone.
#[derive(Debug, Clone, Copy)]
enum Cause {
    SignOut,
    EndSession,
    EndOthers,
    ChangePassword,
    ResetPassword,
    DeleteAccount,
    Ban,
}

impl Cause {
    const ALL: [Self; 7] = [
        Self::SignOut,
        Self::EndSession,
        Self::EndOthers,
        Self::ChangePassword,
        Self::ResetPassword,
        Self::DeleteAccount,
        Self::Ban,
    ];

    /// Returns as soon as the answer is there.
    async fn comes(self, server: &Server, desk: &Person, phone: &Person) {
        let (door, input) = match self {
            Self::SignOut => {
                phone.call("accounts/sign_out", json!({})).await;
                return;
            }
            Self::EndSession => {
                let sessions = desk.call("accounts/sessions", json!({})).await;
                (
                    "accounts/end_session",
                    json!({"session": sessions[1]["id"]}),
                )
            }
            Self::EndOthers => ("accounts/end_other_sessions", json!({})),
            Self::ChangePassword => {
                let change = json!({"current": PASSWORD, "password": NEW});
                ("accounts/change_password", change)
            }
            Self::ResetPassword => {
                desk.confirm(server).await;
                let forget = json!({"email": desk.email()});
                desk.call("accounts/forget_password", forget).await;
                let token = desk.mailed_token(server).await;
                let reset = json!({"token": token, "password": NEW});
                ("accounts/reset_password", reset)
            }
            Self::DeleteAccount => {
                let delete = json!({"messages": "keep", "current": PASSWORD});
                ("accounts/delete", delete)
            }
            Self::Ban => {
                let pool = layover::pool(&server.database.url()).unwrap();
                let whom = Handle::parse(&desk.handle).unwrap();
                suspend(&pool, &whom, None, "").await.unwrap();
                pool.close().await;
                return;
            }
        };
        desk.call(door, input).await;
    }
}

#[tokio::test]
async fn row_3_whatever_ends_a_session_closes_its_sockets_on_all_nodes_within_two_seconds() {
    let server = Server::start().await;
    let other = server.another(None).await;
    for (number, cause) in Cause::ALL.into_iter().enumerate() {
        let desk = server.person(&format!("ana_{number}")).await;
        let phone = desk.sign_in_again().await;
        let mut sockets = [phone.greet().await, phone.on(&other).greet().await];
        cause.comes(&server, &desk, &phone).await;
        let ended = Instant::now();
        for socket in &mut sockets {
            assert_eq!(socket.close_code().await, 4401, "{cause:?}");
        }
        assert!(ended.elapsed() <= Duration::from_secs(2), "{cause:?}");
    }
    other.stop().await;
    server.end().await;
}

/// Ana's session has had its time, and Ben's was not used for long.
async fn lapse(server: &Server) {
    let mut db = server.database.connect().await;
    query!(
        "UPDATE sessions SET expires_at = now()
         WHERE user_id = (SELECT id FROM users WHERE handle = 'ana')"
    )
    .execute(&mut db)
    .await
    .unwrap();
    query!(
        "UPDATE sessions SET last_seen_at = now() - interval '30 days'
         WHERE user_id = (SELECT id FROM users WHERE handle = 'ben')"
    )
    .execute(&mut db)
    .await
    .unwrap();
}

#[tokio::test]
async fn row_2_a_socket_with_an_expired_session_is_closed_before_anything_is_read() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    lapse(&server).await;
    for person in [&ana, &ben] {
        let mut socket = person.connect().await;
        assert_eq!(socket.close_code().await, 4401, "{}", person.handle);
        assert!(socket.told.is_empty());
    }
    server.end().await;
}

/// Every session is looked at once a minute, so this takes one.
#[tokio::test]
async fn row_6_an_open_socket_ends_when_its_session_has_had_its_time_or_was_not_used_for_long() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let cleo = server.person("cleo").await;
    let mut sockets = [ana.greet().await, ben.greet().await];
    let mut hers = cleo.greet().await;
    lapse(&server).await;
    for socket in &mut sockets {
        let closed = socket.close_code_within(30);
        let closed = tokio::time::timeout(Duration::from_secs(90), closed).await;
        assert_eq!(closed.expect("it ends within a minute or so"), 4401);
    }
    hers.say(json!({"type": "hello"})).await;
    assert_eq!(hers.next_of("welcome").await["user"]["handle"], "cleo");
    server.end().await;
}
