//! The form by which somebody puts a picture on: what comes in, and what never does.

use std::time::Duration;

use futures::channel::mpsc;
use image::ImageFormat;
use layover::{media::MediaLimits, reports::resolve};
use reqwest::{Body, Method, StatusCode, header};
use serde_json::json;
use tokio::{task::yield_now, time::timeout};

use crate::{
    media_hostile::most_memory,
    media_uploads::{files, limited, tidier},
    profile_pictures::{KIND, form, is_picture, path, picture_id, send, wears, written},
    reports::{kept, report},
    support::{
        Server,
        pictures::{photo, picture},
    },
};

#[tokio::test]
async fn who_signs_out_while_a_picture_comes_in_does_not_put_it_on() {
    let server = Server::start().await;
    let (ana, other) = (server.person("ana").await, server.person("ben").await);
    let id = ana.id().await;
    let whole = written("me.png", &picture(60, 60, ImageFormat::Png));
    let (begin, end) = whole.split_at(whole.len() - 12);
    let (mut bytes, body) = mpsc::channel::<std::io::Result<Vec<u8>>>(2);
    bytes.try_send(Ok(begin.to_vec())).unwrap();
    let request = ana.request(Method::POST, &path(&id));
    let request = request.header(header::CONTENT_TYPE, KIND);
    let request = request.body(Body::wrap_stream(body));
    let sending = tokio::spawn(async move { request.send().await.unwrap() });
    let begun = async {
        while files(&server).is_empty() {
            yield_now().await;
        }
    };
    timeout(Duration::from_secs(20), begun).await.unwrap();
    ana.call("accounts/sign_out", json!({})).await;
    bytes.try_send(Ok(end.to_vec())).unwrap();
    bytes.disconnect();
    assert_eq!(sending.await.unwrap().status(), 401);
    assert!(!is_picture(&other, &id).await);
    tidier(&server).tidy().await.unwrap();
    assert_eq!(files(&server).len(), 0);
    server.end().await;
}

#[tokio::test]
async fn who_is_signed_out_gets_a_page_once_all_was_sent() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let id = ana.id().await;
    let request = server.stranger().request(Method::POST, &path(&id));
    let request = form(request, "me.jpg", &photo(3000, 2000));
    let request = request.header(header::ACCEPT, "text/html");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let page = answer.text().await.unwrap();
    assert!(page.contains("</html>"), "{page}");
    assert_eq!(files(&server).len(), 0);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_end_is_refused_and_takes_no_memory() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let address = path(&ana.id().await);
    let before = most_memory();
    let part = "--a-boundary-of-the-form\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n";
    let mut long = part.as_bytes().to_vec();
    long.resize(80 * 1024 * 1024, b'x');
    for endless in [format!("{part}x\r\n").repeat(100).into_bytes(), long] {
        let request = ana.request(Method::POST, &address);
        let request = request.header(header::CONTENT_TYPE, KIND);
        // It is answered before it is read, if its sender listens at all.
        let answer = request.body(endless).send().await;
        assert!(answer.is_err() || answer.unwrap().status() == 400);
    }
    let grown = most_memory().saturating_sub(before);
    assert!(grown < 160 * 1024, "{grown} KiB more");
    server.end().await;
}

#[tokio::test]
async fn a_small_picture_needs_little_room() {
    let server = limited(MediaLimits {
        person: 400_000,
        ..MediaLimits::default()
    })
    .await;
    let ana = server.person("ana").await;
    wears(&ana, &picture(60, 60, ImageFormat::Png)).await;
    let large = send(&ana, &ana.id().await, &vec![0xff; 500_000]).await;
    let error: serde_json::Value = large.json().await.unwrap();
    assert_eq!(error["code"], "quota_full");
    server.end().await;
}

#[tokio::test]
async fn a_picture_that_was_reported_in_a_message_outlives_its_profile_until_that_is_resolved() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    wears(&ben, &picture(60, 60, ImageFormat::Png)).await;
    let worn = picture_id(&server).await.to_string();
    let said = ben.show(&room, "", &[&worn]).await;
    report(&ana, &room, &said).await;
    let delete = json!({"room": room, "message": said["message"]});
    ben.call("messages/delete", delete).await;
    tidier(&server).tidy().await.unwrap();
    assert!(is_picture(&ben, &ben.id().await).await, "it is still his");
    ben.call("profiles/remove_picture", json!({})).await;
    tidier(&server).tidy().await.unwrap();
    assert_eq!(files(&server).len(), 2, "evidence");
    assert_eq!(ben.fetch(&worn, "small").await.status(), 404);
    let pool = layover::pool(&server.database.url()).unwrap();
    let reports = kept(&server, false).await;
    assert!(resolve(&pool, reports[0].id).await.unwrap());
    pool.close().await;
    tidier(&server).tidy().await.unwrap();
    assert_eq!(files(&server).len(), 0);
    server.end().await;
}

#[tokio::test]
async fn without_webassembly_a_form_puts_a_picture_on_and_another_takes_it_off() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let id = ana.id().await;
    let request = ana.request(Method::POST, &path(&id));
    let request = form(request, "me.jpg", &picture(90, 60, ImageFormat::Jpeg));
    let sent = request.header(header::ACCEPT, "text/html").send().await;
    let sent = sent.unwrap();
    assert_eq!(sent.status(), 303);
    assert_eq!(sent.headers()[header::LOCATION], "/people/ana");
    assert!(is_picture(&ana, &id).await);
    let removed = ana
        .post_form(
            "profiles/remove_picture",
            "/people/me",
            &[("page", "/people/me")],
        )
        .await;
    assert_eq!(removed.status(), 303);
    assert!(!is_picture(&ana, &id).await);
    server.end().await;
}
