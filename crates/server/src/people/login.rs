//! What somebody signs in as, and is called.

use std::fmt;

/// The name that somebody signs in with: an e-mail address or a short name. In lower case, so that one person has one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Login(String);

impl Login {
    /// Believes `text`: 1 to 254 of `A-Z a-z 0-9 . @ _ + -`, first and last a letter or digit; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Login> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '_' | '+' | '-');
        let edge = |c: char| c.is_ascii_alphanumeric();
        let good =
            text.len() <= 254 && text.starts_with(edge) && text.ends_with(edge) && text.chars().all(allowed);
        good.then(|| Login(text.to_ascii_lowercase()))
    }

    /// In lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a person is called on pages: 1 to 100 characters, none of them a control or one that turns the direction of text.
#[must_use]
pub fn display_name(text: &str) -> Option<String> {
    let text = text.trim();
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let count = text.chars().count();
    let good = (1..=100).contains(&count) && !text.chars().any(|c| c.is_control() || turns(c));
    good.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Login, display_name};

    #[test]
    fn a_login_is_plain_and_has_one_spelling() {
        for good in ["ada", "Ada.Lovelace+pki@example.com", "a", &"n".repeat(254)] {
            assert_eq!(Login::parse(good).unwrap().as_str(), good.to_lowercase());
        }
        for bad in ["", "@a", "a@", "a b", "a\n", "ä", "a\"", "<b>", &"n".repeat(255)] {
            assert_eq!(Login::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_display_name_cannot_turn_the_text_around() {
        assert_eq!(display_name(" Ada Lovelace ").as_deref(), Some("Ada Lovelace"));
        for bad in ["", "  ", "a\u{202e}b", "a\nb", "\u{feff}x", &"ä".repeat(101)] {
            assert_eq!(display_name(bad), None, "{bad:?}");
        }
    }
}
