//! Which apps get at the certificate.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::platform::{Platform, Use};
use crate::profile::{CertificateAccess, Profile};

const SETTING: &str = "certificate_access";
/// As many apps as Graph takes (contract §12).
const MOST: usize = 50;

pub(super) const RULES: &[Rule] = &[
    Rule::warning("PRF-931", "M136", "The platform has no certificate access to set.", not_offered)
        .mended(none),
    Rule::error(
        "PRF-932",
        "M136",
        "Certificate access is for apps of a list, and the list is empty.",
        no_apps,
    )
    .mended(by_approval),
    Rule::error("PRF-933", "contract §12", "There are more apps than Intune takes.", too_many),
    Rule::warning("PRF-934", "M136", "An app's identifier is none.", no_package),
    Rule::advice("PRF-935", "M126", "Apps on dedicated devices do not authenticate by it.", unused),
    Rule::advice("PRF-936", "contract §12", "Only macOS knows access by all apps.", all_apps)
        .mended(without_all_apps),
];

/// The list of apps, where the platform has the setting.
fn apps<'a>(examined: &Examined<'a>) -> Option<&'a [String]> {
    match &examined.profile.certificate_access {
        Some(CertificateAccess::SpecificApps(apps)) if examined.rules.certificate_access.value => Some(apps),
        _ => None,
    }
}

fn not_offered(examined: &Examined<'_>) -> Vec<Fault> {
    let set = examined.profile.certificate_access.is_some() && !examined.rules.certificate_access.value;
    let sentence =
        || format!("{} does not have this setting; users will be asked.", examined.profile.platform);
    Fault::when(set, SETTING, sentence, "Leave it out.")
}

fn none(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.certificate_access = None)
}

fn no_apps(examined: &Examined<'_>) -> Vec<Fault> {
    let empty = apps(examined).is_some_and(<[String]>::is_empty);
    Fault::when(
        empty,
        SETTING,
        || "No app gets at the certificate.".to_owned(),
        "List the apps, or let the user approve.",
    )
}

fn by_approval(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.certificate_access = Some(CertificateAccess::UserApproval))
}

fn too_many(examined: &Examined<'_>) -> Vec<Fault> {
    let count = apps(examined).map_or(0, <[String]>::len);
    let sentence = || format!("There are {count} apps; Intune takes {MOST}.");
    Fault::when(count > MOST, SETTING, sentence, "Keep those that need it.")
}

fn is_package(text: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    text.contains('.') && text.split('.').all(part)
}

fn no_package(examined: &Examined<'_>) -> Vec<Fault> {
    let wrong = apps(examined).unwrap_or_default().iter().filter(|app| !is_package(app));
    let fault = |app: &String| {
        Fault::new(SETTING, format!("`{app}` is no package identifier."), "Write it as in com.example.vpn.")
    };
    wrong.map(fault).collect()
}

fn unused(examined: &Examined<'_>) -> Vec<Fault> {
    let unused = apps(examined).is_some_and(|apps| !apps.is_empty())
        && !examined.rules.uses.value.contains(&Use::Apps);
    let sentence =
        || format!("{} supports Wi-Fi, VPN and authentication, not that of apps.", examined.profile.platform);
    Fault::when(unused, SETTING, sentence, "List VPN apps at most.")
}

fn all_apps(examined: &Examined<'_>) -> Vec<Fault> {
    let profile = examined.profile;
    let set = profile.all_apps_access.is_some() && profile.platform != Platform::MacOs;
    let sentence = || format!("{} does not have this setting; it does nothing.", profile.platform);
    Fault::when(set, "all_apps_access", sentence, "Leave it out.")
}

fn without_all_apps(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.all_apps_access = None)
}
