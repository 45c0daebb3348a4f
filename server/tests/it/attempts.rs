//! How often what can be abused may be tried, over all nodes.

use reqwest::{Method, Response, header};
use serde_json::{Value, json};

use crate::support::{
    Database, Person, Server, Settings,
    person::{PASSWORD, named_cookie},
};

fn strict() -> Settings {
    Settings {
        tries: 1,
        proxies: vec!["127.0.0.1/32".into()],
        ..Settings::default()
    }
}

/// Tries to sign in from an address, as our own proxy tells it, perhaps with a cookie.
async fn try_from(
    server: &Server,
    address: &str,
    login: &str,
    password: &str,
    cookie: &str,
) -> Response {
    server
        .stranger()
        .request(Method::POST, "/api/accounts/sign_in")
        .header(header::ACCEPT, "application/json")
        .header("x-forwarded-for", address)
        .header(header::COOKIE, cookie)
        .json(&json!({"login": login, "password": password}))
        .send()
        .await
        .unwrap()
}

/// Tries until it is too often. Returns how many were answered otherwise, and the refusal.
async fn exhaust(mut attempt: impl AsyncFnMut(u32) -> Response) -> (u32, Response) {
    for count in 0..100 {
        let answer = attempt(count).await;
        if answer.status() == 429 {
            return (count, answer);
        }
    }
    panic!("a hundred tries are let through");
}

/// Whether so many were let through, and no more than have come back while that took.
fn about(burst: u32, let_through: u32) -> bool {
    (burst..=burst + 9).contains(&let_through)
}

async fn person(server: &Server, handle: &str) -> Person {
    Person::sign_up(server.url("/"), handle).await
}

#[tokio::test]
async fn row_16_guesses_at_one_account_are_limited_over_all_nodes_and_say_when_to_try_again() {
    let server = Server::start_with(Database::new().await, strict()).await;
    let other = Server::start_with(server.database.clone(), strict()).await;
    person(&server, "ana").await;
    let (let_through, refused) = exhaust(async |count| {
        let node = if count % 2 == 0 { &server } else { &other };
        try_from(node, &format!("203.0.113.{count}"), "ana", "a guess", "").await
    })
    .await;
    assert_eq!(let_through, 10);
    let after = refused.headers()[header::RETRY_AFTER]
        .to_str()
        .unwrap()
        .to_owned();
    let error: Value = refused.json().await.unwrap();
    assert_eq!(error["code"], "too_soon");
    assert_eq!(error["wait"].to_string(), after);
    assert!(
        (1..=60).contains(&error["wait"].as_u64().unwrap()),
        "{error}"
    );
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains(&format!("{after} s")),
        "{error}"
    );
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn row_16_nobody_locks_another_out() {
    let server = Server::start_with(Database::new().await, strict()).await;
    let ana = person(&server, "ana").await;
    let signed_in = try_from(&server, "198.51.100.1", "ana", PASSWORD, "").await;
    let device = named_cookie(&signed_in, "device");
    exhaust(async |count| {
        try_from(&server, &format!("203.0.113.{count}"), "ana", "a guess", "").await
    })
    .await;
    // The right password does not help in a browser that the account does not know.
    let stranger = try_from(&server, "198.51.100.1", "ana", PASSWORD, "").await;
    assert_eq!(stranger.status(), 429);
    let known = try_from(&server, "198.51.100.1", "ana", PASSWORD, &device).await;
    assert_eq!(known.status(), 200);
    // Nor does a cookie that another account has got.
    let ben = try_from(&server, "198.51.100.2", "ben", PASSWORD, "").await;
    assert_eq!(ben.status(), 401);
    let forged = format!("device={}", "A".repeat(43));
    assert_eq!(
        try_from(&server, "198.51.100.1", "ana", PASSWORD, &forged)
            .await
            .status(),
        429
    );
    // Who has a new browser sets a new password by mail, and is known by it.
    ana.confirm(&server).await;
    ana.call("accounts/forget_password", json!({"email": ana.email()}))
        .await;
    let input = json!({"token": ana.mailed_token(&server).await, "password": "another one now"});
    let reset = server
        .stranger()
        .post("accounts/reset_password", &input)
        .await;
    let device = named_cookie(&reset, "device");
    let back = try_from(&server, "198.51.100.3", "ana", "another one now", &device).await;
    assert_eq!(back.status(), 200);
    server.end().await;
}

#[tokio::test]
async fn row_16_an_unknown_account_is_limited_like_a_known_one() {
    let server = Server::start_with(Database::new().await, strict()).await;
    let (let_through, _) = exhaust(async |count| {
        try_from(
            &server,
            &format!("203.0.113.{count}"),
            "Nobody",
            "a guess",
            "",
        )
        .await
    })
    .await;
    assert_eq!(let_through, 10);
    server.end().await;
}

#[tokio::test]
async fn row_16_signing_in_from_one_place_is_limited_whatever_the_account() {
    let server = Server::start_with(Database::new().await, strict()).await;
    let (let_through, _) = exhaust(async |count| {
        try_from(
            &server,
            "203.0.113.7",
            &format!("who_{count}"),
            "a guess",
            "",
        )
        .await
    })
    .await;
    assert!(about(30, let_through), "{let_through}");
    assert_eq!(
        try_from(&server, "203.0.113.8", "who", "a guess", "")
            .await
            .status(),
        401
    );
    server.end().await;
}

#[tokio::test]
async fn row_16_signing_up_asking_for_mails_and_following_invites_are_limited() {
    let server = Server::start_with(Database::new().await, strict()).await;
    let ana = person(&server, "ana").await;
    let stranger = server.stranger();
    let (let_through, _) = exhaust(async |count| {
        let handle = format!("other_{count}");
        let email = format!("{handle}@example.org");
        let input = json!({"handle": handle, "email": email, "password": PASSWORD});
        stranger.post("accounts/sign_up", &input).await
    })
    .await;
    // Hers was one of twenty.
    assert_eq!(let_through, 19);
    let (let_through, _) = exhaust(async |_| {
        let input = json!({"email": "somebody@example.org"});
        stranger.post("accounts/forget_password", &input).await
    })
    .await;
    assert_eq!(let_through, 4);
    let (let_through, _) = exhaust(async |_| {
        let input = json!({"code": "A".repeat(22)});
        stranger.post("invites/open", &input).await
    })
    .await;
    assert!(about(60, let_through), "{let_through}");
    let room = ana.create("Visa", "group").await;
    let (let_through, _) = exhaust(async |_| {
        let input = json!({"room": room, "expires": "day"});
        ana.post("invites/create", &input).await
    })
    .await;
    assert_eq!(let_through, 30);
    server.end().await;
}

#[tokio::test]
async fn row_17_a_forwarded_address_is_ignored_unless_the_proxy_is_trusted() {
    let settings = Settings {
        tries: 1,
        ..Settings::default()
    };
    let server = Server::start_with(Database::new().await, settings).await;
    let (let_through, _) = exhaust(async |count| {
        try_from(
            &server,
            &format!("203.0.113.{count}"),
            &format!("who_{count}"),
            "a guess",
            "",
        )
        .await
    })
    .await;
    assert!(about(30, let_through), "{let_through}");
    server.end().await;
}
