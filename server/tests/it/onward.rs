//! Where people go on to once they are signed in: nowhere but to pages of this site.

use reqwest::header;

use crate::support::{Provider, Server, html, person::PASSWORD};

#[tokio::test]
async fn row_12_a_form_goes_on_to_pages_of_this_site_only() {
    let server = Server::start().await;
    server.person("ana").await;
    for next in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\u{1}",
    ] {
        let fields = [("login", "ana"), ("password", PASSWORD), ("next", next)];
        let answer = server
            .stranger()
            .post_form("accounts/sign_in", "/sign-in", &fields)
            .await;
        assert_eq!(answer.headers()[header::LOCATION], "/sign-in", "{next}");
    }
    let fields = [("login", "ana"), ("password", PASSWORD)];
    let stranger = server.stranger();
    let answer = stranger.post_form("accounts/sign_in", "//evil.example/x", &fields);
    let location = answer.await.headers()[header::LOCATION].clone();
    assert!(
        !location.to_str().unwrap().starts_with("//"),
        "{location:?}"
    );
    server.end().await;
}

#[tokio::test]
async fn row_12_a_page_carries_no_address_of_another_site() {
    let provider = Provider::start().await;
    let server = Server::start_beside(&provider).await;
    let carried = async |path: &str| {
        let page = server.stranger().get(path).await.text().await.unwrap();
        let tags = html::tags(&page).into_iter();
        let next = tags.filter(|tag| tag.attribute("name") == Some("next"));
        let next = next.map(|tag| tag.attribute("value").unwrap().to_owned());
        next.collect::<Vec<_>>()
    };
    for page in ["/sign-in", "/sign-up"] {
        // One for the form, and one for the way to the provider.
        let good = carried(&format!("{page}?next=/rooms/new")).await;
        assert_eq!(good, ["/rooms/new", "/rooms/new"], "{page}");
        for bad in [
            "//evil",
            "/%5Cevil",
            "https://evil",
            "/%09/evil",
            "evil",
            "",
        ] {
            let bad = carried(&format!("{page}?next={bad}")).await;
            assert_eq!(bad, ["/", "/"], "{page}");
        }
    }
    server.end().await;
}
