//! The content security policy: on every document, whatever it says.

use reqwest::{Method, Response, header};
use serde_json::json;

use crate::{
    doors::{Cast, Kind, Scene, Who},
    gets::pages,
    support::{Person, Provider, Server, archive::EXPORT, html},
};

/// What the policy says of a kind of source.
fn sources<'a>(policy: &'a str, kind: &str) -> Option<Vec<&'a str>> {
    let mut directives = policy.split(';').map(str::split_whitespace);
    directives.find_map(|mut words| (words.next() == Some(kind)).then(|| words.collect()))
}

/// Nothing runs but what is ours. Returns the policy.
fn restricts(answer: &Response, what: &str) -> String {
    let headers = answer.headers();
    let policies: Vec<_> = headers
        .get_all(header::CONTENT_SECURITY_POLICY)
        .iter()
        .collect();
    assert_eq!(policies.len(), 1, "{what}: {headers:?}");
    let policy = policies[0].to_str().unwrap();
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
        "{what}: {policy}"
    );
    for source in policy.split([' ', ';']) {
        let own = ["'self'", "'none'", "data:", "blob:", "'wasm-unsafe-eval'"].contains(&source);
        let plain = source.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(
            own || plain || source.starts_with("'nonce-"),
            "{what}: {source}"
        );
    }
    let scripts = sources(policy, "script-src")
        .or(sources(policy, "default-src"))
        .unwrap();
    for made in ["data:", "blob:"] {
        assert!(!scripts.contains(&made), "{what}: {policy}");
    }
    let none = Some(vec!["'none'"]);
    for kind in ["base-uri", "frame-ancestors"] {
        assert_eq!(sources(policy, kind), none, "{what}: {policy}");
    }
    let objects = sources(policy, "object-src").or(sources(policy, "default-src"));
    assert_eq!(objects, none, "{what}: {policy}");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{what}");
    policy.to_owned()
}

/// A document of the app: its scripts, and no others, have the nonce of its policy.
async fn runs_ours_alone(answer: Response, what: &str) -> String {
    let policy = restricts(&answer, what);
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .expect(what)
        .split('\'')
        .next()
        .unwrap()
        .to_owned();
    assert!(nonce.len() >= 22, "{what}: {nonce}");
    assert!(
        sources(&policy, "script-src")
            .unwrap()
            .contains(&"'wasm-unsafe-eval'")
    );
    let tags = html::tags(&answer.text().await.unwrap());
    for tag in tags
        .iter()
        .filter(|tag| tag.name == "script" && !tag.is_empty_script)
    {
        assert_eq!(
            tag.attribute("nonce"),
            Some(nonce.as_str()),
            "{what}: {tag:?}"
        );
    }
    nonce
}

#[tokio::test]
async fn row_36_every_page_of_the_app_has_a_policy_with_a_nonce_of_its_own() {
    let cast = Cast::gather().await;
    let scene = cast.scene_with_a_journey(Kind::Public, Who::Owner).await;
    let Scene {
        caller: ana, room, ..
    } = &scene;
    let mut nonces = Vec::new();
    let astray = ["/nowhere", "/rooms/none"].map(str::to_owned);
    for path in pages(&scene).into_iter().chain(astray) {
        let page = runs_ours_alone(ana.get(&path).await, &path);
        nonces.push(page.await);
    }
    let empty = [("room", room.as_str()), ("id", "x"), ("body", "")];
    let refused = ana
        .post_form("messages/send", &format!("/rooms/{room}"), &empty)
        .await;
    assert_eq!(refused.status(), 400);
    nonces.push(runs_ours_alone(refused, "a refused form").await);
    let wrong = [("login", "ana"), ("password", "wrong")];
    let refused = cast
        .caller(Who::Anonymous)
        .post_form("accounts/sign_in", "/sign-in", &wrong)
        .await;
    assert_eq!(refused.status(), 401);
    nonces.push(runs_ours_alone(refused, "a refused sign-in").await);
    let count = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), count, "each once: {nonces:?}");
    cast.server.end().await;
}

async fn ask(person: &Person, method: Method, path: &str, accept: &str) -> Response {
    let request = person.request(method, path).header(header::ACCEPT, accept);
    request.send().await.unwrap()
}

#[tokio::test]
async fn row_36_whatever_else_is_answered_has_a_policy_too() {
    let provider = Provider::start().await;
    let server = Server::start_beside(&provider).await;
    let ana = server.person("ana").await;
    let large = "x".repeat(2 * 1024 * 1024);
    let page = ana
        .post_form("messages/send", "/", &[("body", large.as_str())])
        .await;
    assert_eq!(page.status(), 413, "the plain page");
    restricts(&page, "the plain page");
    let html = page.text().await.unwrap();
    assert!(
        html::tags(&html).iter().all(|tag| tag.name != "script"),
        "{html}"
    );

    let leaves = server.stranger();
    let away = leaves.post_form("identities/start", "/sign-in", &[]).await;
    assert_eq!(away.status(), 200, "the page that leads away");
    restricts(&away, "the page that leads away");

    for (method, path, accept, status) in [
        (Method::POST, "/", "text/html", 405),
        (Method::GET, "/pkg/none.js", "*/*", 404),
        (Method::GET, "/api/rooms/list", "text/html", 303),
        (Method::GET, "/api/rooms/list", "*/*", 405),
        (Method::POST, "/api/rooms/burn", "*/*", 404),
        (Method::GET, "/live", "text/html", 400),
        (Method::GET, EXPORT, "text/html", 200),
        (Method::GET, "/identities/callback", "text/html", 303),
        (Method::GET, "/health/live", "text/html", 200),
    ] {
        let what = format!("{method} {path} {accept}");
        let answer = ask(&ana, method, path, accept).await;
        assert_eq!(answer.status(), status, "{what}");
        restricts(&answer, &what);
    }
    let forged = ana
        .request(Method::POST, "/api/rooms/list")
        .header("sec-fetch-site", "cross-site");
    let forged = forged.send().await.unwrap();
    assert_eq!(forged.status(), 403);
    restricts(&forged, "a cross-site request");
    restricts(&ana.post("rooms/list", &json!({})).await, "an answer");
    server.end().await;
}
