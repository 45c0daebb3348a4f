//! Files come in, go on after a broken connection, and have limits.

use layover::media::{MediaLimits, Tidier};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::query;
use uuid::Uuid;

use crate::support::{Database, Person, Server, Settings, uploads::UPLOADS};

/// A server with these limits.
pub(crate) async fn limited(media: MediaLimits) -> Server {
    let settings = Settings {
        media,
        ..Settings::default()
    };
    Server::start_with(Database::new().await, settings).await
}

#[tokio::test]
async fn an_upload_goes_on_where_it_has_stopped() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let letter = b"The letter has come.".repeat(1000);
    let upload = ana.begin(letter.len(), &[("filename", "letter.txt")]).await;
    assert_eq!(ana.offset(&upload).await, 0);
    let (first, second) = letter.split_at(7000);
    let answer = ana.go_on(&upload, 0, first).await;
    assert_eq!(answer.status(), 204);
    assert_eq!(answer.headers()["upload-offset"], "7000");
    assert_eq!(answer.headers()["tus-resumable"], "1.0.0");
    let told = ana.uploaded(&upload).await;
    assert_eq!(
        (&told["offset"], &told["attachment"]),
        (&json!(7000), &Value::Null)
    );
    // The answer was lost, and the first part is sent again.
    let answer = ana.go_on(&upload, 0, first).await;
    assert_eq!(answer.status(), 409);
    assert_eq!(ana.offset(&upload).await, 7000);
    assert_eq!(ana.go_on(&upload, 7000, second).await.status(), 204);
    let told = ana.uploaded(&upload).await;
    assert_eq!(told["attachment"]["kind"], "file");
    assert_eq!(told["attachment"]["name"], "letter.txt");
    assert_eq!(told["attachment"]["size"], letter.len());
    let id = told["id"].as_str().unwrap();
    assert_eq!(ana.bytes_of(id, "original").await, letter);
    // That, too, may have been lost.
    assert_eq!(ana.offset(&upload).await, letter.len());
    server.end().await;
}

#[tokio::test]
async fn an_upload_outlives_the_server_and_goes_on_at_another_node() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let upload = ana.begin(6, &[]).await;
    ana.go_on(&upload, 0, b"one").await;
    let other = server.another(None).await;
    let there = ana.on(&other);
    server.stop().await;
    assert_eq!(there.offset(&upload).await, 3);
    assert_eq!(there.go_on(&upload, 3, b"two").await.status(), 204);
    let id = upload.rsplit('/').next().unwrap();
    assert_eq!(there.bytes_of(id, "original").await, b"onetwo");
    other.end().await;
}

#[tokio::test]
async fn an_upload_is_its_senders_alone() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let upload = ana.begin(3, &[]).await;
    for (who, status) in [(&ben, 404_u16), (&server.stranger(), 401)] {
        for method in [Method::HEAD, Method::GET, Method::DELETE] {
            let answer = who.tus(method.clone(), &upload).send().await.unwrap();
            assert_eq!(answer.status(), status, "{method}");
        }
        assert_eq!(who.go_on(&upload, 0, b"one").await.status(), status);
    }
    assert_eq!(server.stranger().try_begin(3, &[]).await.status(), 401);
    assert_eq!(ana.go_on(&upload, 0, b"one").await.status(), 204);
    let id = upload.rsplit('/').next().unwrap();
    assert_eq!(ben.fetch(id, "original").await.status(), 404);
    server.end().await;
}

#[tokio::test]
async fn row_7_another_site_sends_nothing_in() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let upload = ana.begin(3, &[]).await;
    for (method, path) in [
        (Method::POST, UPLOADS),
        (Method::PATCH, &upload),
        (Method::DELETE, &upload),
        (Method::POST, "/media/send"),
    ] {
        let request = ana.tus(method.clone(), path);
        let request = request.header("sec-fetch-site", "cross-site");
        assert_eq!(
            request.send().await.unwrap().status(),
            403,
            "{method} {path}"
        );
    }
    assert_eq!(ana.offset(&upload).await, 0);
    server.end().await;
}

#[tokio::test]
async fn what_is_taken_back_is_gone() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let upload = ana.begin(6, &[]).await;
    ana.go_on(&upload, 0, b"one").await;
    let answer = ana.tus(Method::DELETE, &upload).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    let answer = ana.tus(Method::HEAD, &upload).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert_eq!(ana.go_on(&upload, 3, b"two").await.status(), 404);
    assert_eq!(files(&server).len(), 0);
    server.end().await;
}

/// All that is kept of media.
pub(crate) fn files(server: &Server) -> Vec<std::path::PathBuf> {
    fn walk(folder: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(server.media.path(), &mut files);
    files
}

#[tokio::test]
async fn what_the_protocol_does_not_know_is_refused() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let answer = ana.tus(Method::OPTIONS, UPLOADS).send().await.unwrap();
    assert_eq!(answer.headers()["tus-version"], "1.0.0");
    assert_eq!(
        answer.headers()["tus-extension"],
        "creation,expiration,termination"
    );
    let request = ana.tus(Method::POST, UPLOADS);
    assert_eq!(request.send().await.unwrap().status(), 400, "no length");
    let request = ana
        .request(Method::POST, UPLOADS)
        .header("tus-resumable", "0.2.2");
    let answer = request.header("upload-length", 3).send().await.unwrap();
    assert_eq!(answer.status(), 412);
    let upload = ana.begin(3, &[]).await;
    let request = ana.tus(Method::PATCH, &upload).header("upload-offset", 0);
    let answer = request.body("one").send().await.unwrap();
    assert_eq!(answer.status(), 415);
    let answer = ana.go_on(&upload, 0, b"more than was said").await;
    assert_eq!(answer.status(), 413);
    assert_eq!(
        ana.go_on(&format!("{UPLOADS}/x"), 0, b"one").await.status(),
        404
    );
    server.end().await;
}

#[tokio::test]
async fn row_33_files_and_people_and_uploads_under_way_have_limits() {
    let server = limited(MediaLimits {
        file: 100_000,
        person: 250_000,
        uploads: 3,
        ..MediaLimits::default()
    })
    .await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let refused = async |person: &Person, length| {
        let answer = person.try_begin(length, &[]).await;
        let status = answer.status().as_u16();
        let error: Value = answer.json().await.unwrap();
        (status, error["code"].as_str().unwrap().to_owned())
    };
    assert_eq!(refused(&ana, 100_001).await, (413, "file_large".into()));
    assert_eq!(refused(&ana, 0).await, (422, "file_empty".into()));
    let uploads = [ana.begin(100, &[]).await, ana.begin(100, &[]).await];
    ana.begin(100, &[]).await;
    assert_eq!(refused(&ana, 100).await, (409, "uploads_many".into()));
    ben.begin(100, &[]).await;
    for upload in uploads {
        ana.go_on(&upload, 0, &[0; 100]).await;
    }
    // Each of the three counts for 16 KiB at least.
    ana.begin(100_000, &[]).await;
    ana.upload("a", &vec![0; 90_000]).await;
    assert_eq!(refused(&ana, 20_000).await, (409, "quota_full".into()));
    let told = ana.begin(10_000, &[]).await;
    assert_eq!(ana.offset(&told).await, 0);
    server.end().await;
}

#[tokio::test]
async fn row_33_uploads_that_begin_at_once_are_counted_too() {
    let server = limited(MediaLimits {
        uploads: 3,
        ..MediaLimits::default()
    })
    .await;
    let ana = server.person("ana").await;
    let begun = (0..10).map(|_| ana.try_begin(100, &[]));
    let begun = futures::future::join_all(begun).await;
    let begun = begun.iter().filter(|answer| answer.status() == 201);
    assert_eq!(begun.count(), 3);
    server.end().await;
}

#[tokio::test]
async fn what_does_not_come_in_or_is_not_shown_in_time_goes() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let half = ana.begin(6, &[]).await;
    ana.go_on(&half, 0, b"one").await;
    let unshown = ana.upload("unshown", b"one").await;
    let shown = ana.upload("shown", b"two").await;
    ana.show(&room, "", &[&shown]).await;
    let mut db = server.database.connect().await;
    query!(
        "UPDATE media SET expires_at = now() - interval '1 second' WHERE expires_at <> 'infinity'"
    )
    .execute(&mut db)
    .await
    .unwrap();
    tidier(&server).tidy().await.unwrap();
    assert_eq!(ana.fetch(&unshown, "original").await.status(), 404);
    assert_eq!(ana.bytes_of(&shown, "original").await, b"two");
    let answer = ana.tus(Method::HEAD, &half).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert_eq!(files(&server).len(), 1);
    let left = query!(r#"SELECT count(*) AS "count!" FROM media"#);
    assert_eq!(left.fetch_one(&mut db).await.unwrap().count, 1);
    server.end().await;
}

/// Tidies up beside the server.
pub(crate) fn tidier(server: &Server) -> Tidier {
    let pool = layover::pool(&server.database.url()).unwrap();
    Tidier::alone(pool, &server.media_config()).unwrap()
}

#[tokio::test]
async fn what_one_sends_in_is_described_until_a_message_shows_it() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    let upload = ana.begin(3, &[("alt", "a")]).await;
    let id = upload.rsplit('/').next().unwrap();
    let describe = |id: &str, alt: &str| json!({"media": id, "alt": alt});
    ana.call("media/describe", describe(id, "A  letter\n"))
        .await;
    ana.go_on(&upload, 0, b"one").await;
    assert_eq!(ana.uploaded(&upload).await["attachment"]["alt"], "A letter");
    ana.call("media/describe", describe(id, "The letter")).await;
    let long = ana.refused("media/describe", describe(id, &"x".repeat(1001)));
    assert_eq!(long.await, (422, "alt_long".into()));
    let unknown = Uuid::now_v7().to_string();
    for (person, id) in [(&ben, id), (&ana, unknown.as_str())] {
        let refused = person.refused("media/describe", describe(id, "theirs"));
        assert_eq!(refused.await, (404, "media_unknown".into()));
    }
    ana.show(&room, "", &[id]).await;
    let refused = ana.refused("media/describe", describe(id, "later"));
    assert_eq!(refused.await, (404, "media_unknown".into()));
    let page = ben.call("messages/page", json!({"room": room})).await;
    assert_eq!(page["messages"][1]["media"][0]["alt"], "The letter");
    server.end().await;
}

#[tokio::test]
async fn what_is_still_being_put_away_is_deleted_later_and_its_row_last() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let id = ana.upload("a", b"a").await;
    let mut db = server.database.connect().await;
    query!("UPDATE media SET expires_at = now() - interval '1 second'")
        .execute(&mut db)
        .await
        .unwrap();
    // Another node holds it.
    let staging = server.media.path().join("staging").join(&id);
    let held = std::fs::File::create(staging).unwrap();
    held.lock().unwrap();
    tidier(&server).tidy().await.unwrap();
    assert_eq!(ana.fetch(&id, "original").await.status(), 404);
    assert_eq!(files(&server).len(), 2);
    let left = query!(r#"SELECT count(*) AS "count!" FROM media"#);
    assert_eq!(left.fetch_one(&mut db).await.unwrap().count, 1);
    held.unlock().unwrap();
    tidier(&server).tidy().await.unwrap();
    assert_eq!(files(&server).len(), 0);
    server.end().await;
}
