//! Runs `openssl`, and other judges, in a directory of their own.

#![expect(clippy::disallowed_methods, reason = "the judge is another program, with files of its own")]

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory for one test, removed when it ends.
pub(crate) struct Desk(PathBuf);

impl Desk {
    pub(crate) fn new() -> Desk {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("chancery-pki-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Desk(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Runs `openssl` with these words (split at spaces) and gives what it printed; it must succeed.
    pub(crate) fn openssl(&self, words: &str) -> String {
        let (printed, succeeded) = self.run("openssl", words);
        assert!(succeeded, "openssl {words}: {printed}");
        printed
    }

    /// Runs a program with these words (split at spaces) and gives what it printed, and whether it succeeded.
    pub(crate) fn run(&self, program: &str, words: &str) -> (String, bool) {
        let output = Command::new(program).args(words.split(' ')).current_dir(&self.0).output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        (String::from_utf8_lossy(&printed).into_owned(), output.status.success())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
