//! What a GET does: nothing, whatever stands in its address.

use leptos_axum::generate_route_list;
use reqwest::{Method, header};
use url::Url;
use uuid::Uuid;

use crate::{
    doors::{Allowed, Cast, Kind, Scene, Who, doors, rules},
    support::{Database, Person, archive::EXPORT},
};

const ROUTER: &str = include_str!("../../src/router.rs");

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

#[test]
fn row_20_every_address_that_is_neither_page_nor_file_is_tried_by_everybody() {
    let routes = ROUTER.split(".route(").skip(1);
    let routes = routes.map(|route| route.split(',').next().unwrap().trim().trim_matches('"'));
    let tried = [
        // In `doors`, by the rule of each.
        "/api/{noun}/{verb}",
        // In `commands`, and in `live` before it is open.
        "/live",
        // In `exports`.
        "app::exports::PATH",
        // In `identities_refused`, where everybody is anonymous.
        "/identities/callback",
        // In `media` and `media_uploads`, and the form in `media_forms`.
        "app::media::UPLOADS",
        "&format!(\"{}/{{id}}",
        "app::media::FORM",
        "/media/{id}/{variant}",
        // In `profile_pictures`.
        "/people/{id}/picture",
        // In `health`. They tell everybody the same.
        "/health/live",
        "/health/ready",
    ];
    assert_eq!(routes.collect::<Vec<_>>(), tried);
}

/// The addresses of all pages, as the app's own router has them.
pub(crate) fn pages(scene: &Scene) -> Vec<String> {
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
                "journey" => scene.own_journey.0.as_str().unwrap().to_owned(),
                "template" => "us-k1".to_owned(),
                "office" => "us-post-manila".to_owned(),
                "section" => "account".to_owned(),
                "step" => "confirm".to_owned(),
                "handle" => scene.target_handle.clone(),
                other => panic!("what may stand for {other} in {}?", listed.path()),
            }
        });
        segments.collect::<Vec<_>>().join("/")
    });
    let sections = ["", "/sessions", "/blocks", "/data"];
    let sections = sections.map(|section| format!("/settings{section}"));
    let steps = ["forgot", "sent", "reset", "confirmed", "changed"];
    let steps = steps.map(|step| format!("/account/{step}"));
    let Scene {
        room,
        theirs,
        target,
        ..
    } = scene;
    let reports = [
        format!("/report?room={room}"),
        format!("/report?room={room}&user={target}"),
        format!("/report?room={room}&message={}&sent=", theirs.place),
    ];
    let people = ["me", "nobody_there", &scene.caller.handle];
    let people = people.map(|handle| format!("/people/{handle}"));
    let pages = pages.chain(sections).chain(steps).chain(people);
    pages.chain(reports).collect()
}

/// What else answers a GET: a file, and somebody who comes back from a provider without having left.
fn others() -> [String; 2] {
    let state = "A".repeat(43);
    let back = format!("/identities/callback?state={state}&code={state}");
    [EXPORT.to_owned(), back]
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
async fn row_8_no_page_changes_anything_nor_does_what_else_is_got() {
    let cast = Cast::gather().await;
    let scene = cast.scene_with_own_account(Kind::Public, Who::Owner).await;
    let mut pages = pages(&scene);
    assert!(pages.len() > 10, "{pages:?}");
    pages.extend(others());
    let before = contents(&cast.server.database).await;
    look(&scene.caller, &pages, &scene).await;
    for who in Who::ALL {
        look(cast.caller(who), &pages, &scene).await;
    }
    assert_eq!(contents(&cast.server.database).await, before);
    cast.server.end().await;
}

#[tokio::test]
async fn row_25_no_page_tells_a_secret_of_anybody() {
    let cast = Cast::gather().await;
    let scene = cast.scene_with_a_journey(Kind::Public, Who::Owner).await;
    let allowed = Allowed::of(&cast).await;
    for who in Who::ALL {
        let reader = cast.caller(who);
        for path in pages(&scene) {
            let page = reader.get(&path).await.text().await.unwrap();
            let what = format!("{path} as {who:?}");
            allowed.check_page(&page, &reader.email(), &what);
        }
    }
    cast.server.end().await;
}

/// A page without what differs from one time to the next, and from one room to the other.
async fn page_of(person: &Person, path: &str, room: &str) -> (u16, String) {
    let answer = person.get(path).await;
    let status = answer.status().as_u16();
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].clone();
    let nonce = policy.to_str().unwrap().split("'nonce-").nth(1).unwrap();
    let nonce = nonce.split('\'').next().unwrap();
    let page = answer.text().await.unwrap();
    (status, page.replace(nonce, "").replace(room, ""))
}

#[tokio::test]
async fn row_23_the_pages_of_an_unknown_room_and_of_one_that_must_stay_unknown_are_the_same() {
    let cast = Cast::gather().await;
    for who in Who::OUTSIDE {
        let scene = cast.scene(Kind::Group, who).await;
        let unknown = Uuid::now_v7().to_string();
        for page in ["", "/about", "/pins", "/messages/1", "?at=1", "?reply=1"] {
            let path = |room: &str| format!("/rooms/{room}{page}");
            let forbidden = page_of(&scene.caller, &path(&scene.room), &scene.room).await;
            assert_eq!(forbidden.0, 404, "{page} as {who:?}");
            let unknown = page_of(&scene.caller, &path(&unknown), &unknown).await;
            assert_eq!(forbidden, unknown, "{page} as {who:?}");
        }
        for of in ["", "&message=1", "&user="] {
            let path = |room: &str| format!("/report?room={room}{of}");
            let forbidden = page_of(&scene.caller, &path(&scene.room), &scene.room).await;
            let unknown = page_of(&scene.caller, &path(&unknown), &unknown).await;
            assert_eq!(forbidden, unknown, "reporting {of} as {who:?}");
        }
    }
    cast.server.end().await;
}
