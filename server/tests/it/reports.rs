//! Reports: who may report what, and what is kept of it.

use layover::reports::{Report, list, resolve};
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Database, Person, Server, Settings};

pub(crate) async fn kept(server: &Server, all: bool) -> Vec<Report> {
    let pool = layover::pool(&server.database.url()).unwrap();
    let reports = list(&pool, all).await.unwrap();
    pool.close().await;
    reports
}

pub(crate) async fn report(person: &Person, room: &str, message: &Value) {
    let input = json!({"room": room, "message": message["message"], "category": "scam"});
    person.call("reports/create", input).await;
}

#[tokio::test]
async fn what_was_reported_is_kept_as_it_was_then() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let said = ben.send(&room, "Pay me on WhatsApp").await;
    let input = json!({
        "room": room, "message": said["message"], "category": "scam", "note": "He asks everybody.",
    });
    assert_eq!(ana.call("reports/create", input).await, Value::Null);
    let edit = json!({"room": room, "message": said["message"], "body": "Hello"});
    ben.call("messages/edit", edit).await;
    let delete = json!({"room": room, "message": said["message"]});
    ben.call("messages/delete", delete).await;
    let renamed = json!({"room": room, "name": "Visas", "topic": "", "description": ""});
    ana.call("rooms/update", renamed).await;

    let person = json!({"room": room, "user": ben.id().await, "category": "harassment"});
    ana.call("reports/create", person).await;
    ben.call(
        "reports/create",
        json!({"room": room, "category": "false_information"}),
    )
    .await;
    let reports = kept(&server, false).await;
    let [message, person, about_room] = reports.as_slice() else {
        panic!("{reports:?}");
    };
    assert_eq!(
        (
            message.kind.as_str(),
            message.category.as_str(),
            message.state.as_str()
        ),
        ("message", "scam", "open")
    );
    assert_eq!(message.body.as_deref(), Some("Pay me on WhatsApp"));
    assert_eq!(message.place, said["seq"].as_i64());
    assert_eq!(
        (message.reporter.as_str(), message.room_name.as_str()),
        ("ana", "Visa")
    );
    assert_eq!(message.person.as_deref(), Some("ben"));
    assert_eq!(message.note, "He asks everybody.");
    assert_eq!(
        (person.kind.as_str(), person.person.as_deref(), &person.body),
        ("person", Some("ben"), &None)
    );
    assert_eq!(
        (about_room.kind.as_str(), about_room.room_name.as_str()),
        ("room", "Visas")
    );
    assert_eq!(
        (&about_room.person, &about_room.reporter),
        (&None, &"ben".to_owned())
    );
    server.end().await;
}

#[tokio::test]
async fn the_same_report_again_changes_nothing_until_it_is_resolved() {
    let server = Server::start().await;
    let (ana, ben, chi) = (
        server.person("ana").await,
        server.person("ben").await,
        server.person("chi").await,
    );
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let said = ben.send(&room, "Pay me").await;
    let again = json!({
        "room": room, "message": said["message"], "category": "scam", "note": "again",
    });
    report(&ana, &room, &said).await;
    ana.call("reports/create", again.clone()).await;
    let reports = kept(&server, false).await;
    assert_eq!((reports.len(), reports[0].note.as_str()), (1, ""));
    // Another reason, or another person, is another report.
    let spam = json!({"room": room, "message": said["message"], "category": "spam"});
    ana.call("reports/create", spam).await;
    report(&chi, &room, &said).await;
    assert_eq!(kept(&server, false).await.len(), 3);

    let pool = layover::pool(&server.database.url()).unwrap();
    assert!(resolve(&pool, reports[0].id).await.unwrap());
    assert!(resolve(&pool, reports[0].id).await.unwrap());
    assert!(!resolve(&pool, Uuid::now_v7()).await.unwrap());
    pool.close().await;
    assert_eq!(kept(&server, false).await.len(), 2);
    ana.call("reports/create", again).await;
    assert_eq!(kept(&server, false).await.len(), 3);
    let all = kept(&server, true).await;
    assert_eq!((all.len(), all[0].state.as_str()), (4, "resolved"));
    assert!(all[0].resolved_at.is_some());
    server.end().await;
}

#[tokio::test]
async fn one_reports_what_one_may_see_and_nothing_else() {
    let server = Server::start().await;
    let (owner, member) = (server.person("owner").await, server.person("member").await);
    let (moderator, banned) = (
        server.person("moderator").await,
        server.person("banned").await,
    );
    let (former, stranger) = (
        server.person("former").await,
        server.person("stranger").await,
    );
    let group = owner.create("Family", "group").await;
    owner.invite(&group, &former).await;
    let before = owner.send(&group, "before").await;
    for guest in [&member, &moderator, &banned] {
        owner.invite(&group, guest).await;
    }
    let said = owner.send(&group, "after").await;
    let whom = owner.id().await;
    former.call("rooms/leave", json!({"room": group})).await;
    let promote = json!({"room": group, "user": moderator.id().await, "role": "moderator"});
    owner.call("rooms/set_role", promote).await;
    let ban = json!({"room": group, "user": banned.id().await});
    owner.call("rooms/ban", ban).await;
    let of = |room: &str, more: Value| {
        let mut input = json!({"room": room, "category": "other"});
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        input
    };
    let subjects = [
        of(&group, json!({})),
        of(&group, json!({"message": said["message"]})),
        of(&group, json!({"user": whom})),
    ];
    for input in &subjects {
        for outsider in [&stranger, &former, &banned] {
            let refused = outsider.refused("reports/create", input.clone()).await;
            assert_eq!(refused, (404, "room_unknown".into()), "{}", outsider.handle);
        }
        let nobody = server.stranger();
        assert_eq!(nobody.refused("reports/create", input.clone()).await.0, 401);
        for insider in [&member, &moderator] {
            insider.call("reports/create", input.clone()).await;
        }
    }
    let unknown = json!({"room": Uuid::now_v7(), "category": "other"});
    let refused = member.refused("reports/create", unknown).await;
    assert_eq!(refused, (404, "room_unknown".into()));

    // What was said before they came, elsewhere, by nobody, or was taken back.
    let public = owner.create("Visa", "public").await;
    let elsewhere = owner.send(&public, "elsewhere").await;
    let taken_back = owner.send(&group, "never mind").await;
    let delete = json!({"room": group, "message": taken_back["message"]});
    owner.call("messages/delete", delete).await;
    let page = member.call("messages/page", json!({"room": group})).await;
    let line = json!({"message": page["messages"][0]["id"]});
    assert_eq!(page["messages"][0]["kind"], "joined");
    for message in [&before, &elsewhere, &taken_back, &line] {
        let input = of(&group, json!({"message": message["message"]}));
        let refused = member.refused("reports/create", input).await;
        assert_eq!(refused, (404, "message_unknown".into()));
    }
    let input = of(&group, json!({"user": stranger.id().await}));
    let refused = member.refused("reports/create", input).await;
    assert_eq!(refused, (404, "member_unknown".into()));

    // A public room is everybody's to read, and so to report: what is in it, who has left, and itself.
    former.join(&public).await;
    former.call("rooms/leave", json!({"room": public})).await;
    let ban = json!({"room": public, "user": banned.id().await});
    owner.call("rooms/ban", ban).await;
    for more in [
        json!({}),
        json!({"message": elsewhere["message"]}),
        json!({"user": former.id().await}),
    ] {
        for outsider in [&stranger, &banned] {
            let input = of(&public, more.clone());
            outsider.call("reports/create", input).await;
        }
    }
    server.end().await;
}

#[tokio::test]
async fn nobody_reports_themselves_or_without_a_reason_that_is_offered() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let said = ana.send(&room, "hi").await;
    let own = json!({"room": room, "message": said["message"], "category": "spam"});
    let me = json!({"room": room, "user": ana.id().await, "category": "spam"});
    let no_reason = json!({"room": room, "category": "boring"});
    let long = json!({"room": room, "category": "spam", "note": "n".repeat(1001)});
    for (input, code) in [
        (own, "person_self"),
        (me, "person_self"),
        (no_reason, "category_invalid"),
        (long, "note_long"),
    ] {
        let refused = ana.refused("reports/create", input).await;
        assert_eq!(refused, (422, code.into()));
    }
    assert_eq!(kept(&server, true).await, []);
    server.end().await;
}

#[tokio::test]
async fn one_makes_20_reports_a_day_on_all_nodes_together() {
    let tries = || Settings {
        tries: 1,
        ..Settings::default()
    };
    let server = Server::start_with(Database::new().await, tries()).await;
    let other = Server::start_with(server.database.clone(), tries()).await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ben.create("Visa", "public").await;
    let mut said = Vec::new();
    for number in 0..22 {
        said.push(ben.send(&room, &number.to_string()).await);
    }
    for message in &said[..19] {
        report(&ana, &room, message).await;
    }
    // Of the last two at once, one is the twentieth.
    let ana_there = ana.on(&other);
    let input =
        |message: &Value| json!({"room": room, "message": message["message"], "category": "scam"});
    let (nineteenth, twentieth) = (input(&said[19]), input(&said[20]));
    let (here, there) = tokio::join!(
        ana.post("reports/create", &nineteenth),
        ana_there.post("reports/create", &twentieth),
    );
    let mut statuses = [here.status().as_u16(), there.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 429]);
    assert_eq!(kept(&server, true).await.len(), 20);
    // What is known already is no new one.
    report(&ana, &room, &said[0]).await;
    let answer = ana.post("reports/create", &input(&said[21])).await;
    let refused: Value = answer.json().await.unwrap();
    assert_eq!(refused["code"], "too_soon");
    // One is free again after a twentieth of a day.
    let wait = refused["wait"].as_u64().unwrap();
    assert!((4200..=4320).contains(&wait), "{wait}");
    // Others may still report.
    report(&server.person("chi").await, &room, &said[0]).await;
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn without_scripts_a_report_is_made_thanked_for_and_followed_by_a_block() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let said = ben.send(&room, "Pay me").await;
    let place = &said["seq"];
    let path = format!("/report?room={room}&message={place}");
    let page = ana.get(&path).await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    assert!(page.contains("noindex") && page.contains("Pay me") && page.contains("personal_data"));
    // It is linked from the page of the message, and that of the room.
    let link = path.replace('&', "&amp;");
    let own_page = format!("/rooms/{room}/messages/{place}");
    assert!(
        ana.get(&own_page)
            .await
            .text()
            .await
            .unwrap()
            .contains(&link)
    );
    let about = ana.get(&format!("/rooms/{room}/about")).await;
    let about = about.text().await.unwrap();
    for of in [String::new(), format!("&amp;user={}", ben.id().await)] {
        assert!(
            about.contains(&format!("\"/report?room={room}{of}\"")),
            "{of}"
        );
    }

    let message = said["message"].as_str().unwrap();
    let sent = format!("{path}&sent=1");
    let long = "n".repeat(1001);
    let fields = [
        ("page", path.as_str()),
        ("next", &sent),
        ("room", &room),
        ("message", message),
        ("category", "spam"),
        ("note", &long),
    ];
    let refused = ana.post_form("reports/create", &path, &fields).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text().await.unwrap();
    assert!(page.contains("A note has at most") && page.contains(&long));
    let fields = [&fields[..5], &[("note", "He asks everybody.")]].concat();
    let answer = ana.post_form("reports/create", &path, &fields).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()["location"], sent.as_str());
    assert_eq!(kept(&server, false).await[0].note, "He asks everybody.");
    let thanks = ana.get(&sent).await.text().await.unwrap();
    assert!(thanks.contains("Thank you") && thanks.contains("/api/blocks/add"));
    // Also when it is gone meanwhile.
    let delete = json!({"room": room, "message": message});
    ben.call("messages/delete", delete).await;
    assert_eq!(ana.get(&path).await.status(), StatusCode::NOT_FOUND);
    assert!(
        ana.get(&sent)
            .await
            .text()
            .await
            .unwrap()
            .contains("Thank you")
    );
    // A visitor is asked to sign in, and led back.
    let back = format!("/sign-in?next=/report?room={room}");
    let page = server.stranger().get(&format!("/report?room={room}")).await;
    assert!(page.text().await.unwrap().contains(&back));
    server.end().await;
}
