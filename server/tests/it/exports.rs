//! Everything of one's own, to take away.

use reqwest::{Method, header};
use serde_json::{Value, json};
use sqlx::query;
use uuid::Uuid;

use crate::support::{Archive, Server, archive::EXPORT};

#[tokio::test]
async fn an_export_holds_what_its_owner_has_done() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let first = ana.send(&room, "The letter has *come*").await;
    let his = ben.send(&room, "Congratulations, @ana").await;
    let answer =
        json!({"room": room, "id": Uuid::now_v7(), "body": "So has mine", "reply_to": his["seq"]});
    let second = ana.call("messages/send", answer).await;
    let edit = json!({"room": room, "message": first["message"], "body": "The letter is here"});
    ana.call("messages/edit", edit).await;
    for (person, message, emoji) in [
        (&ben, &first, "🎉"),
        (&ana, &first, "🎉"),
        (&ana, &his, "🙏"),
    ] {
        let react =
            json!({"room": room, "message": message["message"], "emoji": emoji, "on": true});
        person.call("messages/react", react).await;
    }
    let taken_back = ana.send(&room, "never mind").await;
    let delete = json!({"room": room, "message": taken_back["message"]});
    ana.call("messages/delete", delete).await;
    ana.call("reads/read", json!({"room": room, "seq": his["seq"]}))
        .await;
    ana.call("rooms/set_mute", json!({"room": room, "level": "mentions"}))
        .await;
    let invite = json!({"room": room, "expires": "day", "max_uses": 3});
    ana.call("invites/create", invite).await;

    let archive = Archive::of(&ana).await;
    let account = archive.json("account.json");
    assert_eq!(
        (
            &account["handle"],
            &account["email"],
            &account["has_password"]
        ),
        (&json!("ana"), &json!("ana@example.org"), &json!(true))
    );
    assert_eq!(account["id"], json!(ana.id().await));
    assert_eq!(archive.list("sessions.json").len(), 1);
    let rooms = archive.list("rooms.json");
    assert_eq!(rooms.len(), 1);
    assert_eq!(
        (&rooms[0]["name"], &rooms[0]["role"], &rooms[0]["told_of"]),
        (&json!("Visa"), &json!("owner"), &json!("mentions"))
    );
    let said = archive.said(&room);
    let bodies: Vec<_> = said.iter().map(|entry| entry["body"].clone()).collect();
    assert_eq!(bodies, ["The letter is here", "So has mine", ""]);
    assert_eq!(
        (&said[0]["seq"], &said[0]["reactions"]),
        (&first["seq"], &json!([{"emoji": "🎉", "count": 2}]))
    );
    assert!(said[0]["edited_at"].is_string() && said[1].get("edited_at").is_none());
    assert_eq!(
        (&said[1]["reply_to"], &said[1]["id"]),
        (&his["seq"], &second["message"])
    );
    assert!(said[2]["deleted_at"].is_string());
    let given = archive.list("reactions.json");
    let given: Vec<_> = given
        .iter()
        .map(|given| (given["seq"].clone(), given["emoji"].clone()))
        .collect();
    let party = (first["seq"].clone(), json!("🎉"));
    assert_eq!(given, [party, (his["seq"].clone(), json!("🙏"))]);
    assert_eq!(
        archive.list("mentions.json"),
        [json!({"room": room, "seq": his["seq"]})]
    );
    assert_eq!(archive.list("reads.json")[0]["seq"], his["seq"]);
    let invites = archive.list("invites.json");
    assert_eq!(
        (&invites[0]["max_uses"], &invites[0]["uses"]),
        (&json!(3), &json!(0))
    );
    let memberships = json!([{"room": room, "joined_seq": 1, "left_seq": null}]);
    assert_eq!(archive.json("memberships.json"), memberships);
    for name in archive
        .names()
        .into_iter()
        .filter(|name| *name != "README.txt")
    {
        let named = name.split('/').next().unwrap();
        assert!(archive.text().contains(named), "{name} is explained");
    }
    server.end().await;
}

#[tokio::test]
async fn row_25_an_export_opens_nothing_and_tells_nothing_of_others() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Family", "group").await;
    ana.invite(&room, &ben).await;
    ben.send(&room, "what Ben said").await;
    let code = ana.call("invites/list", json!({"room": room})).await[0]["code"].clone();
    // What Ben keeps of her and of himself.
    let her = ana.id().await;
    let report = json!({"room": room, "user": her, "category": "spam", "note": "a note about Ana"});
    ben.call("reports/create", report).await;
    ben.call("blocks/add", json!({"user": her})).await;
    let mut db = server.database.connect().await;
    query!(
        "INSERT INTO identities (id, user_id, issuer, subject, email)
         SELECT gen_random_uuid(), id, 'https://id.example', handle || ' there', handle || '@id.example'
         FROM users"
    )
    .execute(&mut db)
    .await
    .unwrap();
    let archive = Archive::of(&ana).await;
    for empty in ["blocks.json", "reports.json"] {
        assert_eq!(archive.json(empty), json!([]), "{empty}");
    }
    let text = archive.text();
    assert!(text.contains("ana there") && text.contains("ana@id.example"));
    let token = ana.cookie.as_ref().unwrap().split_once('=').unwrap().1;
    for secret in [
        token,
        code.as_str().unwrap(),
        "$argon2id",
        "what Ben said",
        "ben@example.org",
        "ben there",
        "ben@id.example",
        "a note about Ana",
        "token_hash",
        "password_hash",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    server.end().await;
}

#[tokio::test]
async fn row_22_what_happens_in_a_closed_room_after_one_has_left_is_in_no_export() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Family", "group").await;
    ana.invite(&room, &ben).await;
    let his = ben.send(&room, "what Ben said").await;
    ben.call("rooms/leave", json!({"room": room})).await;
    let edit = json!({"room": room, "name": "Secret plans", "topic": "", "description": ""});
    ana.call("rooms/update", edit).await;
    let react = json!({"room": room, "message": his["message"], "emoji": "🎉", "on": true});
    ana.call("messages/react", react).await;
    let archive = Archive::of(&ben).await;
    assert_eq!(archive.list("rooms.json")[0]["name"], Value::Null);
    let said = archive.said(&room);
    assert_eq!((said.len(), &said[0]["body"]), (1, &json!("what Ben said")));
    assert!(said[0].get("reactions").is_none());
    assert!(!archive.text().contains("Secret plans"));
    server.end().await;
}

#[tokio::test]
async fn row_22_who_has_come_back_learns_nothing_of_what_happened_meanwhile_by_an_export() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Family", "group").await;
    ana.invite(&room, &ben).await;
    let his = ben.send(&room, "what Ben said").await;
    ben.call("rooms/leave", json!({"room": room})).await;
    let react =
        |said: &Value| json!({"room": room, "message": said["message"], "emoji": "🎉", "on": true});
    ana.call("messages/react", react(&his)).await;
    ana.invite(&room, &ben).await;
    let back = ben.send(&room, "what he said then").await;
    ana.call("messages/react", react(&back)).await;
    let said = Archive::of(&ben).await.said(&room);
    assert!(said[0].get("reactions").is_none(), "{}", said[0]);
    assert_eq!(said[1]["reactions"], json!([{"emoji": "🎉", "count": 1}]));
    server.end().await;
}

#[tokio::test]
async fn row_20_an_export_is_for_who_is_signed_in_and_asked_for_from_here() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let page = server.stranger().get(EXPORT).await;
    assert_eq!(page.status(), 401);
    assert!(page.text().await.unwrap().contains("Sign in first"));
    let program = server
        .stranger()
        .request(Method::GET, EXPORT)
        .send()
        .await
        .unwrap();
    assert_eq!(program.status(), 401);
    let error: Value = program.json().await.unwrap();
    assert_eq!(error["code"], "sign_in_needed");
    for (site, status) in [
        ("cross-site", 403),
        ("same-site", 403),
        ("same-origin", 200),
        ("none", 200),
    ] {
        let asked = ana
            .request(Method::GET, EXPORT)
            .header("sec-fetch-site", site);
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), status, "{site}");
        if status == 200 {
            let header = |name| answer.headers()[name].to_str().unwrap();
            let disposition = header(header::CONTENT_DISPOSITION);
            assert_eq!(disposition, "attachment; filename=\"layover-ana.zip\"");
            assert_eq!(header(header::CACHE_CONTROL), "no-store");
            assert_eq!(header(header::CONTENT_TYPE), "application/zip");
            Archive::read(&answer.bytes().await.unwrap());
        }
    }
    server.end().await;
}
