//! What people write is words, wherever it is shown: no tag, attribute or address that runs anything
//! comes of it.

use image::ImageFormat;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Person, Server, html, html::Tag, pictures::picture};

/// Each at most 80 characters, so that it may be a room's name.
const CORPUS: [&str; 34] = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",
    "\" onmouseover=\"alert(1)\" x=\"",
    "' autofocus onfocus='alert(1)",
    "</title><svg/onload=alert(1)>",
    "</textarea><img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "]]><script>alert(1)</script>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<iframe src=javascript:alert(1)>",
    "<object data=javascript:alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x",
    "<a href=\"java\tscript:alert(1)\">x</a>",
    "[x](javascript:alert(1))",
    "[x](<java\u{1}script:alert(1)>)",
    "![x](data:text/html,<script>alert(1)</script>)",
    "<javascript:alert(1)>",
    "javascript:alert(1)",
    "https://a.example/\"onclick=alert(1)//",
    "[x](https://a.example/\"onclick=\"alert(1))",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)}",
    "\u{2028}alert(1)\u{2029}\\u003cscript>alert(1)\\x3c/script>",
];

/// Attributes whose value is an address that a browser follows or loads.
const ADDRESSES: [&str; 8] = [
    "href",
    "src",
    "action",
    "formaction",
    "xlink:href",
    "data",
    "poster",
    "ping",
];

/// Nothing in the document runs what is not ours.
fn is_inert(tags: &[Tag], nonce: &str, what: &str) {
    for tag in tags {
        let name = tag.name.as_str();
        assert!(
            !["iframe", "object", "embed", "base", "frame", "math"].contains(&name),
            "{what}: {tag:?}"
        );
        if name == "script" && !tag.is_empty_script {
            assert_eq!(tag.attribute("nonce"), Some(nonce), "{what}: {tag:?}");
        }
        for (attribute, value) in &tag.attributes {
            assert!(!attribute.starts_with("on"), "{what}: {tag:?}");
            assert!(
                !["srcdoc", "http-equiv"].contains(&attribute.as_str()),
                "{what}: {tag:?}"
            );
            if ADDRESSES.contains(&attribute.as_str()) {
                // As browsers read it: without controls, spaces and the case of the scheme.
                let address: String = value.chars().filter(|c| *c > ' ').collect();
                let scheme = address.to_ascii_lowercase();
                // What is to be seen of a picture until it is there.
                if name == "img" && scheme.starts_with("data:image/webp;base64,") {
                    continue;
                }
                for bad in ["javascript:", "data:", "vbscript:", "blob:", "//"] {
                    assert!(!scheme.starts_with(bad), "{what}: {tag:?}");
                }
            }
        }
    }
}

/// The elements of a page, which must be inert.
async fn look(person: &Person, path: &str, what: &str) -> Vec<Tag> {
    let answer = person.get(path).await;
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap()
        .to_owned();
    let tags = html::tags(&answer.text().await.unwrap());
    is_inert(&tags, &nonce, what);
    tags
}

/// What a page is made of, without what its elements say.
fn shape(tags: &[Tag]) -> Vec<(&str, Vec<&str>)> {
    let shape = tags.iter().map(|tag| {
        let attributes = tag.attributes.iter().map(|(name, _)| name.as_str());
        (tag.name.as_str(), attributes.collect())
    });
    shape.collect()
}

/// A room that is called and described so, and in which this is said in every way.
async fn room_of(ana: &Person, words: &str) -> (String, String) {
    // Of what cannot be in a name, the rest of it is.
    let line: String = words.chars().filter(|c| !c.is_control()).collect();
    let made = ana
        .call("rooms/create", json!({"name": line, "kind": "public"}))
        .await;
    let room = made["room"]["id"].as_str().unwrap().to_owned();
    let update = json!({"room": room, "name": line, "topic": line, "description": words});
    ana.call("rooms/update", update).await;
    let said = ana.send(&room, words).await;
    let reply = json!({"room": room, "id": Uuid::now_v7(), "body": words, "reply_to": said["seq"]});
    ana.call("messages/send", reply).await;
    let pin = json!({"room": room, "message": said["message"], "on": true});
    ana.call("messages/pin", pin).await;
    ana.send(&room, &format!("@eve {words}")).await;
    let picture = picture(8, 8, ImageFormat::Png);
    for bytes in [&b"a letter"[..], &picture] {
        let pairs = [("filename", words), ("alt", words)];
        let shown = ana.upload_as(&pairs, bytes).await;
        ana.show(&room, "", &[&shown]).await;
    }
    let invite = json!({"room": room, "expires": "day"});
    let invite = ana.call("invites/create", invite).await;
    (room, invite["invite"]["code"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn row_35_what_people_write_runs_nothing_on_any_page() {
    let server = Server::start().await;
    let (ana, eve) = (server.person("ana").await, server.person("eve").await);
    let plain = "plain words";
    let (plain_room, plain_code) = room_of(&ana, plain).await;
    let (about, invite) = (
        format!("/rooms/{plain_room}/about"),
        format!("/invites/{plain_code}"),
    );
    let plain_about = look(&ana, &about, plain).await;
    let plain_invite = look(&server.stranger(), &invite, plain).await;
    for words in CORPUS {
        let (room, code) = room_of(&ana, words).await;
        eve.join(&room).await;
        ana.send(&room, &format!("@eve {words}")).await;
        for path in ["", "/pins", "/messages/4", "?at=4", "?reply=4", "?edit=4"] {
            look(&ana, &format!("/rooms/{room}{path}"), words).await;
        }
        for of in ["", "&message=4", "&message=4&sent="] {
            look(&ana, &format!("/report?room={room}{of}"), words).await;
        }
        // Names, topics and descriptions make no element at all.
        let about = look(&server.stranger(), &format!("/rooms/{room}/about"), words).await;
        let same = look(
            &server.stranger(),
            &format!("/rooms/{plain_room}/about"),
            plain,
        )
        .await;
        assert_eq!(shape(&about), shape(&same), "{words}");
        let about = look(&ana, &format!("/rooms/{room}/about"), words).await;
        assert!(about.len() >= plain_about.len(), "{words}");
        let invited = look(&server.stranger(), &format!("/invites/{code}"), words).await;
        assert_eq!(shape(&invited), shape(&plain_invite), "{words}");
    }
    for path in ["/", "/mentions", "/settings/account", "/settings/data"] {
        look(&eve, path, path).await;
    }
    server.end().await;
}

/// Somebody who tells it in every part of their profile that takes it.
async fn tells(person: &Person, words: &str) {
    let line: String = words.chars().filter(|c| !c.is_control()).take(50).collect();
    for (door, input) in [
        (
            "profiles/set_name",
            json!({"name": line, "seen": "everyone"}),
        ),
        (
            "profiles/set_bio",
            json!({"bio": words, "seen": "everyone"}),
        ),
        (
            "profiles/set_links",
            json!({"links": words, "seen": "everyone"}),
        ),
    ] {
        // What is no address, or turns others around, is refused.
        let status = person.post(door, &input).await.status();
        assert!(status == 200 || status == 422, "{door} {words}: {status}");
    }
}

#[tokio::test]
async fn row_35_what_people_tell_of_themselves_runs_nothing() {
    let server = Server::start().await;
    let (ana, eve) = (server.person("ana").await, server.person("eve").await);
    for words in CORPUS {
        tells(&ana, words).await;
        for person in [&ana, &eve, &server.stranger()] {
            look(person, "/people/ana", words).await;
        }
        look(&ana, "/people/me", words).await;
        let profile = eve.call("profiles/find", json!({"handle": "ana"})).await;
        for link in profile["links"].as_array().into_iter().flatten() {
            let link = link.as_str().unwrap();
            assert!(
                link.starts_with("https://") || link.starts_with("http://"),
                "{link}"
            );
            assert!(!link.contains(['"', '<', '>', ' ']), "{link}");
        }
    }
    let page = html::tags(&eve.get("/people/ana").await.text().await.unwrap());
    let out = page.iter().filter(|tag| tag.attribute("target").is_some());
    for tag in out {
        assert_eq!(
            tag.attribute("rel"),
            Some("nofollow noopener ugc"),
            "{tag:?}"
        );
    }
    server.end().await;
}

#[tokio::test]
async fn row_35_what_is_refused_comes_back_as_words() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let stranger = server.stranger();
    for words in CORPUS {
        let emoji = json!({"room": room, "message": Uuid::now_v7(), "emoji": words, "on": true});
        assert_eq!(
            ana.refused("messages/react", emoji).await,
            (422, "emoji_invalid".into())
        );
        let sign_up = json!({"handle": words, "email": "a@example.org", "password": "long enough"});
        assert_eq!(
            stranger.refused("accounts/sign_up", sign_up).await.1,
            "handle_invalid"
        );

        let too_long = words.repeat(5000 / words.chars().count() + 1);
        let id = Uuid::now_v7().to_string();
        let message = [("room", room.as_str()), ("id", &id), ("body", &too_long)];
        let account = [("handle", words), ("email", words), ("password", words)];
        let topic = [
            ("room", room.as_str()),
            ("name", ""),
            ("topic", words),
            ("description", words),
        ];
        let about = format!("/rooms/{room}/about");
        let report = [
            ("room", room.as_str()),
            ("category", words),
            ("note", &too_long),
        ];
        let query: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
        for (person, door, page, fields) in [
            (
                &ana,
                "messages/send",
                format!("/rooms/{room}"),
                &message[..],
            ),
            (&ana, "rooms/update", about, &topic),
            (
                &ana,
                "reports/create",
                format!("/report?room={room}"),
                &report,
            ),
            (
                &stranger,
                "accounts/sign_up",
                format!("/sign-up?next=/{query}"),
                &account,
            ),
            (
                &stranger,
                "accounts/sign_in",
                "/sign-in".into(),
                &[("login", words), ("password", words)],
            ),
            (
                &ana,
                "profiles/set_bio",
                "/people/me".into(),
                &[("bio", &too_long), ("seen", words)],
            ),
            (
                &ana,
                "profiles/set_links",
                "/people/me".into(),
                &[("links", &too_long), ("seen", words)],
            ),
            (
                &ana,
                "profiles/set_languages",
                "/people/me".into(),
                &[("languages[]", words), ("seen", words)],
            ),
        ] {
            let mut fields = fields.to_vec();
            fields.push(("page", &page));
            let answer = person.post_form(door, "/", &fields).await;
            assert!(answer.status().is_client_error(), "{door} {words}");
            let policy = answer.headers()["content-security-policy"]
                .to_str()
                .unwrap();
            let nonce = policy
                .split("'nonce-")
                .nth(1)
                .unwrap()
                .split('\'')
                .next()
                .unwrap()
                .to_owned();
            is_inert(&html::tags(&answer.text().await.unwrap()), &nonce, words);
        }
    }
    server.end().await;
}

#[tokio::test]
async fn row_35_an_address_runs_nothing() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    for words in CORPUS {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for name in [
            "next", "at", "reply", "edit", "q", "login", "page", "problem", "message", "user",
            "sent",
        ] {
            query.append_pair(name, words);
        }
        let query = query.finish();
        let mut nowhere = server.url("/");
        nowhere
            .path_segments_mut()
            .unwrap()
            .push("rooms")
            .push(words);
        for path in [
            nowhere.path().to_owned(),
            format!("/sign-in?{query}"),
            format!("/sign-up?{query}"),
            format!("/rooms/{room}?{query}"),
            format!("/?{query}"),
            format!("/report?room={room}&{query}"),
            format!("/settings/account?{query}"),
        ] {
            look(&ana, &path, words).await;
            look(&server.stranger(), &path, words).await;
        }
    }
    server.end().await;
}
