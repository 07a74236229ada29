//! Rows of the audit as pages tell them: who did what, and why; with the way to the certificate, the enrolment and the code.

use super::Words;
use super::show::shown;
use serde::Deserialize;
use serde_json::Value;

/// A row of the audit, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Entry {
    /// Its number in the chain.
    pub(crate) sequence: u64,
    /// When.
    pub(crate) at: String,
    /// `noun.verb`.
    pub(crate) event: String,
    /// Serial number of the certificate concerned.
    pub(crate) certificate: Option<String>,
    /// Particulars, as recorded.
    #[serde(default)]
    pub(crate) detail: Value,
    /// The link of the chain, hexadecimal.
    #[serde(default)]
    pub(crate) hash: String,
}

/// What was done, for a person to read.
pub(crate) struct Told {
    /// When.
    pub(crate) at: String,
    /// What, in words.
    pub(crate) what: String,
    /// `good`, `bad`, `warn`, `wait` or nothing.
    pub(crate) tone: &'static str,
    /// Who; empty where the record names nobody.
    pub(crate) who: String,
    /// Why; empty where the record does not say.
    pub(crate) why: String,
    /// What to do, where it has a code.
    pub(crate) fix: &'static str,
    /// Of a refusal: `CHY-2104` and the like.
    pub(crate) code: String,
    /// SCEP transactionID, as it is.
    pub(crate) transaction: String,
    /// Serial number of the certificate.
    pub(crate) serial: String,
    /// Of a refusal: the name that was asked for.
    pub(crate) name: String,
    /// Of a refusal: the device that asked.
    pub(crate) device: String,
    /// Of a refusal: the attribute that was not as it had to be, with both sides.
    pub(crate) differs: Option<Differs>,
    /// The other particulars: names and values.
    pub(crate) more: Vec<(String, String)>,
}

/// An attribute with its two sides.
pub(crate) struct Differs {
    /// Which attribute.
    pub(crate) element: String,
    /// What it had to be.
    pub(crate) expected: String,
    /// What the request has there.
    pub(crate) found: String,
}

/// Members that have a place of their own.
const PLACED: &[&str] =
    &["by", "why", "because", "code", "transaction", "at", "event", "serial", "page", "difference"];

impl Told {
    /// The row in words.
    pub(crate) fn of(entry: &Entry, w: &Words) -> Told {
        let serial = entry.certificate.as_deref().unwrap_or_default();
        Told { serial: serial.to_owned(), ..Told::new(&entry.event, &entry.at, &entry.detail, w) }
    }

    /// An event with its particulars, in words.
    pub(crate) fn new(event: &str, at: &str, detail: &Value, w: &Words) -> Told {
        let text =
            |names: &[&str]| names.iter().map(|name| plain(&detail[*name])).find(|text| !text.is_empty());
        let text = |names: &[&str]| text(names).unwrap_or_default();
        let code = text(&["code"]);
        Told {
            at: at.to_owned(),
            what: what(event, w),
            tone: tone(event),
            who: shown(&text(&["by", "approved_by", "decided_by", "person", "peer"])),
            why: sentence(&text(&["why", "because", "sentence", "reason"])),
            fix: super::show::entry(&code).map_or("", |entry| entry.fix),
            code,
            transaction: text(&["transaction"]),
            serial: text(&["serial"]),
            name: shown(&text(&["subject", "asked_for"])),
            device: shown(&text(&["device"])),
            differs: differs(&detail["difference"]),
            more: lines(detail).into_iter().filter(|(name, _)| !is_placed(name)).collect(),
        }
    }
}

fn differs(difference: &Value) -> Option<Differs> {
    let side = |name: &str| shown(&plain(&difference[name]));
    let found = Differs { element: side("element"), expected: side("expected"), found: side("found") };
    (!found.element.is_empty()).then_some(found)
}

fn is_placed(name: &str) -> bool {
    PLACED.contains(&name.split('.').next().unwrap_or(name))
}

/// Sentences hold several foreign values, each of which was cut before.
pub(crate) fn sentence(text: &str) -> String {
    text.split(' ').take(200).map(shown).collect::<Vec<_>>().join(" ")
}

/// The event's words; one that has none is told as recorded.
pub(crate) fn what(event: &str, w: &Words) -> String {
    let key = format!("event-{}", event.replace(['.', '_'], "-"));
    if w.has(&key) { w.t(&key) } else { shown(event) }
}

/// How an event is meant: what needs a look is seen at once.
pub(crate) fn tone(event: &str) -> &'static str {
    match event.rsplit('.').next().unwrap_or_default() {
        "refused" | "denied" | "abandoned" => "bad",
        "revoked" | "expired" | "expiring" | "removed" | "locked" | "stalled" => "warn",
        "held" | "reserved" => "wait",
        "issued" | "approved" | "released" | "seen" => "good",
        _ => "",
    }
}

/// A value as text: texts as they are, nothing for `null`, the rest as JSON.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value of any depth as lines: `device.known` and what it says.
pub(crate) fn lines(value: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    gather(String::new(), value, &mut found);
    found
}

fn gather(name: String, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                let name = if name.is_empty() { shown(member) } else { format!("{name}.{}", shown(member)) };
                gather(name, value, found);
            }
        }
        Value::Array(values) if values.iter().all(|one| !one.is_object() && !one.is_array()) => {
            let texts: Vec<String> = values.iter().map(|one| shown(&plain(one))).collect();
            if !texts.is_empty() {
                found.push((name, texts.join(", ")));
            }
        }
        Value::Null => (),
        other => found.push((name, shown(&plain(other)))),
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Told, lines};
    use crate::portal::{Language, Words};
    use serde_json::json;

    #[test]
    fn a_row_says_who_what_and_why() {
        let detail = json!({ "code": "CHY-3004", "why": "spent \u{202e}", "peer": "10.0.0.7", "endpoint": "once", "transaction": "T1" });
        let entry = Entry {
            sequence: 1,
            at: String::new(),
            event: "request.refused".into(),
            certificate: None,
            detail,
            hash: String::new(),
        };
        let told = Told::of(&entry, Words::of(Language::En));
        assert_eq!((&*told.what, told.tone, &*told.who), ("Request refused", "bad", "10.0.0.7"));
        assert_eq!((&*told.why, &*told.transaction), ("spent \\u{202e}", "T1"));
        assert!(!told.fix.is_empty());
        assert_eq!(told.more, [("endpoint".into(), "once".into()), ("peer".into(), "10.0.0.7".into())]);
        let unknown = Told::new("moon.risen", "", &json!(null), Words::of(Language::De));
        assert_eq!((&*unknown.what, unknown.tone), ("moon.risen", ""), "told as recorded");
    }

    #[test]
    fn particulars_of_any_depth_are_lines() {
        let value = json!({ "a": { "b": true, "c": null }, "d": ["x", 1], "e": [{ "f": 1 }], "g": [] });
        let told: Vec<String> = lines(&value).iter().map(|(name, text)| format!("{name}={text}")).collect();
        assert_eq!(told, ["a.b=true", "d=x, 1", "e=[{\"f\":1}]"]);
        assert!(lines(&json!({ "long": "x".repeat(10_000) }))[0].1.len() < 300);
    }
}
