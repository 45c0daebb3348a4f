//! The account itself. Every column of it has a rule: whether its owner gets it, and what becomes of it.

use serde_json::{Value, json};
use sqlx::{query, query_scalar};
use uuid::Uuid;

use crate::{
    deletions::{delete, eraser, is_due, nothing_is_under_way},
    own_data::{
        Deletion::{self, Goes, Stays},
        Export::{self, File, Not},
    },
    support::{Archive, Server},
};

/// By column: under which name it is in `account.json`.
const RULES: [(&str, Export, Deletion); 13] = [
    ("id", File("id"), Stays("places and lines refer to it")),
    ("handle", File("handle"), Stays("another one, of nobody")),
    ("email", File("email"), Goes),
    ("email_verified_at", File("email_confirmed_at"), Goes),
    ("password_hash", File("has_password"), Goes),
    (
        "created_at",
        File("created_at"),
        Stays("it tells of nobody"),
    ),
    ("invisible", File("shows_presence"), Goes),
    ("hides_reading", File("shows_reading"), Goes),
    (
        "suspended_until",
        Not("who is suspended gets in nowhere"),
        Goes,
    ),
    (
        "suspended_because",
        Not("it is a note of those who run the installation"),
        Goes,
    ),
    ("deletion_due_at", File("deletion_due_at"), Goes),
    ("deletion_fate", File("deletion_messages"), Goes),
    (
        "deleted_at",
        Not("nobody has an account that is gone"),
        Stays("the row says that it is gone"),
    ),
];

#[tokio::test]
async fn every_column_of_an_account_has_a_rule_for_its_export_and_its_end() {
    let server = Server::start().await;
    let ana = server.person("ana").await;
    let id: Uuid = ana.id().await.parse().unwrap();
    ana.confirm(&server).await;
    ana.call("accounts/set_privacy", json!({})).await;
    ana.call("accounts/delete", delete("keep")).await;
    let mut db = server.database.connect().await;
    query!(
        "UPDATE users SET suspended_until = now() - interval '7 days',
             suspended_because = 'asks for money'"
    )
    .execute(&mut db)
    .await
    .unwrap();
    let row = || {
        query_scalar!(
            r#"SELECT to_jsonb(users) AS "row!" FROM users WHERE id = $1"#,
            id
        )
    };
    let before = row().fetch_one(&mut db).await.unwrap();
    let known: Vec<_> = before.as_object().unwrap().keys().collect();
    for column in &known {
        let ruled = RULES.iter().any(|(name, ..)| name == column);
        assert!(ruled, "{column} has no rule");
    }
    assert_eq!(known.len(), RULES.len());
    let archive = Archive::of(&ana).await;
    let account = archive.json("account.json");
    for (column, export, _) in &RULES {
        match export {
            File(name) => assert!(!account[name].is_null(), "{column}"),
            Not(why) => assert!(!why.is_empty(), "{column}"),
        }
    }
    assert_eq!(
        (&account["shows_presence"], &account["shows_reading"]),
        (&json!(false), &json!(false))
    );
    assert!(!archive.text().contains("asks for money"));

    is_due(&server).await;
    for _ in 0..2 {
        eraser(&server).carry_out_due().await.unwrap();
        nothing_is_under_way(&server).await;
    }
    let after = row().fetch_one(&mut db).await.unwrap();
    for (column, _, deletion) in &RULES {
        match deletion {
            Goes => {
                let nothing = [Value::Null, json!(""), json!(false)];
                assert!(nothing.contains(&after[column]), "{column}: {after}");
            }
            Stays(why) => assert!(!after[column].is_null(), "{column}: {why}"),
        }
    }
    assert_ne!(after["handle"], before["handle"]);
    server.end().await;
}
