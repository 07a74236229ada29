//! Keys and certificates by the openssl command, and its judgement of signatures.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory that goes away with the test.
pub(crate) struct Workshop(PathBuf);

impl Drop for Workshop {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Workshop {
    pub(crate) fn open() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("chancery-intune-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Runs `openssl` with these words in this directory.
    pub(crate) fn openssl(&self, words: &str) -> bool {
        let output = Command::new("openssl").args(words.split(' ')).current_dir(&self.0).output().unwrap();
        output.status.success()
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(Path::new(name))).unwrap()
    }

    pub(crate) fn write(&self, name: &str, octets: &[u8]) {
        std::fs::write(self.0.join(Path::new(name)), octets).unwrap();
    }

    /// `{name}.der` and `{name}.key` (PKCS#8): self-signed, RSA-2048, good for 127.0.0.1 and localhost.
    pub(crate) fn certificate(&self, name: &str) -> (Vec<u8>, Vec<u8>) {
        let san = "subjectAltName=IP:127.0.0.1,DNS:localhost";
        let make = format!(
            "req -x509 -newkey rsa:2048 -nodes -keyout {name}.pem -subj /CN={name} -days 2 -addext {san} -addext basicConstraints=critical,CA:FALSE -outform DER -out {name}.der"
        );
        assert!(self.openssl(&make));
        assert!(self.openssl(&format!("pkcs8 -topk8 -nocrypt -in {name}.pem -outform DER -out {name}.key")));
        (self.read(&format!("{name}.der")), self.read(&format!("{name}.key")))
    }
}
