//! Certificates for signing mail (S/MIME).

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::profile::{AlternativeName, CertificateType, KeyUse, KeyUses, Profile, Purpose};
use crate::variable::SanType;
use std::collections::BTreeSet;

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-811", "M181", "Mail could be encrypted to a key of which there is no copy.", encrypts)
        .mended(signature_alone),
    Rule::warning("PRF-812", "M180", "A certificate for mail lacks the sender's address.", unnamed)
        .mended(named),
    Rule::warning("PRF-813", "M178, M180", "A device signs no mail.", of_device),
];

fn signs_mail(examined: &Examined<'_>) -> bool {
    examined.has_purpose(&Purpose::SecureEmail)
}

fn is_for_user(examined: &Examined<'_>) -> bool {
    examined.profile.certificate_type == CertificateType::User
}

fn encrypts(examined: &Examined<'_>) -> Vec<Fault> {
    let encrypts = signs_mail(examined) && examined.profile.key_usage.contains(KeyUse::KeyEncipherment);
    let sentence = || "Secure Email with key encipherment: when the key is gone, so is the mail.".to_owned();
    Fault::when(encrypts, "key_usage", sentence, "Choose digital signature alone.")
}

fn signature_alone(examined: &Examined<'_>) -> Option<Profile> {
    let uses = KeyUses::try_from(BTreeSet::from([KeyUse::DigitalSignature])).ok()?;
    examined.changed(|profile| profile.key_usage = uses)
}

fn lacks(examined: &Examined<'_>, kind: SanType) -> bool {
    !examined.names.iter().any(|name| name.entry.kind == kind)
}

fn unnamed(examined: &Examined<'_>) -> Vec<Fault> {
    // That a UPN is missing is said of every user's certificate.
    let unnamed = signs_mail(examined) && is_for_user(examined) && lacks(examined, SanType::Email);
    let sentence = || "Mail programs look for the sender's address among the alternative names.".to_owned();
    Fault::when(unnamed, "alternative_names", sentence, "Add {{EmailAddress}} as email address.")
}

fn named(examined: &Examined<'_>) -> Option<Profile> {
    let name = AlternativeName { kind: SanType::Email, value: "{{EmailAddress}}".to_owned() };
    examined.changed(|profile| profile.alternative_names.push(name))
}

fn of_device(examined: &Examined<'_>) -> Vec<Fault> {
    let wrong = signs_mail(examined) && !is_for_user(examined);
    let sentence = || "The purpose is Secure Email, and the certificate type is Device.".to_owned();
    Fault::when(
        wrong,
        "extended_key_usages",
        sentence,
        "Choose the certificate type User, or remove the purpose.",
    )
}
