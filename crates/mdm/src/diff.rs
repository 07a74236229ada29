//! What an edit of a profile does to the devices that have it already.

use crate::profile::{AlternativeName, Profile};
use crate::variable::Variable;
use serde::Serialize;
use serde_json::Value;

/// What a change of a setting brings about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// Nothing on any device.
    Nothing,
    /// Certificates stay; the next enrolment or renewal goes by it.
    NextTime,
    /// Other devices than before get or lose the profile.
    OtherDevices,
    /// Every device enrols again.
    EnrolsAgain,
    /// The setting cannot be changed: a new profile has to take the place of this one.
    NewProfile,
}

/// A setting that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The setting, as a file calls it.
    pub setting: String,
    /// What it was, as a file has it; null where it was not set.
    pub before: Value,
    /// What it is.
    pub after: Value,
    /// What that brings about.
    pub consequence: Consequence,
    /// The same for people.
    pub sentence: String,
    /// Who says so: a feature row, or `assumed`.
    pub source: &'static str,
}

impl Change {
    /// Whether devices that have a certificate enrol again.
    #[must_use]
    pub fn enrols_again(&self) -> bool {
        matches!(self.consequence, Consequence::EnrolsAgain | Consequence::NewProfile)
    }
}

/// The settings that differ, in alphabetical order; none if nothing does.
#[must_use]
pub fn changes(before: &Profile, after: &Profile) -> Vec<Change> {
    let (old, new) = (members(before), members(after));
    let of = |side: &serde_json::Map<String, Value>, name: &str| side.get(name).cloned().unwrap_or_default();
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let differing = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    differing
        .map(|name| {
            let (consequence, source) = consequence(name);
            Change {
                setting: name.clone(),
                before: of(&old, name),
                after: of(&new, name),
                consequence,
                sentence: sentence(name, consequence, before, after),
                source,
            }
        })
        .collect()
}

/// The profile as a file has it, so that no setting is forgotten here.
fn members(profile: &Profile) -> serde_json::Map<String, Value> {
    match serde_json::to_value(profile) {
        Ok(Value::Object(members)) => members,
        _ => serde_json::Map::new(),
    }
}

fn consequence(setting: &str) -> (Consequence, &'static str) {
    match setting {
        "name" | "display_name" | "description" => (Consequence::Nothing, "M23"),
        "renewal_threshold" | "urls" | "certificate_access" => (Consequence::NextTime, "assumed"),
        "assignments" | "applicability_rules" => (Consequence::OtherDevices, "M92"),
        "deployment_channel" => (Consequence::NewProfile, "M76"),
        "platform" => (Consequence::NewProfile, "M144"),
        "alternative_names" => (Consequence::EnrolsAgain, "M193"),
        _ => (Consequence::EnrolsAgain, "assumed"),
    }
}

fn sentence(setting: &str, consequence: Consequence, before: &Profile, after: &Profile) -> String {
    match consequence {
        Consequence::Nothing => "No device notices.".to_owned(),
        Consequence::NextTime => {
            "Certificates that are there stay; devices go by it when they enrol or renew next.".to_owned()
        }
        Consequence::OtherDevices => {
            "Devices that come under it enrol; those that no longer do lose the certificate.".to_owned()
        }
        Consequence::NewProfile => {
            "It cannot be edited in a profile that is deployed: create a new one, assign it, then remove this one."
                .to_owned()
        }
        Consequence::EnrolsAgain => enrols_again(setting, before, after),
    }
}

fn enrols_again(setting: &str, before: &Profile, after: &Profile) -> String {
    let mut sentence = if setting == "alternative_names" && !names_sid(before) && names_sid(after) {
        "The security identifier is added: every device enrols again, and the new certificate maps strongly to its \
         account."
            .to_owned()
    } else {
        "Every device enrols again, with a new key.".to_owned()
    };
    if after.platform.rules().certificate_for_each_reference.value {
        sentence.push_str(
            " Each Wi-Fi or VPN profile that refers to this one brings one more certificate (M140).",
        );
    }
    sentence
}

fn names_sid(profile: &Profile) -> bool {
    let holds = |name: AlternativeName| {
        let variables = name.template().map(|text| text.variables().collect::<Vec<_>>());
        variables.is_ok_and(|all| all.contains(&Variable::OnPremisesSecurityIdentifier))
    };
    profile.all_alternative_names().any(holds)
}
