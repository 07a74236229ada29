//! Extended key usages.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::platform::{PurposeHandling, Use};
use crate::profile::{Profile, Purpose, PurposeOid};

const SETTING: &str = "extended_key_usages";

pub(super) const RULES: &[Rule] = &[
    Rule::warning("PRF-801", "M25, M89, M141", "The certificate has no extended key usage.", none)
        .mended(with_client),
    Rule::warning("PRF-802", "M25, M89", "Client authentication is missing.", no_client).mended(with_client),
    Rule::warning("PRF-803", "M25", "The certificate serves any purpose.", any).mended(without_any),
    Rule::warning("PRF-804", "M89", "A purpose stands twice.", twice).mended(once),
    Rule::error("PRF-805", "M25", "The CA does not certify the purpose.", beyond_policy),
    Rule::warning("PRF-806", "M25", "Devices could act as servers or sign code.", dangerous)
        .mended(without_dangerous),
    Rule::advice(
        "PRF-807",
        "contract §16, M141",
        "Apple's systems ask for client authentication at most.",
        not_sent,
    )
    .mended(client_alone),
    Rule::advice("PRF-808", "M89", "A custom purpose has another name than its identifier.", misnamed)
        .mended(named),
    Rule::error("PRF-809", "M127", "The platform has no VPN for the purpose.", no_vpn),
];

fn purposes<'a>(examined: &Examined<'a>) -> &'a [Purpose] {
    &examined.profile.extended_key_usages
}

fn with_purposes(examined: &Examined<'_>, keep: impl Fn(&Purpose) -> bool) -> Option<Profile> {
    examined.changed(|profile| profile.extended_key_usages.retain(keep))
}

/// A fault for each purpose that is so.
fn where_it_is(examined: &Examined<'_>, is: impl Fn(&Purpose) -> bool, says: &str, fix: &str) -> Vec<Fault> {
    let found = purposes(examined).iter().enumerate().filter(|(_, one)| is(one));
    let fault = |(at, one): (usize, &Purpose)| {
        Fault::new(format!("{SETTING}[{at}]"), format!("{} ({}) {says}", one.name(), one.oid()), fix)
    };
    found.map(fault).collect()
}

fn none(examined: &Examined<'_>) -> Vec<Fault> {
    let none = purposes(examined).is_empty();
    let sentence =
        || "No extended key usage is set; Wi-Fi and VPN look for client authentication.".to_owned();
    Fault::when(none, SETTING, sentence, "Add client authentication.")
}

fn no_client(examined: &Examined<'_>) -> Vec<Fault> {
    // A certificate for signing mail has one of its own (M180).
    let lacks = !purposes(examined).is_empty()
        && ![Purpose::ClientAuthentication, Purpose::SecureEmail].iter().any(|one| examined.has_purpose(one));
    let sentence = || "Client authentication is not among the purposes.".to_owned();
    Fault::when(lacks, SETTING, sentence, "Add client authentication.")
}

fn with_client(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.extended_key_usages.insert(0, Purpose::ClientAuthentication))
}

fn is_any(purpose: &Purpose) -> bool {
    purpose.oid() == Purpose::AnyPurpose.oid()
}

fn any(examined: &Examined<'_>) -> Vec<Fault> {
    where_it_is(
        examined,
        is_any,
        "lets the certificate stand for anything.",
        "Name the purposes that it is for.",
    )
}

fn without_any(examined: &Examined<'_>) -> Option<Profile> {
    with_purposes(examined, |one| !is_any(one))
}

fn twice(examined: &Examined<'_>) -> Vec<Fault> {
    let all = purposes(examined);
    let repeated = |at: usize, one: &Purpose| all.iter().take(at).any(|before| before.oid() == one.oid());
    let found = all.iter().enumerate().filter(|(at, one)| repeated(*at, one));
    let fault = |(at, one): (usize, &Purpose)| {
        let sentence = format!("{} ({}) stands twice.", one.name(), one.oid());
        Fault::new(format!("{SETTING}[{at}]"), sentence, "Remove one of the two.")
    };
    found.map(fault).collect()
}

fn once(examined: &Examined<'_>) -> Option<Profile> {
    let mut kept: Vec<Purpose> = Vec::new();
    for one in purposes(examined) {
        if !kept.iter().any(|before| before.oid() == one.oid()) {
            kept.push(one.clone());
        }
    }
    examined.changed(|profile| profile.extended_key_usages = kept)
}

fn beyond_policy(examined: &Examined<'_>) -> Vec<Fault> {
    let Some(permitted) = &examined.surroundings.limits.purposes else { return Vec::new() };
    let refused = |one: &Purpose| {
        !is_any(one) && !permitted.iter().map(|oid: &PurposeOid| oid.oid()).any(|oid| oid == one.oid())
    };
    where_it_is(
        examined,
        refused,
        "is none that the CA certifies.",
        "Remove it, or let the CA's profile permit it.",
    )
}

fn is_dangerous(purpose: &Purpose) -> bool {
    [Purpose::ServerAuthentication, Purpose::CodeSigning].iter().any(|one| one.oid() == purpose.oid())
}

fn is_sent(examined: &Examined<'_>) -> bool {
    examined.rules.purposes.value != PurposeHandling::ClientAuthenticationAtMost
}

fn dangerous(examined: &Examined<'_>) -> Vec<Fault> {
    let dangerous = |one: &Purpose| is_sent(examined) && is_dangerous(one);
    where_it_is(
        examined,
        dangerous,
        "lets every device with the profile stand for a server or a publisher.",
        "Remove it.",
    )
}

fn without_dangerous(examined: &Examined<'_>) -> Option<Profile> {
    with_purposes(examined, |one| !is_dangerous(one))
}

fn not_sent(examined: &Examined<'_>) -> Vec<Fault> {
    let silent = |one: &Purpose| {
        !is_sent(examined) && one.oid() != Purpose::ClientAuthentication.oid() && !is_any(one)
    };
    where_it_is(examined, silent, "is not in the request that the device sends.", "Remove it.")
}

fn client_alone(examined: &Examined<'_>) -> Option<Profile> {
    with_purposes(examined, |one| one.oid() == Purpose::ClientAuthentication.oid())
}

/// The purpose with a word that a custom one is by its identifier, under another name.
fn meant(purpose: &Purpose) -> Option<&'static Purpose> {
    let known = Purpose::KNOWN.iter().find(|known| known.oid() == purpose.oid());
    known.filter(|known| known.name() != purpose.name())
}

fn misnamed(examined: &Examined<'_>) -> Vec<Fault> {
    where_it_is(
        examined,
        |one| meant(one).is_some(),
        "has another name in Intune's list.",
        "Take it from the list.",
    )
}

fn named(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| {
        for one in &mut profile.extended_key_usages {
            if let Some(known) = meant(one) {
                *one = known.clone();
            }
        }
    })
}

fn no_vpn(examined: &Examined<'_>) -> Vec<Fault> {
    let of_vpn = [Purpose::IpsecEndSystem, Purpose::IpsecTunnel, Purpose::IpsecUser];
    let none = !examined.rules.uses.value.contains(&Use::Vpn);
    let useless = |one: &Purpose| none && of_vpn.iter().any(|of_vpn| of_vpn.oid() == one.oid());
    where_it_is(
        examined,
        useless,
        "is for VPN, and Intune has no VPN profile for the platform.",
        "Remove it.",
    )
}
