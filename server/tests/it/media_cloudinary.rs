//! What is particular to media at Cloudinary: what it believes, and what nobody learns.

use std::time::{SystemTime, UNIX_EPOCH};

use layover::media::{CloudinaryConfig, MediaStore};
use reqwest::Method;
use serde_json::Value;

use crate::{
    media_stores::letter,
    support::{
        Database, Server, Settings,
        person::client,
        places::{Place, SECRET},
    },
};

fn account(place: &Place) -> CloudinaryConfig {
    match &place.store {
        MediaStore::Cloudinary(account) => account.clone(),
        _ => unreachable!("it is an account"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_goes_there_in_several_calls_and_comes_back_as_it_was() {
    let place = Place::cloudinary();
    let server = place.serve().await;
    let ana = server.person("ana").await;
    // The last call has one byte.
    let bytes = letter(2 * 20 * 1024 * 1024 + 1);
    let id = ana.upload("film.bin", &bytes).await;
    assert_eq!(place.count(server.media.path()).await, 1);
    assert!(ana.bytes_of(&id, "original").await == bytes);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_know_the_secret_keeps_and_gets_nothing_there() {
    let place = Place::cloudinary();
    let wrong = CloudinaryConfig {
        secret: "another".into(),
        ..account(&place)
    };
    let settings = Settings {
        media_store: MediaStore::Cloudinary(wrong),
        ..Settings::default()
    };
    let server = Server::start_with(Database::new().await, settings).await;
    let ana = server.person("ana").await;
    let upload = ana.begin(3, &[]).await;
    let answer = ana.go_on(&upload, 0, b"one").await;
    assert_eq!(answer.status(), 500);
    let told: Value = answer.json().await.unwrap();
    assert_eq!(told["code"], "internal", "{told}");
    assert_eq!(place.count(server.media.path()).await, 0);
    // What has come in waits for a store that takes it.
    let media = server.media.clone();
    let database = server.stop().await;
    let settings = Settings {
        media_store: place.store.clone(),
        media_of: Some(media),
        ..Settings::default()
    };
    let server = Server::start_with(database, settings).await;
    let ana = ana.on(&server);
    assert_eq!(ana.go_on(&upload, 3, b"").await.status(), 204);
    let id = upload.rsplit('/').next().unwrap();
    assert_eq!(ana.bytes_of(id, "original").await, b"one");

    let address = account(&place).delivery;
    for signature in ["", "s--AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA--/"] {
        let url = format!("{address}/raw/authenticated/{signature}v1/media/{id}/original");
        let answer = client().get(url).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{signature}");
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = now.as_secs().to_string();
    let object = format!("media/{id}/original");
    let fields = [
        ("public_id", object.as_str()),
        ("type", "authenticated"),
        ("timestamp", &now),
        ("api_key", "123"),
        ("signature", "4bdd7c175d68e307245548a681c6db674be86027"),
    ];
    let part = |(name, value)| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let form = fields.map(part).concat() + "--edge--\r\n";
    let call = client().post(format!("{}/raw/destroy", account(&place).api));
    let call = call.header("content-type", "multipart/form-data; boundary=edge");
    let answer = call.body(form).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    let told = answer.text().await.unwrap();
    assert!(told.contains("Invalid Signature"), "{told}");
    assert_eq!(place.count(server.media.path()).await, 1);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_where_a_file_is_kept() {
    let place = Place::cloudinary();
    let server = place.serve().await;
    let ana = server.person("ana").await;
    let id = ana.upload("a", b"a").await;
    for method in [Method::GET, Method::HEAD] {
        let answer = ana.request(method, &format!("/media/{id}/original"));
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let told = format!("{:?}", answer.headers());
        let address = account(&place).delivery.to_string();
        for secret in ["s--", "demo", SECRET, address.as_str()] {
            assert!(!told.contains(secret), "{told}");
        }
    }
    server.end().await;
}
