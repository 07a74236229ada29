//! A fleet's year on a simulated clock, in small.

use serde_json::Value;
use std::process::Command;

/// Exit code and report.
fn year(arguments: &[&str]) -> (Option<i32>, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    let output = command.args(["simulate", "year", "--json"]).args(arguments).output().expect("runs");
    let text = String::from_utf8(output.stdout).expect("text");
    (output.status.code(), serde_json::from_str(&text).unwrap_or_else(|_| panic!("no report: {text}")))
}

fn sum(report: &Value, what: &str) -> u64 {
    let months = report["months"].as_array().expect("months");
    months.iter().filter_map(|month| month[what].as_u64()).sum()
}

#[test]
fn a_small_fleet_ends_with_every_device_accounted_for() {
    let (exit, report) = year(&["--devices", "40", "--days", "125"]);
    let devices = report["devices"].as_array().expect("devices");
    let standing = |one: &Value, which: &str| one["standing"] == which;
    let lost: Vec<&Value> = devices.iter().filter(|one| standing(one, "unexplained")).collect();
    assert!(exit == Some(0) && lost.is_empty(), "{lost:#?}");
    let count = |which: &str| devices.iter().filter(|one| standing(one, which)).count();
    assert_eq!((devices.len() - count("retired"), count("valid") + count("explained")), (40, 40));
    assert!(count("valid") > 30, "{} of 40 are valid", count("valid"));
    for one in devices.iter().filter(|one| standing(one, "explained")) {
        let reasons = one["reasons"].as_array().expect("reasons");
        assert!(
            !reasons.is_empty()
                && reasons.iter().all(|why| why.as_str().is_some_and(|why| why.contains("(M")))
        );
    }
    // Everybody enrolled, iPhones and work profiles renewed, an edit brought new certificates, and the outage was felt.
    assert!(
        sum(&report, "enrolled") >= 40 && sum(&report, "renewed") > 0 && sum(&report, "again") > 0,
        "{report}"
    );
    let fourth = &report["months"][3];
    assert!(fourth["failed"].as_u64() > Some(0), "nothing failed while no server was there: {fourth}");
}
