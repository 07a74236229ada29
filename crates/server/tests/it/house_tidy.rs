//! What cargo and clippy cannot see: where SQL and outbound calls live, how long a file is, what it is called.

use crate::house::{PURE, Text, assert_none, texts};

/// Files that may be longer than the limit, with the lines they have. This list may only shrink.
const LONGER: [(&str, usize); 0] = [];

const LIMIT: usize = 500;
const LIMIT_OF_A_TEST: usize = 600;

/// Where the server may call out: MDMs and directories, keys in a vault, jobs, the check an administrator asks for, the receivers
/// that one added (there each address is judged before anything is sent, threat 89), and the identity provider of the settings.
const MAY_CALL_OUT: [&str; 9] = [
    "validators",
    "directory",
    "keys",
    "jobs",
    "webhooks",
    "people/oidc/line",
    "cli/intune",
    "doctor",
    "cli/profile/known",
];

/// Names that say nothing about what a file holds.
const EMPTY_NAMES: [&str; 16] = [
    "mod", "util", "utils", "common", "helper", "helpers", "manager", "handler", "handlers", "service",
    "impl", "core", "base", "misc", "data", "info",
];

/// Words that leave work undone or tests unrun, spelt in halves so that this file does not find itself.
const UNDONE: [&str; 7] = [
    concat!("#[ig", "nore"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("#[al", "low("),
    concat!("#![al", "low("),
];

/// Places of one developer's machine.
const MACHINE: [&str; 4] =
    [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

/// The source up to its unit tests: what ships.
fn shipped(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

fn of_server(path: &str) -> Option<&str> {
    path.strip_prefix("crates/server/src/")
}

/// Lines of SQL: a statement's first words, in capitals as this project writes them, at the start of a string.
fn holds_sql(line: &str) -> bool {
    const STATEMENTS: [&str; 10] = [
        "SELECT ",
        "INSERT ",
        "UPDATE ",
        "DELETE FROM",
        "CREATE TABLE",
        "CREATE INDEX",
        "CREATE UNIQUE",
        "PRAGMA ",
        "ALTER TABLE",
        "BEGIN IMMEDIATE",
    ];
    let code = line.trim_start();
    let starts = |part: &str| STATEMENTS.iter().any(|statement| part.trim_start().starts_with(statement));
    !code.starts_with("//") && (starts(code) || code.split('"').skip(1).any(starts))
}

fn sql_outside_the_store(file: &Text) -> Vec<String> {
    let in_store = |path: &str| path == "store.rs" || path.starts_with("store/");
    if of_server(&file.path).is_some_and(in_store) || !file.path.contains("/src/") {
        return Vec::new();
    }
    lines_that(file, |line| holds_sql(line) || line.contains("rusqlite"), "SQL")
}

fn calls_out(file: &Text) -> Vec<String> {
    let Some(inside) = of_server(&file.path) else { return Vec::new() };
    let allowed =
        |place: &str| inside.strip_prefix(place).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'));
    if MAY_CALL_OUT.iter().any(|place| allowed(place)) {
        return Vec::new();
    }
    lines_that(
        file,
        |line| line.contains("reqwest") && !line.trim_start().starts_with("//"),
        "an outbound call",
    )
}

fn private_keys_in_pure_crates(file: &Text) -> Vec<String> {
    const KEYS: [&str; 5] =
        ["RsaKeyPair", "EcdsaKeyPair", "PrivateDecryptingKey", "SystemRandom", "aws_lc_rs::rand"];
    if !PURE.iter().any(|short| file.path.starts_with(&format!("crates/{short}/src/"))) {
        return Vec::new();
    }
    let used = |line: &str| KEYS.iter().any(|key| line.contains(key)) && !line.trim_start().starts_with("//");
    lines_that(file, used, "a private key or dice of its own")
}

fn lines_that(file: &Text, is: impl Fn(&str) -> bool, what: &str) -> Vec<String> {
    let hits = shipped(&file.text).lines().enumerate().filter(|(_, line)| is(line));
    hits.map(|(index, line)| format!("{}:{}: {what}: {}", file.path, index + 1, line.trim())).collect()
}

fn too_long(file: &Text, longer: &[(&str, usize)]) -> Option<String> {
    let lines = file.text.lines().count();
    let limit = if file.path.contains("/tests/") { LIMIT_OF_A_TEST } else { LIMIT };
    match longer.iter().find(|(path, _)| *path == file.path) {
        Some((path, _)) if lines <= limit => {
            Some(format!("{path}: {lines} lines, off the list of exemptions with it"))
        }
        Some((path, noted)) if lines > *noted => Some(format!("{path}: grew from {noted} to {lines} lines")),
        None if lines > limit => Some(format!("{}: {lines} lines, limit {limit}", file.path)),
        _ => None,
    }
}

fn says_nothing(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    EMPTY_NAMES.contains(&name.trim_end_matches(".rs"))
}

fn undone(file: &Text) -> Vec<String> {
    let found = |line: &&str| UNDONE.iter().any(|word| line.contains(word));
    file.text.lines().filter(found).map(|line| format!("{}: {}", file.path, line.trim())).collect()
}

fn of_one_machine(file: &Text) -> Vec<String> {
    let found = |line: &&str| MACHINE.iter().any(|place| line.contains(place));
    file.text.lines().filter(found).map(|line| format!("{}: {}", file.path, line.trim())).collect()
}

fn planted(path: &str, text: &str) -> Text {
    Text { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn sql_lives_in_the_store() {
    let findings: Vec<String> = texts(&[".rs"]).iter().flat_map(sql_outside_the_store).collect();
    assert_none("SQL outside crates/server/src/store/", &findings);
}

#[test]
fn control_sql_elsewhere_is_found() {
    let sql = "fn f() { db.execute(\"INSERT INTO t VALUES (1)\") }\n// SELECT in a comment is prose\n";
    assert_eq!(sql_outside_the_store(&planted("crates/server/src/http/scep.rs", sql)).len(), 1);
    assert_eq!(
        sql_outside_the_store(&planted("crates/ca/src/issue.rs", "use rusqlite::Connection;")).len(),
        1
    );
    assert!(sql_outside_the_store(&planted("crates/server/src/store/write.rs", sql)).is_empty());
}

#[test]
fn only_five_places_call_out() {
    let findings: Vec<String> = texts(&[".rs"]).iter().flat_map(calls_out).collect();
    assert_none(
        "an outbound call outside validators/ directory/ keys/ jobs/ webhooks/ cli/intune",
        &findings,
    );
}

#[test]
fn control_a_call_from_elsewhere_is_found() {
    let call = "let client = reqwest::Client::new();\n";
    assert_eq!(calls_out(&planted("crates/server/src/http/scep.rs", call)).len(), 1);
    assert_eq!(calls_out(&planted("crates/server/src/jobsite.rs", call)).len(), 1);
    assert!(calls_out(&planted("crates/server/src/validators/intune.rs", call)).is_empty());
    assert!(calls_out(&planted("crates/server/src/jobs.rs", call)).is_empty());
}

#[test]
fn pure_crates_hold_no_key_and_throw_no_dice() {
    let findings: Vec<String> = texts(&[".rs"]).iter().flat_map(private_keys_in_pure_crates).collect();
    assert_none("keys and randomness are arguments", &findings);
}

#[test]
fn control_a_key_in_a_pure_crate_is_found() {
    let key = "use aws_lc_rs::signature::EcdsaKeyPair;\n#[cfg(test)]\nmod tests { use aws_lc_rs::rand; }\n";
    assert_eq!(private_keys_in_pure_crates(&planted("crates/pki/src/key.rs", key)).len(), 1);
    assert!(private_keys_in_pure_crates(&planted("crates/server/src/keys.rs", key)).is_empty());
}

#[test]
fn a_file_has_at_most_five_hundred_lines() {
    let files = texts(&[".rs", ".py", ".sh"]);
    let findings: Vec<String> = files.iter().filter_map(|file| too_long(file, &LONGER)).collect();
    assert_none("too long to be read in one sitting", &findings);
    let stale = LONGER.iter().filter(|(path, _)| !files.iter().any(|file| file.path == *path));
    assert_none("exempt and gone", &stale.map(|(path, _)| (*path).to_owned()).collect::<Vec<_>>());
}

#[test]
fn control_a_long_file_and_a_stale_exemption_are_found() {
    let long = "x\n".repeat(501);
    assert!(too_long(&planted("crates/a/src/b.rs", &long), &[]).is_some());
    assert!(too_long(&planted("crates/a/tests/it/b.rs", &long), &[]).is_none());
    assert!(too_long(&planted("crates/a/src/b.rs", &long), &[("crates/a/src/b.rs", 501)]).is_none());
    assert!(too_long(&planted("crates/a/src/b.rs", &long), &[("crates/a/src/b.rs", 500)]).is_some());
    assert!(too_long(&planted("crates/a/src/b.rs", "short\n"), &[("crates/a/src/b.rs", 501)]).is_some());
}

#[test]
fn a_file_says_what_it_defines() {
    let findings: Vec<String> =
        texts(&[".rs"]).into_iter().map(|file| file.path).filter(|path| says_nothing(path)).collect();
    assert_none("a name that says nothing", &findings);
    assert!(says_nothing("crates/a/src/mod.rs") && says_nothing("crates/a/src/utils.rs"), "control");
    assert!(!says_nothing("crates/a/src/name.rs"), "control");
}

#[test]
fn nothing_is_left_undone_or_switched_off() {
    let findings: Vec<String> = texts(&[".rs", ".py", ".sh"]).iter().flat_map(undone).collect();
    assert_none("undone, never run, or silenced without a reason", &findings);
    for word in UNDONE {
        assert_eq!(undone(&planted("a.rs", &format!("    {word}\n"))).len(), 1, "control: {word}");
    }
}

#[test]
fn nothing_names_one_machine() {
    let files = texts(&[".rs", ".py", ".sh", ".toml", ".md", "/test", "/run"]);
    let findings: Vec<String> = files.iter().flat_map(of_one_machine).collect();
    assert_none("a path of one developer's machine", &findings);
    for place in MACHINE {
        assert_eq!(of_one_machine(&planted("a.rs", &format!("cd {place}x\n"))).len(), 1, "control: {place}");
    }
}
