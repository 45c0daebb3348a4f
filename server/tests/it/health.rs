//! What the server says of itself, with and without its database.

use reqwest::header;
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::support::{Server, Settings, parts, person::client};

#[tokio::test]
async fn a_server_with_its_database_is_live_and_ready() {
    let server = Server::start().await;
    assert_eq!(server.stranger().get("/health/live").await.status(), 200);
    assert_eq!(server.stranger().get("/health/ready").await.status(), 200);
    server.end().await;
}

#[tokio::test]
async fn a_server_whose_database_is_away_waits_for_it_and_says_so() {
    let mails = TempDir::new().unwrap();
    // Port 9 (discard) answers nobody here.
    let nowhere = "postgres://layover@127.0.0.1:9/layover";
    let parts = parts(nowhere, &mails, &mails, Settings::default()).await;
    let url = parts.public_url.clone();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(layover::serve(
        parts,
        async { stopped.await.unwrap_or_default() },
        || panic!("it says that it is ready"),
    ));
    let client = client();
    let get = |path: &str| {
        client
            .get(url.join(path).unwrap())
            .header(header::ACCEPT, "text/html")
    };
    assert_eq!(get("/health/live").send().await.unwrap().status(), 200);
    assert_eq!(get("/health/ready").send().await.unwrap().status(), 503);
    let page = get("/").send().await.unwrap();
    assert_eq!(page.status(), 503);
    assert!(page.headers().contains_key(header::RETRY_AFTER));
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(policy.contains("default-src 'self'"), "{policy:?}");
    assert!(page.text().await.unwrap().contains("One moment"));
    let door = client
        .post(url.join("/api/rooms/list").unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(door.status(), 503);
    assert_eq!(
        door.json::<serde_json::Value>().await.unwrap()["code"],
        "unavailable"
    );

    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
