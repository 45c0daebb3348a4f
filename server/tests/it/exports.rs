//! Everything of one's own, to take away.

use reqwest::{Method, header};
use serde_json::{Value, json};
use sqlx::query;
use uuid::Uuid;

use crate::support::{Archive, Person, Server, archive::EXPORT};

/// So many messages of `sender`, of 2,000 characters that pack badly.
async fn has_long_said(server: &Server, sender: &Person, room: &str, count: i32) {
    let mut db = server.database.connect().await;
    let (room, sender) = (room.parse::<Uuid>().unwrap(), sender.id().await);
    query!(
        "INSERT INTO messages
             (id, room_id, seq, version, message_no, kind, sender_id, client_id, body)
         SELECT gen_random_uuid(), $1, 1 + n, 1 + n, n, 'text', $2, gen_random_uuid(),
                n || ' ' || (SELECT string_agg(md5(n || ' ' || part), '')
                             FROM generate_series(1, 62) part)
         FROM generate_series(1, $3) n",
        room,
        sender.parse::<Uuid>().unwrap(),
        count,
    )
    .execute(&mut db)
    .await
    .unwrap();
    query!(
        "UPDATE room_heads SET last_seq = 1 + $2::bigint, last_message_no = $2::bigint
         WHERE room_id = $1",
        room,
        i64::from(count),
    )
    .execute(&mut db)
    .await
    .unwrap();
}

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
    let text = Archive::of(&ana).await.text();
    let token = ana.cookie.as_ref().unwrap().split_once('=').unwrap().1;
    for secret in [
        token,
        code.as_str().unwrap(),
        "$argon2id",
        "what Ben said",
        "ben@example.org",
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
async fn an_export_is_for_who_is_signed_in_and_asked_for_from_here() {
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

/// Asks until it is somebody's turn.
async fn gets_a_turn(person: &Person) {
    loop {
        let answer = person.get(EXPORT).await;
        match answer.status().as_u16() {
            200 => return,
            status => assert_eq!(status, 503),
        }
    }
}

#[tokio::test]
async fn two_exports_are_made_at_once_and_a_reader_who_goes_away_gives_up_the_turn() {
    let server = Server::start().await;
    let mut people = Vec::new();
    for handle in ["ana", "ben", "cara"] {
        let person = server.person(handle).await;
        let room = person.create("Visa", "public").await;
        // More than fits between the server and who does not read.
        has_long_said(&server, &person, &room, 10_000).await;
        people.push(person);
    }
    let [ana, ben, cara] = &people[..] else {
        panic!()
    };
    let hers = ana.get(EXPORT).await;
    assert_eq!(hers.status(), 200);
    assert_eq!(ana.get(EXPORT).await.status(), 503, "her own is under way");
    let his = ben.get(EXPORT).await;
    assert_eq!(his.status(), 200);
    let refused = cara.request(Method::GET, EXPORT).send().await.unwrap();
    assert_eq!(refused.status(), 503);
    let error: Value = refused.json().await.unwrap();
    assert_eq!(error["code"], "busy");
    // Who waits for their reader holds nothing of the database.
    let mut db = server.database.connect().await;
    let held = query!(
        r#"SELECT count(*) AS "count!" FROM pg_stat_activity
           WHERE datname = current_database() AND state LIKE '%in transaction%'"#
    );
    assert_eq!(held.fetch_one(&mut db).await.unwrap().count, 0);
    drop(hers);
    gets_a_turn(cara).await;
    gets_a_turn(ana).await;
    drop(his);
    gets_a_turn(ben).await;
    server.end().await;
}

/// The most memory that this process has had, in KiB, since it was asked to forget.
fn peak() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap()
}

#[tokio::test]
async fn an_export_of_a_long_history_is_whole_and_takes_no_more_memory_than_a_short_one() {
    const COUNT: i32 = 20_000;
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    // What the first export takes once, the second does not take again.
    Archive::of(&ana).await;
    has_long_said(&server, &ana, &room, COUNT).await;
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = peak();
    let mut answer = ana.get(EXPORT).await;
    let mut file = tempfile::tempfile().unwrap();
    let mut size = 0;
    while let Some(piece) = answer.chunk().await.unwrap() {
        std::io::Write::write_all(&mut file, &piece).unwrap();
        size += piece.len();
    }
    let taken = peak() - before;
    assert!(size > 15_000_000, "{size}");
    assert!(taken < 24 * 1024, "{taken} KiB for {size} bytes");
    let mut zip = zip::ZipArchive::new(file).unwrap();
    let said = zip.by_name(&format!("messages/{room}.json")).unwrap();
    let said: Vec<Value> = serde_json::from_reader(std::io::BufReader::new(said)).unwrap();
    let places = said.iter().map(|entry| entry["seq"].as_i64().unwrap());
    assert!(
        places.eq(1..=i64::from(COUNT) + 1),
        "each once and in order"
    );
    server.end().await;
}

#[tokio::test]
async fn an_export_that_breaks_off_is_not_taken_for_the_whole() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    has_long_said(&server, &ana, &room, 10_000).await;
    let mut answer = ana.get(EXPORT).await;
    assert!(answer.chunk().await.unwrap().is_some());
    let mut db = server.database.connect().await;
    query!("ALTER TABLE messages RENAME TO gone")
        .execute(&mut db)
        .await
        .unwrap();
    let end = loop {
        match answer.chunk().await {
            Ok(Some(_)) => {}
            end => break end,
        }
    };
    assert!(end.is_err());
    server.end().await;
}
