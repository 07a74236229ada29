//! Platforms that Intune has no SCEP profile for, or had one for.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::platform::{Platform, RootTrust, Support, UserPresence};
use crate::profile::{CertificateType, Profile};

const SETTING: &str = "platform";
/// The code of a platform that never had a profile.
pub(super) const NEVER: &str = "PRF-111";

pub(super) const RULES: &[Rule] = &[
    Rule::error(NEVER, "M145", "Intune has no SCEP profile for the platform.", never),
    Rule::error("PRF-112", "M137", "Windows 8.1 gets no profiles any more.", windows_8_1).mended(windows),
    Rule::warning("PRF-113", "M129", "Android device administrator has ended.", device_administrator),
    Rule::error("PRF-114", "M130", "No trusted certificate reaches these Android devices.", no_root),
    Rule::error("PRF-115", "M79", "A device without a user gets no certificate of type User.", userless)
        .mended(for_devices),
];

fn is_legacy(examined: &Examined<'_>, platform: Platform) -> bool {
    examined.profile.platform == platform && examined.rules.support.value == Support::Legacy
}

fn never(examined: &Examined<'_>) -> Vec<Fault> {
    let never = examined.rules.support.value == Support::Never;
    let sentence = || format!("Intune has no SCEP profile for {}.", examined.profile.platform);
    Fault::when(never, SETTING, sentence, "Let the device ask the CA itself, with a SCEP client of its own.")
}

fn windows_8_1(examined: &Examined<'_>) -> Vec<Fault> {
    let legacy = is_legacy(examined, Platform::Windows81);
    let sentence = || "Intune has not supported Windows 8.1 since 22 October 2022.".to_owned();
    Fault::when(legacy, SETTING, sentence, "Make it a profile for Windows 10 and 11.")
}

fn windows(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.platform = Platform::Windows)
}

fn device_administrator(examined: &Examined<'_>) -> Vec<Fault> {
    let legacy = is_legacy(examined, Platform::AndroidDeviceAdministrator);
    let sentence =
        || "Devices with Google's services cannot be managed by device administrator any more.".to_owned();
    Fault::when(legacy, SETTING, sentence, "Enrol them in Android Enterprise and make a profile for that.")
}

fn no_root(examined: &Examined<'_>) -> Vec<Fault> {
    let newest = examined.versions().map_or(0, |versions| versions.newest);
    let none = examined.rules.root_trust.value == RootTrust::NotFromAndroid11 && newest >= 11;
    let sentence = || {
        format!(
            "There are devices with Android {newest}; from 11 on only Samsung Knox installs a trusted certificate."
        )
    };
    Fault::when(none, SETTING, sentence, "Enrol them in Android Enterprise and make a profile for that.")
}

fn userless(examined: &Examined<'_>) -> Vec<Fault> {
    let none = examined.rules.user.value == UserPresence::Never
        && examined.profile.certificate_type == CertificateType::User;
    let sentence = || format!("{} has no user, and the certificate type is User.", examined.profile.platform);
    Fault::when(none, "certificate_type", sentence, "Choose the certificate type Device.")
}

fn for_devices(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.certificate_type = CertificateType::Device)
}
