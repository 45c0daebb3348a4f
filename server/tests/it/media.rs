//! Pictures and files: shown by messages, to those who may see these.

use image::ImageFormat;
use reqwest::{Method, header};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Person, Server,
    pictures::{picture, read},
};

/// What the last message of a room shows.
async fn last_media(person: &Person, room: &str) -> Value {
    let page = person.call("messages/page", json!({"room": room})).await;
    let messages = page["messages"].as_array().unwrap();
    messages.last().unwrap()["media"].clone()
}

#[tokio::test]
async fn a_picture_is_shown_in_two_sizes_to_all_who_see_the_message() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ] {
        let bytes = picture(2000, 1000, format);
        let pairs = [
            ("filename", "cat.gif"),
            ("alt", "Red and blue"),
            ("filetype", "text/html"),
        ];
        let id = ana.upload_as(&pairs, &bytes).await;
        ana.show(&room, "look", &[&id]).await;
        let media = last_media(&ben, &room).await;
        let media = &media[0];
        assert_eq!(media["id"], id);
        assert_eq!(
            (&media["kind"], &media["mime"]),
            (&json!("image"), &json!("image/jpeg"))
        );
        assert_eq!(
            (&media["width"], &media["height"]),
            (&json!(1600), &json!(800))
        );
        assert_eq!(media["alt"], "Red and blue");
        assert!(
            media["placeholder"]
                .as_str()
                .unwrap()
                .starts_with("data:image/webp;base64,")
        );
        for (variant, width) in [("small", 640), ("large", 1600)] {
            let answer = ben.fetch(&id, variant).await;
            assert_eq!(answer.headers()[header::CONTENT_TYPE], "image/jpeg");
            let name = &answer.headers()[header::CONTENT_DISPOSITION];
            assert_eq!(
                name,
                "inline; filename=\"cat.jpg\"; filename*=UTF-8''cat.jpg"
            );
            let image = read(&answer.bytes().await.unwrap());
            assert_eq!(image.dimensions(), (width, width / 2), "{format:?}");
            assert!(image.get_pixel(10, 10).0[0] > 200, "{format:?}");
        }
        assert_eq!(ben.fetch(&id, "original").await.status(), 404);
    }
    server.end().await;
}

#[tokio::test]
async fn a_message_tells_what_it_shows_live_in_pages_and_after_an_edit() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let mut socket = ben.listen(&room).await;
    let (one, two) = (
        ana.upload("1.txt", b"1").await,
        ana.upload("2.txt", b"2").await,
    );
    let sent = ana.show(&room, "", &[&two, &one]).await;
    let named = |message: &Value| {
        let media = message["media"].as_array().unwrap().iter();
        media
            .map(|media| media["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let frame = socket.next_of("changes").await;
    assert_eq!(named(&frame["items"][0]), ["2.txt", "1.txt"]);
    let edit = json!({"room": room, "message": sent["message"], "body": "both"});
    ana.call("messages/edit", edit).await;
    let frame = socket.next_of("changes").await;
    assert_eq!(frame["items"][0]["body"], "both");
    // Beside what it shows it may say nothing.
    let edit = json!({"room": room, "message": sent["message"], "body": " "});
    ana.call("messages/edit", edit).await;
    let frame = socket.next_of("changes").await;
    assert_eq!(frame["items"][0]["body"], "");
    let words = ana.send(&room, "words").await;
    let edit = json!({"room": room, "message": words["message"], "body": " "});
    let refused = ana.refused("messages/edit", edit).await;
    assert_eq!(refused, (422, "body_empty".into()));
    assert_eq!(named(&frame["items"][0]), ["2.txt", "1.txt"]);
    let place = json!({"room": room, "place": sent["seq"]});
    let found = ben.call("messages/find", place).await;
    assert_eq!(named(&found), ["2.txt", "1.txt"]);
    server.end().await;
}

#[tokio::test]
async fn the_words_beside_media_may_be_taken_away_and_others_may_not() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let letter = ana.upload("letter.txt", b"Dear applicant").await;
    let shown = ana.show(&room, "look", &[&letter]).await;
    let said = ana.send(&room, "look").await;
    let edit = |sent: &Value| json!({"room": room, "message": sent["message"], "body": " "});
    ana.call("messages/edit", edit(&shown)).await;
    let place = json!({"room": room, "place": shown["seq"]});
    let found = ana.call("messages/find", place).await;
    assert_eq!(
        (&found["body"], &found["edited"]),
        (&json!(""), &json!(true))
    );
    assert_eq!(found["media"][0]["id"], letter);
    let refused = ana.refused("messages/edit", edit(&said)).await;
    assert_eq!(refused, (422, "body_empty".into()));
    server.end().await;
}

#[tokio::test]
async fn a_message_shows_up_to_ten_finished_uploads_of_its_sender() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let mine = ana.upload("a", b"a").await;
    let half = ana.begin(2, &[]).await;
    let half = half.rsplit('/').next().unwrap();
    let unknown = Uuid::now_v7().to_string();
    let send = |media: Vec<&str>, body: &str| json!({"room": room, "id": Uuid::now_v7(), "body": body, "media": media});
    for (person, media) in [
        (&ben, vec![&*mine]),
        (&ana, vec![half]),
        (&ana, vec![&*mine, &*unknown]),
    ] {
        let refused = person.refused("messages/send", send(media, "hi")).await;
        assert_eq!(refused, (404, "media_unknown".into()));
    }
    let many: Vec<_> = (0..11).map(|_| Uuid::now_v7().to_string()).collect();
    let many = many.iter().map(String::as_str).collect();
    let refused = ana.refused("messages/send", send(many, "hi")).await;
    assert_eq!(refused, (422, "media_many".into()));
    let refused = ana.refused("messages/send", send(Vec::new(), "")).await;
    assert_eq!(refused, (422, "body_empty".into()));
    ana.call("messages/send", send(vec![&mine, &mine], ""))
        .await;
    assert_eq!(last_media(&ben, &room).await.as_array().unwrap().len(), 1);
    server.end().await;
}

#[tokio::test]
async fn the_same_send_tried_again_shows_the_same_and_with_other_media_it_is_another() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let (one, two) = (ana.upload("1", b"1").await, ana.upload("2", b"2").await);
    let id = Uuid::now_v7();
    let send = |media: &[&str]| json!({"room": room, "id": id, "body": "", "media": media});
    let first = ana.call("messages/send", send(&[&one, &two])).await;
    assert_eq!(ana.call("messages/send", send(&[&one, &two])).await, first);
    for other in [&[&*two, &*one][..], &[&*one]] {
        let refused = ana.refused("messages/send", send(other)).await;
        assert_eq!(refused, (409, "id_reused".into()));
    }
    server.end().await;
}

#[tokio::test]
async fn row_26_a_file_of_another_room_is_not_there() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let cara = server.person("cara").await;
    let room = ana.create("Ours", "group").await;
    ana.invite(&room, &ben).await;
    let id = ana.upload("visa.pdf", b"%PDF-1.7").await;
    ana.show(&room, "", &[&id]).await;
    for member in [&ana, &ben] {
        let answer = member.fetch(&id, "original").await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    }
    let unknown = Uuid::now_v7().to_string();
    for outside in [&cara, &server.stranger()] {
        let forbidden = outside.fetch(&id, "original").await;
        let missing = outside.fetch(&unknown, "original").await;
        assert_eq!(forbidden.status(), 404);
        assert_eq!(missing.status(), 404);
        let [forbidden, missing] = [forbidden.text().await, missing.text().await];
        assert_eq!(forbidden.unwrap(), missing.unwrap());
    }
    server.end().await;
}

#[tokio::test]
async fn row_22_who_has_left_a_private_room_or_came_later_gets_no_file_of_it() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let cara = server.person("cara").await;
    let room = ana.create("Ours", "group").await;
    ana.invite(&room, &ben).await;
    let hers = ana.upload("hers", b"hers").await;
    let his = ben.upload("his", b"his").await;
    ana.show(&room, "", &[&hers]).await;
    ben.show(&room, "", &[&his]).await;
    assert_eq!(ben.fetch(&hers, "original").await.status(), 200);
    ben.call("rooms/leave", json!({"room": room})).await;
    ana.invite(&room, &cara).await;
    for id in [&hers, &his] {
        assert_eq!(ben.fetch(id, "original").await.status(), 404);
        assert_eq!(cara.fetch(id, "original").await.status(), 404);
        assert_eq!(ana.fetch(id, "original").await.status(), 200);
    }
    server.end().await;
}

#[tokio::test]
async fn row_26_a_file_that_is_shown_twice_is_for_those_who_see_either() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let (open, closed) = (
        ana.create("Visa", "public").await,
        ana.create("Ours", "group").await,
    );
    let id = ana.upload("a", b"a").await;
    ana.show(&closed, "", &[&id]).await;
    assert_eq!(ben.fetch(&id, "original").await.status(), 404);
    let shown = ana.show(&open, "", &[&id]).await;
    assert_eq!(ben.fetch(&id, "original").await.status(), 200);
    let delete = json!({"room": open, "message": shown["message"]});
    ana.call("messages/delete", delete).await;
    assert_eq!(ben.fetch(&id, "original").await.status(), 404);
    assert_eq!(ana.fetch(&id, "original").await.status(), 200);
    server.end().await;
}

#[tokio::test]
async fn row_28_files_run_nothing_whatever_a_browser_takes_them_for() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let text = ana.upload("a.txt", b"a").await;
    let image = ana.upload("a.png", &picture(9, 9, ImageFormat::Png)).await;
    ana.show(&room, "", &[&text, &image]).await;
    for (id, variant) in [(&text, "original"), (&image, "small"), (&image, "large")] {
        let answer = ana.fetch(id, variant).await;
        let headers = answer.headers();
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(
            headers[header::CONTENT_SECURITY_POLICY],
            "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        );
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
        assert_eq!(
            headers
                .get_all(header::CONTENT_SECURITY_POLICY)
                .iter()
                .count(),
            1
        );
    }
    let saved = ana.request(Method::GET, &format!("/media/{image}/large?download"));
    let saved = saved.send().await.unwrap();
    let name = saved.headers()[header::CONTENT_DISPOSITION]
        .to_str()
        .unwrap();
    assert!(name.starts_with("attachment;"), "{name}");
    server.end().await;
}

#[tokio::test]
async fn parts_of_a_file_are_served_alone() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let id = ana.upload("a", &bytes).await;
    let ask = async |range: &str| {
        let path = format!("/media/{id}/original");
        let request = ana.request(Method::GET, &path).header(header::RANGE, range);
        request.send().await.unwrap()
    };
    let part = ask("bytes=100000-199998").await;
    assert_eq!(part.status(), 206);
    assert_eq!(
        part.headers()[header::CONTENT_RANGE],
        "bytes 100000-199998/200000"
    );
    assert_eq!(part.headers()[header::CONTENT_LENGTH], "99999");
    assert_eq!(part.bytes().await.unwrap(), bytes[100_000..199_999]);
    let past = ask("bytes=200000-").await;
    assert_eq!(past.status(), 416);
    assert_eq!(past.headers()[header::CONTENT_RANGE], "bytes */200000");
    let head = ana.request(Method::HEAD, &format!("/media/{id}/original"));
    let head = head.send().await.unwrap();
    assert_eq!(head.headers()[header::CONTENT_LENGTH], "200000");
    assert_eq!(head.headers()[header::ACCEPT_RANGES], "bytes");
    server.end().await;
}

#[tokio::test]
async fn what_somebody_has_already_is_not_sent_again() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    let bytes: Vec<u8> = (0..=255).collect();
    let id = ana.upload("a", &bytes).await;
    ana.show(&room, "", &[&id]).await;
    let path = format!("/media/{id}/original");
    let tag = ben.fetch(&id, "original").await.headers()[header::ETAG].clone();
    assert_eq!(tag, format!("\"{id}-original\""));
    for (known, status) in [
        (tag.to_str().unwrap(), 304),
        (&*format!("\"x\", W/{}", tag.to_str().unwrap()), 304),
        ("*", 304),
        ("\"x\"", 200),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let asked = ben.request(method, &path);
            let answer = asked.header(header::IF_NONE_MATCH, known);
            let answer = answer.send().await.unwrap();
            assert_eq!(answer.status(), status, "{known}");
            assert_eq!(answer.headers()[header::ETAG], tag);
            assert_eq!(
                answer.headers()[header::CACHE_CONTROL],
                "private, max-age=86400"
            );
        }
    }
    // Whoever may not see it learns nothing by what they know.
    let cara = server.stranger();
    let closed = ana.create("Ours", "group").await;
    let hers = ana.upload("b", b"b").await;
    ana.show(&closed, "", &[&hers]).await;
    let asked = cara.request(Method::GET, &format!("/media/{hers}/original"));
    let asked = asked.header(header::IF_NONE_MATCH, "*");
    assert_eq!(asked.send().await.unwrap().status(), 404);
    // A part is of what one has the rest of, and nobody asks for a part of nothing.
    for (method, same, status, length) in [
        (Method::GET, tag.to_str().unwrap(), 206, "10"),
        (Method::GET, "\"x\"", 200, "256"),
        (Method::HEAD, tag.to_str().unwrap(), 200, "256"),
    ] {
        let asked = ben
            .request(method, &path)
            .header(header::RANGE, "bytes=0-9")
            .header(header::IF_RANGE, same);
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()[header::CONTENT_LENGTH], length);
    }
    server.end().await;
}
