//! Who is in a room: roles, removal, bans, and what each may do.

use serde_json::{Value, json};
use sqlx::query_scalar;
use uuid::Uuid;

use crate::support::{Person, Server};

/// Somebody's id, as they see it.
async fn id_of(person: &Person) -> Value {
    person.call("accounts/current", json!({})).await["id"].clone()
}

/// The kinds of the lines of a room's newest page, and whom each is about.
async fn lines(person: &Person, room: &str) -> Vec<(String, String)> {
    let page = person.call("messages/page", json!({"room": room})).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let messages = page["messages"].as_array().unwrap().iter();
    messages
        .map(|line| (text(&line["kind"]), text(&line["sender"]["handle"])))
        .collect()
}

async fn role_of(viewer: &Person, room: &str, handle: &str) -> Option<String> {
    let about = viewer.call("rooms/about", json!({"room": room})).await;
    let people = about["people"].as_array().unwrap().iter();
    let mut found = people.filter(|member| member["user"]["handle"] == handle);
    found
        .next()
        .map(|member| member["role"].as_str().unwrap().to_owned())
}

/// A room with somebody in each place that there is.
struct Cast {
    server: Server,
    room: String,
    owner: Person,
    moderator: Person,
    member: Person,
    former: Person,
    banned: Person,
    stranger: Person,
}

impl Cast {
    async fn of(kind: &str) -> Self {
        // A large future, for which the tests' stacks need no room.
        Box::pin(Self::gathered(kind)).await
    }

    async fn gathered(kind: &str) -> Self {
        let server = Server::start().await;
        let owner = server.person("owner").await;
        let room = owner.create("Visa", kind).await;
        let invite = json!({"room": room, "expires": "never"});
        let invite = owner.call("invites/create", invite).await;
        let mut others = Vec::new();
        for handle in ["moderator", "member", "former", "banned"] {
            let person = server.person(handle).await;
            let code = json!({"code": invite["invite"]["code"]});
            person.call("invites/join", code).await;
            others.push(person);
        }
        let stranger = server.person("stranger").await;
        let [moderator, member, former, banned] = others.try_into().ok().unwrap();
        let cast = Self {
            server,
            room,
            owner,
            moderator,
            member,
            former,
            banned,
            stranger,
        };
        let promote = cast
            .about(&cast.moderator, json!({"role": "moderator"}))
            .await;
        cast.owner.call("rooms/set_role", promote).await;
        let leave = json!({"room": cast.room});
        cast.former.call("rooms/leave", leave).await;
        let ban = cast.about(&cast.banned, json!({})).await;
        cast.owner.call("rooms/ban", ban).await;
        cast
    }

    /// The input of a door that is about somebody.
    async fn about(&self, whom: &Person, mut more: Value) -> Value {
        more["room"] = json!(self.room);
        more["user"] = id_of(whom).await;
        more
    }
}

#[tokio::test]
async fn what_keeps_order_is_refused_to_everybody_else() {
    for (kind, outside) in [
        ("public", (403, "not_member")),
        ("group", (404, "room_unknown")),
    ] {
        let cast = Cast::of(kind).await;
        let nobody = cast.server.stranger();
        let target = cast.about(&cast.member, json!({"role": "moderator"})).await;
        let room = json!({
            "room": cast.room, "name": "Other", "topic": "", "description": "", "expires": "day",
        });
        let doors = [
            ("rooms/update", &room),
            ("rooms/remove", &target),
            ("rooms/set_role", &target),
            ("rooms/ban", &target),
            ("rooms/unban", &target),
            ("invites/create", &room),
            ("invites/list", &room),
        ];
        for (door, input) in doors {
            for outsider in [&cast.stranger, &cast.former, &cast.banned] {
                let (status, code) = outsider.refused(door, input.clone()).await;
                assert_eq!(
                    (status, code.as_str()),
                    outside,
                    "{door}, {}",
                    outsider.handle
                );
            }
            let member = cast.member.refused(door, input.clone()).await;
            assert_eq!(member, (403, "forbidden".into()), "{door}");
            assert_eq!(nobody.refused(door, input.clone()).await.0, 401, "{door}");
        }
        let level = json!({"room": cast.room, "level": "none"});
        for outsider in [&cast.stranger, &cast.former, &cast.banned] {
            let (status, code) = outsider.refused("rooms/set_mute", level.clone()).await;
            assert_eq!((status, code.as_str()), outside);
        }
        assert_eq!(nobody.refused("rooms/set_mute", level).await.0, 401);
        cast.server.end().await;
    }
}

#[tokio::test]
async fn a_moderator_acts_on_members_and_not_on_those_beside_or_above_them() {
    let cast = Cast::of("group").await;
    let forbidden = (403, "forbidden".to_owned());
    for whom in [&cast.owner, &cast.moderator] {
        let target = cast.about(whom, json!({"role": "member"})).await;
        for door in ["rooms/ban", "rooms/set_role"] {
            let refused = cast.moderator.refused(door, target.clone()).await;
            assert_eq!(refused, forbidden, "{door}");
        }
    }
    let owner = cast.about(&cast.owner, json!({})).await;
    assert_eq!(
        cast.moderator.refused("rooms/remove", owner).await,
        forbidden
    );
    let member = cast.about(&cast.member, json!({"role": "moderator"})).await;
    let promotes = cast
        .moderator
        .refused("rooms/set_role", member.clone())
        .await;
    assert_eq!(promotes, forbidden);
    // Another moderator stands beside them.
    cast.owner.call("rooms/set_role", member.clone()).await;
    for door in ["rooms/remove", "rooms/ban"] {
        let refused = cast.moderator.refused(door, member.clone()).await;
        assert_eq!(refused, forbidden, "{door}");
    }
    let again = cast.about(&cast.member, json!({"role": "member"})).await;
    cast.owner.call("rooms/set_role", again).await;
    cast.moderator.call("rooms/remove", member.clone()).await;
    let gone = cast.moderator.refused("rooms/remove", member).await;
    assert_eq!(gone, (404, "member_unknown".into()));
    cast.server.end().await;
}

#[tokio::test]
async fn only_members_see_who_is_in_a_room_and_only_who_keeps_order_who_is_banned() {
    let cast = Cast::of("public").await;
    let about =
        async |person: &Person| person.call("rooms/about", json!({"room": cast.room})).await;
    for outsider in [
        &cast.stranger,
        &cast.former,
        &cast.banned,
        &cast.server.stranger(),
    ] {
        let seen = about(outsider).await;
        assert_eq!(seen["members"], 3);
        assert_eq!((&seen["people"], &seen["banned"]), (&json!([]), &json!([])));
        assert_eq!((&seen["role"], &seen["mute"]), (&Value::Null, &Value::Null));
    }
    let seen = about(&cast.member).await;
    assert_eq!(seen["people"].as_array().unwrap().len(), 3);
    assert_eq!(seen["banned"], json!([]));
    let seen = about(&cast.moderator).await;
    assert_eq!(seen["banned"][0]["handle"], "banned");
    cast.server.end().await;
}

#[tokio::test]
async fn a_banned_person_reads_a_public_room_and_is_told_at_joining_until_the_ban_is_lifted() {
    let cast = Cast::of("public").await;
    let room = json!({"room": cast.room});
    cast.owner.send(&cast.room, "hello").await;
    assert_eq!(cast.banned.bodies(&cast.room).await, ["hello"]);
    let told = cast.banned.refused("rooms/join", room.clone()).await;
    assert_eq!(told, (403, "banned".into()));
    let banned = cast.about(&cast.banned, json!({})).await;
    cast.moderator.call("rooms/unban", banned.clone()).await;
    cast.moderator.call("rooms/unban", banned).await;
    cast.banned.join(&cast.room).await;
    let said = lines(&cast.owner, &cast.room).await;
    assert!(said.contains(&("banned".into(), "banned".into())));
    assert_eq!(said.last().unwrap(), &("joined".into(), "banned".into()));
    cast.server.end().await;
}

#[tokio::test]
async fn somebody_is_banned_before_they_come_and_nothing_is_said_of_it() {
    let cast = Cast::of("public").await;
    let before = lines(&cast.owner, &cast.room).await;
    let stranger = cast.about(&cast.stranger, json!({})).await;
    cast.moderator.call("rooms/ban", stranger).await;
    assert_eq!(lines(&cast.owner, &cast.room).await, before);
    let join = json!({"room": cast.room});
    assert_eq!(cast.stranger.refused("rooms/join", join).await.1, "banned");
    let nobody = json!({"room": cast.room, "user": Uuid::now_v7()});
    let refused = cast.owner.refused("rooms/ban", nobody).await;
    assert_eq!(refused, (404, "member_unknown".into()));
    cast.server.end().await;
}

#[tokio::test]
async fn when_the_last_owner_leaves_the_longest_standing_of_the_next_role_is_owner() {
    let cast = Cast::of("group").await;
    let room = json!({"room": cast.room});
    let own = cast.about(&cast.owner, json!({"role": "member"})).await;
    let alone = cast.owner.refused("rooms/set_role", own).await;
    assert_eq!(alone, (409, "last_owner".into()));
    cast.owner.call("rooms/leave", room.clone()).await;
    let role = role_of(&cast.member, &cast.room, "moderator").await;
    assert_eq!(role.as_deref(), Some("owner"));
    cast.moderator.call("rooms/leave", room.clone()).await;
    let role = role_of(&cast.member, &cast.room, "member").await;
    assert_eq!(role.as_deref(), Some("owner"));
    cast.member.call("rooms/leave", room).await;
    cast.server.end().await;
}

#[tokio::test]
async fn an_owner_lays_down_the_role_once_there_is_another_and_keeps_off_theirs() {
    let cast = Cast::of("group").await;
    let other = cast.about(&cast.moderator, json!({"role": "owner"})).await;
    cast.owner.call("rooms/set_role", other).await;
    let other = cast.about(&cast.moderator, json!({"role": "member"})).await;
    let refused = cast.owner.refused("rooms/set_role", other).await;
    assert_eq!(refused, (403, "forbidden".into()));
    let own = cast.about(&cast.owner, json!({"role": "member"})).await;
    cast.owner.call("rooms/set_role", own).await;
    let role = role_of(&cast.member, &cast.room, "owner").await;
    assert_eq!(role.as_deref(), Some("member"));
    let wrong = cast.about(&cast.member, json!({"role": "king"})).await;
    let refused = cast.moderator.refused("rooms/set_role", wrong).await;
    assert_eq!(refused, (422, "role_invalid".into()));
    cast.server.end().await;
}

#[tokio::test]
async fn a_mute_level_is_ones_own_and_moves_the_persons_head() {
    let cast = Cast::of("public").await;
    let mut db = cast.server.database.connect().await;
    let mut version = async || -> i64 {
        query_scalar!(
            "SELECT version FROM user_heads JOIN users ON users.id = user_id WHERE handle = 'member'",
        )
        .fetch_one(&mut db)
        .await
        .unwrap()
    };
    let before = version().await;
    let level = json!({"room": cast.room, "level": "mentions"});
    cast.member.call("rooms/set_mute", level).await;
    assert_eq!(version().await, before + 1);
    let about = json!({"room": cast.room});
    let own = cast.member.call("rooms/about", about.clone()).await;
    assert_eq!(own["mute"], "mentions");
    let anothers = cast.owner.call("rooms/about", about).await;
    assert_eq!(anothers["mute"], "all");
    assert_eq!(anothers["people"][2]["mute"], Value::Null);
    let wrong = json!({"room": cast.room, "level": "loud"});
    let refused = cast.member.refused("rooms/set_mute", wrong).await;
    assert_eq!(refused, (422, "mute_invalid".into()));
    cast.server.end().await;
}

#[tokio::test]
async fn what_members_do_is_refused_to_everybody_outside() {
    for (kind, outside) in [
        ("public", (403, "not_member")),
        ("group", (404, "room_unknown")),
    ] {
        let cast = Cast::of(kind).await;
        let nobody = cast.server.stranger();
        let sent = cast.owner.send(&cast.room, "hello").await;
        let input = json!({
            "room": cast.room, "message": sent["message"], "place": sent["seq"], "seq": sent["seq"],
            "id": Uuid::now_v7(), "body": "other", "emoji": "👍", "on": true,
        });
        let writing = [
            "messages/send",
            "messages/edit",
            "messages/delete",
            "messages/react",
            "messages/pin",
            "reads/read",
            "reads/mark_unread",
        ];
        // What a public room shows to everybody, a group shows to its members.
        let reading = [
            "rooms/open",
            "rooms/about",
            "rooms/join",
            "rooms/leave",
            "messages/page",
            "messages/find",
            "messages/pins",
            "reads/list",
        ];
        let hidden = if kind == "group" { &reading[..] } else { &[] };
        for door in writing.iter().chain(hidden) {
            for outsider in [&cast.stranger, &cast.former, &cast.banned] {
                let (status, code) = outsider.refused(door, input.clone()).await;
                let handle = &outsider.handle;
                assert_eq!((status, code.as_str()), outside, "{door}, {handle}, {kind}");
            }
            let (status, _) = nobody.refused(door, input.clone()).await;
            assert!([401, 404].contains(&status), "{door}, {kind}");
        }
        let (status, _) = nobody.refused("rooms/leave", input).await;
        assert_eq!(status, 401, "{kind}");
        assert_eq!(cast.owner.bodies(&cast.room).await, ["hello"]);
        cast.server.end().await;
    }
}
