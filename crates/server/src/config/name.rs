//! Names that stand in URLs, file names and labels.

use std::fmt;

use super::problem::{Code, Problem};

/// Name of a SCEP endpoint: the segment after `/scep/`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EndpointName(String);

impl EndpointName {
    /// Believes `text`: 1 to 64 of `a-z 0-9 - _`, first a letter or digit.
    ///
    /// # Errors
    /// The problem at `key`, where `text` is anything else.
    pub fn believe(key: &str, text: &str) -> Result<Self, Problem> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        let starts_well = !text.starts_with(['-', '_']);
        if (1..=64).contains(&text.len()) && starts_well && text.chars().all(allowed) {
            return Ok(Self(text.to_owned()));
        }
        Err(Problem::new(Code::Rule, key, text)
            .rule("a name is 1 to 64 of a-z, 0-9, '-' and '_', and starts with a letter or digit")
            .fix(r#"give it a short name, such as name = "windows-devices""#))
    }

    /// The name as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EndpointName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
