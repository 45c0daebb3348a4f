//! A message with its files as one form, for browsers without WebAssembly.

use image::ImageFormat;
use layover::media::MediaLimits;
use reqwest::{Method, Response, header};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    media_uploads::{files, limited, tidier},
    support::{Person, Server, pictures::picture},
};

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

    async fn send(self, person: &Person) -> Response {
        self.send_as(person, "text/html").await
    }

    async fn send_as(self, person: &Person, accept: &str) -> Response {
        let whole = [&self.0[..], b"--edge--\r\n"].concat();
        Self::post(person, whole, accept).await
    }

    async fn post(person: &Person, bytes: Vec<u8>, accept: &str) -> Response {
        let request = person.request(Method::POST, "/media/send");
        let request = request.header(header::ACCEPT, accept);
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
    assert_eq!(Form::post(&ana, cut.0, "text/html").await.status(), 400);
    let broken = form(&own, b"\xff\xd8\xff\xe0 no picture").send(&ana).await;
    assert_eq!(broken.status(), 422);
    tidier(&server).tidy().await.unwrap();
    assert_eq!(files(&server).len(), 0);
    server.end().await;
}

#[tokio::test]
async fn a_form_that_is_refused_comes_back_with_its_error_and_what_was_typed() {
    let server = limited(MediaLimits {
        person: 100_000,
        ..MediaLimits::default()
    })
    .await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    let form = |body: &str| {
        Form::default()
            .text("page", &format!("/rooms/{room}"))
            .text("room", &room)
            .text("id", &Uuid::now_v7().to_string())
            .text("body", body)
    };
    let typed = "is <this> \"it\" & so";
    let escaped = "is &lt;this&gt; &quot;it&quot; &amp; so";
    let broken = b"\xff\xd8\xff\xe0 no picture";
    let large = vec![0; 200_000];
    let stranger = server.stranger();
    for (who, form, status, words) in [
        (
            &ana,
            form(typed).file("a.jpg", broken),
            422,
            "cannot be read",
        ),
        (&ana, form(typed).file("a.txt", &large), 409, "room"),
        (&ben, form(typed).file("a.txt", b"one"), 403, "Join"),
        (&ben, form(typed), 403, "Join"),
        (&stranger, form(typed).file("a.txt", b"one"), 401, "ign in"),
    ] {
        let answer = form.send(who).await;
        assert_eq!(answer.status(), status, "{words}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("Visa"), "{status}: the room's page");
        assert!(page.contains(words), "{status}: {words}");
        if who.handle == "ana" {
            let kept = [escaped, typed].iter().any(|typed| page.contains(*typed));
            assert!(
                kept || page.contains("is &lt;this&gt; \"it\" &amp; so"),
                "{page}"
            );
        }
    }
    let empty = form(" ").send(&ana).await;
    assert_eq!(empty.status(), 422);
    tidier(&server).tidy().await.unwrap();
    assert_eq!(files(&server).len(), 0);
    let page = ana.call("messages/page", json!({"room": room})).await;
    assert_eq!(
        page["messages"].as_array().unwrap().len(),
        1,
        "nothing is said"
    );
    server.end().await;
}

#[tokio::test]
async fn a_form_without_files_says_what_the_door_says() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let id = Uuid::now_v7().to_string();
    let form = || {
        Form::default()
            .text("room", &room)
            .text("id", &id)
            .text("body", "hi")
            .file("", b"")
    };
    for _ in 0..2 {
        let answer = form().send(&ana).await;
        assert_eq!(answer.status(), 303);
        assert_eq!(answer.headers()[header::LOCATION], format!("/rooms/{room}"));
    }
    let through_the_door = json!({"room": room, "id": id, "body": "hi"});
    let told = ana.call("messages/send", through_the_door).await;
    // Programs get what the door tells, too.
    let answer = form().send_as(&ana, "application/json").await;
    assert_eq!(answer.json::<Value>().await.unwrap(), told);
    let answer = Form::default()
        .text("room", &room)
        .send_as(&ana, "*/*")
        .await;
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "bad_request");
    let page = ana.call("messages/page", json!({"room": room})).await;
    assert_eq!(page["messages"].as_array().unwrap().len(), 2);
    // The address stays in the bar of a browser whose form was refused.
    let again = ana
        .request(Method::GET, "/media/send")
        .send()
        .await
        .unwrap();
    assert_eq!(again.headers()[header::LOCATION], "/");
    server.end().await;
}

#[tokio::test]
async fn who_signs_out_while_a_form_comes_in_says_nothing_by_it() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let ben = server.person("ben").await;
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let form = Form::default()
        .text("room", &room)
        .text("id", &Uuid::now_v7().to_string())
        .text("body", "hi")
        .file("a", b"one");
    let whole = [&form.0[..], b"--edge--\r\n"].concat();
    let (begin, end) = whole.split_at(whole.len() - 12);
    let (mut bytes, body) = futures::channel::mpsc::channel::<std::io::Result<Vec<u8>>>(8);
    bytes.try_send(Ok(begin.to_vec())).unwrap();
    let request = ben.request(Method::POST, "/media/send");
    let request = request.header("content-type", "multipart/form-data; boundary=edge");
    let request = request.body(reqwest::Body::wrap_stream(body));
    let sending = tokio::spawn(async move { request.send().await.unwrap() });
    // Its file has begun to come in.
    let begun = async {
        while files(&server).is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let begun = tokio::time::timeout(std::time::Duration::from_secs(20), begun).await;
    begun.unwrap();
    ben.call("accounts/sign_out", json!({})).await;
    bytes.try_send(Ok(end.to_vec())).unwrap();
    bytes.disconnect();
    assert_eq!(sending.await.unwrap().status(), 401);
    let page = ana.call("messages/page", json!({"room": room})).await;
    let said = page["messages"].as_array().unwrap().iter();
    assert_eq!(said.filter(|message| message["kind"] == "text").count(), 0);
    tidier(&server).tidy().await.unwrap();
    assert_eq!(files(&server).len(), 0);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_end_takes_no_memory() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let before = crate::media_hostile::most_memory();
    // The head of a part that goes on and on.
    let mut endless = b"--edge\r\nContent-Disposition: form-data; name=\"".to_vec();
    endless.resize(64 * 1024 * 1024, b'x');
    let answer = ana.request(Method::POST, "/media/send");
    let answer = answer.header("content-type", "multipart/form-data; boundary=edge");
    // It is answered before it is read, if its sender listens at all.
    let answer = answer.body(endless).send().await;
    assert!(answer.is_err() || answer.unwrap().status() == 400);
    let grown = crate::media_hostile::most_memory().saturating_sub(before);
    assert!(grown < 160 * 1024, "{grown} KiB more");
    server.end().await;
}
