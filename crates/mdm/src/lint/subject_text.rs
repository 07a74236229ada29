//! A subject's text as written, in parts that still have their quotation marks: for mends that leave the rest alone.

use crate::subject::{AttributeType, Subject};

/// A part of the text: what separates it from the one before, and `key=value`, white space included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) separator: Option<char>,
    pub(super) text: String,
}

impl Part {
    fn pair(&self) -> Option<(&str, &str)> {
        self.text.split_once('=')
    }

    /// The type of its attribute, if it begins with a key.
    pub(super) fn kind(&self) -> Option<AttributeType> {
        AttributeType::parse(self.pair()?.0.trim())
    }

    /// What stands after the key, without white space around it.
    pub(super) fn value(&self) -> &str {
        self.pair().map_or("", |(_, value)| value.trim())
    }

    /// The same part with another value.
    pub(super) fn with_value(&self, value: &str) -> Self {
        let key = self.pair().map_or("", |(key, _)| key);
        Self { separator: self.separator, text: format!("{key}={value}") }
    }

    /// The same part with another key.
    pub(super) fn with_key(&self, key: &str) -> Self {
        let value = self.pair().map_or("", |(_, value)| value);
        let blank: String = self.text.chars().take_while(|c| c.is_whitespace()).collect();
        Self { separator: self.separator, text: format!("{blank}{key}={value}") }
    }

    pub(super) fn is_quoted(&self) -> bool {
        self.value().starts_with('"')
    }
}

fn separates(c: char) -> bool {
    matches!(c, ',' | ';' | '+' | '\n' | '\r')
}

fn is_special(c: char) -> bool {
    separates(c) || matches!(c, '=' | '"')
}

/// Takes the text apart at separators that stand neither within quotation marks nor after a backslash.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut part = Part { separator: None, text: String::new() };
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        let within = quoted || escaped;
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !within;
        if separates(c) && !within {
            parts.push(core::mem::replace(&mut part, Part { separator: Some(c), text: String::new() }));
        } else {
            part.text.push(c);
        }
    }
    parts.push(part);
    parts
}

/// The text again.
pub(super) fn joined(parts: &[Part]) -> String {
    parts.iter().flat_map(|part| part.separator.into_iter().chain(part.text.chars())).collect()
}

/// The text with every value in quotation marks that needs them and no backslash before a separator (M65); `None` where
/// no subject comes of it.
pub(super) fn requoted(text: &str) -> Option<String> {
    let mut values: Vec<Part> = Vec::new();
    for part in parts(text) {
        match (part.kind(), values.last_mut()) {
            (Some(_), _) => values.push(part),
            // A word before `=` is more likely a key that is misspelt than a part of a value.
            (None, Some(last)) if !part.text.contains('=') => {
                last.text.extend(part.separator);
                last.text.push_str(&part.text);
            }
            _ => return None,
        }
    }
    let quoted: Vec<Part> = values.iter().map(|part| part.with_value(&quoted(part.value()))).collect();
    Some(joined(&quoted)).filter(|text| Subject::parse(text).is_ok())
}

/// The value without backslashes before separators, in quotation marks if it needs them.
fn quoted(value: &str) -> String {
    if value.starts_with('"') {
        return value.to_owned();
    }
    let mut plain = String::new();
    let mut rest = value.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' || !rest.peek().is_some_and(|next| is_special(*next)) {
            plain.push(c);
        }
    }
    let needed = plain.contains(is_special);
    if needed { format!("\"{}\"", plain.replace('"', "\"\"")) } else { plain }
}
