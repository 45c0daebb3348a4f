//! Files come in, go on after a broken connection, and have limits.

use image::ImageFormat;
use layover::media::{MediaLimits, Tidier};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::query;
use uuid::Uuid;

use crate::support::{Database, Person, Server, Settings, pictures::picture, uploads::UPLOADS};

/// A server with these limits.
async fn limited(media: MediaLimits) -> Server {
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
        file: 1000,
        person: 2500,
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
    assert_eq!(refused(&ana, 1001).await, (413, "file_large".into()));
    assert_eq!(refused(&ana, 0).await, (422, "file_empty".into()));
    let uploads = [ana.begin(100, &[]).await, ana.begin(100, &[]).await];
    ana.begin(100, &[]).await;
    assert_eq!(refused(&ana, 100).await, (409, "uploads_many".into()));
    ben.begin(100, &[]).await;
    for upload in uploads {
        ana.go_on(&upload, 0, &[0; 100]).await;
    }
    ana.begin(1000, &[]).await;
    ana.upload("a", &[0; 900]).await;
    assert_eq!(refused(&ana, 400).await, (409, "quota_full".into()));
    ana.begin(300, &[]).await;
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

/// A form with files, as a browser writes it.
#[derive(Default)]
struct Form(Vec<u8>);

impl Form {
    fn text(self, name: &str, text: &str) -> Self {
        self.part(&format!("name=\"{name}\""), text.as_bytes())
    }

    fn file(self, name: &str, bytes: &[u8]) -> Self {
        self.part(&format!("name=\"file\"; filename=\"{name}\""), bytes)
    }

    fn part(mut self, head: &str, bytes: &[u8]) -> Self {
        let head = format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        self.0.extend(head.as_bytes());
        self.0.extend(bytes);
        self.0.extend(b"\r\n");
        self
    }

    async fn send(self, person: &Person) -> reqwest::Response {
        let whole = [&self.0[..], b"--edge--\r\n"].concat();
        Self::post(person, whole).await
    }

    async fn post(person: &Person, bytes: Vec<u8>) -> reqwest::Response {
        let request = person.request(Method::POST, "/media/send");
        let request = request.header("accept", "text/html");
        let request = request.header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "multipart/form-data; boundary=edge");
        request.body(bytes).send().await.unwrap()
    }
}

#[tokio::test]
async fn a_form_sends_a_message_with_its_files() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let form = Form::default()
        .text("room", &room)
        .text("id", &Uuid::now_v7().to_string())
        .text("body", "")
        .text("alt", "The letter")
        .file("letter.png", &picture(30, 20, ImageFormat::Png))
        .file("visa.pdf", b"%PDF-1.7")
        .file("", b"");
    let answer = form.send(&ana).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    assert_eq!(answer.headers()["location"], format!("/rooms/{room}"));
    let page = ana.call("messages/page", json!({"room": room})).await;
    let media = &page["messages"][1]["media"];
    assert_eq!(media[0]["kind"], "image");
    assert_eq!(media[0]["alt"], "The letter");
    assert_eq!(
        (&media[1]["name"], &media[1]["alt"]),
        (&json!("visa.pdf"), &Value::Null)
    );
    assert_eq!(media.as_array().unwrap().len(), 2);
    server.end().await;
}

#[tokio::test]
async fn a_form_that_is_refused_leaves_nothing() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let ben = server.person("ben").await;
    let room = ben.create("Ours", "group").await;
    let own = ana.create("Visa", "public").await;
    let form = |room: &str, bytes: &[u8]| {
        Form::default()
            .text("room", room)
            .text("id", &Uuid::now_v7().to_string())
            .text("body", "hi")
            .file("a", b"one")
            .file("b", bytes)
    };
    assert_eq!(form(&room, b"two").send(&ana).await.status(), 404);
    let cut = form(&own, b"two");
    assert_eq!(Form::post(&ana, cut.0).await.status(), 400);
    let broken = form(&own, b"\xff\xd8\xff\xe0 no picture").send(&ana).await;
    assert_eq!(broken.status(), 422);
    assert!(broken.text().await.unwrap().contains("cannot be read"));
    tidier(&server).tidy().await.unwrap();
    assert_eq!(files(&server).len(), 0);
    server.end().await;
}
