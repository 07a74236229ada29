//! What changes for devices that have the profile already.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::profile::{AlternativeName, Profile};

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-131", "M72, M144", "The platform of a deployed profile cannot be changed.", platform),
    Rule::error("PRF-132", "M23", "The name of a deployed profile is never changed.", name)
        .mended(name_as_before),
    Rule::warning("PRF-133", "M193", "The change lets every device ask for a certificate again.", asks_again),
];

fn deployed<'a>(examined: &Examined<'a>) -> Option<&'a Profile> {
    examined.surroundings.deployed.as_deref()
}

fn platform(examined: &Examined<'_>) -> Vec<Fault> {
    let now = examined.profile.platform;
    let before = deployed(examined).map(|before| before.platform).filter(|before| !before.installs_on(now));
    let fault = before.map(|before| {
        let sentence =
            format!("It is deployed for {before} and now for {now}, which is another type of profile.");
        Fault::new("platform", sentence, "Make a new profile for the other platform.")
    });
    fault.into_iter().collect()
}

fn name(examined: &Examined<'_>) -> Vec<Fault> {
    let now = &examined.profile.name;
    let before = deployed(examined).map(|before| &before.name).filter(|before| *before != now);
    let fault = before.map(|before| {
        let sentence =
            format!("It is deployed as `{before}`, and everything refers to it by that, not by `{now}`.");
        Fault::new("name", sentence, "Keep the name, and change the display name.")
    });
    fault.into_iter().collect()
}

fn name_as_before(examined: &Examined<'_>) -> Option<Profile> {
    let before = deployed(examined)?.name.clone();
    examined.changed(|profile| profile.name = before)
}

fn asks_again(examined: &Examined<'_>) -> Vec<Fault> {
    let (now, Some(before)) = (examined.profile, deployed(examined)) else { return Vec::new() };
    let names = |profile: &Profile| profile.all_alternative_names().collect::<Vec<AlternativeName>>();
    let differs = [
        ("subject", now.subject != before.subject),
        ("alternative_names", names(now) != names(before)),
        ("validity", now.validity != before.validity),
        ("extended_key_usages", now.extended_key_usages != before.extended_key_usages),
    ];
    let fix = "Change it for a pilot group first, and expect one new certificate for each device.";
    let fault = |(setting, _)| {
        let sentence = format!("{setting} is not what devices have; Intune lets them enrol again for that.");
        Fault::new(setting, sentence, fix)
    };
    differs.into_iter().filter(|(_, differs)| *differs).map(fault).collect()
}
