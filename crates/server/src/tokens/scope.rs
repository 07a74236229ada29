//! What a token may do.

use serde::{Serialize, Serializer};
use std::fmt;

/// A right of the administrative API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Make one-time challenges.
    ChallengeNew,
    /// Read certificates, and why each is good or not.
    CertRead,
    /// Revoke certificates, hold them and end a hold.
    CertRevoke,
    /// Replace the list of devices and users that an endpoint follows.
    DirectoryWrite,
}

impl Scope {
    /// All of them.
    pub const ALL: [Scope; 4] =
        [Scope::ChallengeNew, Scope::CertRead, Scope::CertRevoke, Scope::DirectoryWrite];

    /// As the command line, the store and the audit write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::ChallengeNew => "challenge.new",
            Scope::CertRead => "cert.read",
            Scope::CertRevoke => "cert.revoke",
            Scope::DirectoryWrite => "directory.write",
        }
    }

    /// The scope of that word, exactly.
    #[must_use]
    pub fn parse(word: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
