//! What a token is called.

use std::fmt;

/// Name of an API token, for people and for the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenName(String);

impl TokenName {
    /// Believes `text`: 1 to 64 of `A-Z a-z 0-9 - _ .`, first a letter or digit; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<TokenName> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let starts_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        let good = text.len() <= 64 && starts_well && text.chars().all(allowed);
        good.then(|| TokenName(text.to_owned()))
    }

    /// The name as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::TokenName;

    #[test]
    fn a_name_is_short_and_plain() {
        for good in ["a", "help-desk", "9.MDM_2", &"n".repeat(64)] {
            assert!(TokenName::parse(good).is_some(), "{good}");
        }
        for bad in ["", "-a", ".", "a b", "a\n", "ä", "a\"", &"n".repeat(65)] {
            assert!(TokenName::parse(bad).is_none(), "{bad}");
        }
    }
}
