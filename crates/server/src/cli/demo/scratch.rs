//! A directory that vanishes.

use crate::cli::Failure;
use crate::explanation::administrator;
use crate::keys::SystemRandom;
use pki::Random as _;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A directory of this process alone, mode 0700, removed when dropped unless it is to be kept.
pub(in crate::cli) struct Scratch {
    path: PathBuf,
    keep: bool,
}

impl Scratch {
    /// Makes one in the system's temporary directory.
    ///
    /// # Errors
    /// The file system's.
    pub(in crate::cli) fn make(name: &str) -> Result<Scratch, Failure> {
        let mut tail = [0; 8];
        SystemRandom.fill(&mut tail).map_err(|_| failed("the source of randomness did not answer"))?;
        let tail: String = tail.iter().map(|octet| format!("{octet:02x}")).collect();
        let path = std::env::temp_dir().join(format!("{name}-{tail}"));
        // Not recursive: a directory that somebody else made under this name is an error.
        DirBuilder::new().mode(0o700).create(&path).map_err(|error| unwritable(&path, &error))?;
        Ok(Scratch { path, keep: false })
    }

    /// The same, left behind at the end.
    pub(in crate::cli) fn kept(mut self, keep: bool) -> Scratch {
        self.keep = keep;
        self
    }

    pub(in crate::cli) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a new file of mode 0600.
    ///
    /// # Errors
    /// The file system's.
    pub(in crate::cli) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        let path = self.path.join(name);
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path);
        let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
        written.map(|()| path.clone()).map_err(|error| unwritable(&path, &error))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.keep {
            // What cannot be removed is the temporary directory's to clean.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    failed(&format!("{}: {error}", path.display()))
}

fn failed(sentence: &str) -> Failure {
    Failure::new(administrator::SCRATCH, sentence)
}
