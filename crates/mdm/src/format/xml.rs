//! XML as a tree: as much as property lists, SyncML and WLAN profiles need.

mod read;

pub(super) use read::read;

use super::Unwritable;
use core::fmt::Write;

/// An element: text, or other elements. Namespaces are written and not read. A text may be a challenge, and so an
/// element does not print.
#[derive(Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(&'static str, &'static str)>,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// An element with this text.
    pub(super) fn leaf(name: &str, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::new(name) }
    }

    /// An element with these in it.
    pub(super) fn of(name: &str, children: Vec<Self>) -> Self {
        Self { children, ..Self::new(name) }
    }

    pub(super) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.attributes.push((name, value));
        self
    }

    /// The first element with this name in it.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The document, after `prolog`.
    ///
    /// A character that XML 1.0 has no way to write (§2.2) is told under `setting`.
    pub(super) fn document(&self, prolog: &str, setting: &'static str) -> Result<String, Unwritable> {
        let mut out = prolog.to_owned();
        self.write(&mut out, 0).map_err(|character| {
            let code = u32::from(character);
            Unwritable::new(setting, format!("holds U+{code:04X}, which XML cannot; remove the character"))
        })?;
        Ok(out)
    }

    fn write(&self, out: &mut String, depth: usize) -> Result<(), char> {
        let indent = "  ".repeat(depth);
        // Writing to a String does not fail.
        let _ = write!(out, "{indent}<{}", self.name);
        for (name, value) in &self.attributes {
            let _ = write!(out, " {name}=\"{value}\"");
        }
        if self.text.is_empty() && self.children.is_empty() {
            out.push_str("/>\n");
            return Ok(());
        }
        out.push('>');
        if self.children.is_empty() {
            escape(&self.text, out)?;
        } else {
            out.push('\n');
            self.children.iter().try_for_each(|child| child.write(out, depth + 1))?;
            out.push_str(&indent);
        }
        let _ = writeln!(out, "</{}>", self.name);
        Ok(())
    }
}

/// Whether XML 1.0 has the character (§2.2).
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn escape(text: &str, out: &mut String) -> Result<(), char> {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            // `]]>` may not stand in text (§2.4).
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // A reader makes a new line of what stands there as it is (§2.11).
            '\r' => out.push_str("&#13;"),
            c if is_allowed(c) => out.push(c),
            c => return Err(c),
        }
    }
    Ok(())
}
