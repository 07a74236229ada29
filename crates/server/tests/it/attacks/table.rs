//! `docs/threats.md` names each row, only tests that exist, and for each a guard without which they fail.

use crate::house::texts;
use serde::Deserialize;
use std::collections::BTreeSet;

/// `controls/controls.toml`
#[derive(Deserialize)]
struct Controls {
    control: Vec<Control>,
}

#[derive(Deserialize)]
struct Control {
    name: String,
    package: String,
    tests: Vec<String>,
    /// File, what stands there, what takes its place.
    changes: Vec<[String; 3]>,
}

fn controls() -> Vec<Control> {
    let texts = texts(&["controls/controls.toml"]);
    let [table] = texts.as_slice() else { panic!("one controls/controls.toml") };
    toml::from_str::<Controls>(&table.text).unwrap().control
}

fn functions() -> BTreeSet<String> {
    let named = |line: &str| {
        let line = line.trim_start();
        // What every store must do is a function that each store's tests call by its name.
        let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
        let line = line.strip_prefix("async ").unwrap_or(line);
        line.strip_prefix("fn ").and_then(|rest| rest.split('(').next()).map(str::to_owned)
    };
    let sources = texts(&["rs"]);
    sources.iter().flat_map(|source| source.text.lines().filter_map(named).collect::<Vec<_>>()).collect()
}

/// First cell of each row, its third and its fourth.
fn rows(table: &str) -> Vec<(String, String, String)> {
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
        let cell = |at: usize| Some((*cells.get(at)?).trim_end_matches(" |").to_owned());
        Some((cell(0)?, cell(2)?, cell(3)?))
    };
    table.lines().filter_map(row).collect()
}

#[test]
fn every_row_has_a_test_that_exists_or_a_reason() {
    let documents = texts(&["docs/threats.md"]);
    let [table] = documents.as_slice() else { panic!("one docs/threats.md") };
    let (functions, rows, controls) = (functions(), rows(&table.text), controls());
    let ids = (1..=30).map(|n| format!("V{n}")).chain((1..=50).map(|n| n.to_string()));
    for id in ids.chain((1..=6).map(|n| format!("A{n}"))) {
        let found: Vec<_> = rows.iter().filter(|(first, ..)| *first == id).collect();
        let [(_, proof, guards)] = found.as_slice() else { panic!("{id} has {} rows", found.len()) };
        assert!(!proof.trim().is_empty(), "{id} has neither test nor reason");
        for test in proof.split('`').skip(1).step_by(2) {
            assert!(functions.contains(test), "{id}: there is no test {test}");
        }
        let is_reason = guards.ends_with('.');
        for guard in guards.split("; ").filter(|_| !is_reason) {
            assert!(controls.iter().any(|one| one.name == guard), "{id}: there is no control {guard:?}");
        }
    }
}

#[test]
fn every_control_takes_away_what_is_there_and_names_tests_that_exist() {
    let (functions, sources, mut names) = (functions(), texts(&["rs", "html"]), BTreeSet::new());
    for control in controls() {
        let Control { name, package, tests, changes } = control;
        assert!(!tests.is_empty() && !changes.is_empty() && package.starts_with("chancery"), "{name}");
        for test in tests {
            assert!(functions.contains(&test), "{name}: there is no test {test}");
        }
        for [file, old, new] in changes {
            let source = sources.iter().find(|one| one.path.ends_with(&file));
            let text = &source.unwrap_or_else(|| panic!("{name}: there is no {file}")).text;
            assert_eq!(text.matches(&old).count(), 1, "{name}: in {file}");
            assert_ne!(old, new, "{name}");
        }
        assert!(names.insert(name.clone()), "{name} twice");
    }
}
