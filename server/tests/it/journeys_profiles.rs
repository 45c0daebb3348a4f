//! Journeys on somebody's page: which of them, to whom, and how exactly.

use serde_json::{Value, json};

use crate::{
    journeys::{begun, show, told},
    support::{Person, Server},
};

/// How many journeys of `handle` somebody sees.
async fn seen(person: &Person, handle: &str) -> usize {
    of(person, handle).await.len()
}

async fn of(person: &Person, handle: &str) -> Vec<Value> {
    let found = person.call("journeys/of", json!({"handle": handle})).await;
    found.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_page_shows_the_journeys_that_its_reader_may_see_and_none_by_default() {
    let server = Server::start().await;
    let (ana, ben, eve) = (
        server.person("ana").await,
        server.person("ben").await,
        server.person("eve").await,
    );
    let room = ana.create("K-1", "group").await;
    ana.invite(&room, &ben).await;
    let journey = begun(&ana).await;
    let readers = async || {
        let mut counts = Vec::new();
        for reader in [&ana, &ben, &eve, &server.stranger()] {
            counts.push(seen(reader, "ana").await);
        }
        counts
    };
    // What nobody else sees its owner does not see there, either.
    assert_eq!(readers().await, [0, 0, 0, 0]);
    for (visibility, expected) in [
        ("room", [1, 1, 0, 0]),
        ("members", [1, 1, 1, 0]),
        ("public", [1, 1, 1, 1]),
        ("private", [0, 0, 0, 0]),
    ] {
        show(&ana, &journey, visibility, &room).await;
        assert_eq!(readers().await, expected, "{visibility}");
    }
    let nobody = eve.refused("journeys/of", json!({"handle": "zoe"})).await;
    assert_eq!(nobody, (404, "person_unknown".into()));
    server.end().await;
}

#[tokio::test]
async fn a_page_shows_days_as_exactly_as_their_owner_wants_and_no_notes() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let journey = begun(&ana).await;
    let note = json!({"journey": journey, "stage": "noa1", "on": "2026-01-14", "note": "our lawyer is slow"});
    ana.call("journeys/record", note).await;
    for (blur, expected) in [
        ("month", ["filed 2026-01-01 month", "noa1 2026-01-01 month"]),
        ("week", ["filed 2026-01-05 week", "noa1 2026-01-12 week"]),
        ("day", ["filed 2026-01-05 day", "noa1 2026-01-14 day"]),
    ] {
        let settings = json!({"journey": journey, "visibility": "public", "blur": blur});
        ana.call("journeys/update", settings).await;
        for reader in [&ana, &ben, &server.stranger()] {
            let shown = of(reader, "ana").await;
            assert_eq!(told(&shown[0]), expected);
            let text = shown[0].to_string();
            assert!(
                !text.contains("lawyer") && shown[0]["own"].is_null(),
                "{text}"
            );
        }
    }
    server.end().await;
}

#[tokio::test]
async fn between_two_of_whom_one_has_blocked_the_other_it_is_what_strangers_see() {
    let server = Server::start().await;
    let (ana, ben, eve) = (
        server.person("ana").await,
        server.person("ben").await,
        server.person("eve").await,
    );
    let (own, open) = (begun(&ana).await, begun(&ana).await);
    show(&ana, &own, "members", "").await;
    show(&ana, &open, "public", "").await;
    for (who, whom) in [(&ana, &ben), (&eve, &ana)] {
        let block = json!({"handle": whom.handle});
        who.call("blocks/add", block).await;
    }
    for reader in [&ben, &eve] {
        assert_eq!(seen(reader, "ana").await, 1);
        let one = reader
            .refused("journeys/open", json!({"journey": own}))
            .await;
        assert_eq!(one, (404, "journey_unknown".into()));
        reader.call("journeys/open", json!({"journey": open})).await;
    }
    server.end().await;
}

#[tokio::test]
async fn a_page_without_webassembly_draws_them_and_what_is_deleted_is_gone_at_once() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("K-1", "group").await;
    ana.invite(&room, &ben).await;
    let journey = begun(&ana).await;
    show(&ana, &journey, "room", &room).await;
    let page = ben.get("/people/ana").await.text().await.unwrap();
    for part in ["journey-chart", "journey-table", "I-129F filed", "2026-01"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("2026-01-05") && !page.contains("journeys/undo"));
    let strange = server.stranger().get("/people/ana").await;
    assert!(!strange.text().await.unwrap().contains("journey-chart"));
    // Who shares a room with her looks again at once.
    let mut socket = ben.greet().await;
    ana.call("journeys/delete", json!({"journey": journey}))
        .await;
    assert_eq!(
        socket.next_of("profile").await["whose"],
        json!(ana.id().await)
    );
    let page = ben.get("/people/ana").await.text().await.unwrap();
    assert!(!page.contains("journey-chart"));
    server.end().await;
}

#[tokio::test]
async fn what_nobody_sees_tells_nobody_that_it_has_changed() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("K-1", "group").await;
    ana.invite(&room, &ben).await;
    let mut socket = ben.greet().await;
    let journey = begun(&ana).await;
    let said = json!({"journey": journey, "stage": "noa1", "on": "2026-01-14"});
    ana.call("journeys/record", said).await;
    ana.call("journeys/delete", json!({"journey": journey}))
        .await;
    let name = json!({"name": "Ben", "seen": "nobody"});
    ben.call("profiles/set_name", name).await;
    // Of her nothing was said before.
    assert_eq!(
        socket.next_of("profile").await["whose"],
        json!(ben.id().await)
    );
    server.end().await;
}
