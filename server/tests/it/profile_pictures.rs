//! How people look: who sees it, what is kept of it, and what goes.

use image::ImageFormat;
use layover::deletions::Eraser;
use reqwest::{Method, RequestBuilder, Response, StatusCode, header};
use serde_json::{Value, json};
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::{
    erasures::is_done_after,
    media_uploads::{files, tidier},
    support::{
        Archive, Person, Server,
        person::PASSWORD,
        pictures::{PLACE, holds, photo, picture, read},
    },
};

const BOUNDARY: &str = "a-boundary-of-the-form";
pub(crate) const KIND: &str = "multipart/form-data; boundary=a-boundary-of-the-form";

/// A form with a file, as a browser writes it.
pub(crate) fn form(request: RequestBuilder, name: &str, bytes: &[u8]) -> RequestBuilder {
    request
        .header(header::CONTENT_TYPE, KIND)
        .body(written(name, bytes))
}

pub(crate) fn written(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend(bytes);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    body
}

pub(crate) fn path(whose: &str) -> String {
    format!("/people/{whose}/picture")
}

pub(crate) async fn send(person: &Person, whose: &str, bytes: &[u8]) -> Response {
    let request = person.request(Method::POST, &path(whose));
    form(request, "me.png", bytes).send().await.unwrap()
}

/// Somebody puts a picture on.
pub(crate) async fn wears(person: &Person, bytes: &[u8]) {
    let answer = send(person, &person.id().await, bytes).await;
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

async fn is_seen_by(person: &Person, seen: &str) {
    person
        .call("profiles/show_picture", json!({"seen": seen}))
        .await;
}

async fn look(reader: &Person, whose: &str) -> Response {
    let answer = reader.request(Method::GET, &path(whose)).send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 200);
    answer
}

fn kind(answer: &Response) -> String {
    let kind = &answer.headers()[header::CONTENT_TYPE];
    kind.to_str().unwrap().to_owned()
}

/// Whether it is a picture, and not what stands for one.
pub(crate) async fn is_picture(reader: &Person, whose: &str) -> bool {
    match kind(&look(reader, whose).await).as_str() {
        "image/jpeg" => true,
        "image/svg+xml" => false,
        other => panic!("{other}"),
    }
}

async fn rows(db: &mut PgConnection) -> i64 {
    let rows = query!(r#"SELECT count(*) AS "count!" FROM media"#);
    rows.fetch_one(db).await.unwrap().count
}

#[tokio::test]
async fn a_picture_is_made_a_small_square_that_tells_nothing_of_where_it_was_taken() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let id = ana.id().await;
    wears(&ana, &photo(1200, 900)).await;
    for (query, side) in [("", 128), ("?large", 512), ("?large&3", 512), ("?17", 128)] {
        let answer = ana.request(Method::GET, &format!("{}{query}", path(&id)));
        let bytes = answer.send().await.unwrap().bytes().await.unwrap();
        assert_eq!(read(&bytes).dimensions(), (side, side), "{query}");
        assert!(!holds(&bytes, PLACE), "{query}");
    }
    server.end().await;
}

#[tokio::test]
async fn row_26_a_picture_is_for_those_to_whom_it_is_shown() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let (cara, stranger) = (server.person("cara").await, server.stranger());
    let room = ana.create("Ours", "group").await;
    ana.invite(&room, &ben).await;
    let id = ana.id().await;
    wears(&ana, &picture(60, 60, ImageFormat::Png)).await;
    for (seen, by_stranger, by_member, by_companion) in [
        ("everyone", true, true, true),
        ("members", false, true, true),
        ("shared", false, false, true),
        ("nobody", false, false, false),
    ] {
        is_seen_by(&ana, seen).await;
        assert_eq!(is_picture(&stranger, &id).await, by_stranger, "{seen}");
        assert_eq!(is_picture(&cara, &id).await, by_member, "{seen}");
        assert_eq!(is_picture(&ben, &id).await, by_companion, "{seen}");
        assert!(is_picture(&ana, &id).await, "{seen}");
    }
    // By its own id it is nobody else's.
    is_seen_by(&ana, "everyone").await;
    let worn = picture_id(&server).await.to_string();
    for other in [&ben, &stranger] {
        assert_eq!(other.fetch(&worn, "small").await.status(), 404);
    }
    server.end().await;
}

pub(crate) async fn picture_id(server: &Server) -> Uuid {
    let mut db = server.database.connect().await;
    let id = query!(r#"SELECT picture_id AS "id!" FROM profiles WHERE picture_id IS NOT NULL"#);
    id.fetch_one(&mut db).await.unwrap().id
}

#[tokio::test]
async fn one_that_is_hidden_and_one_that_is_not_there_look_the_same() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let id = ana.id().await;
    let told = async || {
        let answer = look(&ben, &id).await;
        let headers = answer.headers().clone();
        let mut headers: Vec<_> = headers
            .into_iter()
            .filter_map(|(name, value)| Some((name?.to_string(), value)))
            .filter(|(name, _)| name != "date")
            .collect();
        headers.sort_by(|one, other| one.0.cmp(&other.0));
        (headers, answer.text().await.unwrap())
    };
    let without = told().await;
    assert!(without.1.contains(">A</text>"), "{}", without.1);
    wears(&ana, &picture(60, 60, ImageFormat::Png)).await;
    is_seen_by(&ana, "nobody").await;
    assert_eq!(told().await, without);
    // Nobody is anybody who is gone, or never was.
    let nobody = look(&ben, &Uuid::now_v7().to_string()).await;
    assert!(!nobody.text().await.unwrap().contains("text"));
    let no_id = ben.request(Method::GET, "/people/ana/picture");
    assert_eq!(no_id.send().await.unwrap().status(), 404);
    server.end().await;
}

#[tokio::test]
async fn a_browser_keeps_a_picture_for_a_minute_and_asks_then_whether_it_still_may() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let id = ana.id().await;
    wears(&ana, &picture(60, 60, ImageFormat::Png)).await;
    is_seen_by(&ana, "members").await;
    let first = look(&ben, &id).await;
    assert_eq!(
        first.headers()[header::CACHE_CONTROL],
        "private, max-age=60"
    );
    assert_eq!(first.headers()[header::VARY], "Cookie");
    let own = look(&ana, &id).await;
    assert_eq!(own.headers()[header::CACHE_CONTROL], "private, no-cache");
    assert_eq!(first.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(
        first.headers()[header::CONTENT_SECURITY_POLICY],
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    );
    let tag = first.headers()[header::ETAG].clone();
    // By its id it is hers alone, so that is not told.
    let worn = picture_id(&server).await.to_string();
    assert!(!tag.to_str().unwrap().contains(&worn));
    let head = ben.request(Method::HEAD, &path(&id)).send().await.unwrap();
    assert_eq!(
        (head.status(), &head.headers()[header::ETAG]),
        (StatusCode::OK, &tag)
    );
    let again = async || {
        let asked = ben.request(Method::GET, &path(&id));
        let asked = asked.header(header::IF_NONE_MATCH, &tag);
        asked.send().await.unwrap()
    };
    let known = again().await;
    assert_eq!(known.status(), 304);
    assert!(known.bytes().await.unwrap().is_empty());
    is_seen_by(&ana, "nobody").await;
    let hidden = again().await;
    assert_eq!(
        (hidden.status(), kind(&hidden).as_str()),
        (StatusCode::OK, "image/svg+xml")
    );
    is_seen_by(&ana, "members").await;
    wears(&ana, &picture(50, 50, ImageFormat::Png)).await;
    assert_eq!(again().await.status(), 200, "it is another one");
    server.end().await;
}

#[tokio::test]
async fn row_20_nobody_puts_a_picture_on_somebody_else() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let id = ana.id().await;
    let bytes = picture(60, 60, ImageFormat::Png);
    for (who, status, code) in [
        (&server.stranger(), 401, "sign_in_needed"),
        (&ben, 403, "forbidden"),
    ] {
        let answer = send(who, &id, &bytes).await;
        assert_eq!(answer.status(), status);
        let error: Value = answer.json().await.unwrap();
        assert_eq!(error["code"], code);
    }
    let cross = ana.request(Method::POST, &path(&id));
    let cross = form(cross, "me.png", &bytes).header("sec-fetch-site", "cross-site");
    assert_eq!(cross.send().await.unwrap().status(), 403);
    assert!(!is_picture(&ana, &id).await);
    assert_eq!(files(&server).len(), 0);
    server.end().await;
}

#[tokio::test]
async fn row_27_what_is_no_picture_is_refused_and_leaves_nothing() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let id = ana.id().await;
    let bytes = picture(60, 60, ImageFormat::Png);
    wears(&ana, &bytes).await;
    for (bad, code) in [
        (&b"<svg onload=alert(1)>"[..], "picture_kind"),
        (b"%PDF-1.7", "picture_kind"),
        (&bytes[..40], "picture_broken"),
        (b"", "file_empty"),
    ] {
        let answer = send(&ana, &id, bad).await;
        assert!(answer.status().is_client_error());
        let error: Value = answer.json().await.unwrap();
        assert_eq!(error["code"], code);
    }
    assert!(is_picture(&ana, &id).await, "the old one stays");
    // Without WebAssembly the page says what is wrong.
    let request = ana.request(Method::POST, &path(&id));
    let request = form(request, "letter.pdf", b"%PDF-1.7").header(header::ACCEPT, "text/html");
    let page = request.send().await.unwrap();
    assert_eq!(page.status(), 422);
    assert!(
        page.text()
            .await
            .unwrap()
            .contains("This kind of picture cannot be sent")
    );
    tidier(&server).tidy().await.unwrap();
    assert_eq!(files(&server).len(), 2, "its two forms");
    server.end().await;
}

#[tokio::test]
async fn what_was_replaced_or_removed_goes_and_what_is_shown_stays() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let (id, mut db) = (ana.id().await, server.database.connect().await);
    let bytes = picture(60, 60, ImageFormat::Png);
    wears(&ana, &bytes).await;
    wears(&ana, &bytes).await;
    tidier(&server).tidy().await.unwrap();
    assert_eq!((files(&server).len(), rows(&mut db).await), (2, 1));
    // Nor does it expire, or can be taken back as if nothing showed it.
    query!("UPDATE media SET created_at = now() - interval '9 days'")
        .execute(&mut db)
        .await
        .unwrap();
    let worn = picture_id(&server).await.to_string();
    let cancel = ana.tus(Method::DELETE, &format!("/media/uploads/{worn}"));
    assert_eq!(cancel.send().await.unwrap().status(), 404);
    tidier(&server).tidy().await.unwrap();
    assert!(is_picture(&ana, &id).await);
    // What a message shows as well outlives the profile, and the other way round.
    let room = ana.create("Visa", "public").await;
    let sent = ana.show(&room, "", &[&worn]).await;
    ana.call("profiles/remove_picture", json!({})).await;
    tidier(&server).tidy().await.unwrap();
    assert_eq!(ana.fetch(&worn, "small").await.status(), 200);
    let delete = json!({"room": room, "message": sent["message"]});
    ana.call("messages/delete", delete).await;
    tidier(&server).tidy().await.unwrap();
    assert_eq!((files(&server).len(), rows(&mut db).await), (0, 0));

    wears(&ana, &bytes).await;
    let worn = picture_id(&server).await.to_string();
    let sent = ana.show(&room, "", &[&worn]).await;
    let delete = json!({"room": room, "message": sent["message"]});
    ana.call("messages/delete", delete).await;
    tidier(&server).tidy().await.unwrap();
    assert!(is_picture(&ana, &id).await);
    server.end().await;
}

#[tokio::test]
async fn whoever_is_stopped_after_a_picture_was_taken_off_leaves_its_bytes_to_the_next() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let mut db = server.database.connect().await;
    for steps in 0.. {
        wears(&ana, &picture(20, 20, ImageFormat::Png)).await;
        ana.call("profiles/remove_picture", json!({})).await;
        let tidying = tidier(&server);
        let done = is_done_after(steps, Box::pin(tidying.tidy())).await;
        tidier(&server).tidy().await.unwrap();
        // What its file was locked by may stay for a while, and holds nothing.
        let left = files(&server).into_iter();
        let left = left.filter(|file| file.metadata().unwrap().len() > 0);
        assert_eq!((left.count(), rows(&mut db).await), (0, 0), "{steps} steps");
        if done {
            break;
        }
    }
    server.end().await;
}

#[tokio::test]
async fn an_account_that_ends_takes_its_picture_along_and_nobody_puts_one_on_afterwards() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let id = ana.id().await;
    wears(&ana, &picture(60, 60, ImageFormat::Png)).await;
    is_seen_by(&ana, "everyone").await;
    assert!(is_picture(&ben, &id).await);
    let delete = json!({"messages": "keep", "current": PASSWORD});
    ana.call("accounts/delete", delete).await;
    let mut db = server.database.connect().await;
    query!("UPDATE users SET deletion_due_at = now() WHERE deletion_due_at IS NOT NULL")
        .execute(&mut db)
        .await
        .unwrap();
    let eraser = Eraser::alone(layover::pool(&server.database.url()).unwrap());
    eraser.carry_out_due().await.unwrap();
    // A request that was under way still puts one on: the next round takes it away.
    query!(
        "WITH worn AS (
             INSERT INTO media (id, user_id, state, length, name, kind, expires_at)
             VALUES (gen_random_uuid(), $1::text::uuid, 'finished', 1, 'a', 'image', 'infinity')
             RETURNING id, user_id)
         INSERT INTO profiles (user_id, picture_id) SELECT user_id, id FROM worn",
        id,
    )
    .execute(&mut db)
    .await
    .unwrap();
    eraser.carry_out_due().await.unwrap();
    let gone = look(&ben, &id).await.text().await.unwrap();
    assert!(!gone.contains("text"), "not even a letter");
    assert_eq!(
        send(&ana, &id, &picture(9, 9, ImageFormat::Png))
            .await
            .status(),
        401
    );
    tidier(&server).tidy().await.unwrap();
    assert_eq!((files(&server).len(), rows(&mut db).await), (0, 0));
    server.end().await;
}

#[tokio::test]
async fn a_profile_is_in_the_export_with_who_sees_what() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let bio = json!({"bio": "I wait", "seen": "nobody"});
    ana.call("profiles/set_bio", bio).await;
    let archive = Archive::of(&ana).await;
    let profile = &archive.list("profile.json")[0];
    assert_eq!(
        (
            &profile["bio"],
            &profile["bio_seen_by"],
            &profile["name_seen_by"]
        ),
        (&json!("I wait"), &json!("nobody"), &json!("shared"))
    );
    server.end().await;
}
