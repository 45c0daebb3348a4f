//! How far people have read, and what is new to them: right after every change, on every device.

use serde_json::{Value, json};

use crate::support::{Person, Server};

/// `(unread, mentions)` of a room.
async fn new_in(person: &Person, room: &str) -> (i64, i64) {
    let rooms = person.call("reads/unread", json!({})).await;
    let rooms = rooms.as_array().unwrap();
    let row = rooms.iter().find(|row| row["room"] == room).unwrap();
    (
        row["unread"].as_i64().unwrap(),
        row["mentions"].as_i64().unwrap(),
    )
}

async fn read(person: &Person, room: &str, seq: &Value) {
    person
        .call("reads/read", json!({"room": room, "seq": seq}))
        .await;
}

#[tokio::test]
async fn what_others_said_is_new_until_it_is_read_edited_or_not_and_until_it_is_deleted() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ana.send(&room, "before he came").await;
    ben.join(&room).await;
    assert_eq!(new_in(&ben, &room).await, (0, 0));
    let first = ana.send(&room, "one").await;
    let second = ana.send(&room, "two @ben").await;
    ben.send(&room, "his own").await;
    assert_eq!(new_in(&ben, &room).await, (2, 1));
    let edit = json!({"room": room, "message": second["message"], "body": "two, @ben!"});
    ana.call("messages/edit", edit).await;
    assert_eq!(new_in(&ben, &room).await, (2, 1), "an edit is nothing new");
    read(&ben, &room, &first["seq"]).await;
    assert_eq!(new_in(&ben, &room).await, (1, 1));
    let delete = json!({"room": room, "message": second["message"]});
    ana.call("messages/delete", delete).await;
    assert_eq!(
        new_in(&ben, &room).await,
        (0, 0),
        "what was deleted is not new"
    );
    server.end().await;
}

#[tokio::test]
async fn a_room_tells_a_member_where_what_is_new_begins() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ana.send(&room, "before he came").await;
    ben.join(&room).await;
    let begins = async |person: &Person| {
        let view = person.call("rooms/open", json!({"room": room})).await;
        view["unread"].clone()
    };
    ben.send(&room, "his own").await;
    assert_eq!(begins(&ben).await, Value::Null);
    let first = ana.send(&room, "one").await;
    let second = ana.send(&room, "two").await;
    assert_eq!(begins(&ben).await, first["seq"]);
    let delete = json!({"room": room, "message": first["message"]});
    ana.call("messages/delete", delete).await;
    assert_eq!(begins(&ben).await, second["seq"]);
    let stranger = server.person("chi").await;
    assert_eq!(
        begins(&stranger).await,
        Value::Null,
        "nothing is new to her"
    );
    server.end().await;
}

#[tokio::test]
async fn a_position_only_grows_and_not_beyond_the_last_message() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let first = ana.send(&room, "one").await;
    read(&ben, &room, &json!(i64::MAX)).await;
    read(&ben, &room, &first["seq"]).await;
    read(&ben, &room, &json!(-5)).await;
    assert_eq!(new_in(&ben, &room).await, (0, 0));
    ana.send(&room, "two").await;
    assert_eq!(new_in(&ben, &room).await, (1, 0), "the future is not read");
    let view = ben.call("rooms/open", json!({"room": room})).await;
    assert_eq!(view["read"], first["seq"]);
    server.end().await;
}

#[tokio::test]
async fn what_is_marked_as_unread_stays_so_until_one_reads_on() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let first = ana.send(&room, "one").await;
    let second = ana.send(&room, "two").await;
    read(&ben, &room, &second["seq"]).await;
    let mark = json!({"room": room, "seq": first["seq"]});
    ben.call("reads/mark_unread", mark.clone()).await;
    assert_eq!(new_in(&ben, &room).await, (2, 0));
    read(&ben, &room, &second["seq"]).await;
    assert_eq!(new_in(&ben, &room).await, (0, 0));
    for person in [server.person("eve").await, server.stranger()] {
        assert!(person.refused("reads/mark_unread", mark.clone()).await.0 >= 401);
        assert!(person.refused("reads/read", mark.clone()).await.0 >= 401);
    }
    ben.call("rooms/leave", json!({"room": room})).await;
    assert_eq!(ben.refused("reads/read", mark.clone()).await.0, 403);
    assert_eq!(ben.refused("reads/mark_unread", mark).await.0, 403);
    server.end().await;
}

#[tokio::test]
async fn reading_reaches_ones_other_devices_and_those_who_look_at_the_room() {
    let server = Server::start().await;
    let other = server.another(None).await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let sent = ana.send(&room, "one").await;
    let mut hers = ana.listen(&room).await;
    let mut phone = ben.sign_in_again().await.greet().await;
    let mut elsewhere = ben.on(&other).greet().await;
    let mut desk = ben.listen(&room).await;
    desk.say(json!({"type": "read", "room": room, "seq": sent["seq"]}))
        .await;
    for socket in [&mut hers, &mut phone] {
        let frame = socket.next_of("read").await;
        assert_eq!(
            (&frame["room"], &frame["seq"]),
            (&json!(room), &sent["seq"])
        );
        assert_eq!(frame["reader"].as_str(), Some(ben.id().await.as_str()));
    }
    // A node that hears nothing of it finds it in the database.
    elsewhere.next_of("me").await;
    let readers = ana.call("reads/list", json!({"room": room})).await;
    assert_eq!(
        (&readers[0]["user"]["handle"], &readers[0]["seq"]),
        (&json!("ben"), &sent["seq"])
    );
    let eve = server.person("eve").await;
    let refused = eve.refused("reads/list", json!({"room": room})).await;
    assert_eq!(refused, (403, "not_member".into()));
    other.stop().await;
    server.end().await;
}

#[tokio::test]
async fn the_list_of_rooms_says_what_is_new_in_ones_own_and_of_others_nothing() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ana.create("Others", "public").await;
    ben.join(&room).await;
    ana.send(&room, "one").await;
    ana.send(&room, "two @ben").await;
    let level = json!({"room": room, "level": "mentions"});
    ben.call("rooms/set_mute", level).await;
    let rooms = ben.call("rooms/list", json!({})).await;
    assert_eq!(
        (
            &rooms[0]["unread"],
            &rooms[0]["mentions"],
            &rooms[0]["mute"]
        ),
        (&json!(2), &json!(1), &json!("mentions"))
    );
    assert_eq!(
        (&rooms[1]["unread"], &rooms[1]["mute"]),
        (&json!(0), &Value::Null)
    );
    let rooms = server.stranger().call("rooms/list", json!({})).await;
    let rooms = rooms.as_array().unwrap();
    assert!(rooms.iter().all(|room| room["unread"] == 0));
    server.end().await;
}
