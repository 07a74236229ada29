//! Whatever this program refuses is explained on a page, and the pages explain nothing else.

use crate::house::{assert_none, paths, texts};
use chancery::explanation::{Entry, catalogue};
use std::collections::{BTreeMap, BTreeSet};

const PAGES: &str = "docs/errors/";

/// Every `## CHY-nnnn` section of the pages, by page and code.
fn sections() -> BTreeMap<(String, String), Vec<String>> {
    let mut found: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for page in texts(&[".md"]).iter().filter(|text| text.path.starts_with(PAGES)) {
        for section in page.text.split("\n## ").skip(1) {
            let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
            let key = (page.path.clone(), heading.trim().to_owned());
            found.entry(key).or_default().push(body.to_owned());
        }
    }
    found
}

fn anchor(page: &str, code: &str) -> String {
    format!("{page}#{}", code.to_ascii_lowercase())
}

/// Everything that looks like a code in `text`.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    let candidates = text.match_indices("CHY-").filter_map(|(at, _)| text.get(at..at + 8));
    candidates.filter(|code| code.bytes().skip(4).all(|byte| byte.is_ascii_digit()))
}

#[test]
fn every_code_stands_in_one_table_with_sentence_and_fix() {
    let mut seen = BTreeSet::new();
    for entry in catalogue() {
        assert!(seen.insert(entry.number), "{entry} stands twice");
        assert!((1000..7000).contains(&entry.number), "{entry}");
        for text in [entry.sentence, entry.fix] {
            let whole = text.ends_with('.') && text.starts_with(|first: char| first.is_uppercase());
            assert!(whole && text.len() > 10 && !text.contains("  "), "{entry}: {text:?}");
        }
    }
    assert!(seen.len() > 170, "{}", seen.len());
}

#[test]
fn every_code_has_one_section_with_its_sentence_cause_sight_and_fix() {
    let sections = sections();
    let lacks = |entry: &Entry| {
        let page = entry.page();
        let key = (page.split('#').next().unwrap_or_default().to_owned(), entry.to_string());
        match sections.get(&key).map(Vec::as_slice) {
            Some([body]) => {
                let parts = [entry.sentence, "**Cause.** ", "**How to see it.** ", "**Fix.** "];
                let missing = parts.into_iter().find(|part| !body.contains(part));
                missing.map(|part| format!("{page} lacks {part:?}"))
            }
            Some(_) => Some(format!("{page} stands twice")),
            None => Some(format!("{page} is not there")),
        }
    };
    assert_none("a code is not explained", &catalogue().iter().filter_map(lacks).collect::<Vec<_>>());
}

#[test]
fn no_page_explains_a_code_that_nobody_says() {
    let said: BTreeSet<String> = catalogue().iter().map(|entry| entry.page()).collect();
    let stray: Vec<String> = sections()
        .keys()
        .filter(|(_, code)| code.starts_with("CHY-"))
        .map(|(page, code)| anchor(page, code))
        .filter(|anchor| !said.contains(anchor))
        .collect();
    assert_none("a page explains a code that nobody says", &stray);
}

#[test]
fn a_code_in_source_or_documents_is_one_of_the_table() {
    let known: BTreeSet<String> = catalogue().iter().map(ToString::to_string).collect();
    let mut unknown = Vec::new();
    for text in texts(&[".rs", ".md", ".toml", ".html"]) {
        // Tests may name codes that do not exist.
        if !text.path.contains("/tests/") {
            let stray = codes(&text.text).filter(|code| !known.contains(*code));
            unknown.extend(stray.map(|code| format!("{} says {code}", text.path)));
        }
    }
    assert_none("a code is in no table", &unknown);
}

#[test]
fn links_between_the_pages_lead_somewhere() {
    let (files, sections) = (paths(), sections());
    let mut dangling = Vec::new();
    let mut followed = 0;
    for page in texts(&[".md"]).iter().filter(|text| text.path.starts_with(PAGES)) {
        let links = page.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.contains("://")) {
            let (file, code) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.path.clone() } else { format!("{PAGES}{file}") };
            let there = sections.contains_key(&(target.clone(), code.to_ascii_uppercase()));
            if !files.contains(&target) || !(code.is_empty() || there) {
                dangling.push(format!("{}: {link}", page.path));
            }
            followed += 1;
        }
    }
    assert_none("a link leads nowhere", &dangling);
    assert!(followed > 10, "{followed} links");
}

#[test]
fn every_page_is_in_the_index() {
    let index = texts(&[".md"]).into_iter().find(|text| text.path == format!("{PAGES}README.md"));
    let index = index.expect("the index").text;
    let forgotten: Vec<String> = paths()
        .into_iter()
        .filter_map(|path| path.strip_prefix(PAGES).map(str::to_owned))
        .filter(|page| page != "README.md" && !index.contains(&format!("]({page})")))
        .collect();
    assert_none("a page is not in the index", &forgotten);
}

#[test]
fn control_what_looks_like_a_code_is_found() {
    let found: Vec<&str> = codes("CHY-1xxx, CHY-9999: (CHY-2104) CHY-12").collect();
    assert_eq!(found, ["CHY-9999", "CHY-2104"]);
}
