//! Who sees a journey, how exactly, and who may do anything with it.

use app::accounts::Handle;
use layover::accounts::suspend;
use serde_json::{Value, json};
use sqlx::query;
use uuid::Uuid;

use crate::{
    journeys::{begun, last_event, opened, show, told, unknown},
    support::Server,
};

#[tokio::test]
async fn a_journey_that_a_room_sees_leaves_it_with_its_owner() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ben.create("K-1", "public").await;
    ana.join(&room).await;
    let journey = begun(&ana).await;
    show(&ana, &journey, "room", &room).await;
    let open = json!({"journey": journey});
    ben.call("journeys/open", open.clone()).await;
    ana.call("rooms/leave", json!({"room": room})).await;
    assert_eq!(ben.refused("journeys/open", open).await, unknown());
    server.end().await;
}

#[tokio::test]
async fn others_see_a_journey_only_as_far_and_as_exactly_as_it_is_shown_and_never_its_notes() {
    let server = Server::start().await;
    let (ana, ben, eve) = (
        server.person("ana").await,
        server.person("ben").await,
        server.person("eve").await,
    );
    let room = ana.create("K-1", "group").await;
    ana.invite(&room, &ben).await;
    let journey = begun(&ana).await;
    let note = json!({"journey": journey, "stage": "noa1", "on": "2026-01-14", "note": "our lawyer is slow"});
    ana.call("journeys/record", note).await;
    let sees = async |visibility: &str| {
        show(&ana, &journey, visibility, &room).await;
        let mut seen = Vec::new();
        for person in [&ben, &eve, &server.stranger()] {
            let answer = person
                .post("journeys/open", &json!({"journey": journey}))
                .await;
            seen.push(answer.status().as_u16());
        }
        seen
    };
    assert_eq!(sees("private").await, [404, 404, 404]);
    assert_eq!(sees("members").await, [200, 200, 404]);
    assert_eq!(sees("public").await, [200, 200, 200]);
    assert_eq!(sees("room").await, [200, 404, 404]);
    let view = opened(&ben, &journey).await;
    assert_eq!(
        told(&view),
        ["filed 2026-01-01 month", "noa1 2026-01-01 month"]
    );
    assert_eq!(view["own"], Value::Null);
    assert!(!view.to_string().contains("lawyer"), "{view}");
    // An id tells when something was said, which is often its day.
    assert_eq!(view["events"][1]["id"], json!(Uuid::nil()));
    let week = json!({"journey": journey, "visibility": "members", "blur": "week"});
    ana.call("journeys/update", week).await;
    let view = opened(&eve, &journey).await;
    assert_eq!(
        told(&view),
        ["filed 2026-01-05 week", "noa1 2026-01-12 week"]
    );
    // Whoever leaves the room sees it no more.
    show(&ana, &journey, "room", &room).await;
    ben.call("rooms/leave", json!({"room": room})).await;
    assert_eq!(
        ben.refused("journeys/open", json!({"journey": journey}))
            .await,
        unknown()
    );
    server.end().await;
}

#[tokio::test]
async fn between_two_of_whom_one_has_blocked_the_other_each_sees_what_everybody_sees() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("K-1", "group").await;
    ana.invite(&room, &ben).await;
    let (of_ana, of_ben) = (begun(&ana).await, begun(&ben).await);
    ana.call("blocks/add", json!({"handle": "ben"})).await;
    for visibility in ["room", "members"] {
        show(&ana, &of_ana, visibility, &room).await;
        show(&ben, &of_ben, visibility, &room).await;
        for (person, journey) in [(&ben, &of_ana), (&ana, &of_ben)] {
            for door in ["journeys/open", "journeys/confirm"] {
                let refused = person.refused(door, json!({"journey": journey})).await;
                assert_eq!(refused, unknown(), "{door} {visibility}");
            }
        }
    }
    show(&ana, &of_ana, "public", "").await;
    assert_eq!(opened(&ben, &of_ana).await["own"], Value::Null);
    server.end().await;
}

#[tokio::test]
async fn of_somebody_who_is_suspended_nobody_sees_a_journey_until_that_ends() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let journey = begun(&ana).await;
    show(&ana, &journey, "public", "").await;
    let pool = layover::pool(&server.database.url()).unwrap();
    let whom = Handle::parse("ana").unwrap();
    suspend(&pool, &whom, Some(3), "").await.unwrap();
    for person in [&ben, &server.stranger()] {
        let refused = person.refused("journeys/open", json!({"journey": journey}));
        assert_eq!(refused.await, unknown());
        let shown = person.call("journeys/of", json!({"handle": "ana"}));
        assert_eq!(shown.await, json!([]));
    }
    query!("UPDATE users SET suspended_until = now()")
        .execute(&pool)
        .await
        .unwrap();
    opened(&ben, &journey).await;
    pool.close().await;
    server.end().await;
}

#[tokio::test]
async fn a_journey_is_shown_only_to_rooms_that_its_owner_is_in() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let journey = begun(&ana).await;
    let (group, public) = (
        ben.create("K-1", "group").await,
        ben.create("All", "public").await,
    );
    for (room, refusal) in [
        (group.as_str(), (404, "room_unknown".to_owned())),
        (public.as_str(), (403, "not_member".to_owned())),
        (
            &Uuid::now_v7().to_string(),
            (404, "room_unknown".to_owned()),
        ),
    ] {
        let update = json!({"journey": journey, "visibility": "room", "room": room});
        assert_eq!(ana.refused("journeys/update", update).await, refusal);
    }
    for room in ["here", ""] {
        let nowhere = json!({"journey": journey, "visibility": "room", "room": room});
        let answer = ana.post("journeys/update", &nowhere).await;
        let error: Value = answer.json().await.unwrap();
        assert_eq!(
            (&error["code"], &error["field"]),
            (&json!("choice_invalid"), &json!("room"))
        );
    }
    server.end().await;
}

#[tokio::test]
async fn only_its_owner_changes_a_journey_and_who_does_not_see_it_is_told_nothing() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let journey = begun(&ana).await;
    let event = last_event(&opened(&ana, &journey).await);
    let doors = [
        (
            "journeys/record",
            json!({"stage": "noa1", "on": "2026-02-01"}),
        ),
        ("journeys/undo", json!({"event": event})),
        ("journeys/transfer", json!({"office": "us-nvc"})),
        ("journeys/confirm", json!({})),
        ("journeys/end", json!({"outcome": "refused"})),
        ("journeys/update", json!({})),
        ("journeys/delete", json!({})),
    ];
    for (visibility, refusal) in [
        ("private", unknown()),
        ("members", (403, "forbidden".to_owned())),
    ] {
        show(&ana, &journey, visibility, "").await;
        for (door, input) in &doors {
            let mut input = input.clone();
            input["journey"] = journey.clone();
            assert_eq!(ben.refused(door, input.clone()).await, refusal, "{door}");
            assert_eq!(
                server.stranger().refused(door, input).await.0,
                401,
                "{door}"
            );
        }
    }
    assert_eq!(
        opened(&ana, &journey).await["events"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // Nobody undoes what was said of a journey that is not theirs by way of one that is.
    let undo = json!({"journey": begun(&ben).await, "event": event});
    assert_eq!(
        ben.refused("journeys/undo", undo).await,
        (422, "stage_unknown".into())
    );
    server.end().await;
}

#[tokio::test]
async fn the_page_of_a_journey_is_of_no_use_to_whom_it_is_not_shown_to() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let journey = begun(&ana).await;
    let page = format!("/journeys/{}", journey.as_str().unwrap());
    for person in [&ben, &server.stranger()] {
        assert_eq!(person.get(&page).await.status(), 404);
        let none = format!("/journeys/{}", Uuid::now_v7());
        assert_eq!(person.get(&none).await.status(), 404);
    }
    show(&ana, &journey, "public", "").await;
    let shown = server.stranger().get(&page).await;
    assert_eq!(shown.status(), 200);
    let shown = shown.text().await.unwrap();
    assert!(
        shown.contains("noindex") && shown.contains("2026-01"),
        "{shown}"
    );
    assert!(
        !shown.contains("2026-01-05") && !shown.contains("/api/journeys/"),
        "{shown}"
    );
    server.end().await;
}
