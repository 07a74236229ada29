//! The size of the key.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::profile::{KeySize, KeyStorageProvider, Profile};

const SETTING: &str = "key_size";

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-501", "M21, M141", "A key of 1024 bits gets no certificate.", too_small).mended(usual),
    Rule::error("PRF-502", "M86", "The TPM makes no key of the size.", too_large_for_tpm).mended(usual),
    Rule::error(
        "PRF-503",
        "M86, contract §15",
        "Windows Hello makes no key of the size.",
        too_large_for_hello,
    )
    .mended(usual),
    Rule::error("PRF-504", "M85", "Some devices are too old for the size of the key.", too_large_for_version)
        .mended(usual),
    Rule::error("PRF-505", "M21, M32", "The CA does not permit the size of the key.", beyond_policy)
        .mended(permitted),
];

fn too_small(examined: &Examined<'_>) -> Vec<Fault> {
    let small = examined.profile.key_size == KeySize::Bits1024;
    let sentence = || "The key has 1024 bits, which no current standard allows.".to_owned();
    Fault::when(small, SETTING, sentence, "Choose 2048 bits.")
}

fn usual(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.key_size = KeySize::Bits2048)
}

/// The provider, where the platform has the setting and the key is larger than that provider makes.
fn overtaxed(examined: &Examined<'_>) -> Option<KeyStorageProvider> {
    let provider = examined.profile.key_storage_provider?;
    let offered = examined.rules.key_storage_providers.value.contains(&provider);
    (offered && examined.profile.key_size > provider.largest_key()).then_some(provider)
}

fn too_large_for_tpm(examined: &Examined<'_>) -> Vec<Fault> {
    let tpm = overtaxed(examined).is_some_and(|provider| provider != KeyStorageProvider::HelloElseFail);
    let sentence =
        || format!("On Windows only the software provider makes {} bits.", examined.profile.key_size.bits());
    Fault::when(tpm, SETTING, sentence, "Choose 2048 bits, or the software provider.")
}

fn too_large_for_hello(examined: &Examined<'_>) -> Vec<Fault> {
    let hello = overtaxed(examined) == Some(KeyStorageProvider::HelloElseFail);
    let sentence = || {
        format!(
            "Windows Hello for Business makes 2048 bits and no way around it gives {}.",
            examined.profile.key_size.bits()
        )
    };
    Fault::when(hello, SETTING, sentence, "Choose 2048 bits.")
}

fn too_large_for_version(examined: &Examined<'_>) -> Vec<Fault> {
    let profile = examined.profile;
    let oldest = examined.versions().map(|versions| versions.oldest);
    let from = profile.platform.makes_keys_from(profile.key_size);
    let old = oldest.zip(from).filter(|(oldest, from)| oldest < from);
    let fault = old.map(|(oldest, from)| {
        let bits = profile.key_size.bits();
        let sentence = format!(
            "{} makes {bits} bits from {from} on, and there are devices with {oldest}.",
            profile.platform
        );
        Fault::new(SETTING, sentence, "Choose 2048 bits, or leave the old devices out.")
    });
    fault.into_iter().collect()
}

fn beyond_policy(examined: &Examined<'_>) -> Vec<Fault> {
    let bits = examined.profile.key_size.bits();
    let limits = examined.surroundings.limits.key_sizes;
    let fault = limits.filter(|(smallest, largest)| !(smallest..=largest).contains(&&bits)).map(
        |(smallest, largest)| {
            let sentence = format!("The CA certifies keys of {smallest} to {largest} bits, not of {bits}.");
            Fault::new(SETTING, sentence, "Choose a size that the CA permits.")
        },
    );
    // What no CA permits has a rule of its own.
    fault.filter(|_| examined.profile.key_size != KeySize::Bits1024).into_iter().collect()
}

fn permitted(examined: &Examined<'_>) -> Option<Profile> {
    let (smallest, largest) = examined.surroundings.limits.key_sizes?;
    let fits = |size: &KeySize| (smallest..=largest).contains(&size.bits());
    let size = [KeySize::Bits2048, KeySize::Bits4096].into_iter().find(fits)?;
    examined.changed(|profile| profile.key_size = size)
}
