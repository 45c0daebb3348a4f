//! Media in a bucket of a real S3 server, moto, which `LAYOVER_TEST_MOTO` names.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use layover::media::{BucketConfig, MediaConfig, MediaStore, Tidier};
use reqwest::{Method, header};
use serde_json::json;

use crate::support::{
    Database, Server, Settings,
    person::client,
    pictures::{picture, read},
};

/// A server that is ended with its test.
struct Moto {
    process: Child,
    bucket: BucketConfig,
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Moto {
    async fn start() -> Self {
        let program =
            env::var("LAYOVER_TEST_MOTO").expect("name a moto_server in LAYOVER_TEST_MOTO");
        let mut process = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let line = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("http://")));
        let line = line.expect("it says where it listens").unwrap();
        let url = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"));
        // What it says later is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let address = url.unwrap().trim_end_matches('/').to_owned() + "/layover";
        let made = client().put(&address).send().await.unwrap();
        assert_eq!(made.status(), 200);
        Self {
            process,
            bucket: BucketConfig {
                address: address.parse().unwrap(),
                region: "us-east-1".into(),
                key: "key".into(),
                secret: "secret".into(),
            },
        }
    }

    /// What is in the bucket.
    async fn keys(&self) -> usize {
        let list = client()
            .get(self.bucket.address.clone())
            .send()
            .await
            .unwrap();
        list.text().await.unwrap().matches("<Key>").count()
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs LAYOVER_TEST_MOTO"]
async fn a_bucket_keeps_serves_and_forgets_as_the_folder_does() {
    let moto = Moto::start().await;
    let store = MediaStore::Bucket(moto.bucket.clone());
    let settings = Settings {
        media_store: store.clone(),
        ..Settings::default()
    };
    let server = Server::start_with(Database::new().await, settings).await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let letter: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    let letter_id = ana.upload("letter.pdf", &letter).await;
    let image = ana
        .upload("a.png", &picture(900, 600, image::ImageFormat::Png))
        .await;
    let sent = ana.show(&room, "", &[&letter_id, &image]).await;
    assert_eq!(moto.keys().await, 3);
    assert_eq!(ana.bytes_of(&letter_id, "original").await, letter);
    assert_eq!(
        read(&ana.bytes_of(&image, "small").await).dimensions(),
        (640, 427)
    );
    let path = format!("/media/{letter_id}/original");
    let part = ana
        .request(Method::GET, &path)
        .header(header::RANGE, "bytes=1000000-1000999");
    let part = part.send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.bytes().await.unwrap(), letter[1_000_000..1_001_000]);
    assert_eq!(ana.fetch(&letter_id, "large").await.status(), 404);
    let delete = json!({"room": room, "message": sent["message"]});
    ana.call("messages/delete", delete).await;
    let config = MediaConfig {
        store,
        ..server.media_config()
    };
    let pool = layover::pool(&server.database.url()).unwrap();
    let tidier = Tidier::alone(pool, &config).unwrap();
    tidier.tidy().await.unwrap();
    assert_eq!(moto.keys().await, 0);
    tidier.tidy().await.unwrap();
    server.end().await;
}
