use super::{DE, EN, FluentResource, Language, Words};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each text's name, and what is filled in.
fn texts(files: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for file in files {
        assert!(FluentResource::try_new((*file).to_owned()).is_ok(), "not Fluent: {file}");
        let mut current = String::new();
        for line in file.lines() {
            if let Some((name, _)) = line.split_once(" =").filter(|_| line.starts_with(char::is_alphabetic)) {
                current = name.to_owned();
                assert!(found.insert(current.clone(), BTreeSet::new()).is_none(), "{name} is there twice");
            }
            let variables = ["$n", "$x"].into_iter().filter(|one| line.contains(one));
            if let Some(filled) = found.get_mut(&current) {
                filled.extend(variables.map(ToOwned::to_owned));
            }
        }
    }
    found
}

fn files_below(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == ending) {
                found.push(path);
            }
        }
    }
    found
}

/// What templates and handlers ask for by a name that stands there as it is.
fn asked_for() -> BTreeSet<String> {
    let files = files_below("templates", "html").into_iter().chain(files_below("src/portal", "rs"));
    let mut found = BTreeSet::new();
    for file in files.filter(|file| !file.ends_with("tests.rs")) {
        let text = std::fs::read_to_string(file).unwrap();
        for call in [".t(\"", ".n(\"", ".x(\""] {
            let names = text.split(call).skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(names.map(ToOwned::to_owned));
        }
    }
    found
}

#[test]
fn each_language_has_each_text_with_the_same_to_fill_in() {
    let (english, german) = (texts(EN), texts(DE));
    assert_eq!(english, german);
    assert!(english.len() > 20);
}

#[test]
fn each_text_that_is_asked_for_is_there() {
    let (known, asked) = (texts(EN), asked_for());
    let missing: Vec<_> = asked.iter().filter(|one| !known.contains_key(*one)).collect();
    assert!(missing.is_empty(), "no such text: {missing:?}");
    assert!(asked.len() > 10, "{asked:?}");
}

#[test]
fn each_file_of_texts_is_compiled_in() {
    for (folder, files) in [("locales/en", EN), ("locales/de", DE)] {
        assert_eq!(files_below(folder, "ftl").len(), files.len(), "{folder}");
    }
}

#[test]
fn a_browser_gets_the_first_of_its_languages_that_is_here() {
    for (header, language) in [
        ("de-AT,de;q=0.9,en;q=0.8", Language::De),
        ("fr, en-GB;q=0.7, de;q=0.5", Language::En),
        ("fr", Language::En),
        ("", Language::En),
        ("*;q=0.1", Language::En),
    ] {
        assert_eq!(Language::accepted(header), language, "{header}");
    }
}

#[test]
fn numbers_have_their_plural_and_foreign_text_stays_as_it_is() {
    let (english, german) = (Words::of(Language::En), Words::of(Language::De));
    assert_eq!(english.n("count-certificates", 1), "1 certificate");
    assert_eq!(english.n("count-certificates", 2u64), "2 certificates");
    assert_eq!(german.n("count-certificates", 2u64), "2 Zertifikate");
    assert_eq!(english.x("frame-signed-in-as", "{ $n } <b>"), "Signed in as { $n } <b>");
    assert_eq!(english.t("no-such-text"), "no-such-text");
}
