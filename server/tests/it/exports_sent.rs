//! Exports on their way: to slow readers, of long histories, and broken off.

use reqwest::Method;
use serde_json::Value;
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
async fn who_reads_slowly_keeps_nobody_else_waiting_and_gives_up_the_turn_by_going_away() {
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
    let refused = ana.request(Method::GET, EXPORT).send().await.unwrap();
    assert_eq!(refused.status(), 503, "her own is under way");
    let error: Value = refused.json().await.unwrap();
    assert_eq!(error["code"], "busy");
    let his = ben.get(EXPORT).await;
    assert_eq!(his.status(), 200);
    let archive = Archive::of(cara).await;
    assert!(archive.names().contains(&"account.json"));
    // Who waits for their reader holds nothing of the database.
    let mut db = server.database.connect().await;
    let held = query!(
        r#"SELECT count(*) AS "count!" FROM pg_stat_activity
           WHERE datname = current_database() AND state LIKE '%in transaction%'"#
    );
    assert_eq!(held.fetch_one(&mut db).await.unwrap().count, 0);
    drop(hers);
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
