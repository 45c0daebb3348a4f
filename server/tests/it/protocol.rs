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
fn every_error_code_is_listed_with_its_status() {
    let names = ErrorCode::ALL
        .iter()
        .map(|code| serde_json::to_value(code).unwrap());
    let names: BTreeSet<_> = names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(listed("Errors"), names);
    for code in ErrorCode::ALL {
        let name = serde_json::to_value(code).unwrap();
        let row = format!("| `{}` | {} |", name.as_str().unwrap(), code.status());
        assert!(PROTOCOL.contains(&row), "{row}");
    }
}
