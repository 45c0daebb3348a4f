//! Pages as a browser without WebAssembly gets them.

use futures::future::join_all;
use reqwest::header;
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    Server,
    person::{PASSWORD, cookie_of},
};

#[tokio::test]
async fn pages_are_whole_before_any_script_runs() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("K-1 <Manila>", "public").await;
    ana.send(&room, "what does <b>this letter</b> mean?").await;
    for (path, words) in [
        ("/", "K-1 &lt;Manila"),
        ("/sign-up", "Create your account"),
        ("/sign-in", "Welcome back"),
        (
            &format!("/rooms/{room}"),
            "what does &lt;b&gt;this letter&lt;/b&gt; mean?",
        ),
    ] {
        let answer = server.stranger().get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(words), "{path}: {page}");
        assert!(page.contains(r#"<html lang="en""#), "{path}");
    }
    server.end().await;
}

#[tokio::test]
async fn an_address_that_leads_nowhere_says_so() {
    let server = Server::start().await;
    let unknown = format!("/rooms/{}", Uuid::now_v7());
    for path in ["/nowhere", "/rooms/not-an-id", unknown.as_str()] {
        let answer = server.stranger().get(path).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert!(
            answer
                .text()
                .await
                .unwrap()
                .contains("There is nothing here"),
            "{path}"
        );
    }
    server.end().await;
}

#[tokio::test]
async fn signing_up_reading_and_posting_work_by_forms_alone() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let page = format!("/rooms/{room}");

    let mut ben = server.stranger();
    let fields = [
        ("handle", "ben"),
        ("email", "ben@example.org"),
        ("password", PASSWORD),
        ("next", &page),
    ];
    let answer = ben.post_form("accounts/sign_up", "/sign-up", &fields).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()[header::LOCATION], page.as_str());
    ben.cookie = Some(cookie_of(&answer));

    let joined = ben.post_form("rooms/join", &page, &[("room", &room)]).await;
    assert_eq!(
        (
            joined.status().as_u16(),
            &joined.headers()[header::LOCATION]
        ),
        (303, &page.parse().unwrap())
    );
    let id = Uuid::now_v7().to_string();
    let fields = [
        ("room", room.as_str()),
        ("id", &id),
        ("body", "by form\r\nalone"),
    ];
    for _ in 0..2 {
        // A form that is sent twice is one message.
        let sent = ben.post_form("messages/send", &page, &fields).await;
        assert_eq!(sent.status(), 303);
    }
    assert!(
        ben.get(&page)
            .await
            .text()
            .await
            .unwrap()
            .contains("by form\nalone")
    );
    assert_eq!(ana.bodies(&room).await, ["by form\nalone"]);

    let answer = ben.post_form(
        "rooms/create",
        "/rooms/new",
        &[("name", "Porto"), ("kind", "public")],
    );
    let answer = answer.await;
    assert_eq!(answer.status(), 303);
    assert!(
        answer.headers()[header::LOCATION]
            .to_str()
            .unwrap()
            .starts_with("/rooms/")
    );
    server.end().await;
}

#[tokio::test]
async fn a_refused_form_comes_back_with_its_error_and_what_was_typed() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let fields = [
        ("handle", "ana"),
        ("email", "\"me\"@example.org"),
        ("password", PASSWORD),
    ];
    let stranger = server.stranger();
    let answer = stranger
        .post_form("accounts/sign_up", "/sign-up?next=/rooms/new", &fields)
        .await;
    assert_eq!(answer.status(), 409);
    let page = answer.text().await.unwrap();
    assert!(page.contains("This handle is taken"), "{page}");
    assert!(page.contains(r#"value="ana""#) && page.contains("&quot;me&quot;@example.org"));
    assert!(page.contains(r#"aria-invalid="true""#));
    assert!(page.contains("history.replaceState(null,'',\"/sign-up?next=/rooms/new\")"));
    assert!(!page.contains(PASSWORD), "a password is never sent back");

    let room = ana.create("Lisbon", "public").await;
    let body = format!(
        "{}</textarea><script>alert(1)</script>",
        "long ".repeat(900)
    );
    let id = Uuid::now_v7().to_string();
    let fields = [("room", room.as_str()), ("id", &id), ("body", &body)];
    let answer = ana
        .post_form("messages/send", &format!("/rooms/{room}"), &fields)
        .await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    assert!(page.contains("at most 4,000 characters"));
    assert!(page.contains(&"long ".repeat(900)));
    assert!(!page.contains("<script>alert"));
    server.end().await;
}

#[tokio::test]
async fn words_stay_when_the_session_ends_while_somebody_writes() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    ana.post("accounts/sign_out", &json!({})).await;
    let id = Uuid::now_v7().to_string();
    let fields = [
        ("room", room.as_str()),
        ("id", &id),
        ("body", "a long answer"),
    ];
    let answer = ana
        .post_form("messages/send", &format!("/rooms/{room}"), &fields)
        .await;
    assert_eq!(answer.status(), 401);
    let page = answer.text().await.unwrap();
    assert!(page.contains(">a long answer</textarea>"), "{page}");
    assert!(page.contains("Sign in first."), "{page}");
    server.end().await;
}

#[tokio::test]
async fn a_refused_form_finds_its_page_by_what_it_says_itself() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    let page = format!("/rooms/{room}");
    let own = ana.get(&page).await.text().await.unwrap();
    assert!(
        own.contains(&format!(r#"name="page" value="{page}""#)),
        "{own}"
    );
    let id = Uuid::now_v7().to_string();
    let fields = [
        ("room", room.as_str()),
        ("id", &id),
        ("body", ""),
        ("page", &page),
    ];
    // The second refusal comes from the door's own address.
    let answer = ana
        .post_form("messages/send", "/api/messages/send", &fields)
        .await;
    assert_eq!(answer.status(), 422);
    let again = answer.text().await.unwrap();
    assert!(
        again.contains("Write something first.") && again.contains("Lisbon"),
        "{again}"
    );
    server.end().await;
}

#[tokio::test]
async fn a_form_that_is_far_too_large_is_answered_with_a_page() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let body = "x".repeat(2 * 1024 * 1024);
    let answer = ana
        .post_form("messages/send", "/", &[("body", body.as_str())])
        .await;
    assert_eq!(answer.status(), 413);
    assert!(
        answer
            .text()
            .await
            .unwrap()
            .contains("That is too much at once")
    );
    server.end().await;
}

#[tokio::test]
async fn a_door_is_a_post_and_an_unknown_one_is_not_found() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let put = ana
        .request(reqwest::Method::PUT, "/api/rooms/list")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (put.status().as_u16(), &put.headers()[header::ALLOW]),
        (405, &"POST".parse().unwrap())
    );
    assert_eq!(
        ana.refused("rooms/burn", json!({})).await,
        (404, "not_found".into())
    );
    server.end().await;
}

#[tokio::test]
async fn two_hundred_of_each_page_at_once_ten_times_are_all_whole() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Lisbon", "public").await;
    for number in 0..30 {
        ana.send(&room, &format!("message {number}")).await;
    }
    let room = format!("/rooms/{room}");
    for _ in 0..10 {
        let pages = (0..400).map(|number| {
            let path = if number % 2 == 0 { "/" } else { &room };
            let ana = &ana;
            async move {
                let answer = ana.get(path).await;
                assert_eq!(answer.status(), 200);
                let page = answer.text().await.unwrap();
                assert!(
                    page.contains("</main>") && page.ends_with("</script>"),
                    "{page}"
                );
                assert!(page.contains(if path == "/" {
                    "New room"
                } else {
                    "message 29"
                }));
            }
        });
        join_all(pages).await;
    }
    // A panic would have been answered with 500, and leaves the server without its answer here.
    assert_eq!(
        ana.call("accounts/current", json!({})).await["handle"],
        "ana"
    );
    server.end().await;
}
