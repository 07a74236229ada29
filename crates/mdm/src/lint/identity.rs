//! Display name and description.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::profile::Profile;

const SETTING: &str = "display_name";

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-101", "M74", "The display name is empty.", empty).mended(made),
    Rule::advice("PRF-102", "M74", "The display name says nothing about the profile.", says_nothing)
        .mended(made),
    Rule::advice("PRF-103", "M74", "The profile has no description.", undescribed),
];

/// Words that any profile could be called by.
const SAYING_NOTHING: [&str; 10] =
    ["scep", "certificate", "certificates", "cert", "profile", "policy", "test", "new", "copy", "my"];

fn empty(examined: &Examined<'_>) -> Vec<Fault> {
    let empty = examined.profile.display_name.as_deref().is_some_and(|name| name.trim().is_empty());
    let sentence = || "The display name is empty; Intune requires one.".to_owned();
    Fault::when(empty, SETTING, sentence, "Leave it out, so that name and platform make one.")
}

fn says_nothing(examined: &Examined<'_>) -> Vec<Fault> {
    let name = examined.profile.display_name.as_deref().unwrap_or_default().to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let nothing = !name.trim().is_empty() && words.all(|word| SAYING_NOTHING.contains(&word));
    let sentence =
        || format!("`{}` does not tell this profile from any other.", examined.profile.shown_name());
    Fault::when(nothing, SETTING, sentence, "Say for whom it is and on which platform, or leave it out.")
}

fn made(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.display_name = None)
}

fn undescribed(examined: &Examined<'_>) -> Vec<Fault> {
    let empty = examined.profile.description.trim().is_empty();
    let sentence = || "There is no description.".to_owned();
    Fault::when(empty, "description", sentence, "Say what the certificates are for and who looks after them.")
}
