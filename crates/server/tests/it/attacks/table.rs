//! `docs/threats.md` names each row and only tests that exist.

use crate::house::texts;
use std::collections::BTreeSet;

fn functions() -> BTreeSet<String> {
    let named = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("async ").unwrap_or(line);
        line.strip_prefix("fn ").and_then(|rest| rest.split('(').next()).map(str::to_owned)
    };
    let sources = texts(&["rs"]);
    sources.iter().flat_map(|source| source.text.lines().filter_map(named).collect::<Vec<_>>()).collect()
}

/// First cell of each row, and its third.
fn rows(table: &str) -> Vec<(String, String)> {
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
        Some(((*cells.first()?).to_owned(), (*cells.get(2)?).to_owned()))
    };
    table.lines().filter_map(row).collect()
}

#[test]
fn every_row_has_a_test_that_exists_or_a_reason() {
    let documents = texts(&["docs/threats.md"]);
    let [table] = documents.as_slice() else { panic!("one docs/threats.md") };
    let (functions, rows) = (functions(), rows(&table.text));
    for id in (1..=30).map(|n| format!("V{n}")).chain((1..=50).map(|n| n.to_string())) {
        let found: Vec<&String> =
            rows.iter().filter(|(first, _)| *first == id).map(|(_, proof)| proof).collect();
        let [proof] = found.as_slice() else { panic!("{id} has {} rows", found.len()) };
        assert!(!proof.trim().is_empty(), "{id} has neither test nor reason");
        for test in proof.split('`').skip(1).step_by(2) {
            assert!(functions.contains(test), "{id}: there is no test {test}");
        }
    }
}
