//! Conversations of two that have ended, or are about to.

use serde_json::json;

use crate::{blocks::direct, support::Server};

#[tokio::test]
async fn a_conversation_of_two_is_reported_by_a_message_or_the_person_and_not_as_a_room() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = direct(&ana, &ben).await;
    let said = ben.send(&room, "pay me").await;
    let report = json!({"room": room, "category": "scam"});
    let refused = ana.refused("reports/create", report).await;
    assert_eq!(refused, (422, "subject_invalid".into()));
    let page = ana.get(&format!("/report?room={room}")).await;
    assert_eq!(page.status(), 404);
    let page = page.text().await.unwrap();
    assert!(!page.contains("/api/reports/create"), "{page}");
    for more in [
        ("message", &said["message"]),
        ("user", &json!(ben.id().await)),
    ] {
        let mut report = json!({"room": room, "category": "scam"});
        report[more.0] = more.1.clone();
        ana.call("reports/create", report).await;
    }
    server.end().await;
}
