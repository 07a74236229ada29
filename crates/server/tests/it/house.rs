//! The tree as the fences see it: where the repository is, which files it holds.

use std::path::{Path, PathBuf};

/// Folders that hold nothing of ours: build output, downloads, what the fuzzers leave behind.
const NOT_OURS: [&str; 7] = ["target", ".git", ".venv", "corpus", "artifacts", "node_modules", "seeds"];

/// The four crates that may not touch the world.
pub(crate) const PURE: [&str; 4] = ["pki", "scep", "ca", "mdm"];

/// A text file of the repository.
pub(crate) struct Text {
    /// Path from the repository's root, with forward slashes.
    pub(crate) path: String,
    /// Its whole content.
    pub(crate) text: String,
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository's root")
}

/// Every file's path from the root, whatever it holds.
pub(crate) fn paths() -> Vec<String> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
            if path.is_dir() && !path.is_symlink() {
                if !NOT_OURS.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if let Ok(inside) = path.strip_prefix(&root) {
                found.push(inside.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// The files whose path ends in one of `endings`, read.
pub(crate) fn texts(endings: &[&str]) -> Vec<Text> {
    let root = root();
    paths()
        .into_iter()
        .filter(|path| endings.iter().any(|ending| path.ends_with(ending)))
        .filter_map(|path| Some(Text { text: std::fs::read_to_string(root.join(&path)).ok()?, path }))
        .collect()
}

/// Fails with one line per finding, so that a red fence says all it has to say at once.
#[track_caller]
pub(crate) fn assert_none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n  {}", findings.join("\n  "));
}
