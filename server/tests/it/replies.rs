//! Answers to messages, and messages that name people.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Person, Server};

async fn answer(person: &Person, room: &str, body: &str, to: &Value) -> Value {
    let id = Uuid::now_v7();
    let input = json!({"room": room, "id": id, "body": body, "reply_to": to["seq"]});
    person.call("messages/send", input).await
}

async fn mentions(person: &Person) -> Vec<String> {
    let mentions = person.call("messages/mentions", json!({})).await;
    let mentions = mentions.as_array().unwrap().iter();
    mentions
        .map(|mention| mention["message"]["body"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn an_answer_names_the_place_it_answers_and_a_page_brings_what_it_does_not_show() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let asked = ana.send(&room, "how long?").await;
    for number in 0..60 {
        ana.send(&room, &number.to_string()).await;
    }
    let answered = answer(&ana, &room, "six weeks", &asked).await;
    let page = ana.call("messages/page", json!({"room": room})).await;
    let last = page["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["seq"], &last["reply_to"]),
        (&answered["seq"], &asked["seq"])
    );
    assert_eq!(page["quoted"][0]["body"], "how long?");
    // A page that shows it does not bring it twice.
    let around = json!({"room": room, "around": asked["seq"]});
    let page = ana.call("messages/page", around).await;
    assert_eq!(page["messages"][1]["body"], "how long?");
    assert!(page["quoted"].is_null());
    let delete = json!({"room": room, "message": asked["message"]});
    ana.call("messages/delete", delete).await;
    let page = ana.call("messages/page", json!({"room": room})).await;
    assert_eq!(
        (&page["quoted"][0]["body"], &page["quoted"][0]["deleted"]),
        (&json!(""), &json!(true))
    );
    server.end().await;
}

#[tokio::test]
async fn an_answer_to_what_is_not_there_or_not_to_be_seen_is_refused() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Family", "group").await;
    let before = ana.send(&room, "before").await;
    ana.invite(&room, &ben).await;
    for place in [&before["seq"], &json!(1), &json!(1000), &json!(-1)] {
        let input = json!({"room": room, "id": Uuid::now_v7(), "body": "so", "reply_to": place});
        let refused = ben.refused("messages/send", input).await;
        assert_eq!(refused, (404, "message_unknown".into()), "{place}");
    }
    answer(&ana, &room, "I may", &before).await;
    let page = ben.call("messages/page", json!({"room": room})).await;
    assert!(
        page["quoted"].is_null(),
        "what he may not see is not quoted"
    );
    assert_eq!(ben.bodies(&room).await, ["I may"]);
    server.end().await;
}

#[tokio::test]
async fn the_same_id_with_another_answer_is_another_message() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let (one, two) = (ana.send(&room, "one").await, ana.send(&room, "two").await);
    let id = Uuid::now_v7();
    let to = |sent: &Value| json!({"room": room, "id": id, "body": "so", "reply_to": sent["seq"]});
    let sent = ana.call("messages/send", to(&one)).await;
    assert_eq!(ana.call("messages/send", to(&one)).await, sent);
    let refused = ana.refused("messages/send", to(&two)).await;
    assert_eq!(refused, (409, "id_reused".into()));
    server.end().await;
}

#[tokio::test]
async fn members_who_are_named_find_it_in_their_list() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("Ben").await);
    let eve = server.person("eve").await;
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    ana.send(&room, "@ben and @eve, and me @ana").await;
    let second = ana.send(&room, "again, @BEN").await;
    ana.send(&room, "ben@ben.example is no name").await;
    assert_eq!(
        mentions(&ben).await,
        ["again, @BEN", "@ben and @eve, and me @ana"]
    );
    assert!(
        mentions(&eve).await.is_empty(),
        "who is no member is not called"
    );
    assert!(mentions(&ana).await.is_empty(), "nobody calls themselves");
    // Another wording names others, and a deletion names nobody.
    let edit = json!({"room": room, "message": second["message"], "body": "never mind"});
    ana.call("messages/edit", edit).await;
    assert_eq!(mentions(&ben).await, ["@ben and @eve, and me @ana"]);
    let edit = json!({"room": room, "message": second["message"], "body": "@ben?"});
    ana.call("messages/edit", edit).await;
    assert_eq!(
        mentions(&ben).await,
        ["@ben?", "@ben and @eve, and me @ana"]
    );
    let delete = json!({"room": room, "message": second["message"]});
    ana.call("messages/delete", delete).await;
    assert_eq!(mentions(&ben).await, ["@ben and @eve, and me @ana"]);
    ben.call("rooms/leave", json!({"room": room})).await;
    assert!(
        mentions(&ben).await.is_empty(),
        "a room that was left says nothing more"
    );
    let refused = server
        .stranger()
        .refused("messages/mentions", json!({}))
        .await;
    assert_eq!(refused.0, 401);
    server.end().await;
}

#[tokio::test]
async fn who_comes_back_to_a_private_room_finds_no_mention_from_before() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Family", "group").await;
    ana.invite(&room, &ben).await;
    ana.send(&room, "@ben one").await;
    ben.call("rooms/leave", json!({"room": room})).await;
    ana.invite(&room, &ben).await;
    assert!(mentions(&ben).await.is_empty());
    ana.send(&room, "@ben two").await;
    assert_eq!(mentions(&ben).await, ["@ben two"]);
    server.end().await;
}

#[tokio::test]
async fn markdown_comes_as_html_that_is_safe_to_show() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    let mut socket = ana.listen(&room).await;
    ana.send(&room, "**so** <script>alert(1)</script>").await;
    let html = "<p><strong>so</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>";
    let live = socket.next_of("changes").await;
    assert_eq!(live["items"][0]["html"], html);
    let page = ana.call("messages/page", json!({"room": room})).await;
    assert_eq!(page["messages"][1]["html"], html);
    ana.send(&room, "plain").await;
    assert!(socket.next_of("changes").await["items"][0]["html"].is_null());
    server.end().await;
}

#[tokio::test]
async fn pages_lead_on_in_both_directions_and_show_what_is_around_a_place() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let room = ana.create("Visa", "public").await;
    for number in 2..=201 {
        ana.send(&room, &number.to_string()).await;
    }
    let page = async |input: Value| {
        let mut input = input;
        input["room"] = json!(room);
        let page = ana.call("messages/page", input).await;
        let messages = page["messages"].as_array().unwrap();
        let ends = [messages.first(), messages.last()]
            .map(|message| message.unwrap()["seq"].as_i64().unwrap());
        (ends, page["before"].as_i64(), page["after"].as_i64())
    };
    assert_eq!(page(json!({})).await, ([152, 201], Some(152), None));
    assert_eq!(
        page(json!({"before": 152})).await,
        ([102, 151], Some(102), Some(151))
    );
    assert_eq!(
        page(json!({"after": 151})).await,
        ([152, 201], Some(152), None)
    );
    assert_eq!(
        page(json!({"after": 100})).await,
        ([101, 150], Some(101), Some(150))
    );
    assert_eq!(
        page(json!({"around": 100})).await,
        ([75, 124], Some(75), Some(124))
    );
    assert_eq!(page(json!({"around": 1})).await, ([1, 25], None, Some(25)));
    assert_eq!(
        page(json!({"around": 201})).await,
        ([176, 201], Some(176), None)
    );
    assert_eq!(page(json!({"before": 20})).await, ([1, 19], None, Some(19)));
    server.end().await;
}
