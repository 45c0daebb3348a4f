//! Requests that other sites make browsers send.

use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::support::Server;

#[tokio::test]
async fn row_7_a_cross_site_post_is_rejected_whatever_its_body() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let own = server.url("/").origin().ascii_serialization();
    let json_as_text = r#"{"name":"forged","kind":"public"}"#;
    let form = "name=forged&kind=public";
    for (kind, body) in [
        ("application/x-www-form-urlencoded", form),
        ("text/plain", json_as_text),
        ("application/json", json_as_text),
    ] {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let mut request = ana
                .request(Method::POST, "/api/rooms/create")
                .header(header::CONTENT_TYPE, kind)
                .header(name, value)
                .body(body);
            if name == "sec-fetch-site" {
                // What the browser says of the site wins over an origin that looks like ours.
                request = request.header(header::ORIGIN, &own);
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 403, "{kind} {name}: {value}");
            assert_eq!(answer.json::<Value>().await.unwrap()["code"], "cross_site");
        }
    }
    assert_eq!(
        ana.call("rooms/list", json!({})).await,
        json!([]),
        "nothing was done"
    );
    server.end().await;
}

#[tokio::test]
async fn row_7_one_own_pages_and_programs_may_post() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let own = server.url("/").origin().ascii_serialization();
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("origin", own.as_str()),
        ("x-program", "1"),
    ];
    for (name, value) in headers {
        let request = ana
            .request(Method::POST, "/api/rooms/create")
            .header(name, value);
        let answer = request.body("name=own&kind=public").send().await.unwrap();
        assert_eq!(answer.status(), 200, "{name}: {value}");
    }
    server.end().await;
}
