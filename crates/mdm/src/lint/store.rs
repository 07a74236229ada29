//! The certificate store.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::profile::{CertificateStore, CertificateType, Profile};

const SETTING: &str = "certificate_store";

pub(super) const RULES: &[Rule] = &[
    Rule::error(
        "PRF-941",
        "M79, contract §12",
        "The certificate store contradicts the certificate type.",
        contradicts,
    )
    .mended(by_type),
    Rule::advice("PRF-942", "contract §12", "The platform has no certificate store to set.", not_offered)
        .mended(by_type),
];

fn contradicts(examined: &Examined<'_>) -> Vec<Fault> {
    let right = match examined.profile.certificate_type {
        CertificateType::User => CertificateStore::User,
        CertificateType::Device => CertificateStore::Machine,
    };
    let wrong = examined.rules.store_setting.value
        && examined.profile.certificate_store.is_some_and(|store| store != right);
    let sentence = || "The certificate type and the store name the user once and the device once.".to_owned();
    Fault::when(wrong, SETTING, sentence, "Leave the store out; it follows from the type.")
}

fn by_type(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.certificate_store = None)
}

fn not_offered(examined: &Examined<'_>) -> Vec<Fault> {
    let set = !examined.rules.store_setting.value && examined.profile.certificate_store.is_some();
    let sentence = || format!("{} does not have this setting; it does nothing.", examined.profile.platform);
    Fault::when(set, SETTING, sentence, "Leave it out.")
}
