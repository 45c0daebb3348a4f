//! Wherever media are kept, they are kept, served and forgotten alike.

use std::{fs, time::Duration};

use image::ImageFormat;
use reqwest::{Method, header};
use serde_json::{Value, json};
use sqlx::{PgConnection, query};

use crate::{
    erasures::is_done_after,
    media_uploads::tidier,
    support::{
        Database, Person,
        pictures::{picture, read},
        places::Place,
        program::Program,
    },
};

/// Something that is recognised byte by byte.
pub(crate) fn letter(length: u32) -> Vec<u8> {
    (0..length).map(|n| n.to_le_bytes()[1]).collect()
}

async fn delete(person: &Person, room: &str, sent: &Value) {
    let delete = json!({"room": room, "message": sent["message"]});
    person.call("messages/delete", delete).await;
}

async fn rows(db: &mut PgConnection) -> usize {
    let rows = query!(r#"SELECT count(*) AS "all!" FROM media"#);
    let rows = rows.fetch_one(db).await.unwrap();
    usize::try_from(rows.all).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_store_keeps_serves_and_forgets() {
    for place in Place::all().await {
        Box::pin(keeps_serves_and_forgets(&place)).await;
    }
}

async fn keeps_serves_and_forgets(place: &Place) {
    let server = place.serve().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let bytes = letter(3_000_000);
    let letter = ana.upload("letter.pdf", &bytes).await;
    let image = ana
        .upload("a.png", &picture(900, 600, ImageFormat::Png))
        .await;
    let sent = ana.show(&room, "", &[&letter, &image]).await;
    assert_eq!(place.count(server.media.path()).await, 3, "{}", place.name);
    assert_eq!(ana.bytes_of(&letter, "original").await, bytes);
    let small = read(&ana.bytes_of(&image, "small").await);
    assert_eq!(small.dimensions(), (640, 427));
    let path = format!("/media/{letter}/original");
    for (range, part) in [
        ("bytes=1000000-1000999", 1_000_000..1_001_000),
        ("bytes=2999999-", 2_999_999..3_000_000),
        ("bytes=0-", 0..3_000_000),
    ] {
        let answer = ana.request(Method::GET, &path).header(header::RANGE, range);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), 206, "{} {range}", place.name);
        assert_eq!(answer.bytes().await.unwrap(), bytes[part], "{range}");
    }
    let head = ana.request(Method::HEAD, &path).send().await.unwrap();
    assert_eq!(head.headers()[header::CONTENT_LENGTH], "3000000");
    assert_eq!(ana.fetch(&letter, "large").await.status(), 404);
    delete(&ana, &room, &sent).await;
    assert_eq!(ana.fetch(&letter, "original").await.status(), 404);
    tidier(&server).tidy().await.unwrap();
    assert_eq!(place.count(server.media.path()).await, 0, "{}", place.name);
    tidier(&server).tidy().await.unwrap();
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_stopped_while_tidying_up_leaves_it_to_the_next() {
    for place in Place::all().await {
        Box::pin(is_stopped_while_tidying_up(&place)).await;
    }
}

async fn is_stopped_while_tidying_up(place: &Place) {
    let server = place.serve().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let mut db = server.database.connect().await;
    let (mut steps, mut stops) = (0, 0);
    loop {
        let ids = [ana.upload("1", b"1").await, ana.upload("2", b"2").await];
        let sent = ana.show(&room, "", &[&ids[0], &ids[1]]).await;
        delete(&ana, &room, &sent).await;
        let tidying = tidier(&server);
        let done = is_done_after(steps, Box::pin(tidying.tidy())).await;
        let told = format!("{}, {steps} steps", place.name);
        // Nothing is kept of which no row tells.
        let kept = place.count(server.media.path()).await;
        assert!(kept <= rows(&mut db).await, "{told}");
        tidier(&server).tidy().await.unwrap();
        let kept = place.count(server.media.path()).await;
        assert_eq!((kept, rows(&mut db).await), (0, 0), "{told}");
        if done {
            break;
        }
        stops += 1;
        // A store that is far away answers in many steps.
        steps += if place.name == "folder" { 1 } else { 4 };
    }
    assert!(stops > 5, "{}, {stops} stops", place.name);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_stopped_before_the_last_step_of_taking_something_in_goes_on_or_leaves_nothing() {
    for place in Place::all().await {
        Box::pin(is_stopped_before_the_last_step(&place)).await;
    }
}

async fn is_stopped_before_the_last_step(place: &Place) {
    let server = place.serve().await;
    let ana = server.person("ana").await;
    let mut db = server.database.connect().await;
    let ids = [ana.upload("1", b"one").await, ana.upload("2", b"two").await];
    // Its bytes were in the store, and its row did not say so yet.
    query!("UPDATE media SET state = 'receiving', kind = NULL")
        .execute(&mut db)
        .await
        .unwrap();
    let staging = server.media.path().join("staging");
    for (id, bytes) in ids.iter().zip([b"one", b"two"]) {
        fs::write(staging.join(id), bytes).unwrap();
    }
    let upload = format!("/media/uploads/{}", ids[0]);
    assert_eq!(ana.offset(&upload).await, 3, "{}", place.name);
    assert_eq!(ana.go_on(&upload, 3, b"").await.status(), 204);
    assert_eq!(ana.bytes_of(&ids[0], "original").await, b"one");
    // Nobody goes on with the other one.
    query!("UPDATE media SET expires_at = now() WHERE state = 'receiving'")
        .execute(&mut db)
        .await
        .unwrap();
    tidier(&server).tidy().await.unwrap();
    let kept = place.count(server.media.path()).await;
    assert_eq!((kept, rows(&mut db).await), (1, 1), "{}", place.name);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_between_a_deletion_and_its_bytes_leaves_them_to_the_next() {
    for place in Place::all().await {
        Box::pin(is_killed_after_a_deletion(&place)).await;
    }
}

async fn is_killed_after_a_deletion(place: &Place) {
    let database = Database::new().await;
    let data = tempfile::TempDir::new().unwrap();
    let folder = data.path().to_str().unwrap();
    let mut settings = vec![("LAYOVER_DATA", folder)];
    let named = place.settings.iter();
    settings.extend(named.map(|(name, value)| (*name, value.as_str())));
    let media = data.path().join("media");

    let program = Program::start(&database, &settings);
    let ana = program.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let (one, two) = (ana.upload("1", b"1").await, ana.upload("2", b"2").await);
    let sent = ana.show(&room, "", &[&one]).await;
    ana.show(&room, "", &[&two]).await;
    delete(&ana, &room, &sent).await;
    drop(program);
    assert_eq!(place.count(&media).await, 2, "{}", place.name);

    let program = Program::start(&database, &settings);
    let tidied = async {
        while place.count(&media).await > 1 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let tidied = tokio::time::timeout(Duration::from_secs(20), tidied).await;
    tidied.unwrap_or_else(|_| panic!("what was deleted stays in the {}", place.name));
    let ana = ana.at(program.url.clone());
    assert_eq!(ana.bytes_of(&two, "original").await, b"2", "{}", place.name);
    let log = program.stop();
    for (name, value) in &place.settings {
        assert!(!log.contains(value.as_str()), "the log tells {name}");
    }
    database.drop().await;
}
