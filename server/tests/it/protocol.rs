//! docs/protocol.md and the code say the same.

use std::collections::BTreeSet;

use app::error::ErrorCode;
use leptos::server_fn::axum::server_fn_paths;

const PROTOCOL: &str = include_str!("../../../docs/protocol.md");

/// The words in backquotes that open the lines of a section.
fn listed(section: &str) -> BTreeSet<String> {
    let section = PROTOCOL
        .split(&format!("## {section}\n"))
        .nth(1)
        .expect("the section is there");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_door_is_listed_and_every_listed_door_is_there() {
    let doors = server_fn_paths().map(|(path, _)| path.trim_start_matches("/api/").to_owned());
    assert_eq!(listed("Doors"), doors.collect());
}

#[test]
fn every_listed_error_code_has_its_status() {
    for code in listed("Errors") {
        let known: ErrorCode = serde_json::from_value(code.clone().into()).unwrap();
        assert_eq!(
            serde_json::to_value(known).unwrap(),
            code.as_str(),
            "{code} is no code"
        );
        let row = format!("| `{code}` | {} |", known.status());
        assert!(PROTOCOL.contains(&row), "{row}");
    }
}
