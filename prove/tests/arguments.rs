//! The program as it is called.

use std::process::Command;

#[test]
fn a_fault_that_there_is_not_is_refused_by_its_number() {
    let report = std::env::temp_dir().join("layover-prove-never-written.md");
    let output = Command::new(env!("CARGO_BIN_EXE_layover-prove"))
        .args(["--binary", "/nowhere", "--faults", "3,99", "--report"])
        .arg(&report)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(said.contains("there is no fault 99"), "{said}");
    assert!(!report.exists());
}
