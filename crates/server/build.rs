//! Puts the repository's documentation into the program: a table of names and texts, for `src/portal/shelf.rs`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folders under `docs/`; the first is `docs/` itself.
const FOLDERS: [&str; 3] = ["", "errors", "profiles"];

/// For whoever builds the program, not for whoever runs it.
const LEFT_OUT: &str = "progress.md";

fn main() -> io::Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").canonicalize()?;
    let mut table = String::from("[\n");
    for folder in FOLDERS {
        println!("cargo:rerun-if-changed={}", docs.join(folder).display());
        let mut pages: Vec<PathBuf> = fs::read_dir(docs.join(folder))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<_>>()?;
        pages.retain(|path| path.extension().is_some_and(|it| it == "md") && !path.ends_with(LEFT_OUT));
        pages.sort();
        for path in pages {
            let name = path.strip_prefix(&docs).map_err(io::Error::other)?;
            // Writing to a String does not fail.
            let _ = writeln!(table, "    ({:?}, include_str!({path:?})),", name.to_string_lossy());
        }
    }
    table.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&out).join("shelf.rs"), table)
}
