//! What those who run an installation do by the program's own commands, while a server runs.

use std::process::Output;

use serde_json::{Value, json};
use tokio::process::Command;
use uuid::Uuid;

use crate::{
    erasures::goes,
    support::{Server, person::PASSWORD},
};

/// Runs the program on the server's database.
async fn layover(server: &Server, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_layover"))
        .args(args)
        .env("DATABASE_URL", server.database.url())
        .output()
        .await
        .unwrap()
}

/// What it prints when all is well.
async fn prints(server: &Server, args: &[&str]) -> String {
    let output = layover(server, args).await;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn those_who_run_the_installation_see_reports_suspend_reinstate_and_resolve() {
    let server = Server::start().await;
    let (ana, ben) = (server.person("ana").await, server.person("ben").await);
    let room = ana.create("Visa", "public").await;
    ben.join(&room).await;
    assert!(prints(&server, &["reports"]).await.contains("Nothing"));
    let said = ben.send(&room, "Pay\n\u{202e}me").await;
    let report = json!({"room": room, "message": said["message"], "category": "scam"});
    ana.call("reports/create", report).await;
    let printed = prints(&server, &["reports"]).await;
    assert!(printed.contains("scam, a message, reported by ana"));
    assert!(printed.contains(r#"said "Pay\n\u{202e}me""#), "{printed}");
    let json = prints(&server, &["reports", "--json"]).await;
    assert_eq!(json.lines().count(), 1);
    assert!(!json.contains('\u{202e}'));
    let read: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read["body"], "Pay\n\u{202e}me");

    let mut his = ben.greet().await;
    let suspended = [
        "suspend",
        "@Ben",
        "--days",
        "3",
        "--because",
        "asks for money",
    ];
    let said = prints(&server, &suspended).await;
    assert_eq!(said, "ben is suspended for 3 days.\n");
    assert_eq!(his.close_code().await, 4401);
    let printed = prints(&server, &["reports"]).await;
    assert!(printed.contains("about ben, suspended until 2"));
    assert!(
        printed.contains(r#"Z because "asks for money""#),
        "{printed}"
    );
    let input = json!({"login": "ben", "password": PASSWORD});
    let refused = server.stranger().refused("accounts/sign_in", input).await;
    assert_eq!(refused, (403, "suspended".into()));
    let said = prints(&server, &["reinstate", "ben"]).await;
    let why = r#"ben may sign in again. They were suspended because "asks for money"."#;
    assert_eq!(said.trim_end(), why);
    let ben = ben.sign_in_again().await;
    prints(&server, &["suspend", "ana"]).await;
    let said = prints(&server, &["reinstate", "ana"]).await;
    assert_eq!(said, "ana may sign in again.\n");

    let id = read["id"].as_str().unwrap();
    prints(&server, &["resolve", id]).await;
    assert!(prints(&server, &["reports"]).await.contains("Nothing"));
    let all = prints(&server, &["reports", "--all"]).await;
    assert!(all.contains(id) && all.contains("  resolved "));
    assert!(!all.contains("whose account is gone"));
    goes(&server, &ben, "keep").await;
    let all = prints(&server, &["reports", "--all"]).await;
    assert!(all.contains(", whose account is gone\n"), "{all}");
    for wrong in [
        &["suspend", "nobody"][..],
        &["reinstate", "nobody"],
        &["suspend", "ana", "--days", "0"],
        &["resolve", &Uuid::now_v7().to_string()],
    ] {
        let output = layover(&server, wrong).await;
        assert!(!output.status.success(), "{wrong:?}");
        assert!(!output.stderr.is_empty());
    }
    server.end().await;
}
