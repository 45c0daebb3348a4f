//! What a GET does: nothing, whatever stands in its address.

use leptos_axum::generate_route_list;
use reqwest::{Method, header};
use url::Url;

use crate::{
    doors::{Cast, Kind, Scene, Who, doors, rules},
    support::{Database, Person},
};

/// Whatever is stored. Compared as a whole: no table may have another row, nor another value in one.
async fn contents(database: &Database) -> String {
    format!("{:#?}", database.contents().await)
}

/// The address of a door, with all that it takes to succeed.
fn address(scene: &Scene, door: &str) -> String {
    let rule = rules().find(|rule| rule.door == door).expect(door);
    let input = (rule.input)(scene);
    let fields = input.as_object().unwrap().iter();
    let mut url = Url::parse(&format!("http://x/api/{door}")).unwrap();
    url.query_pairs_mut()
        .extend_pairs(fields.map(|(name, value)| {
            let text = value.as_str().map(str::to_owned);
            (name, text.unwrap_or_else(|| value.to_string()))
        }));
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

#[tokio::test]
async fn row_8_no_door_does_anything_for_a_get() {
    let cast = Cast::gather().await;
    let scene = cast.scene_with_own_account(Kind::Group, Who::Owner).await;
    let before = contents(&cast.server.database).await;
    for door in doors() {
        let path = address(&scene, &door);
        for method in [Method::GET, Method::HEAD] {
            let of_program = scene
                .caller
                .request(method.clone(), &path)
                .send()
                .await
                .unwrap();
            assert_eq!(of_program.status(), 405, "{method} {path}");
            assert_eq!(of_program.headers()[header::ALLOW], "POST");
            let of_browser = scene.caller.request(method.clone(), &path);
            let of_browser = of_browser
                .header(header::ACCEPT, "text/html")
                .send()
                .await
                .unwrap();
            assert_eq!(of_browser.status(), 303, "{method} {path}");
            assert_eq!(of_browser.headers()[header::LOCATION], "/");
            assert!(
                of_browser.headers().get(header::SET_COOKIE).is_none(),
                "{method} {path}"
            );
        }
    }
    assert_eq!(contents(&cast.server.database).await, before);
    cast.server.end().await;
}

/// The addresses of all pages, as the app's own router has them.
fn pages(scene: &Scene) -> Vec<String> {
    let listed = generate_route_list(app::app::App);
    let pages = listed.iter().map(|listed| {
        let segments = listed.path().split('/').map(|segment| {
            let name = segment.trim_matches([':', '{', '}', '?', '*']);
            if name == segment {
                return segment.to_owned();
            }
            match name {
                "room" => scene.room.clone(),
                "place" => scene.theirs.place.to_string(),
                "code" => scene.code.clone(),
                "section" => "account".to_owned(),
                "step" => "confirm".to_owned(),
                other => panic!("what may stand for {other} in {}?", listed.path()),
            }
        });
        segments.collect::<Vec<_>>().join("/")
    });
    let sections = ["/settings/sessions", "/settings/privacy"].map(str::to_owned);
    let steps = ["forgot", "sent", "reset", "confirmed", "changed"];
    let steps = steps.map(|step| format!("/account/{step}"));
    pages.chain(sections).chain(steps).collect()
}

async fn look(person: &Person, pages: &[String], scene: &Scene) {
    for page in pages {
        let answer = person.get(page).await;
        let status = answer.status().as_u16();
        assert!(status < 500, "{page}: {status}");
        answer.text().await.unwrap();
        for token in [&scene.confirming, &scene.resetting] {
            let query = format!("{page}?token={token}&room=x&at=1&reply=1&edit=1&next=/");
            person.get(&query).await.text().await.unwrap();
        }
    }
}

#[tokio::test]
async fn row_8_no_page_changes_anything() {
    let cast = Cast::gather().await;
    let scene = cast.scene_with_own_account(Kind::Public, Who::Owner).await;
    let pages = pages(&scene);
    assert!(pages.len() > 10, "{pages:?}");
    let before = contents(&cast.server.database).await;
    look(&scene.caller, &pages, &scene).await;
    for who in Who::ALL {
        look(cast.caller(who), &pages, &scene).await;
    }
    assert_eq!(contents(&cast.server.database).await, before);
    cast.server.end().await;
}
