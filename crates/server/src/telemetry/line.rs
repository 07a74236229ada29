//! One log line: text for people or an object for programs, control characters escaped in both.

use std::fmt::{self, Write as _};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Level, Metadata};

/// The fields of an event and of the spans around it, in order.
#[derive(Clone, Default)]
pub(super) struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, Value::String(format!("{value:?}")));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Value::String(value.to_owned()));
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }
}

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        let name = if field.name() == "message" { "msg" } else { field.name() };
        self.0.insert(name.to_owned(), value);
    }

    /// These, and those of `inner` over them.
    pub(super) fn with(mut self, inner: Self) -> Self {
        self.0.extend(inner.0);
        self
    }

    /// By name.
    pub(super) fn into_map(self) -> Map<String, Value> {
        self.0
    }

    /// `{"ts":…,"level":…,"target":…,"msg":…,…}`.
    pub(super) fn json(mut self, now: &str, metadata: &Metadata<'_>) -> String {
        let mut line = Map::new();
        line.insert("ts".to_owned(), now.into());
        line.insert("level".to_owned(), level(*metadata.level()).into());
        line.insert("target".to_owned(), metadata.target().into());
        line.insert("msg".to_owned(), self.0.remove("msg").unwrap_or_default());
        line.extend(self.0);
        Value::Object(line).to_string()
    }

    /// `time LEVEL message key=value …`.
    pub(super) fn text(mut self, now: &str, metadata: &Metadata<'_>) -> String {
        let message = self.0.remove("msg").map_or_else(String::new, |value| plain(&value));
        let mut line = format!("{now} {:5} {message}", level(*metadata.level()).to_ascii_uppercase());
        for (name, value) in &self.0 {
            // Writing into a String cannot fail.
            let _ = write!(line, " {name}={}", quoted(value));
        }
        line
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// Without quotes; a line break from a device must not start a line of its own (threat: forged log lines).
fn plain(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if hostile(c) {
            out.extend(c.escape_default())
        } else {
            out.push(c)
        }
        out
    })
}

fn quoted(value: &Value) -> String {
    let text = plain(value);
    let bare = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '=');
    if !value.is_string() || (!text.is_empty() && text.chars().all(bare)) {
        return text;
    }
    format!("\"{}\"", text.replace('"', "\\\""))
}

/// Control characters, and those that turn the direction of writing.
fn hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_can_neither_start_a_line_nor_steer_a_terminal() {
        let forged =
            Value::String("x\r\n2026-11-21T00:00:00Z INFO  issued\u{1b}[2J\u{202e}\u{2028}\"".to_owned());
        let shown = quoted(&forged);
        assert!(!shown.chars().any(hostile), "{shown:?}");
        assert!(shown.starts_with("\"x\\r\\n2026") && shown.ends_with("\\\"\""), "{shown}");
    }

    #[test]
    fn plain_words_and_numbers_stand_without_quotes() {
        assert_eq!(quoted(&"GetCACaps".into()), "GetCACaps");
        assert_eq!(quoted(&"two words".into()), "\"two words\"");
        assert_eq!(quoted(&"a=b".into()), "\"a=b\"");
        assert_eq!(quoted(&"".into()), "\"\"");
        assert_eq!(quoted(&7.into()), "7");
    }
}
