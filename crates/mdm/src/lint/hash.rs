//! Hash algorithms.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::platform::HashHandling;
use crate::profile::{HashAlgorithm, Profile};

const SETTING: &str = "hash_algorithms";

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-531", "M87, M20", "SHA-1 is the only hash algorithm.", sha1_only).mended(sha2),
    Rule::warning("PRF-532", "M87", "SHA-1 is offered beside SHA-2.", sha1_too).mended(sha2),
    Rule::warning("PRF-533", "M87", "No hash algorithm is set.", missing).mended(sha2),
    Rule::advice("PRF-534", "M52", "The platform takes SHA-2, whatever is set.", ignored).mended(sha2),
    Rule::advice("PRF-535", "M87, M141", "The platform has no hash algorithm to set.", no_setting)
        .mended(none),
];

fn is(examined: &Examined<'_>, handling: HashHandling) -> bool {
    examined.rules.hash.value == handling
}

fn has(examined: &Examined<'_>, algorithm: HashAlgorithm) -> bool {
    examined.profile.hash_algorithms.contains(&algorithm)
}

fn sha1_only(examined: &Examined<'_>) -> Vec<Fault> {
    let only = is(examined, HashHandling::AsSet)
        && has(examined, HashAlgorithm::Sha1)
        && !has(examined, HashAlgorithm::Sha2);
    Fault::when(
        only,
        SETTING,
        || "SHA-1 alone is set, which no CA ought to take.".to_owned(),
        "Choose SHA-2.",
    )
}

fn sha1_too(examined: &Examined<'_>) -> Vec<Fault> {
    let too = is(examined, HashHandling::AsSet)
        && has(examined, HashAlgorithm::Sha1)
        && has(examined, HashAlgorithm::Sha2);
    let sentence = || "SHA-1 is set as well, and a device may choose it.".to_owned();
    Fault::when(too, SETTING, sentence, "Choose SHA-2 alone.")
}

fn missing(examined: &Examined<'_>) -> Vec<Fault> {
    let missing = !is(examined, HashHandling::NoSetting) && examined.profile.hash_algorithms.is_empty();
    Fault::when(missing, SETTING, || "No hash algorithm is set.".to_owned(), "Choose SHA-2.")
}

fn sha2(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.hash_algorithms = vec![HashAlgorithm::Sha2])
}

fn ignored(examined: &Examined<'_>) -> Vec<Fault> {
    let ignored = is(examined, HashHandling::Ignored) && has(examined, HashAlgorithm::Sha1);
    let sentence = || format!("SHA-1 is set; {} uses SHA-2 all the same.", examined.profile.platform);
    Fault::when(ignored, SETTING, sentence, "Choose SHA-2.")
}

fn no_setting(examined: &Examined<'_>) -> Vec<Fault> {
    let set = is(examined, HashHandling::NoSetting) && !examined.profile.hash_algorithms.is_empty();
    let sentence = || format!("The profile of {} has no hash algorithm.", examined.profile.platform);
    Fault::when(set, SETTING, sentence, "Leave it out.")
}

fn none(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.hash_algorithms.clear())
}
