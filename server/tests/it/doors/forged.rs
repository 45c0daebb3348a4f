//! Fields that nothing takes, and that leave no trace.

use serde_json::{Value, json};
use sqlx::query_scalar;

use super::Cast;

const ID: &str = "f0f0f0f0-f0f0-7000-8000-f0f0f0f0f0f0";
const NUMBER: i64 = 987_654_321;
const WORD: &str = "forged";

/// Fields that no door or command reads, unless it says that it does, with values that are found again.
pub(crate) fn with_extras(input: &mut Value) {
    let fields = input.as_object_mut().unwrap();
    let extras = json!({
        "role": "owner", "is_admin": true, "verified": true, "email_verified_at": 1,
        "sender": {"id": ID, "handle": WORD}, "sender_id": ID, "user": ID, "user_id": ID,
        "created_by": ID, "id": ID, "room_id": ID, "client_id": ID, "seq": NUMBER, "version": NUMBER,
        "message_no": NUMBER, "visible_from": 0, "joined_seq": NUMBER, "kind": "text", "pinned": true,
        "html": WORD, "password_hash": WORD, "token": WORD, "token_hash": WORD, "session": WORD,
        "uses": NUMBER, "sent_at": NUMBER, "created_at": NUMBER, "expires_at": NUMBER,
    });
    for (name, value) in extras.as_object().unwrap() {
        fields.entry(name).or_insert_with(|| value.clone());
    }
}

/// Nothing of it is told, and nothing is kept.
pub(crate) async fn without_forgeries(cast: &Cast, told: &[String]) {
    let number = NUMBER.to_string();
    let forged = |text: &str| {
        [ID, WORD, &number]
            .iter()
            .any(|forged| text.contains(forged))
    };
    for told in told {
        assert!(!forged(told), "told: {told}");
    }
    for (table, rows) in cast.server.database.contents().await {
        for row in rows {
            assert!(!forged(&row), "{table}: {row}");
        }
    }
    let mut db = cast.server.database.connect().await;
    let most_owners = query_scalar!(
        r#"SELECT coalesce(max(owners), 0) AS "most!" FROM (
               SELECT count(*) AS owners FROM members WHERE role = 'owner' GROUP BY room_id) counted"#
    );
    let most_owners = most_owners.fetch_one(&mut db).await.unwrap();
    assert_eq!(most_owners, 1, "nobody makes themselves an owner");
}
