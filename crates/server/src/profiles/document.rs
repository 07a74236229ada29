//! The one spelling of a profile's settings: JSON, complete, its members in alphabetical order. Versions are told apart
//! by it, and what it says is what a certificate of that version is held against.

use super::ProfileError;
use crate::store::ProfileVersion;
use ca::profile::{CertificateProfile, ProfileName, SHARD, Settings, State};
use serde_json::{Map, Value};

/// Whether a profile is offered is no part of what it says.
const STATE: &str = "state";

/// The settings as members, without their state.
#[must_use]
pub fn members(settings: &Settings) -> Map<String, Value> {
    // Plain words, numbers and lists: nothing that JSON cannot say.
    let mut members = match serde_json::to_value(settings) {
        Ok(Value::Object(members)) => members,
        Ok(_) | Err(_) => Map::new(),
    };
    members.remove(STATE);
    members
}

/// The text of these settings.
#[must_use]
pub fn write(settings: &Settings) -> String {
    Value::Object(members(settings)).to_string()
}

/// The settings of a text. A member that this program does not know makes it unreadable: it may restrict.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str) -> Result<Settings, serde_json::Error> {
    serde_json::from_str(text)
}

/// The profile of a recorded version; `None` where its text was not kept. `shards`: the parts of the CRL.
///
/// # Errors
/// [`ProfileError::Unusable`].
pub fn believe(row: &ProfileVersion, shards: u16) -> Result<Option<CertificateProfile>, ProfileError> {
    let unusable = |why: String| ProfileError::Unusable { name: row.name.clone(), version: row.version, why };
    let Some(text) = &row.document else { return Ok(None) };
    if row.digest != Some(pki::algorithm::sha256(text.as_bytes())) {
        return Err(unusable("its text is not the one that was published".into()));
    }
    let settings = read(text).map_err(|error| unusable(error.to_string()))?;
    let checked = settings.check().map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        unusable(faults.join("; "))
    })?;
    if checked.name.as_str() != row.name {
        return Err(unusable("it is another profile's".into()));
    }
    let mut profile = checked.numbered(row.version);
    if profile.urls.crl.iter().any(|url| url.contains(SHARD)) {
        profile.urls.shards = shards;
    }
    Ok(Some(profile))
}

/// A copy under another name, a draft: it is looked at before anything is issued by it (M31).
#[must_use]
pub fn copy(original: &Settings, name: &ProfileName, display_name: Option<String>) -> Settings {
    Settings { name: name.to_string(), display_name, state: State::Draft, ..original.clone() }
}

/// The settings that differ between two documents: name, before, after. `Null` where one has no such member.
#[must_use]
pub fn differences(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<(String, Value, Value)> {
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let of = |side: &Map<String, Value>, key: &str| side.get(key).cloned().unwrap_or_default();
    let sides = keys.into_iter().map(|key| (key.clone(), of(before, key), of(after, key)));
    sides.filter(|(_, before, after)| before != after).collect()
}

#[cfg(test)]
mod tests {
    use super::{believe, differences, members, read, write};
    use crate::store::ProfileVersion;
    use ca::profile::{Settings, State};

    fn row(text: &str) -> ProfileVersion {
        ProfileVersion {
            sequence: 1,
            name: "device".into(),
            version: 3,
            document: Some(text.into()),
            digest: Some(pki::algorithm::sha256(text.as_bytes())),
            published_at: pki::Time::from_unix(0),
            published_by: "test".into(),
        }
    }

    #[test]
    fn a_document_says_everything_but_the_state() {
        let settings = Settings { validity_days: 90, ..Settings::named("device") };
        let draft = Settings { state: State::Draft, ..settings.clone() };
        assert_eq!(write(&settings), write(&draft));
        assert_eq!(read(&write(&draft)).unwrap(), settings);
        assert_eq!(members(&settings)["backdate_hours"], 24, "a setting with its default is written, too");
    }

    #[test]
    fn only_what_differs_is_told() {
        let before = Settings::named("device");
        let after = Settings { validity_days: 90, display_name: Some("Wi-Fi".into()), ..before.clone() };
        let told = differences(&members(&before), &members(&after));
        let names: Vec<&str> = told.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["display_name", "validity_days"]);
        assert_eq!((&told[1].1, &told[1].2), (&365.into(), &90.into()));
    }

    #[test]
    fn a_text_that_was_changed_or_says_more_than_is_known_is_not_believed() {
        let text = write(&Settings::named("device"));
        assert_eq!(believe(&row(&text), 1).unwrap().unwrap().version, 3);
        let mut changed = row(&text);
        changed.document = Some(text.replace("365", "366"));
        assert!(believe(&changed, 1).unwrap_err().to_string().contains("not the one that was published"));
        let more = text.replacen('{', "{\"a_rule_of_tomorrow\":true,", 1);
        assert!(believe(&row(&more), 1).unwrap_err().to_string().contains("a_rule_of_tomorrow"));
        assert!(believe(&row(&write(&Settings::named("other"))), 1).is_err(), "another profile's");
        assert_eq!(believe(&ProfileVersion { document: None, ..row(&text) }, 1).unwrap(), None);
    }
}
