use std::fmt;

use zeroize::Zeroizing;

/// A challengePassword (RFC 8894 §2.4, RFC 2985 §5.4.1). A secret: it is never shown, and wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge(Zeroizing<String>);

impl Challenge {
    /// Takes the text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself, for the one who checks it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge(…)")
    }
}
