//! What is a person's own. Every column that refers to people has a rule: whether its owner gets it, and
//! whether it goes with the account. A new table without one fails.

use std::collections::BTreeMap;

use layover::deletions::Eraser;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection, Row, query, raw_sql};
use uuid::Uuid;

use crate::support::{Archive, Person, Server, person::PASSWORD};

/// Where it is in the export, or why it is not.
pub(crate) enum Export {
    File(&'static str),
    Not(&'static str),
}

/// What becomes of it with the account.
pub(crate) enum Deletion {
    Goes,
    /// It stays, under a person who is nobody any more; why.
    Stays(&'static str),
}

use Deletion::{Goes, Stays};
use Export::{File, Not};

/// By table and column.
fn rules() -> BTreeMap<&'static str, (Export, Deletion)> {
    BTreeMap::from([
        ("sessions.user_id", (File("sessions.json"), Goes)),
        ("known_devices.user_id", (File("devices.json"), Goes)),
        ("mail_tokens.user_id", (File("account.json"), Goes)),
        ("identities.user_id", (File("identities.json"), Goes)),
        (
            "identity_flows.linking",
            (Not("a sign-in that is under way, for minutes"), Goes),
        ),
        ("blocks.user_id", (File("blocks.json"), Goes)),
        (
            "blocks.blocked_id",
            (Not("whom others do not want to hear from is theirs"), Goes),
        ),
        (
            "reports.reporter_id",
            (
                File("reports.json"),
                Stays("evidence, without a name, and without words once it is resolved"),
            ),
        ),
        (
            "reports.user_id",
            (
                Not("what others say of somebody is told to those who judge it"),
                Stays("evidence, without a name, and without words once it is resolved"),
            ),
        ),
        ("journeys.owner_id", (File("journeys.json"), Goes)),
        ("members.user_id", (File("rooms.json"), Goes)),
        ("member_intervals.user_id", (File("memberships.json"), Goes)),
        ("media.user_id", (File("media.json"), Goes)),
        ("profiles.user_id", (File("profile.json"), Goes)),
        ("reactions.user_id", (File("reactions.json"), Goes)),
        ("mentions.user_id", (File("mentions.json"), Goes)),
        ("read_positions.user_id", (File("reads.json"), Goes)),
        ("invites.created_by", (File("invites.json"), Goes)),
        ("bans.user_id", (File("rooms.json"), Goes)),
        (
            "bans.banned_by",
            (
                Not("it is about somebody else, and the room's"),
                Stays("a ban is the room's, and outlives who spoke it"),
            ),
        ),
        (
            "messages.sender_id",
            (
                File("messages/"),
                Stays("places of a room stay; the words go if their author says so"),
            ),
        ),
        (
            "rooms.created_by",
            (
                File("rooms.json"),
                Stays("a room outlives who has opened it"),
            ),
        ),
        (
            "direct_pairs.low_id",
            (
                File("rooms.json"),
                Stays("the other one keeps the conversation"),
            ),
        ),
        (
            "direct_pairs.high_id",
            (
                File("rooms.json"),
                Stays("the other one keeps the conversation"),
            ),
        ),
        (
            "user_heads.user_id",
            (
                Not("a number that only counts up"),
                Stays("sockets on all nodes hear of their end by it"),
            ),
        ),
    ])
}

/// The columns that refer to people, as the database knows them.
async fn columns(db: &mut PgConnection) -> Vec<String> {
    let columns = query!(
        r#"SELECT conrelid::regclass::text || '.' || attname AS "name!"
           FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
           WHERE contype = 'f' AND confrelid = 'users'::regclass
           ORDER BY 1"#
    );
    let columns = columns.fetch_all(db).await.unwrap();
    columns.into_iter().map(|column| column.name).collect()
}

/// How many rows of a column refer to somebody.
async fn count(db: &mut PgConnection, name: &str, user: Uuid) -> i64 {
    let (table, column) = name.split_once('.').unwrap();
    let sql = format!("SELECT count(*) FROM {table} WHERE {column} = '{user}'");
    let row = raw_sql(AssertSqlSafe(sql)).fetch_one(db).await.unwrap();
    row.get(0)
}

/// Somebody of whom there is something everywhere.
pub(crate) async fn lives_a_full_life(server: &Server) -> Person {
    let (quokka, ben) = (server.person("quokka").await, server.person("ben").await);
    // The link in it is written down.
    server.mail_to("quokka@example.org").await;
    let room = quokka.create("Visa", "public").await;
    ben.join(&room).await;
    quokka.send(&room, "something").await;
    let his = ben.send(&room, "hello @quokka").await;
    let react = json!({"room": room, "message": his["message"], "emoji": "🎉", "on": true});
    quokka.call("messages/react", react).await;
    let bio = json!({"bio": "I wait for quokkas", "seen": "everyone"});
    quokka.call("profiles/set_bio", bio).await;
    let letter = quokka.upload("letter.txt", b"The letter").await;
    quokka.show(&room, "", &[&letter]).await;
    let read = json!({"room": room, "seq": his["seq"]});
    quokka.call("reads/read", read).await;
    let invite = json!({"room": room, "expires": "day"});
    quokka.call("invites/create", invite).await;
    let ban = json!({"room": room, "user": ben.id().await});
    quokka.call("rooms/ban", ban).await;
    // One of the two is the lower id, whoever comes later.
    for other in ["cara", "dan"] {
        server.person(other).await;
        quokka.call("rooms/direct", json!({"handle": other})).await;
    }
    let others = ben.create("Others", "public").await;
    quokka.join(&others).await;
    let ban = json!({"room": others, "user": quokka.id().await});
    ben.call("rooms/ban", ban).await;
    let begin = json!({"template": "us-k1", "on": "2026-01-05"});
    quokka.call("journeys/create", begin).await;
    let mut db = server.database.connect().await;
    // Ids ascend; somebody who was there before makes the pair the other way round.
    query!(
        "WITH low AS (SELECT low_id, high_id, room_id FROM direct_pairs ORDER BY room_id LIMIT 1),
              person AS (
                  INSERT INTO users (id, handle, email, password_hash)
                  VALUES ('00000000-0000-7000-8000-000000000000', 'elder', 'e@example.org', '')
                  RETURNING id)
         UPDATE direct_pairs SET low_id = person.id, high_id = low.low_id
         FROM low, person WHERE direct_pairs.room_id = low.room_id"
    )
    .execute(&mut db)
    .await
    .unwrap();
    query!(
        "WITH identity AS (
                  INSERT INTO identities (id, user_id, issuer, subject, email)
                  SELECT gen_random_uuid(), id, 'https://id.example', 'q', 'quokka@id.example'
                  FROM users WHERE handle = 'quokka'),
              flow AS (
                  INSERT INTO identity_flows
                      (state_hash, browser_hash, nonce, verifier, next, linking, expires_at)
                  SELECT sha256('s'), sha256('b'), '', '', '/', id, now() + interval '1 minute'
                  FROM users WHERE handle = 'quokka'),
              block AS (
                  INSERT INTO blocks (user_id, blocked_id)
                  SELECT one.id, other.id FROM users one, users other
                  WHERE (one.handle, other.handle) IN (('quokka', 'ben'), ('ben', 'quokka')))
         INSERT INTO reports (id, state, kind, subject_id, category, note, reporter_id,
                              reporter_handle, room_name, user_id, user_handle, place, body, resolved_at)
         SELECT gen_random_uuid(), 'resolved', 'message', gen_random_uuid(), 'spam', 'by ' || one.handle,
                one.id, one.handle, other.handle, other.id, other.handle, 1, 'of ' || other.handle, now()
         FROM users one, users other
         WHERE (one.handle, other.handle) IN (('quokka', 'ben'), ('ben', 'quokka'))"
    )
    .execute(&mut db)
    .await
    .unwrap();
    quokka
}

#[tokio::test]
async fn every_column_that_refers_to_people_has_a_rule() {
    let server = Server::start().await;
    let mut db = server.database.connect().await;
    let rules = rules();
    for name in columns(&mut db).await {
        assert!(rules.contains_key(name.as_str()), "{name} has no rule");
    }
    for (name, (export, deletion)) in rules {
        let (Not(why) | File(why)) = export;
        assert!(!why.is_empty(), "{name}");
        if let Stays(why) = deletion {
            assert!(!why.is_empty(), "{name}");
        }
    }
    server.end().await;
}

#[tokio::test]
async fn what_is_ones_own_is_in_the_export() {
    let server = Server::start().await;
    let quokka = lives_a_full_life(&server).await;
    let id = quokka.id().await.parse().unwrap();
    let archive = Archive::of(&quokka).await;
    let mut db = server.database.connect().await;
    for (name, (export, _)) in rules() {
        assert!(count(&mut db, name, id).await > 0, "{name} is not tried");
        let File(file) = export else { continue };
        let mut there = archive.names().into_iter();
        let there = there.find(|name| name.starts_with(file));
        let there = there.unwrap_or_else(|| panic!("{file}, for {name}"));
        let entries = archive.json(there);
        let empty = entries.as_array().is_some_and(Vec::is_empty);
        assert!(!empty, "{file}, for {name}");
    }
    assert_eq!(
        archive.json("account.json")["email_awaited"],
        "quokka@example.org"
    );
    let rooms = archive.list("rooms.json");
    let of = |name: &str, value: Value| rooms.iter().filter(|room| room[name] == value).count();
    let [own, banned, conversations] = [
        of("created_by_you", json!(true)),
        of("banned", json!(true)),
        of("kind", json!("direct")),
    ];
    // She has opened the conversations as well.
    assert_eq!((own, banned, conversations), (3, 1, 2));
    assert_eq!(of("role", json!("owner")), 1);
    let others = ["elder", "cara", "dan"].map(|handle| of("name", json!(handle)));
    assert_eq!(others.iter().sum::<usize>(), 2);
    // What others keep of her is theirs.
    let blocks = archive.list("blocks.json");
    assert_eq!((blocks.len(), &blocks[0]["handle"]), (1, &json!("ben")));
    let reports = archive.list("reports.json");
    assert_eq!(
        (reports.len(), &reports[0]["note"]),
        (1, &json!("by quokka"))
    );
    for others in ["by ben", "of quokka", "of ben"] {
        assert!(!archive.text().contains(others), "{others}");
    }
    server.end().await;
}

#[tokio::test]
async fn what_is_ones_own_goes_with_the_account() {
    let server = Server::start().await;
    let quokka = lives_a_full_life(&server).await;
    let id: Uuid = quokka.id().await.parse().unwrap();
    let delete = json!({"messages": "erase", "current": PASSWORD});
    quokka.call("accounts/delete", delete).await;
    let mut db = server.database.connect().await;
    query!("UPDATE users SET deletion_due_at = now() WHERE id = $1", id)
        .execute(&mut db)
        .await
        .unwrap();
    let eraser = Eraser::alone(layover::pool(&server.database.url()).unwrap());
    eraser.carry_out_due().await.unwrap();
    for (name, (_, deletion)) in rules() {
        let left = count(&mut db, name, id).await;
        match deletion {
            Goes => assert_eq!(left, 0, "{name}"),
            Stays(why) => assert!(left > 0, "{name}: {why}"),
        }
    }
    // What others were told of stays, and names nobody.
    let named =
        query!(r#"SELECT count(*) AS "count!" FROM reports WHERE reports::text LIKE '%quokka%'"#);
    assert_eq!(named.fetch_one(&mut db).await.unwrap().count, 0);
    server.end().await;
}
