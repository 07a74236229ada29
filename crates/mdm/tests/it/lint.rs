//! The linter against the samples: each faulty one has its finding, the sound ones have none.

#![expect(clippy::disallowed_methods, reason = "the samples and the pages are files")]

use crate::profile::{device, read, with};
use mdm::lint::{Finding, Rule, Severity, Surroundings, lint, mend, rules};
use mdm::profile::Profile;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Codes that cannot be shown without another error or warning, and which.
const WITH_OTHERS: [(&str, &str); 4] =
    [("PRF-114", "PRF-113"), ("PRF-312", "PRF-115"), ("PRF-404", "PRF-113"), ("PRF-942", "PRF-113")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn samples() -> PathBuf {
    root().join("samples/profiles")
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn surroundings() -> Surroundings {
    toml::from_str(&text(&samples().join("surroundings.toml"))).unwrap()
}

/// What is said to be known beside a sample, or else what is known of Contoso.
fn around(path: &Path) -> Surroundings {
    let beside = path.with_extension("surroundings.toml");
    if beside.exists() { toml::from_str(&text(&beside)).unwrap() } else { surroundings() }
}

pub(crate) fn folder(name: &str) -> Vec<(PathBuf, Profile)> {
    let entries = fs::read_dir(samples().join(name)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| !path.to_string_lossy().ends_with(".surroundings.toml")).collect();
    files.sort();
    let read = |path: PathBuf| {
        let profile =
            toml::from_str(&text(&path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path, profile)
    };
    files.into_iter().map(read).collect()
}

fn code(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().chars().take("PRF-000".len()).collect()
}

fn shown(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("\n  {finding}")).collect()
}

fn codes(profile: &Profile, around: &Surroundings) -> Vec<&'static str> {
    lint(profile, around).iter().map(|finding| finding.rule.code).collect()
}

#[test]
fn each_rule_is_found_by_its_sample() {
    let mut wrong = String::new();
    for (path, profile) in folder("faulty") {
        let (code, around) = (code(&path), around(&path));
        let findings = lint(&profile, &around);
        let is_expected = |finding: &Finding| {
            let other = finding.rule.code;
            finding.rule.severity == Severity::Advice
                || other == code
                || WITH_OTHERS.contains(&(code.as_str(), other))
        };
        let found = findings.iter().any(|finding| finding.rule.code == code);
        if !found || !findings.iter().all(is_expected) {
            wrong += &format!("\n{}{}", path.display(), shown(&findings));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn nothing_is_found_in_the_sound() {
    let sound = folder("sound");
    assert!(sound.len() >= 30, "{} sound samples", sound.len());
    for (path, profile) in sound {
        let findings = lint(&profile, &surroundings());
        assert!(findings.is_empty(), "{}{}", path.display(), shown(&findings));
        let unknown: Vec<Finding> = lint(&profile, &Surroundings::default());
        let loud: Vec<Finding> =
            unknown.into_iter().filter(|finding| finding.rule.severity == Severity::Error).collect();
        assert!(loud.is_empty(), "{} where nothing is known{}", path.display(), shown(&loud));
    }
}

#[test]
fn a_mended_sample_is_clean_of_its_finding() {
    for (path, profile) in folder("faulty") {
        let (code, around) = (code(&path), around(&path));
        let findings = lint(&profile, &around);
        let finding = findings.iter().find(|finding| finding.rule.code == code).unwrap();
        assert_eq!(finding.mend.is_some(), finding.rule.is_mendable(), "{}", path.display());
        let Some(offered) = finding.mend else { continue };
        let mended = offered.apply(&profile, &around).unwrap();
        let after = lint(&mended, &around);
        let again = after.iter().any(|finding| finding.rule.code == code);
        assert!(!again, "{}{}", path.display(), shown(&after));
        assert!(
            offered.apply(&mended, &around).is_none_or(|twice| lint(&twice, &around).len() >= after.len())
        );
    }
}

#[test]
fn every_rule_has_a_sample_and_every_sample_a_rule() {
    let codes: Vec<&str> = rules().map(|rule| rule.code).collect();
    let known: BTreeSet<String> = codes.iter().map(|code| (*code).to_owned()).collect();
    assert_eq!(known.len(), codes.len(), "a code stands for one rule");
    assert!(codes.is_sorted(), "the registry is in the order of the codes");
    let shown: BTreeSet<String> = folder("faulty").iter().map(|(path, _)| code(path)).collect();
    assert_eq!(known, shown);
}

/// Every section of the pages: its code, and its text.
fn sections() -> Vec<(String, String)> {
    let pages = fs::read_dir(root().join("docs/profiles")).unwrap().map(|entry| entry.unwrap().path());
    let sections = pages.flat_map(|page| {
        let page = text(&page);
        let sections = page.split("\n## ").skip(1).map(str::to_owned);
        sections.collect::<Vec<_>>()
    });
    let split = |section: String| {
        let (code, text) = section.split_once('\n').unwrap();
        (code.to_owned(), text.to_owned())
    };
    sections.map(split).collect()
}

#[test]
fn every_rule_has_a_section_and_every_section_a_rule() {
    let sections = sections();
    let written: BTreeSet<&str> = sections.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(written.len(), sections.len(), "a code has one section");
    assert_eq!(written, rules().map(|rule| rule.code).collect::<BTreeSet<_>>());
    for Rule { code, severity, source, title, .. } in rules() {
        let (_, text) = sections.iter().find(|(written, _)| written == code).unwrap();
        assert!(text.starts_with(&format!("\n{title}\n")), "{code}: {title}");
        let label = severity.label();
        assert!(text.contains(&format!("\nSeverity: {label}. Source: {source}.\n")), "{code}");
        let said = |what: &str| text.split_once(what).is_some_and(|(_, rest)| rest.len() > 10);
        assert!(said("**Why.** ") && said("**Fix.** "), "{code}");
    }
}

#[test]
fn m65_the_quoted_form_is_proposed() {
    let quoted = |subject: &str| {
        let (_, mut profile) = folder("sound").into_iter().next().unwrap();
        profile.subject = mdm::profile::SubjectName::Custom(subject.to_owned());
        mend(&profile, &Surroundings::default()).subject.text().unwrap().to_owned()
    };
    for (written, proposed) in [
        (r"CN={{UserName}} (Doe\, LLC),O=x", r#"CN="{{UserName}} (Doe, LLC)",O=x"#),
        (r"CN={{AAD_Device_ID}}, O=Doe, LLC", r#"CN={{AAD_Device_ID}}, O="Doe, LLC""#),
        (r"CN=a\+b {{AAD_Device_ID}}", r#"CN="a+b {{AAD_Device_ID}}""#),
        (r"CN=a\=b {{AAD_Device_ID}};O=c", r#"CN="a=b {{AAD_Device_ID}}";O=c"#),
        (r#"CN=a "b" {{AAD_Device_ID}}"#, r#"CN="a ""b"" {{AAD_Device_ID}}""#),
    ] {
        assert_eq!(quoted(written), proposed);
    }
    let left = "CN={{AAD_Device_ID}}, COLOUR=blue";
    assert_eq!(quoted(left), left, "a key that is none is nothing to quote");
}

#[test]
fn m189_the_notice_quotes_both_places() {
    let (path, profile) = folder("faulty").into_iter().find(|(path, _)| code(path) == "PRF-342").unwrap();
    let findings = lint(&profile, &around(&path));
    let notice = findings.iter().find(|finding| finding.rule.code == "PRF-342").unwrap();
    assert!(notice.sentence.contains("banner") && notice.sentence.contains("list"), "{notice}");
}

#[test]
fn limits_are_exact() {
    let name = |length: usize| json!({"subject": {"custom": format!("CN={}{{{{DeviceId}}}}", "x".repeat(length - 36))}});
    for (code, within, beyond) in [
        ("PRF-601", json!({"validity": {"months": 24}}), json!({"validity": {"months": 25}})),
        ("PRF-602", json!({"validity": {"days": 5}}), json!({"validity": {"days": 4}})),
        ("PRF-611", json!({"renewal_threshold": 20}), json!({"renewal_threshold": 19})),
        ("PRF-612", json!({"renewal_threshold": 50}), json!({"renewal_threshold": 51})),
        ("PRF-613", json!({"validity": {"days": 150}}), json!({"validity": {"days": 149}})),
        ("PRF-227", name(64), name(65)),
    ] {
        let found = |members| codes(&read(with(device(), members)), &Surroundings::default()).contains(&code);
        assert!(!found(within) && found(beyond), "{code}");
    }
}

#[test]
fn m76_no_mend_is_offered_that_would_be_an_error() {
    let (path, profile) = folder("faulty").into_iter().find(|(path, _)| code(path) == "PRF-122").unwrap();
    let offered = |around: &Surroundings| {
        let findings = lint(&profile, around);
        findings.iter().find(|finding| finding.rule.code == "PRF-122").unwrap().mend.is_some()
    };
    let around = around(&path);
    assert!(offered(&around), "before anything is deployed");
    assert!(!offered(&Surroundings { deployed: Some(Box::new(profile.clone())), ..around }), "afterwards");
}

#[test]
fn m145_of_a_platform_without_profiles_nothing_else_is_said() {
    let linux = read(with(device(), json!({"platform": "linux", "key_size": 1024, "urls": []})));
    assert_eq!(codes(&linux, &surroundings()), ["PRF-111"]);
}

#[test]
fn m6_thumbprints_of_different_hashes_say_nothing() {
    let chosen = |print: String| {
        let root = json!([{"name": "contoso-windows-devices", "thumbprints": [print]}]);
        codes(&read(with(device(), json!({"root_certificates": root}))), &surroundings())
    };
    let (other_sha1, some_sha256) = (chosen("77".repeat(20)), chosen("77".repeat(32)));
    for code in ["PRF-707", "PRF-711"] {
        assert!(other_sha1.contains(&code) && !some_sha256.contains(&code), "{code}");
    }
}
