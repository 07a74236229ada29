//! A profile's settings for people: what each is called, what it is, and why it is so.

use crate::portal::Words;
use serde_json::{Map, Value};

/// Settings in the order in which the MDM's pages ask for them.
const ORDER: &[&str] = &[
    "certificate_type",
    "deployment_channel",
    "subject",
    "alternative_names",
    "validity",
    "key_storage_provider",
    "key_usage",
    "key_size",
    "hash_algorithms",
    "root_certificates",
    "extended_key_usages",
    "renewal_threshold",
    "urls",
];

/// A setting.
pub(in crate::portal::pages) struct Row {
    /// What the page calls it.
    pub(in crate::portal::pages) label: String,
    /// What it is.
    pub(in crate::portal::pages) value: String,
    /// Why it is so, and what breaks otherwise; empty where there is nothing to say.
    pub(in crate::portal::pages) why: String,
}

/// The settings that decide whether devices enrol, each with its reason.
pub(in crate::portal::pages) fn rows(w: &Words, settings: &Map<String, Value>) -> Vec<Row> {
    let present = ORDER.iter().filter_map(|name| Some((*name, settings.get(*name)?)));
    present
        .map(|(name, value)| Row {
            label: w.t(&format!("setting-{name}")),
            value: told(value),
            why: w.t(&format!("why-{name}")),
        })
        .collect()
}

/// A setting's value without JSON's marks.
pub(in crate::portal::pages) fn told(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(true) => "✓".to_owned(),
        Value::Bool(false) => "✕".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "–".to_owned(),
        Value::Array(items) => items.iter().map(told).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let told = members.iter().map(|(name, value)| format!("{name} {}", told(value)));
            told.collect::<Vec<_>>().join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ORDER, rows, told};
    use crate::portal::{Language, Words};
    use serde_json::json;

    #[test]
    fn every_setting_of_a_profile_has_its_words_and_its_reason_in_each_language() {
        for (language, _) in Language::ALL {
            let w = Words::of(language);
            for name in ORDER {
                for key in [format!("setting-{name}"), format!("why-{name}")] {
                    assert!(w.has(&key), "{key}");
                }
            }
            for preset in mdm::preset::Preset::ALL {
                assert!(w.has(&format!("preset-{}", preset.word())), "{}", preset.word());
            }
            for severity in ["error", "warning", "advice"] {
                assert!(w.has(&format!("profiles-severity-{severity}")), "{severity}");
            }
        }
    }

    #[test]
    fn a_value_reads_like_a_sentence_and_not_like_json() {
        let settings = json!({ "validity": { "years": 1 }, "urls": ["https://a", "https://b"], "name": "x" });
        let rows = rows(Words::of(Language::En), settings.as_object().unwrap());
        let values: Vec<&str> = rows.iter().map(|row| row.value.as_str()).collect();
        assert_eq!(values, ["years 1", "https://a, https://b"], "in the order of the MDM's pages");
        assert_eq!(told(&json!([])), "–");
    }
}
