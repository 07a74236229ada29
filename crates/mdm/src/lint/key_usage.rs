//! Key usage.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::profile::{KeyUse, KeyUses, Profile, Purpose};

const SETTING: &str = "key_usage";

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-521", "M84, M30", "The key may not sign, so that it authenticates nobody.", cannot_sign)
        .mended(both),
    Rule::advice("PRF-522", "M84, M18", "The key may sign only.", signs_only).mended(both),
];

fn cannot_sign(examined: &Examined<'_>) -> Vec<Fault> {
    let cannot = !examined.profile.key_usage.contains(KeyUse::DigitalSignature);
    let sentence = || "Key usage is key encipherment alone; TLS and EAP-TLS let the client sign.".to_owned();
    Fault::when(cannot, SETTING, sentence, "Select digital signature as well.")
}

fn signs_only(examined: &Examined<'_>) -> Vec<Fault> {
    let only = !examined.profile.key_usage.contains(KeyUse::KeyEncipherment)
        && !examined.has_purpose(&Purpose::SecureEmail);
    let sentence = || "Key usage is digital signature alone; the usual case is both.".to_owned();
    Fault::when(only, SETTING, sentence, "Select both.")
}

fn both(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.key_usage = KeyUses::both())
}
