//! A row as one line of JSON.

use super::hex;
use crate::store::AuditRow;
use serde_json::Value;

/// `{"sequence":…,"at":…,"hash":…,"event":{…}}`, without line break. `event` is the text that the hash covers, except where a
/// character in it would end a line for somebody.
#[must_use]
pub fn line(row: &AuditRow) -> String {
    let (hash, event) = (hex(&row.hash), on_one_line(&row.event));
    format!(r#"{{"sequence":{},"at":"{}","hash":"{hash}","event":{event}}}"#, row.sequence, row.at)
}

/// JSON without any character at which a reader could break the line; a text that is no JSON becomes a JSON string.
pub(super) fn on_one_line(event: &str) -> String {
    let compact = |event: &str| match serde_json::from_str::<Value>(event) {
        Ok(value) => value.to_string(),
        Err(_) => Value::from(event).to_string(),
    };
    // What stands in the store is compact, as it was written; anything else is written anew.
    let sound =
        serde_json::from_str::<serde::de::IgnoredAny>(event).is_ok() && !event.contains(char::is_control);
    let text = if sound { event.to_owned() } else { compact(event) };
    // These can stand only in strings of JSON, where an escape is the same (RFC 8259 §7).
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if breaks(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
        out
    })
}

/// Control characters, which JSON lets through from U+007F on, and Unicode's two separators.
pub(super) fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki::Time;

    fn row(event: &str) -> AuditRow {
        AuditRow { sequence: 7, at: Time::from_unix(0), event: event.to_owned(), hash: [0xab; 32] }
    }

    #[test]
    fn a_row_keeps_its_text() {
        let event = r#"{"event":"a.b","detail":{"z":1,"a":"ü\n"}}"#;
        let hash = "ab".repeat(32);
        let expected =
            format!(r#"{{"sequence":7,"at":"1970-01-01T00:00:00Z","hash":"{hash}","event":{event}}}"#);
        assert_eq!(line(&row(event)), expected);
    }

    #[test]
    fn t80_no_row_is_two_lines() {
        for event in [
            "{\"event\":\"a\",\n\"detail\":\"x\u{2028}{\u{85}\u{7f}\"}",
            "no JSON\r\n{\"sequence\":1}",
            "\u{2029}",
            "",
        ] {
            let line = line(&row(event));
            assert!(!line.chars().any(breaks), "{line:?}");
            let value: Value = serde_json::from_str(&line).unwrap();
            let expected = serde_json::from_str(event).unwrap_or_else(|_| Value::from(event));
            assert_eq!(value["event"], expected);
        }
    }
}
