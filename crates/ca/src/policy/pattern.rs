//! Text with `*` for any run of characters; compared without regard to case.

use std::fmt;

/// Longest pattern, in characters.
const LIMIT: usize = 256;

/// A pattern such as `*.contoso.com`. `*` is the only special character, and there is no way to mean it literally: no name
/// that a rule can match has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    written: String,
    /// The lower-case text between the stars; one part is a text without a star.
    parts: Vec<String>,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it: it is empty, too long, or has a character that cannot be seen.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("it is empty");
        }
        if text.chars().count() > LIMIT {
            return Err("it is longer than 256 characters");
        }
        if text.chars().any(crate::rejection::shown::is_invisible) {
            return Err("it has a control or invisible character");
        }
        let parts = text.to_lowercase().split('*').map(str::to_owned).collect();
        Ok(Self { written: text.to_owned(), parts })
    }

    /// Whether `lowered`, which is in lower case, is such a text. Takes the first place for each part, so that the time is
    /// bounded by the text's length times the pattern's.
    #[must_use]
    pub fn matches(&self, lowered: &str) -> bool {
        let [first, middle @ .., last] = self.parts.as_slice() else {
            return self.parts.first().is_some_and(|only| only == lowered);
        };
        let Some(mut rest) = lowered.strip_prefix(first.as_str()) else { return false };
        for part in middle {
            let Some(at) = rest.find(part.as_str()) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
        rest.ends_with(last.as_str())
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::parse(pattern).unwrap().matches(&text.to_lowercase())
    }

    #[test]
    fn m69_a_star_is_any_run_of_characters_and_case_does_not_count() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "anything"),
            ("DC*", "dc01"),
            ("*.contoso.com", "A.Contoso.COM"),
            ("*.contoso.com", ".contoso.com"),
            ("a*b*c", "aXbYc"),
            ("a**c", "ac"),
            ("*admin*", "the-Admin-account"),
            ("Müller*", "MÜLLER-PC"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn m69_what_only_looks_alike_does_not_match() {
        for (pattern, text) in [
            ("*.contoso.com", "contoso.com"),
            ("*.contoso.com", "a.contoso.com.evil"),
            ("*.contoso.com", "acontoso.com"),
            ("a.c", "abc"),
            ("ab*ba", "aba"),
            ("a*b*c", "acb"),
            ("abc", "abcd"),
            ("abc", ""),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn m69_patterns_that_say_nothing_are_refused() {
        for text in ["", "a\0", "a\u{202e}b", &"x".repeat(257)] {
            assert!(Pattern::parse(text).is_err(), "{text:?}");
        }
    }
}
