//! SyncML for Windows' configuration service provider ClientCertificateInstall/SCEP (contract §15).
//!
//! All is in one Atomic: the node of the certificate, the settings, and `Enroll` as the last command, since it starts
//! with what is there by then. There is no renewal threshold in it; the names of extended key usages are not in it
//! either.

mod node;
mod read;

pub use read::{Installed, read};

use super::xml::Element;
use super::{Unwritable, single_values};
use crate::platform::ProfileType;
use crate::profile::{
    AlternativeName, CertificateType, HashAlgorithm, Profile, Purpose, ScepUrl, Thumbprint,
};
use node::Node;

/// What stands before the name of the certificate in each address.
const TREE: &str = "/Vendor/MSFT/ClientCertificateInstall/SCEP/";

const PROLOG: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Writes the commands that make a device enrol. The challenge is a secret of this enrolment's; texts with variables
/// stand as they are.
///
/// # Errors
/// A setting that it cannot hold; another platform than Windows.
pub fn write(profile: &Profile, challenge: &str) -> Result<String, Unwritable> {
    if profile.platform.rules().profile_type.value != Some(ProfileType::Windows) {
        return Err(Unwritable::new("platform", "must be Windows for SyncML"));
    }
    let place = format!("{}{TREE}{}", scope(profile), profile.name);
    let mut commands =
        vec![node::add(1, &place, Node::Inner), node::add(2, &format!("{place}/Install"), Node::Inner)];
    let mut number = 2_u32;
    for (name, node) in settings(profile, challenge)? {
        number += 1;
        commands.push(node::add(number, &format!("{place}/Install/{name}"), node));
    }
    commands.push(node::exec(number + 1, &format!("{place}/Install/Enroll")));
    let mut inner = vec![Element::leaf("CmdID", (number + 2).to_string())];
    inner.append(&mut commands);
    let body = Element::of("SyncBody", vec![Element::of("Atomic", inner), Element::new("Final")]);
    let whole = Element::of("SyncML", vec![body]).with("xmlns", "SYNCML:SYNCML1.2");
    whole.document(PROLOG, "a text of the profile")
}

fn scope(profile: &Profile) -> &'static str {
    match profile.certificate_type {
        CertificateType::User => "./User",
        CertificateType::Device => "./Device",
    }
}

type Setting = (&'static str, Node);

fn settings(profile: &Profile, challenge: &str) -> Result<Vec<Setting>, Unwritable> {
    let urls: Vec<&str> = profile.urls.iter().map(ScepUrl::as_str).collect();
    let none = || Unwritable::new("subject", "has a format that only Configuration Manager fills");
    let (count, unit) = node::period(profile.validity);
    let mut settings = vec![
        ("ServerURL", Node::text(urls.join(";"))),
        ("Challenge", Node::text(challenge)),
        ("SubjectName", Node::text(profile.subject.text().ok_or_else(none)?)),
        ("KeyUsage", Node::Whole(node::usage_bits(&profile.key_usage))),
        ("KeyLength", Node::Whole(profile.key_size.bits())),
        ("ValidPeriod", Node::text(unit)),
        ("ValidPeriodUnits", Node::Whole(count.into())),
    ];
    // A list of none has no text; the device takes what it does without the setting.
    let mut list = |name, entries: Vec<String>, between: &str| {
        if !entries.is_empty() {
            settings.push((name, Node::text(entries.join(between))));
        }
    };
    list("SubjectAlternativeNames", names(profile)?, ";");
    list(
        "EKUMapping",
        profile.extended_key_usages.iter().map(|one: &Purpose| one.oid().to_string()).collect(),
        "+",
    );
    list("HashAlgorithm", hashes(profile), "+");
    list("CAThumbprint", thumbprint(profile).map(ToString::to_string).into_iter().collect(), "");
    if let Some(provider) = profile.key_storage_provider {
        settings.push(("KeyProtection", Node::Whole(node::protection(provider))));
    }
    Ok(settings)
}

/// `type+value`, with the numbers of CertEnroll's AlternativeNameType.
fn names(profile: &Profile) -> Result<Vec<String>, Unwritable> {
    let entry = |name: AlternativeName| match name.value.is_empty() {
        true => Err(Unwritable::new("alternative_names", "may not be empty")),
        false => Ok(format!("{}+{}", node::san_number(name.kind), name.value)),
    };
    single_values(profile.all_alternative_names()).into_iter().map(entry).collect()
}

fn hashes(profile: &Profile) -> Vec<String> {
    let word = |one: &HashAlgorithm| node::hash_word(*one).to_owned();
    HashAlgorithm::ALL.iter().filter(|one| profile.hash_algorithms.contains(one)).map(word).collect()
}

/// The SHA-1 thumbprint of the certificate that GetCACert has to answer.
fn thumbprint(profile: &Profile) -> Option<&Thumbprint> {
    profile.root_certificates.first()?.thumbprints.iter().find(|one| one.is_sha1())
}
