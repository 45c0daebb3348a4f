//! Case and passport numbers are caught in what people say, unless they know.

use reqwest::{Method, header};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Server, pictures::picture};

const NUMBER: &str = "ours is IOE0912345678";
const MASKED: &str = "ours is IOE••••••••••";

fn refused() -> (u16, String) {
    (422, "case_number".to_owned())
}

#[tokio::test]
async fn a_message_with_a_case_number_is_refused_or_masked_or_sent_knowingly_under_one_id() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let ben = server.person("ben").await;
    let room = ana.create("Visa", "public").await;
    let direct = ana.call("rooms/direct", json!({"handle": "ben"})).await;
    let direct = direct["room"]["id"].as_str().unwrap();
    ben.join(&room).await;
    for room in [room.as_str(), direct] {
        for (choice, said) in [("mask", MASKED), ("knowing", NUMBER)] {
            let mut input = json!({"room": room, "id": Uuid::now_v7(), "body": NUMBER});
            assert_eq!(ana.refused("messages/send", input.clone()).await, refused());
            input["knowing"] = json!(false);
            assert_eq!(ana.refused("messages/send", input.clone()).await, refused());
            input[choice] = json!(true);
            let sent = ana.call("messages/send", input.clone()).await;
            assert_eq!(ana.call("messages/send", input).await, sent, "sent once");
            assert_eq!(ben.bodies(room).await.last().unwrap(), said);
        }
    }
    let answer = ana
        .post(
            "messages/send",
            &json!({"room": room, "id": Uuid::now_v7(), "body": NUMBER}),
        )
        .await;
    let error: Value = answer.json().await.unwrap();
    assert_eq!(error["field"], "body");
    server.end().await;
}

#[tokio::test]
async fn what_only_looks_like_a_case_number_is_sent() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    for said in ["call +63 917 123 4567", "PHP 1,234,567.89 on 2026-03-01"] {
        ana.send(&room, said).await;
        assert_eq!(ana.bodies(&room).await.last().unwrap(), said);
    }
    server.end().await;
}

#[tokio::test]
async fn other_words_with_a_case_number_are_refused_or_masked_or_kept_knowingly() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let sent = ana.send(&room, "hello").await;
    let mut edit = json!({"room": room, "message": sent["message"], "body": NUMBER});
    assert_eq!(ana.refused("messages/edit", edit.clone()).await, refused());
    assert_eq!(ana.bodies(&room).await.last().unwrap(), "hello");
    for (choice, said) in [("knowing", NUMBER), ("mask", MASKED)] {
        edit[choice] = json!(true);
        ana.call("messages/edit", edit.clone()).await;
        assert_eq!(ana.bodies(&room).await.last().unwrap(), said);
    }
    server.end().await;
}

#[tokio::test]
async fn what_is_told_of_a_person_or_a_room_holds_no_case_number() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("K-1", "public").await;
    let bio = |bio: &str| json!({"bio": bio, "seen": "everyone"});
    let about = |topic: &str, description: &str| json!({"room": room, "name": "K-1", "topic": topic, "description": description});
    let name = json!({"name": NUMBER, "seen": "everyone"});
    let links =
        json!({"links": format!("https://example.org/?receipt={NUMBER}"), "seen": "everyone"});
    for (door, input, field) in [
        ("profiles/set_bio", bio(NUMBER), "bio"),
        ("profiles/set_name", name, "name"),
        ("profiles/set_links", links, "links"),
        (
            "rooms/create",
            json!({"name": NUMBER, "kind": "public"}),
            "name",
        ),
        (
            "rooms/update",
            json!({"room": room, "name": NUMBER, "topic": "", "description": ""}),
            "name",
        ),
        ("rooms/update", about(NUMBER, ""), "topic"),
        ("rooms/update", about("", NUMBER), "description"),
    ] {
        let answer = ana.post(door, &input).await;
        assert_eq!(answer.status(), 422, "{field}");
        let refused: Value = answer.json().await.unwrap();
        assert_eq!(
            (&refused["code"], &refused["field"]),
            (&json!("case_number"), &json!(field))
        );
    }
    ana.call("profiles/set_bio", bio("Filed in May")).await;
    ana.call("rooms/update", about("Since May", "Be kind"))
        .await;
    server.end().await;
}

#[tokio::test]
async fn a_socket_refuses_a_case_number_and_takes_it_knowingly_under_the_same_id() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let mut socket = ana.connect().await;
    let id = Uuid::now_v7();
    let mut send = json!({"type": "send", "room": room, "id": id, "body": NUMBER});
    socket.say(send.clone()).await;
    let answer = socket.next_of("refused").await;
    assert_eq!(
        (&answer["code"], &answer["id"]),
        (&json!("case_number"), &json!(id))
    );
    send["knowing"] = json!(true);
    socket.say(send).await;
    let sent = socket.next_of("accepted").await;
    assert_eq!(sent["id"], json!(id));
    let (message, other) = (&sent["message"], Uuid::now_v7());
    let mut edit = json!({"type": "edit", "room": room, "id": other, "message": message,
        "body": "and A12345678"});
    socket.say(edit.clone()).await;
    assert_eq!(socket.next_of("refused").await["code"], "case_number");
    edit["knowing"] = json!(true);
    socket.say(edit).await;
    assert_eq!(socket.next_of("accepted").await["id"], json!(other));
    assert_eq!(ana.bodies(&room).await.last().unwrap(), "and A12345678");
    server.end().await;
}

#[tokio::test]
async fn what_is_said_of_a_picture_is_caught_too() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let png = picture(30, 20, image::ImageFormat::Png);
    let named = [("filename", "a.png"), ("alt", NUMBER)];
    assert_eq!(ana.try_begin(png.len(), &named).await.status(), 422);
    let mut known = named.to_vec();
    known.push(("knowing", "true"));
    ana.upload_as(&known, &png).await;

    let media = ana.upload("b.png", &png).await;
    let mut told = json!({"media": media, "alt": NUMBER});
    assert_eq!(ana.refused("media/describe", told.clone()).await, refused());
    told["knowing"] = json!(true);
    ana.call("media/describe", told).await;
    server.end().await;
}

/// A form as a browser without WebAssembly sends it: `/media/send`, with one file.
fn form(fields: &[(&str, &str)], file: &[u8]) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, text) in fields {
        let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        form.extend([head.as_bytes(), text.as_bytes(), b"\r\n"].concat());
    }
    let name = if file.is_empty() { "" } else { "letter.png" };
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    form.extend([head.as_bytes(), file, b"\r\n--edge--\r\n"].concat());
    form
}

#[tokio::test]
async fn a_form_without_webassembly_keeps_the_words_and_offers_both_ways() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let page = format!("/rooms/{room}");
    let id = Uuid::now_v7().to_string();
    let post = async |fields: &[(&str, &str)], file: &[u8]| {
        let all = [("page", page.as_str()), ("room", &room), ("id", &id)];
        let request = ana
            .request(Method::POST, "/media/send")
            .header(header::ACCEPT, "text/html")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "multipart/form-data; boundary=edge");
        let body = form(&[&all[..], fields].concat(), file);
        request.body(body).send().await.unwrap()
    };
    let plain = ana.get(&page).await.text().await.unwrap();
    assert!(!plain.contains(r#"name="mask""#) && !plain.contains(r#"name="knowing""#));

    let answer = post(&[("body", NUMBER)], b"").await;
    assert_eq!(answer.status(), 422);
    let again = answer.text().await.unwrap();
    for expected in [
        "ours is IOE0912345678</textarea>",
        "(…5678)",
        r#"name="mask""#,
        r#"name="knowing""#,
    ] {
        assert!(again.contains(expected), "{expected}: {again}");
    }
    assert_eq!(
        post(&[("body", NUMBER), ("mask", "true")], b"")
            .await
            .status(),
        303
    );
    assert_eq!(ana.bodies(&room).await.last().unwrap(), MASKED);

    let png = picture(30, 20, image::ImageFormat::Png);
    let answer = post(&[("body", ""), ("alt", NUMBER)], &png).await;
    assert_eq!(answer.status(), 422);
    let again = answer.text().await.unwrap();
    assert!(again.contains(&format!(r#"value="{NUMBER}""#)), "{again}");
    assert!(again.contains(r#"name="mask""#), "{again}");
    server.end().await;
}

#[tokio::test]
async fn the_page_of_a_message_keeps_the_words_and_offers_both_ways() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let sent = ana.send(&room, "hello").await;
    let message = sent["message"].as_str().unwrap();
    let page = format!("/rooms/{room}/messages/{}", sent["seq"]);
    let mut fields = vec![
        ("room", room.as_str()),
        ("message", message),
        ("body", NUMBER),
    ];
    let answer = ana.post_form("messages/edit", &page, &fields).await;
    assert_eq!(answer.status(), 422);
    let again = answer.text().await.unwrap();
    for expected in [
        "IOE0912345678</textarea>",
        r#"name="mask""#,
        r#"name="knowing""#,
    ] {
        assert!(again.contains(expected), "{expected}: {again}");
    }
    assert!(
        again.contains("There is a case or passport number in this"),
        "{again}"
    );
    fields.push(("mask", "true"));
    let answer = ana.post_form("messages/edit", &page, &fields).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(ana.bodies(&room).await.last().unwrap(), MASKED);
    server.end().await;
}
