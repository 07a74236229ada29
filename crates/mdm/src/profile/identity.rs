//! The name that a profile is referred to by.

use super::invalid::{Invalid, read_from_text};
use core::fmt;
use serde::{Deserialize, Serialize};

const LONGEST: usize = 64;

/// The identity of a profile: 1 to 64 ASCII letters, digits, `-`, `_` and `.`, so that it can stand in a file's name, in
/// a URL and in a log. Its display name is another setting, and may change (M23).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProfileName(String);

impl ProfileName {
    /// Reads a name.
    ///
    /// # Errors
    /// Empty, too long, or another character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let permitted = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let fits = (1..=LONGEST).contains(&text.len()) && text.chars().all(permitted);
        let invalid = Invalid { setting: "name", rule: "1 to 64 letters, digits, `-`, `_` or `.`" };
        fits.then(|| Self(text.to_owned())).ok_or(invalid)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

read_from_text!(ProfileName);
