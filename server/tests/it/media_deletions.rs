//! What no message shows any more goes from where it is kept, whoever is stopped in between.

use std::time::Duration;

use layover::deletions::Eraser;
use serde_json::json;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::{
    media_uploads::{files, tidier},
    support::{Person, Server, Settings, person::PASSWORD},
};

async fn delete(person: &Person, room: &str, sent: &serde_json::Value) {
    let delete = json!({"room": room, "message": sent["message"]});
    person.call("messages/delete", delete).await;
}

async fn rows(db: &mut PgConnection) -> (i64, i64) {
    let rows = query!(
        r#"SELECT count(*) AS "all!", count(*) FILTER (WHERE state = 'doomed') AS "doomed!"
           FROM media"#
    );
    let rows = rows.fetch_one(db).await.unwrap();
    (rows.all, rows.doomed)
}

#[tokio::test]
async fn a_message_that_is_deleted_takes_its_files_with_it() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let (one, two) = (ana.upload("1", b"1").await, ana.upload("2", b"2").await);
    let sent = ana.show(&room, "", &[&one, &two]).await;
    assert_eq!(files(&server).len(), 2);
    delete(&ana, &room, &sent).await;
    for id in [&one, &two] {
        assert_eq!(ana.fetch(id, "original").await.status(), 404);
    }
    let page = ana.call("messages/page", json!({"room": room})).await;
    assert_eq!(page["messages"][1].get("media"), None);
    let again = json!({"room": room, "id": Uuid::now_v7(), "body": "", "media": [one]});
    let refused = ana.refused("messages/send", again).await;
    assert_eq!(refused, (404, "media_unknown".into()));
    tidier(&server).tidy().await.unwrap();
    assert_eq!(files(&server).len(), 0);
    let mut db = server.database.connect().await;
    assert_eq!(rows(&mut db).await, (0, 0));
    server.end().await;
}

#[tokio::test]
async fn row_26_a_file_that_is_shown_twice_outlives_one_deletion() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let id = ana.upload("a", b"a").await;
    let first = ana.show(&room, "", &[&id]).await;
    let second = ana.show(&room, "", &[&id]).await;
    delete(&ana, &room, &first).await;
    tidier(&server).tidy().await.unwrap();
    assert_eq!(ana.bytes_of(&id, "original").await, b"a");
    delete(&ana, &room, &second).await;
    tidier(&server).tidy().await.unwrap();
    assert_eq!(files(&server).len(), 0);
    server.end().await;
}

#[tokio::test]
async fn a_server_that_ends_between_a_deletion_and_its_files_leaves_them_to_the_next() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let ids = [ana.upload("1", b"1").await, ana.upload("2", b"2").await];
    let sent = ana.show(&room, "", &[&ids[0], &ids[1]]).await;
    delete(&ana, &room, &sent).await;
    let media = server.media.clone();
    assert_eq!(files(&server).len(), 2);
    let mut db = server.database.connect().await;
    assert_eq!(rows(&mut db).await, (2, 2));
    // Another one was ended when the bytes of the first had gone, and its row had not.
    let first = files(&server)
        .into_iter()
        .find(|path| path.to_string_lossy().contains(&ids[0]));
    std::fs::remove_dir_all(first.unwrap().parent().unwrap()).unwrap();
    let database = server.stop().await;
    let settings = Settings {
        media_of: Some(media),
        ..Settings::default()
    };
    let server = Server::start_with(database, settings).await;
    // It tidies up by itself, too: whoever comes second leaves what the other holds.
    let tidied = async {
        while (files(&server).len(), rows(&mut db).await) != (0, (0, 0)) {
            tidier(&server).tidy().await.unwrap();
        }
    };
    let tidied = tokio::time::timeout(Duration::from_secs(20), tidied).await;
    tidied.expect("what is left of it goes");
    server.end().await;
}

#[tokio::test]
async fn what_is_shown_while_it_expires_stays() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    for _ in 0..10 {
        let id = ana.upload("a", b"a").await;
        let mut db = server.database.connect().await;
        query!("UPDATE media SET expires_at = now() WHERE expires_at <> 'infinity'")
            .execute(&mut db)
            .await
            .unwrap();
        let input = json!({"room": room, "id": Uuid::now_v7(), "body": "", "media": [id]});
        let tidier = tidier(&server);
        let (sent, tidied) = tokio::join!(ana.post("messages/send", &input), tidier.tidy());
        tidied.unwrap();
        let there = ana.fetch(&id, "original").await.status();
        assert_eq!(there, if sent.status() == 200 { 200 } else { 404 });
    }
    server.end().await;
}

/// Ends an account now.
async fn end_account(server: &Server, person: &Person, messages: &str) {
    let id: Uuid = person.id().await.parse().unwrap();
    let delete = json!({"messages": messages, "current": PASSWORD});
    person.call("accounts/delete", delete).await;
    let mut db = server.database.connect().await;
    query!("UPDATE users SET deletion_due_at = now() WHERE id = $1", id)
        .execute(&mut db)
        .await
        .unwrap();
    let eraser = Eraser::alone(layover::pool(&server.database.url()).unwrap());
    eraser.carry_out_due().await.unwrap();
}

#[tokio::test]
async fn an_account_that_ends_takes_its_files_along_or_leaves_what_its_messages_show() {
    let server = Server::start().await;
    let ben = server.person("ben").await;
    let room = ben.create("Visa", "public").await;
    for (handle, fate, left) in [("ana", "erase", 0), ("cara", "keep", 1)] {
        let person = server.person(handle).await;
        person.join(&room).await;
        let shown = person.upload("shown.txt", b"shown").await;
        person.upload("draft.txt", b"draft").await;
        person.begin(10, &[]).await;
        person.show(&room, "", &[&shown]).await;
        end_account(&server, &person, fate).await;
        tidier(&server).tidy().await.unwrap();
        assert_eq!(files(&server).len(), left, "{fate}");
        let status = if left == 1 { 200 } else { 404 };
        assert_eq!(
            ben.fetch(&shown, "original").await.status(),
            status,
            "{fate}"
        );
    }
    server.end().await;
}
