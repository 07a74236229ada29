//! MDM profiles, the same for the command line and the API: read in any form, written in any form, checked against what this CA
//! knows. What a profile is and what platforms make of it is the crate `mdm`'s; nothing here asks a tenant.

mod desk;
mod known;
mod read;
mod write;

pub(crate) use desk::ProfileDesk;
pub(crate) use known::{Counter, described, fill, of_endpoint, served_url};
pub(crate) use read::{Document, toml_of};
pub(crate) use write::{Companions, Form, all_steps, write};

use mdm::lint::{Finding, Severity, Surroundings, lint};
use mdm::platform::Platform;
use mdm::preset::{Authority, Preset};
use mdm::profile::Profile;
use serde::de::IntoDeserializer as _;

/// A profile to begin with; for a platform that has ended only where that is asked for (M129).
///
/// # Errors
/// The sentence that says why there is none.
pub(crate) fn begun(
    preset: Preset,
    platform: Platform,
    authority: &Authority,
    legacy: bool,
) -> Result<Profile, String> {
    let even_if_ended = preset.profile_even_if_ended(platform, authority);
    let ended = even_if_ended.is_some();
    let profile = if legacy { even_if_ended } else { preset.profile(platform, authority) };
    profile.ok_or_else(|| {
        if ended {
            format!("{platform} has ended; --legacy makes the profile all the same")
        } else {
            format!("{} makes no sense on {platform}", preset.word())
        }
    })
}

/// As a file writes it.
///
/// # Errors
/// The sentence with the words that there are.
pub(crate) fn platform(word: &str) -> Result<Platform, String> {
    let word: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = word.into_deserializer();
    serde::Deserialize::deserialize(word).map_err(|error: serde::de::value::Error| error.to_string())
}

/// The preset of that word.
pub(crate) fn preset(word: &str) -> Option<Preset> {
    Preset::ALL.into_iter().find(|preset| preset.word() == word)
}

/// What devices would fail by, with nothing known of CA and tenant: such a profile is not handed on by mistake.
pub(crate) fn errors(profile: &Profile) -> Vec<Finding> {
    let mut found = lint(profile, &Surroundings::default());
    found.retain(|one| one.rule.severity == Severity::Error);
    found
}
