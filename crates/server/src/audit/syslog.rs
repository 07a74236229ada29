//! A row as a syslog message (RFC 5424).

use super::export::{breaks, on_one_line};
use super::hex;
use crate::store::AuditRow;
use serde_json::Value;

/// Facility 13, log audit (RFC 5424 §6.2.1).
const FACILITY: u8 = 13;
/// Severity 5, notice: normal but significant.
const NOTICE: u8 = 5;
/// Severity 4, warning: somebody was refused.
const WARNING: u8 = 4;
/// SD-ID of our parameters. 32473 is the number that RFC 5612 sets aside for whoever has none.
const ID: &str = "chancery@32473";
/// Members of an event's particulars that are parameters, too, so that a collector finds them without reading JSON.
const SHOWN: [&str; 5] = ["by", "code", "endpoint", "transaction", "reason"];
/// Characters of a parameter's value that are kept.
const LONGEST_VALUE: usize = 256;

/// Octets of a message that every collector takes by default (rsyslog: 8 KiB).
pub const LIMIT: usize = 8_000;

/// Whose rows they are.
#[derive(Clone, Debug)]
pub struct Sender {
    host: String,
    process: u32,
}

impl Sender {
    /// This process, on the host of that name.
    #[must_use]
    pub fn new(host: &str) -> Sender {
        Sender { host: field(host, 255), process: std::process::id() }
    }

    /// The message for a row: one line, without its end. One of more than `limit` octets has only the row's kind as its text.
    #[must_use]
    pub fn message(&self, row: &AuditRow, limit: usize) -> String {
        let event: Value = serde_json::from_str(&row.event).unwrap_or_default();
        let kind = event["event"].as_str().unwrap_or_default();
        let severity = if kind.ends_with(".refused") { WARNING } else { NOTICE };
        let header = format!(
            "<{}>1 {} {} chancery {} {}",
            FACILITY * 8 + severity,
            row.at,
            self.host,
            self.process,
            field(kind, 32)
        );
        let data = structured(row, kind, &event);
        let text = with_mark(on_one_line(&row.event));
        let whole = format!("{header} {data} {text}");
        if whole.len() <= limit {
            return whole;
        }
        let text =
            with_mark(on_one_line(&serde_json::json!({ "event": kind, "left_out": "detail" }).to_string()));
        format!("{header} {data} {text}")
    }
}

/// RFC 5424 §6.4: text in UTF-8 begins with a byte order mark. What is ASCII needs none, and most collectors show it.
fn with_mark(text: String) -> String {
    if text.is_ascii() { text } else { format!("\u{feff}{text}") }
}

fn structured(row: &AuditRow, kind: &str, event: &Value) -> String {
    let mut data = format!(r#"[{ID} seq="{}" hash="{}""#, row.sequence, hex(&row.hash));
    let mut add = |name: &str, value: &str| data.push_str(&format!(r#" {name}="{}""#, parameter(value)));
    add("event", kind);
    if let Some(id) = event["certificate"].as_i64() {
        add("certificate", &id.to_string());
    }
    for name in SHOWN {
        if let Some(value) = event["detail"][name].as_str() {
            add(name, value);
        }
    }
    data.push(']');
    data
}

/// RFC 5424 §6.3.3: a quotation mark, a backslash and a closing bracket are escaped. A character that breaks lines is shown by
/// its escape, whose backslash is escaped in turn.
fn parameter(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars().take(LONGEST_VALUE) {
        let shown: String = if breaks(c) { c.escape_default().collect() } else { c.into() };
        for c in shown.chars() {
            if matches!(c, '"' | '\\' | ']') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

/// A field of the header: PRINTUSASCII, of at most so many characters; `-` where there is none (RFC 5424 §6).
fn field(text: &str, most: usize) -> String {
    let kept: String = text.chars().filter(char::is_ascii_graphic).take(most).collect();
    if kept.is_empty() { "-".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki::Time;

    fn message(event: &str) -> String {
        let row = AuditRow { sequence: 7, at: Time::from_unix(0), event: event.to_owned(), hash: [0xab; 32] };
        Sender { host: "ca.example".into(), process: 12 }.message(&row, LIMIT)
    }

    #[test]
    fn rfc_5424_header_data_and_text() {
        let event = r#"{"event":"certificate.revoked","certificate":3,"detail":{"by":"token desk"}}"#;
        let hash = "ab".repeat(32);
        assert_eq!(
            message(event),
            format!(
                "<109>1 1970-01-01T00:00:00Z ca.example chancery 12 certificate.revoked [chancery@32473 seq=\"7\" \
                 hash=\"{hash}\" event=\"certificate.revoked\" certificate=\"3\" by=\"token desk\"] {event}"
            )
        );
        assert!(message(r#"{"event":"token.refused","detail":{}}"#).starts_with("<108>1 "));
    }

    #[test]
    fn rfc_5424_6_3_3_what_devices_write_stays_within_its_parameter() {
        let event = serde_json::json!({ "event": "a.b\" x]\n", "detail": { "transaction": "a\"] [x@1 y=\"z\\\r\n<1>1\u{2028}" } });
        let told = message(&event.to_string());
        assert!(told.contains(r#" transaction="a\"\] [x@1 y=\"z\\\\r\\n<1>1\\u{2028}"] {"#), "{told}");
        assert!(told.contains(" a.b\"x] [chancery@32473 "), "{told}");
        assert!(!told.chars().any(breaks));
    }

    #[test]
    fn rfc_5424_6_4_a_byte_order_mark_stands_before_what_is_not_ascii() {
        assert!(
            message(r#"{"event":"a","detail":"ü"}"#).contains("] \u{feff}{\"event\":\"a\",\"detail\":\"ü\"}")
        );
        assert!(!message(r#"{"event":"a","detail":"u"}"#).contains('\u{feff}'));
    }

    #[test]
    fn a_message_that_no_collector_would_take_says_what_it_leaves_out() {
        let long = serde_json::json!({ "event": "a", "detail": { "by": "é".repeat(9_000) } }).to_string();
        let told = message(&long);
        assert!(told.len() <= LIMIT && told.ends_with(r#"] {"event":"a","left_out":"detail"}"#), "{told}");
    }

    #[test]
    fn a_row_that_is_no_json_is_a_message_too() {
        assert!(message("nothing\n").ends_with(r#" chancery 12 - [chancery@32473 seq="7" hash="abababababababababababababababababababababababababababababababab" event=""] "nothing\n""#));
    }
}
