//! The Trusted certificate profiles that a profile refers to.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use super::surroundings::TrustedCertificate;
use crate::profile::{Profile, RootCertificate, differ};

const SETTING: &str = "root_certificates";

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-701", "M2, M88", "The profile refers to no trusted certificate.", none),
    Rule::error("PRF-702", "M88", "The trusted certificate profile does not exist.", dangling),
    Rule::error(
        "PRF-703",
        "M23",
        "The trusted certificate profile is called by its display name.",
        by_display_name,
    )
    .mended(by_name),
    Rule::error(
        "PRF-704",
        "M144, contract §12",
        "The trusted certificate profile is another platform's.",
        other_platform,
    ),
    Rule::warning(
        "PRF-705",
        "M75, contract §12",
        "The trusted certificate goes through another channel.",
        other_channel,
    ),
    Rule::warning(
        "PRF-706",
        "M4, contract §12",
        "The profile refers to several trusted certificates.",
        several,
    )
    .mended(the_first),
    Rule::error("PRF-707", "M88", "The trusted certificate profile holds another certificate.", stale),
];

/// A reference, its path, and the profile of that name.
type Resolved<'a> = (String, &'a RootCertificate, Option<&'a TrustedCertificate>);

/// Every reference; none where the tenant's profiles are not known.
pub(super) fn resolved<'a>(examined: &Examined<'a>) -> Vec<Resolved<'a>> {
    let Some(known) = &examined.surroundings.trusted_certificates else { return Vec::new() };
    let each = examined.profile.root_certificates.iter().enumerate().map(|(at, reference)| {
        let found = known.iter().find(|one| one.name == reference.name);
        (format!("{SETTING}[{at}]"), reference, found)
    });
    each.collect()
}

fn none(examined: &Examined<'_>) -> Vec<Fault> {
    let none = examined.profile.root_certificates.is_empty();
    let sentence = || "No trusted certificate is set; without it a device asks for nothing.".to_owned();
    Fault::when(
        none,
        SETTING,
        sentence,
        "Refer to the Trusted certificate profile of the CA for this platform.",
    )
}

fn of_display_name<'a>(examined: &Examined<'a>, name: &str) -> Option<&'a TrustedCertificate> {
    let mut known = examined.surroundings.trusted_certificates.iter().flatten();
    known.find(|one| one.display_name.as_deref() == Some(name))
}

fn dangling(examined: &Examined<'_>) -> Vec<Fault> {
    let fault = |(setting, reference, found): Resolved<'_>| {
        let missing = found.is_none() && of_display_name(examined, &reference.name).is_none();
        let sentence = || format!("There is no Trusted certificate profile `{}`.", reference.name);
        missing.then(|| Fault::new(setting, sentence(), "Create and assign it first, or correct the name."))
    };
    resolved(examined).into_iter().filter_map(fault).collect()
}

fn by_display_name(examined: &Examined<'_>) -> Vec<Fault> {
    let fault = |(setting, reference, found): Resolved<'_>| {
        let meant = of_display_name(examined, &reference.name).filter(|_| found.is_none())?;
        let sentence = format!("`{}` is a display name, which may change.", reference.name);
        Some(Fault::new(setting, sentence, format!("Write `{}`.", meant.name)))
    };
    resolved(examined).into_iter().filter_map(fault).collect()
}

fn by_name(examined: &Examined<'_>) -> Option<Profile> {
    let known =
        |name: &str| examined.surroundings.trusted_certificates.iter().flatten().any(|one| one.name == name);
    examined.changed(|profile| {
        for reference in &mut profile.root_certificates {
            let meant = of_display_name(examined, &reference.name).filter(|_| !known(&reference.name));
            if let Some(meant) = meant {
                reference.name.clone_from(&meant.name);
            }
        }
    })
}

fn other_platform(examined: &Examined<'_>) -> Vec<Fault> {
    let platform = examined.profile.platform;
    let fault = |(setting, reference, found): Resolved<'_>| {
        let found = found.filter(|found| !found.platform.installs_on(platform))?;
        let sentence =
            format!("`{}` is for {}, this profile for {platform}.", reference.name, found.platform);
        Some(Fault::new(setting, sentence, "Refer to the Trusted certificate profile of the same platform."))
    };
    resolved(examined).into_iter().filter_map(fault).collect()
}

fn other_channel(examined: &Examined<'_>) -> Vec<Fault> {
    let channel = examined.profile.deployment_channel;
    let has_channels = !examined.rules.channels.value.is_empty();
    let fault = |(setting, reference, found): Resolved<'_>| {
        found.filter(|found| {
            has_channels
                && channel.is_some()
                && found.deployment_channel.is_some_and(|one| Some(one) != channel)
        })?;
        let sentence = format!("`{}` and this profile have different deployment channels.", reference.name);
        Some(Fault::new(setting, sentence, "Refer to one of the same channel."))
    };
    resolved(examined).into_iter().filter_map(fault).collect()
}

fn several(examined: &Examined<'_>) -> Vec<Fault> {
    let count = examined.profile.root_certificates.len();
    // Some Android devices want the whole chain (contract §17).
    let several = count > 1 && !examined.profile.platform.is_android();
    let sentence = || format!("There are {count} references; Intune keeps one.");
    Fault::when(
        several,
        SETTING,
        sentence,
        "Keep the first; give the others trusted profiles that nothing refers to.",
    )
}

fn the_first(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.root_certificates.truncate(1))
}

fn stale(examined: &Examined<'_>) -> Vec<Fault> {
    let fault = |(setting, reference, found): Resolved<'_>| {
        found.filter(|found| differ(&reference.thumbprints, &found.thumbprints))?;
        let sentence =
            format!("`{}` holds a certificate of another thumbprint than written here.", reference.name);
        let fix = "Upload the CA's current certificate there, or correct the thumbprint.";
        Some(Fault::new(setting, sentence, fix))
    };
    resolved(examined).into_iter().filter_map(fault).collect()
}
