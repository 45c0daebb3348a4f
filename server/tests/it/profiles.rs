//! What people tell of themselves, and to whom.

use app::accounts::Handle;
use layover::accounts::{reinstate, suspend};
use serde_json::{Value, json};

use crate::{
    erasures::goes,
    support::{Person, Server},
};

/// The parts of a profile but the picture: the door of each, what it takes, and where it is told.
const PARTS: [(&str, &str, &str); 5] = [
    ("set_name", "name", "name"),
    ("set_bio", "bio", "bio"),
    ("set_languages", "languages", "languages"),
    ("set_country", "country", "country"),
    ("set_links", "links", "links"),
];

fn value(part: &str) -> Value {
    match part {
        "name" => json!("Ana María"),
        "bio" => json!("I wait for a *letter*."),
        "languages" => json!(["pt", "en"]),
        "country" => json!("PT"),
        _ => json!("https://ana.example/letters\nb.example"),
    }
}

/// Tells everything to these.
pub(crate) async fn tells(person: &Person, seen: &str) {
    for (door, part, _) in PARTS {
        let door = format!("profiles/{door}");
        person
            .call(&door, json!({part: value(part), "seen": seen}))
            .await;
    }
}

pub(crate) async fn profile_of(reader: &Person, handle: &str) -> Value {
    reader
        .call("profiles/find", json!({"handle": handle}))
        .await
}

/// Which parts somebody sees: all of them, or none.
async fn sees(reader: &Person, handle: &str) -> bool {
    let profile = profile_of(reader, handle).await;
    let seen = PARTS
        .iter()
        .filter(|(_, _, told)| profile.get(told).is_some());
    match seen.count() {
        0 => false,
        5 => true,
        _ => panic!("{profile}"),
    }
}

#[tokio::test]
async fn what_is_told_is_read_as_it_was_meant() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    tells(&ana, "everyone").await;
    let profile = profile_of(&server.stranger(), "ANA").await;
    assert_eq!(profile["user"]["handle"], "ana");
    assert_eq!(profile["name"], "Ana María");
    let bio =
        json!({"text": "I wait for a *letter*.", "html": "<p>I wait for a <em>letter</em>.</p>"});
    assert_eq!(profile["bio"], bio);
    let languages =
        json!([{"code": "pt", "name": "Portuguese"}, {"code": "en", "name": "English"}]);
    assert_eq!(profile["languages"], languages);
    assert_eq!(
        profile["country"],
        json!({"code": "PT", "name": "Portugal"})
    );
    assert_eq!(
        profile["links"],
        json!(["https://ana.example/letters", "https://b.example"])
    );
    let own = ana.call("profiles/own", json!({})).await;
    assert_eq!(
        (&own["bio"], &own["country"]),
        (&value("bio"), &json!("PT"))
    );
    assert_eq!(own["seen"]["links"], "everyone");
    assert_eq!(own["choices"]["countries"].as_array().unwrap().len(), 249);
    // It can all be taken back.
    for (door, part) in [
        ("set_bio", "bio"),
        ("set_country", "country"),
        ("set_links", "links"),
    ] {
        let nothing = json!({part: "", "seen": "everyone"});
        ana.call(&format!("profiles/{door}"), nothing).await;
    }
    ana.call("profiles/set_languages", json!({"seen": "everyone"}))
        .await;
    let profile = profile_of(&ana, "ana").await;
    for gone in ["bio", "country", "links", "languages"] {
        assert_eq!(profile.get(gone), None, "{gone}");
    }
    server.end().await;
}

#[tokio::test]
async fn each_part_is_seen_by_those_to_whom_it_is_told() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let (cara, stranger) = (server.person("cara").await, server.stranger());
    let room = ana.create("Ours", "group").await;
    ana.invite(&room, &ben).await;
    for (seen, by_stranger, by_member, by_companion) in [
        ("everyone", true, true, true),
        ("members", false, true, true),
        ("shared", false, false, true),
        ("nobody", false, false, false),
    ] {
        tells(&ana, seen).await;
        assert_eq!(sees(&stranger, "ana").await, by_stranger, "{seen}");
        assert_eq!(sees(&cara, "ana").await, by_member, "{seen}");
        assert_eq!(sees(&ben, "ana").await, by_companion, "{seen}");
        assert!(sees(&ana, "ana").await, "{seen}");
        let page = stranger.get("/people/ana").await.text().await.unwrap();
        assert_eq!(page.contains("Ana María"), by_stranger, "{seen}");
        assert!(page.contains("noindex"), "{seen}");
    }
    tells(&ana, "shared").await;
    ben.call("rooms/leave", json!({"room": room})).await;
    assert!(!sees(&ben, "ana").await, "at the next request");
    server.end().await;
}

#[tokio::test]
async fn parts_are_told_to_different_people() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let name = json!({"name": "Ana", "seen": "everyone"});
    ana.call("profiles/set_name", name).await;
    let country = json!({"country": "PT", "seen": "members"});
    ana.call("profiles/set_country", country).await;
    let bio = json!({"bio": "hidden", "seen": "nobody"});
    ana.call("profiles/set_bio", bio).await;
    let by_ben = profile_of(&ben, "ana").await;
    assert!(by_ben.get("name").is_some() && by_ben.get("country").is_some());
    assert_eq!(by_ben.get("bio"), None);
    let by_stranger = profile_of(&server.stranger(), "ana").await;
    assert!(by_stranger.get("name").is_some() && by_stranger.get("country").is_none());
    server.end().await;
}

#[tokio::test]
async fn who_has_said_nothing_of_it_tells_those_they_share_a_room_with() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let own = ana.call("profiles/own", json!({})).await;
    for part in ["name", "bio", "languages", "country", "links", "picture"] {
        assert_eq!(own["seen"][part], "shared", "{part}");
    }
    server.end().await;
}

#[tokio::test]
async fn who_writes_to_somebody_does_not_share_a_room_with_them_until_they_answer() {
    let server = Server::start().await;
    let (ana, eve) = (server.person("ana").await, server.person("eve").await);
    tells(&ana, "shared").await;
    tells(&eve, "shared").await;
    let direct = eve.call("rooms/direct", json!({"handle": "ana"})).await;
    let room = direct["room"]["id"].as_str().unwrap();
    eve.send(room, "hello?").await;
    assert!(!sees(&eve, "ana").await);
    assert!(sees(&ana, "eve").await, "she has spoken");
    ana.send(room, "hello").await;
    assert!(sees(&eve, "ana").await);
    server.end().await;
}

#[tokio::test]
async fn between_two_of_whom_one_has_blocked_the_other_each_sees_what_strangers_see() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    for person in [&ana, &ben] {
        tells(person, "members").await;
        let name = json!({"name": "Told to all", "seen": "everyone"});
        person.call("profiles/set_name", name).await;
    }
    ben.call("blocks/add", json!({"handle": "ana"})).await;
    let (by_ana, by_ben) = (profile_of(&ana, "ben").await, profile_of(&ben, "ana").await);
    for profile in [&by_ana, &by_ben] {
        assert_eq!(profile["name"], "Told to all");
        assert_eq!(profile.get("bio"), None);
    }
    // Who has blocked knows it, and nobody else is told.
    assert_eq!(
        (&by_ana["blocked"], &by_ben["blocked"]),
        (&json!(false), &json!(true))
    );
    ben.call("blocks/remove", json!({"user": ana.id().await}))
        .await;
    assert!(sees(&ben, "ana").await && sees(&ana, "ben").await);
    server.end().await;
}

#[tokio::test]
async fn of_who_is_suspended_the_handle_alone_is_told() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    tells(&ana, "everyone").await;
    let pool = layover::pool(&server.database.url()).unwrap();
    let handle = Handle::parse("ana").unwrap();
    suspend(&pool, &handle, None, "asks for money")
        .await
        .unwrap();
    for reader in [&ben, &server.stranger()] {
        assert!(!sees(reader, "ana").await);
    }
    reinstate(&pool, &handle).await.unwrap();
    assert!(sees(&ben, "ana").await);
    pool.close().await;
    server.end().await;
}

#[tokio::test]
async fn an_account_that_is_gone_and_one_that_never_was_are_one_answer() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    tells(&ana, "everyone").await;
    goes(&server, &ana, "keep").await;
    let mut db = server.database.connect().await;
    let left = sqlx::query_scalar!("SELECT handle FROM users WHERE deleted_at IS NOT NULL");
    let left = left.fetch_one(&mut db).await.unwrap();
    let ask = async |handle: &str| {
        let answer = ben.post("profiles/find", &json!({"handle": handle})).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let gone = ask("ana").await;
    assert_eq!(gone.0, 404);
    for other in [&*left, "nobody_here", "x", "<b>", ""] {
        assert_eq!(ask(other).await, gone, "{other}");
    }
    for handle in ["ana", &left, "nobody_here"] {
        assert_eq!(ben.get(&format!("/people/{handle}")).await.status(), 404);
    }
    server.end().await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_at_its_field() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    for (door, input, code) in [
        (
            "set_name",
            json!({"name": "a\nb", "seen": "everyone"}),
            "display_name_invalid",
        ),
        (
            "set_name",
            json!({"name": "a", "seen": "friends"}),
            "sight_invalid",
        ),
        (
            "set_bio",
            json!({"bio": "x".repeat(1001), "seen": "nobody"}),
            "bio_long",
        ),
        (
            "set_languages",
            json!({"languages": ["tlh"], "seen": "nobody"}),
            "languages_invalid",
        ),
        (
            "set_country",
            json!({"country": "XX", "seen": "nobody"}),
            "country_invalid",
        ),
        (
            "set_links",
            json!({"links": "javascript:alert(1)", "seen": "nobody"}),
            "links_invalid",
        ),
    ] {
        let refused = ana.refused(&format!("profiles/{door}"), input).await;
        assert_eq!(refused, (422, code.into()));
    }
    server.end().await;
}

#[tokio::test]
async fn without_webassembly_a_form_changes_a_part_and_a_refused_one_keeps_what_was_typed() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let page = "/people/me";
    let fields = [
        ("page", page),
        ("languages[]", "pt"),
        ("languages[]", "de"),
        ("seen", "members"),
    ];
    let answer = ana.post_form("profiles/set_languages", page, &fields).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], page);
    let own = ana.call("profiles/own", json!({})).await;
    assert_eq!(
        (&own["languages"], &own["seen"]["languages"]),
        (&json!(["pt", "de"]), &json!("members"))
    );
    let shown = ana.get(page).await;
    assert_eq!(shown.status(), 200);
    let shown = shown.text().await.unwrap();
    assert!(shown.contains("value=\"pt\" checked"), "{shown}");
    let long = "quokka ".repeat(200);
    let fields = [("page", page), ("bio", &*long), ("seen", "nobody")];
    let answer = ana.post_form("profiles/set_bio", page, &fields).await;
    assert_eq!(answer.status(), 422);
    let again = answer.text().await.unwrap();
    assert!(again.contains(long.trim()) && again.contains("at most 1,000"));
    assert_eq!(server.stranger().get(page).await.status(), 401);
    server.end().await;
}

#[tokio::test]
async fn a_page_that_stood_open_does_not_show_again_what_was_hidden_meanwhile() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let bio = json!({"bio": "I wait", "seen": "everyone"});
    ana.call("profiles/set_bio", bio).await;
    let bio = json!({"bio": "I wait", "seen": "nobody", "was": "everyone"});
    ana.call("profiles/set_bio", bio).await;
    // The other tab knows nothing of that, with and without WebAssembly.
    let bio = json!({"bio": "I still wait", "seen": "everyone", "was": "everyone"});
    ana.call("profiles/set_bio", bio).await;
    let fields = [
        ("bio", "I wait on"),
        ("seen", "everyone"),
        ("was", "everyone"),
    ];
    let answer = ana
        .post_form("profiles/set_bio", "/people/me", &fields)
        .await;
    assert_eq!(answer.status(), 303);
    let own = ana.call("profiles/own", json!({})).await;
    assert_eq!(
        (&own["bio"], &own["seen"]["bio"]),
        (&json!("I wait on"), &json!("nobody"))
    );
    assert_eq!(profile_of(&ben, "ana").await.get("bio"), None);
    // What is chosen in it holds.
    let bio = json!({"bio": "I wait", "seen": "members", "was": "everyone"});
    ana.call("profiles/set_bio", bio).await;
    assert!(profile_of(&ben, "ana").await.get("bio").is_some());
    let page = ana.get("/people/me").await.text().await.unwrap();
    let was = "name=\"was\" autocomplete=\"off\" value=\"members\"";
    assert!(page.contains(was), "{page}");
    server.end().await;
}
