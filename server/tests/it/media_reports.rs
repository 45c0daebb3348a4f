//! What reports keep of pictures and files.

use layover::reports::resolve;
use serde_json::json;
use uuid::Uuid;

use crate::{
    media_uploads::{files, tidier},
    reports::{kept, report},
    support::Server,
};

#[tokio::test]
async fn what_a_reported_message_has_shown_is_kept_until_the_report_is_resolved() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let ids = [
        ben.upload("fake.pdf", b"%PDF-1.7").await,
        ben.upload("other.txt", b"other").await,
    ];
    let said = ben.show(&room, "Pay here", &[&ids[0]]).await;
    let innocent = ben.show(&room, "", &[&ids[1]]).await;
    report(&ana, &room, &said).await;
    for sent in [&said, &innocent] {
        let delete = json!({"room": room, "message": sent["message"]});
        ben.call("messages/delete", delete).await;
    }
    tidier(&server).tidy().await.unwrap();
    // It is nobody's, and shown to nobody; the other file is gone.
    assert_eq!(files(&server).len(), 1);
    for person in [&ana, &ben] {
        assert_eq!(person.fetch(&ids[0], "original").await.status(), 404);
    }
    let again = json!({"room": room, "id": Uuid::now_v7(), "body": "", "media": [ids[0]]});
    let refused = ben.refused("messages/send", again).await;
    assert_eq!(refused, (404, "media_unknown".into()));
    let reports = kept(&server, false).await;
    let shown = &reports[0].media[0];
    assert_eq!(
        (shown.kind.as_str(), shown.name.as_str()),
        ("file", "fake.pdf")
    );
    assert_eq!(shown.id.map(|id| id.to_string()).as_ref(), Some(&ids[0]));

    let pool = layover::pool(&server.database.url()).unwrap();
    assert!(resolve(&pool, reports[0].id).await.unwrap());
    pool.close().await;
    tidier(&server).tidy().await.unwrap();
    assert_eq!(files(&server).len(), 0);
    let reports = kept(&server, true).await;
    let shown = &reports[0].media[0];
    assert_eq!((shown.id, shown.name.as_str()), (None, "fake.pdf"));
    server.end().await;
}

#[tokio::test]
async fn a_report_takes_nothing_from_who_still_shows_it() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let id = ben.upload("a.txt", b"a").await;
    let said = ben.show(&room, "", &[&id]).await;
    report(&ana, &room, &said).await;
    let reports = kept(&server, false).await;
    let pool = layover::pool(&server.database.url()).unwrap();
    resolve(&pool, reports[0].id).await.unwrap();
    pool.close().await;
    tidier(&server).tidy().await.unwrap();
    assert_eq!(ana.bytes_of(&id, "original").await, b"a");
    server.end().await;
}
