//! Text of a stranger, made fit to be read in a log or on a terminal.

use pki::name::Name;
use std::fmt;

/// Longest text shown, in characters; the rest is cut and said to be cut.
const LIMIT: usize = 200;

/// Foreign text with control and invisible characters escaped, at most 200 characters long.
///
/// Log and terminal injection (ANSI sequences, new lines, right-to-left overrides) end here: a rejection can hold
/// foreign text in this type only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown(Box<str>);

impl Shown {
    /// Escapes and cuts `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::escaping(text, |character| is_invisible(character) || character == '\\')
    }

    /// A name, cut. Its text escapes with backslashes itself (RFC 4514 §2.4).
    #[must_use]
    pub fn name(name: &Name) -> Self {
        Self::escaped(&name.to_string())
    }

    /// Cuts text that was escaped with backslashes before; what a reader cannot see in it all the same is escaped.
    #[must_use]
    pub fn escaped(text: &str) -> Self {
        Self::escaping(text, is_invisible)
    }

    fn escaping(text: &str, escaped: impl Fn(char) -> bool) -> Self {
        let mut shown = String::with_capacity(text.len().min(LIMIT));
        for (count, character) in text.chars().enumerate() {
            if count == LIMIT {
                shown.push_str("… (cut)");
                break;
            }
            if escaped(character) {
                shown.extend(character.escape_default());
            } else {
                shown.push(character);
            }
        }
        Self(shown.into())
    }

    /// A list of values, each escaped, with commas between.
    #[must_use]
    pub fn list<T: fmt::Display>(values: impl IntoIterator<Item = T>) -> Self {
        let joined: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        if joined.is_empty() { Self("none".into()) } else { Self::new(&joined.join(", ")) }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// Whether a reader cannot see `character`: control characters, and the format characters that turn, join or hide
/// text (Unicode TR 36 §3.7). No name of a subject needs one, and each can make two names look alike.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v29_control_and_bidi_characters_are_escaped() {
        let shown = Shown::new("a\n\u{1b}[31m\u{202e}b\\").to_string();
        assert_eq!(shown, "a\\n\\u{1b}[31m\\u{202e}b\\\\");
    }

    #[test]
    fn v19_long_text_is_cut() {
        let shown = Shown::new(&"é".repeat(5000)).to_string();
        assert!(shown.chars().count() < 210 && shown.ends_with("(cut)"));
    }

    #[test]
    fn ordinary_text_of_many_scripts_is_untouched() {
        for text in ["Jürgen Groß", "山田太郎", "Ольга", "o'Brien, A+B=C;#"] {
            assert_eq!(Shown::new(text).to_string(), text);
        }
    }
}
