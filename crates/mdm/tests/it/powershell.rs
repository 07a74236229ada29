//! Scripts.

use crate::arbitrary::{any_profile, root};
use crate::profile::{device, read, with};
use mdm::format::{TrustedRoot, graph, powershell};
use mdm::platform::Platform;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What the script's here-strings hold, in order, by PowerShell's rule: from `@'` at the end of a line to the first line
/// that begins with `'@`.
fn held(script: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut lines = script.split('\n');
    while let Some(line) = lines.next() {
        if line.ends_with("@'") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("'@")).collect();
            found.push(serde_json::from_str(&body.join("\n")).unwrap());
        }
    }
    found
}

#[test]
fn m88_roots_come_first_and_all_is_assigned_alike() {
    let profile = read(with(device(), json!({"assignments": ["all_devices"]})));
    let second = TrustedRoot { name: "RADIUS".to_owned(), ..root(Platform::Windows) };
    let script = powershell::write(&profile, &[root(Platform::Windows), second]).unwrap();
    let bodies = held(&script);
    assert_eq!(bodies.len(), 6, "two roots and the profile, each with its assignment");
    assert_eq!(bodies[0], graph::write_root(&root(Platform::Windows)).unwrap());
    assert_eq!(bodies[2]["displayName"], "RADIUS");
    assert_eq!(bodies[1], graph::assign_body(&profile.assignments).unwrap());
    assert!(bodies[1] == bodies[3] && bodies[3] == bodies[5]);
    assert_eq!(script.matches("$RootId = $created.id").count(), 1);
    assert!(!script.contains("param("));
}

#[test]
fn m88_without_a_root_the_script_asks_for_one() {
    let script = powershell::write(&read(device()), &[]).unwrap();
    assert!(script.contains("[Parameter(Mandatory)]") && !script.contains("/assign"));
    assert_eq!(
        script.matches(r#""rootCertificate@odata.bind":"""#).count(),
        2,
        "where it stands, and what replaces it"
    );
    assert!(powershell::write(&read(with(device(), json!({"platform": "linux"}))), &[]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_texts_stay_in_the_here_string(profile in any_profile()) {
        let Ok(script) = powershell::write(&profile, &[]) else { return Ok(()) };
        let Ok(mut expected) = graph::write(&profile, None) else { return Err(TestCaseError::fail("one without the other")) };
        expected["rootCertificate@odata.bind"] = "".into();
        prop_assert_eq!(held(&script), [expected]);
        prop_assert!(script.chars().all(|c| c == '\n' || (' '..='~').contains(&c)));
        prop_assert_eq!(script.lines().count(), powershell::write(&read(device()), &[]).unwrap().lines().count());
    }
}
