//! The first command that a stranger types.

use serde_json::Value;
use std::process::Command;

/// Exit code and the objects that it printed, one a line.
fn demo(arguments: &[&str]) -> (Option<i32>, Vec<Value>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    let output = command.args(["demo", "--json"]).args(arguments).output().expect("runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let lines = text.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    (output.status.code(), lines)
}

fn of<'a>(told: &'a [Value], event: &str) -> Vec<&'a Value> {
    told.iter().filter(|one| one["event"] == event).collect()
}

#[test]
fn a_small_demo_ends_as_promised_and_explains_ten_failures() {
    let (exit, told) = demo(&["--devices", "20"]);
    assert_eq!(exit, Some(0), "{told:#?}");
    assert_eq!(of(&told, "enrolled").len(), 10);
    let refused = of(&told, "refused");
    assert_eq!(refused.len(), 10);
    for one in &refused {
        let text = |field: &str| one[field].as_str().unwrap_or_default();
        assert!(text("code").starts_with("CHY-") && !text("cause").is_empty() && !text("fix").is_empty());
        assert!(text("page").starts_with("docs/errors/"), "{one}");
    }
    let mut rows: Vec<&str> = refused.iter().filter_map(|one| one["row"].as_str()).collect();
    rows.sort_unstable();
    assert_eq!(rows, ["-", "-", "M194", "M21", "M50", "M58", "M58", "M59", "M61", "M64"]);
    let link = of(&told, "portal")[0]["url"].as_str().unwrap();
    assert!(link.starts_with("http://localhost:") && link.contains("/setup#chl_"), "{link}");
    let end = of(&told, "finished")[0];
    assert_eq!((&end["promised"], &end["intune_certificates"]), (&Value::Bool(true), &Value::from(11)));
    assert!(end["first_certificate_ms"].as_u64().is_some_and(|ms| ms < 10_000), "Done-when 1: {end}");
}

#[test]
fn a_demo_leaves_nothing_behind_unless_told_to() {
    let place = std::env::temp_dir().join(format!("chancery-demo-test-{}", std::process::id()));
    std::fs::create_dir(&place).expect("made");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
        let done = command.env("TMPDIR", &place).args(["demo", "--devices", "11"]).args(arguments).output();
        assert!(done.expect("runs").status.success());
        std::fs::read_dir(&place).expect("there").count()
    };
    assert_eq!(run(&[]), 0);
    assert_eq!(run(&["--keep"]), 1);
    std::fs::remove_dir_all(&place).expect("removed");
}

#[test]
fn every_row_of_the_check_passes() {
    let (exit, rows) = demo(&["--check"]);
    let failed: Vec<&Value> = rows.iter().filter(|row| row["pass"] != true).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(exit, Some(0));
    let ids: std::collections::BTreeSet<&str> = rows.iter().filter_map(|row| row["row"].as_str()).collect();
    assert_eq!((ids.len(), rows.len()), (196, 196), "each row once: {ids:?}");
    for row in &rows {
        let told = |field: &str| row[field].as_str().is_some_and(|text| !text.is_empty());
        assert!(told("title") && told("why") && row["ms"].is_u64(), "{row}");
    }
}
