//! The trusted certificates that a profile refers to.

use super::invalid::{Invalid, read_from_text};
use core::fmt;
use serde::{Deserialize, Serialize};

/// A certificate's thumbprint: SHA-1, which Windows compares (contract §15), or SHA-256. In hexadecimal, in any letter
/// case, with colons or spaces as Windows and OpenSSL show it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Thumbprint(String);

impl Thumbprint {
    /// Reads a thumbprint.
    ///
    /// # Errors
    /// Neither 20 nor 32 octets in hexadecimal.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits: String = text.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
        let fits = matches!(digits.len(), 40 | 64) && digits.chars().all(|c| c.is_ascii_hexdigit());
        let rule = "20 octets (SHA-1) or 32 (SHA-256) in hexadecimal";
        fits.then(|| Self(digits.to_ascii_uppercase())).ok_or(Invalid { setting: "thumbprints", rule })
    }

    /// Whether it is of SHA-1.
    #[must_use]
    pub const fn is_sha1(&self) -> bool {
        self.0.len() == 40
    }

    /// Its 20 or 32 octets.
    #[must_use]
    pub fn octets(&self) -> Vec<u8> {
        let digit = |octet: &u8| char::from(*octet).to_digit(16).unwrap_or_default();
        let octet = |[high, low]: &[u8; 2]| u8::try_from(digit(high) << 4 | digit(low)).unwrap_or_default();
        self.0.as_bytes().as_chunks::<2>().0.iter().map(octet).collect()
    }
}

/// Whether no thumbprint of the one list is in the other, though there are two of the same hash: the lists are of
/// different certificates.
#[must_use]
pub(crate) fn differ(ours: &[Thumbprint], theirs: &[Thumbprint]) -> bool {
    let comparable = ours.iter().any(|one| theirs.iter().any(|two| one.is_sha1() == two.is_sha1()));
    comparable && !ours.iter().any(|one| theirs.contains(one))
}

impl fmt::Display for Thumbprint {
    /// In upper case without separators.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

read_from_text!(Thumbprint);

/// A reference to a Trusted certificate profile (M88).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootCertificate {
    /// The name of that profile.
    pub name: String,
    /// Thumbprints of the certificate in it, for whoever checks it against the chain that is served (M6).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thumbprints: Vec<Thumbprint>,
}
