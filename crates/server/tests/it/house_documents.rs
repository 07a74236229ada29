//! A document that names a file which is gone is worse than none: every path named in a *.md exists.

use crate::house::{Text, assert_none, paths, texts};

/// Top folders of this repository; a word in a document that starts with one is meant as a path of it.
const TOPS: [&str; 7] = ["crates/", "docs/", "interop/", "fuzz/", "samples/", ".ci/", ".github/"];

/// Names that stand for any file.
const EXAMPLES: [&str; 2] = ["foo.rs", "mod.rs"];

/// The words of a document that stand for files: in backticks, or the target of a link.
fn named(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            found.extend(line.split('`').skip(1).step_by(2).filter(|word| is_path(word)).map(str::to_owned));
            let links = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            found.extend(links.filter(|link| is_link(link)).map(str::to_owned));
        }
    }
    found
}

fn is_plain(word: &str) -> bool {
    !word.is_empty() && !word.contains([' ', '*', '<', '{', '…', '$', '(', ':', '"', '=', ','])
}

fn is_path(word: &str) -> bool {
    is_plain(word)
        && !word.starts_with('/')
        && !EXAMPLES.contains(&word)
        && (TOPS.iter().any(|top| word.starts_with(top)) || word.ends_with(".rs"))
}

fn is_link(link: &str) -> bool {
    is_plain(link) && !link.starts_with('#')
}

/// Whether `word`, said in the document at `document`, is a file or a folder of `files`: from the root, from beside the
/// document, or, as documents say `http/scep.rs`, as the end of a path.
fn exists(word: &str, document: &str, files: &[String]) -> bool {
    let word = word.split('#').next().unwrap_or(word).trim_start_matches("./").trim_end_matches('/');
    let mut beside: Vec<&str> = document.split('/').collect();
    beside.pop();
    for part in word.split('/') {
        if part == ".." { beside.pop().map_or((), drop) } else { beside.push(part) }
    }
    let beside = beside.join("/");
    let ends = format!("/{word}");
    let is = |file: &String, path: &str| file == path || file.starts_with(&format!("{path}/"));
    files
        .iter()
        .any(|file| is(file, word) || is(file, &beside) || (word.ends_with(".rs") && file.ends_with(&ends)))
}

fn dangling(document: &Text, files: &[String]) -> Vec<String> {
    let gone = |word: &String| !exists(word, &document.path, files);
    named(&document.text)
        .into_iter()
        .filter(gone)
        .map(|word| format!("{} names {word}", document.path))
        .collect()
}

#[test]
fn every_path_named_in_a_document_exists() {
    let files = paths();
    let findings: Vec<String> =
        texts(&[".md"]).iter().flat_map(|document| dangling(document, &files)).collect();
    assert_none("a document names a file that is not there", &findings);
}

#[test]
fn control_a_file_that_is_gone_is_found() {
    let files = ["crates/pki/src/name.rs".to_owned(), "docs/errors/scep.md".to_owned()];
    let document = |text: &str| Text { path: "docs/book.md".to_owned(), text: text.to_owned() };
    let good = "`name.rs` `src/name.rs` `crates/pki/` [x](errors/scep.md#chy-1001) [y](../docs/errors/scep.md)\n```\n`gone.rs`\n```";
    assert!(dangling(&document(good), &files).is_empty());
    let bad = "see `crates/pki/src/gone.rs`, `gone.rs` and [that](errors/gone.md)";
    assert_eq!(dangling(&document(bad), &files).len(), 3);
}
