//! The closed list of refusals, and its pages.

#![expect(clippy::disallowed_methods, reason = "the pages are files")]

use ca::rejection::{ALL, Reason, Rejection, Shown, SubjectFault};
use std::collections::HashSet;
use std::path::Path;

fn all() -> impl Iterator<Item = &'static Reason> {
    ALL.iter().copied().flatten()
}

#[test]
fn codes_are_unique_ascending_and_in_their_range() {
    let mut seen = HashSet::new();
    for family in ALL {
        assert!(family.is_sorted_by_key(|reason| reason.code));
        for reason in *family {
            assert!(seen.insert(reason.code), "{} stands twice", reason.code);
            let number = reason.code.number();
            assert!((2000..2700).contains(&number) || (4000..4100).contains(&number), "{}", reason.code);
        }
    }
}

#[test]
fn sentences_are_sentences() {
    for reason in all() {
        for text in [reason.public, reason.fix] {
            assert!(text.ends_with('.') && text.len() > 20, "{}: {text}", reason.code);
            assert!(text.chars().next().unwrap().is_uppercase(), "{}: {text}", reason.code);
        }
    }
}

#[test]
fn m155_every_code_has_its_place_on_a_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for reason in all() {
        let page = reason.page();
        let (file, anchor) = page.split_once('#').unwrap();
        let text = std::fs::read_to_string(root.join(file)).unwrap_or_default();
        let heading = format!("## CHY-{:04}", reason.code.number());
        assert_eq!(anchor, format!("chy-{:04}", reason.code.number()));
        let section = text.split(&format!("{heading}\n")).nth(1);
        let section = section.unwrap_or_else(|| panic!("{file} has no section {heading}"));
        let section = section.split("\n## ").next().unwrap();
        for part in [reason.public, reason.fix, "**Cause.**", "**How to see it.**", "**Fix.**"] {
            assert!(section.contains(part), "{file} {heading} lacks {part:?}");
        }
    }
}

#[test]
fn v29_the_operators_sentence_escapes_what_a_stranger_wrote() {
    let fault = SubjectFault::Empty { attribute: Shown::new("CN=a\n\u{1b}[31mfake log line") };
    let rejection = Rejection::from(fault);
    assert!(!rejection.to_string().contains(['\n', '\u{1b}']));
    assert!(rejection.to_string().starts_with("CHY-2209: "));
    assert_eq!(rejection.page(), "docs/errors/subject.md#chy-2209");
    assert!(!rejection.public().contains("fake"));
}
