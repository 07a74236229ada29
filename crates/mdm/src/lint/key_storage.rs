//! Windows' key storage provider.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::device::Tpm;
use crate::profile::{CertificateType, KeySize, KeyStorageProvider, Profile, Purpose};

const SETTING: &str = "key_storage_provider";

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-511", "M81", "The profile does not say where Windows keeps the key.", missing)
        .mended(tpm_first),
    Rule::advice("PRF-512", "M81", "The platform has no key storage provider.", without_effect).mended(none),
    Rule::advice("PRF-513", "M82", "The device's key is kept in software.", in_software),
    Rule::error("PRF-514", "M81, contract §15", "Windows Hello keeps keys of users only.", hello_of_device)
        .mended(tpm_first),
    Rule::advice(
        "PRF-515",
        "M81, M89",
        "A key in Windows Hello does not serve to log on.",
        hello_without_logon,
    )
    .mended(log_on),
    Rule::warning("PRF-516", "M142", "Keys would be in a TPM whose firmware is known to be bad.", bad_tpm),
];

fn is_offered(examined: &Examined<'_>) -> bool {
    !examined.rules.key_storage_providers.value.is_empty()
}

/// The provider, where the setting means something.
fn provider(examined: &Examined<'_>) -> Option<KeyStorageProvider> {
    examined.profile.key_storage_provider.filter(|_| is_offered(examined))
}

fn is_for_device(examined: &Examined<'_>) -> bool {
    examined.profile.certificate_type == CertificateType::Device
}

fn missing(examined: &Examined<'_>) -> Vec<Fault> {
    let missing = is_offered(examined) && examined.profile.key_storage_provider.is_none();
    let sentence = || "No key storage provider is set.".to_owned();
    Fault::when(
        missing,
        SETTING,
        sentence,
        "Choose the TPM; else software for a fleet in which not all have one.",
    )
}

fn tpm_first(examined: &Examined<'_>) -> Option<Profile> {
    let large = examined.profile.key_size == KeySize::Bits4096;
    let provider = if large { KeyStorageProvider::Software } else { KeyStorageProvider::TpmElseSoftware };
    examined.changed(|profile| profile.key_storage_provider = Some(provider))
}

fn without_effect(examined: &Examined<'_>) -> Vec<Fault> {
    let set = !is_offered(examined) && examined.profile.key_storage_provider.is_some();
    let sentence = || format!("{} does not have this setting; it does nothing.", examined.profile.platform);
    Fault::when(set, SETTING, sentence, "Leave it out.")
}

fn none(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.key_storage_provider = None)
}

fn in_software(examined: &Examined<'_>) -> Vec<Fault> {
    let soft = provider(examined) == Some(KeyStorageProvider::Software)
        && is_for_device(examined)
        && examined.profile.key_size < KeySize::Bits4096;
    let sentence = || "A key in software can be copied to another device.".to_owned();
    let fix = "Choose the TPM, unless its firmware (M142) or the VPN client (M143) cannot do it.";
    Fault::when(soft, SETTING, sentence, fix)
}

fn hello_of_device(examined: &Examined<'_>) -> Vec<Fault> {
    let wrong = provider(examined) == Some(KeyStorageProvider::HelloElseFail) && is_for_device(examined);
    let sentence =
        || "Windows Hello for Business is a user's, and the certificate type is Device.".to_owned();
    Fault::when(wrong, SETTING, sentence, "Choose the TPM.")
}

fn hello_without_logon(examined: &Examined<'_>) -> Vec<Fault> {
    let wrong = provider(examined) == Some(KeyStorageProvider::HelloElseFail)
        && !is_for_device(examined)
        && !examined.has_purpose(&Purpose::SmartCardLogon);
    let sentence =
        || "The key is in Windows Hello, and the certificate lacks the purpose Smart Card Logon.".to_owned();
    Fault::when(wrong, SETTING, sentence, "Add Smart Card Logon, or choose the TPM.")
}

fn log_on(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.extended_key_usages.push(Purpose::SmartCardLogon))
}

/// One fault for each kind of TPM, however many devices have it.
fn bad_tpm(examined: &Examined<'_>) -> Vec<Fault> {
    let hard = provider(examined).is_some_and(|one| one != KeyStorageProvider::Software);
    let known = &examined.surroundings.bad_tpm_firmware;
    let bad = known.clone().unwrap_or_default();
    let tpms = &examined.surroundings.tpms;
    let first = |at: usize| tpms.iter().take(at).all(|before| Some(before) != tpms.get(at));
    let found = tpms.iter().enumerate().filter(|(at, tpm)| hard && first(*at) && bad.is_of(tpm));
    let fault = |(_, tpm): (usize, &Tpm)| {
        let sentence =
            format!("There are devices with {tpm}, whose signatures are not valid: EAP-TLS fails.");
        Fault::new(SETTING, sentence, "Update the firmware, or keep the key in software.")
    };
    found.map(fault).collect()
}
