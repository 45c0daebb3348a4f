//! Answering messages with emoji, and holding messages up: in the room's one order, as other changes.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::Server;

fn reaction(room: &str, sent: &Value, emoji: &str, on: bool) -> Value {
    json!({"room": room, "message": sent["message"], "emoji": emoji, "on": on})
}

fn pin(room: &str, sent: &Value, on: bool) -> Value {
    json!({"room": room, "message": sent["message"], "on": on})
}

/// `emoji count names` of each reaction.
fn drawn(item: &Value) -> Vec<String> {
    let none = Vec::new();
    let reactions = item["reactions"].as_array().unwrap_or(&none);
    let drawn = reactions.iter().map(|reaction| {
        let people = reaction["people"].as_array().unwrap().iter();
        let names: Vec<_> = people
            .map(|user| user["handle"].as_str().unwrap())
            .collect();
        let emoji = reaction["emoji"].as_str().unwrap();
        format!("{emoji} {} {}", reaction["count"], names.join(","))
    });
    drawn.collect()
}

#[tokio::test]
async fn a_reaction_reaches_everybody_with_all_the_others_and_can_be_taken_back() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let sent = ana.send(&room, "approved!").await;
    let mut socket = ana.listen(&room).await;
    let reacted = ben
        .call("messages/react", reaction(&room, &sent, "🎉", true))
        .await;
    let change = socket.next_of("changes").await;
    assert_eq!(drawn(&change["items"][0]), ["🎉 1 ben"]);
    assert_eq!(change["items"][0]["version"], reacted["seq"]);
    let again = ben
        .call("messages/react", reaction(&room, &sent, "🎉", true))
        .await;
    assert_eq!(again, reacted, "what is so already changes nothing");

    let id = Uuid::now_v7();
    let mut frame = reaction(&room, &sent, "🎉", true);
    frame["type"] = json!("react");
    frame["id"] = json!(id);
    socket.say(frame).await;
    assert_eq!(socket.next_of("accepted").await["id"], json!(id));
    ana.call("messages/react", reaction(&room, &sent, "❤️", true))
        .await;
    ben.call("messages/react", reaction(&room, &sent, "🎉", false))
        .await;
    let page = ana.call("messages/page", json!({"room": room})).await;
    let item = page["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(drawn(item), ["🎉 1 ana", "❤️ 1 ana"]);
    server.end().await;
}

#[tokio::test]
async fn only_members_react_and_only_with_an_emoji_and_only_to_what_is_there() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    let sent = ana.send(&room, "hi").await;
    let refused = ben.refused("messages/react", reaction(&room, &sent, "👍", true));
    assert_eq!(refused.await, (403, "not_member".into()));
    let nobody = server.stranger();
    let refused = nobody.refused("messages/react", reaction(&room, &sent, "👍", true));
    assert_eq!(refused.await.0, 401);
    ben.join(&room).await;
    for bad in ["", "ok", "<b>", "👍👍"] {
        let refused = ben.refused("messages/react", reaction(&room, &sent, bad, true));
        assert_eq!(refused.await, (422, "emoji_invalid".into()), "{bad}");
    }
    ben.call("messages/react", reaction(&room, &sent, "👍", true))
        .await;
    ben.call("rooms/leave", json!({"room": room})).await;
    let refused = ben.refused("messages/react", reaction(&room, &sent, "👍", false));
    assert_eq!(refused.await.0, 403, "a former member changes nothing");
    let delete = json!({"room": room, "message": sent["message"]});
    ana.call("messages/delete", delete).await;
    let refused = ana.refused("messages/react", reaction(&room, &sent, "👍", true));
    assert_eq!(refused.await, (404, "message_unknown".into()));
    let page = ana.call("messages/page", json!({"room": room})).await;
    let deleted = &page["messages"][1];
    assert!(
        deleted["reactions"].is_null(),
        "a deletion takes them along"
    );
    server.end().await;
}

#[tokio::test]
async fn a_message_has_at_most_twenty_different_reactions() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let sent = ana.send(&room, "hi").await;
    let emoji = [
        "😀", "😁", "😂", "😃", "😄", "😅", "😆", "😇", "😈", "😉", "😊", "😋", "😌", "😍", "😎",
        "😏", "😐", "😑", "😒", "😓",
    ];
    for emoji in emoji {
        ana.call("messages/react", reaction(&room, &sent, emoji, true))
            .await;
    }
    let refused = ana.refused("messages/react", reaction(&room, &sent, "🎉", true));
    assert_eq!(refused.await, (409, "full".into()));
    ana.call("messages/react", reaction(&room, &sent, "😀", false))
        .await;
    ana.call("messages/react", reaction(&room, &sent, "🎉", true))
        .await;
    server.end().await;
}

#[tokio::test]
async fn what_keeps_order_holds_up_everybody_sees_and_no_member_may() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    let (first, second) = (ana.send(&room, "one").await, ben.send(&room, "two").await);
    let mut socket = ben.listen(&room).await;
    for refused in [&ben, &server.person("eve").await] {
        let refused = refused.refused("messages/pin", pin(&room, &first, true));
        assert_eq!(refused.await.0, 403);
    }
    let nobody = server.stranger();
    let refused = nobody.refused("messages/pin", pin(&room, &first, true));
    assert_eq!(refused.await.0, 401);
    ana.call("messages/pin", pin(&room, &first, true)).await;
    assert_eq!(socket.next_of("changes").await["items"][0]["pinned"], true);
    ana.call("messages/pin", pin(&room, &second, true)).await;
    let pins = nobody.call("messages/pins", json!({"room": room})).await;
    let bodies: Vec<_> = pins
        .as_array()
        .unwrap()
        .iter()
        .map(|pin| &pin["body"])
        .collect();
    assert_eq!(bodies, ["two", "one"], "the last one first");
    ana.call("messages/pin", pin(&room, &second, false)).await;
    let delete = json!({"room": room, "message": first["message"]});
    ana.call("messages/delete", delete).await;
    let pins = ben.call("messages/pins", json!({"room": room})).await;
    assert_eq!(pins, json!([]));
    server.end().await;
}

#[tokio::test]
async fn the_pins_of_a_private_room_are_its_members_and_begin_when_they_join() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Family", "group").await;
    let sent = ana.send(&room, "before").await;
    ana.call("messages/pin", pin(&room, &sent, true)).await;
    let input = json!({"room": room});
    let refused = ben.refused("messages/pins", input.clone()).await;
    assert_eq!(refused, (404, "room_unknown".into()));
    ana.invite(&room, &ben).await;
    assert_eq!(ben.call("messages/pins", input).await, json!([]));
    let place = json!({"room": room, "place": sent["seq"]});
    let refused = ben.refused("messages/find", place.clone()).await;
    assert_eq!(refused, (404, "message_unknown".into()));
    assert_eq!(ana.call("messages/find", place).await["body"], "before");
    let refused = ben.refused("messages/react", reaction(&room, &sent, "👍", true));
    assert_eq!(refused.await, (404, "message_unknown".into()));
    server.end().await;
}
