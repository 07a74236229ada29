//! Alternative names that ought to be there, and one that ought not.

use super::examined::{Examined, Name};
use super::finding::{Fault, Rule};
use crate::platform::{UserPresence, Verdict};
use crate::profile::{AlternativeName, CertificateType, Profile};
use crate::variable::{Place, SanType, Variable};

const SETTING: &str = "alternative_names";

pub(super) const RULES: &[Rule] = &[
    Rule::warning("PRF-421", "M179, M119", "A user's certificate has no UPN.", no_upn).mended(with_upn),
    Rule::warning("PRF-422", "M119, M179", "A device's certificate has a UPN.", upn_of_device),
    Rule::advice(
        "PRF-423",
        "M120",
        "A device's certificate lacks Intune's identifier as URI.",
        no_identifier,
    )
    .mended(with_identifier),
];

fn is_for(examined: &Examined<'_>, certificate_type: CertificateType) -> bool {
    examined.profile.certificate_type == certificate_type
}

fn has_type(examined: &Examined<'_>, kind: SanType) -> bool {
    examined.names.iter().any(|name| name.entry.kind == kind)
}

fn no_upn(examined: &Examined<'_>) -> Vec<Fault> {
    let has_user = examined.rules.user.value == UserPresence::Possible;
    let none = has_user && is_for(examined, CertificateType::User) && !has_type(examined, SanType::Upn);
    let sentence = || "There is no UPN, by which the certificate is linked to the user.".to_owned();
    Fault::when(none, SETTING, sentence, "Add {{UserPrincipalName}} as UPN.")
}

fn with_name(examined: &Examined<'_>, kind: SanType, value: &str) -> Option<Profile> {
    let name = AlternativeName { kind, value: value.to_owned() };
    examined.changed(|profile| profile.alternative_names.push(name))
}

fn with_upn(examined: &Examined<'_>) -> Option<Profile> {
    with_name(examined, SanType::Upn, "{{UserPrincipalName}}")
}

fn upn_of_device(examined: &Examined<'_>) -> Vec<Fault> {
    let wrong = examined
        .names
        .iter()
        .filter(|name| name.entry.kind == SanType::Upn && is_for(examined, CertificateType::Device));
    let fault = |name: &Name| {
        let sentence = format!("`{}` as UPN makes a device look like a user.", name.entry.value);
        Fault::new(&name.setting, sentence, "Name the device by a URI or a DNS name.")
    };
    wrong.map(fault).collect()
}

fn no_identifier(examined: &Examined<'_>) -> Vec<Fault> {
    let place = Place::San(SanType::Uri);
    let verdict = examined.profile.platform.verdict(Variable::DeviceId, place, CertificateType::Device);
    let lacks = is_for(examined, CertificateType::Device)
        && verdict == Verdict::Allowed
        && !examined.names.iter().any(|name| name.entry.kind == SanType::Uri);
    let sentence = || {
        "There is no IntuneDeviceId URI, by which network access control asks Intune about a device."
            .to_owned()
    };
    Fault::when(lacks, SETTING, sentence, "Add IntuneDeviceId://{{DeviceId}} as URI.")
}

fn with_identifier(examined: &Examined<'_>) -> Option<Profile> {
    with_name(examined, SanType::Uri, "IntuneDeviceId://{{DeviceId}}")
}
