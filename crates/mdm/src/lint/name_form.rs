//! What each type of alternative name may look like.

use super::examined::{Examined, Name, literals};
use super::finding::{Fault, Rule};
use crate::profile::Profile;
use crate::variable::{SanType, Variable};

/// What network access control looks for (M120).
const FOR_ACCESS_CONTROL: &str = "IntuneDeviceId://{{DeviceId}}";

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-411", "RFC 5280 §4.2.1.6", "The name holds a character beyond ASCII.", not_ascii),
    Rule::error(
        "PRF-412",
        "RFC 5280 §4.2.1.6, M116",
        "The DNS name has a character that none has.",
        no_dns_name,
    ),
    Rule::error("PRF-413", "RFC 5280 §4.2.1.6", "The URI has no scheme.", no_scheme),
    Rule::warning("PRF-414", "M116", "The address has no @.", no_address),
    Rule::warning("PRF-415", "M120", "The URI for network access control is misspelt.", misspelt)
        .mended(spelt),
    Rule::warning("PRF-416", "M70", "A DNS name can be chosen by who holds the device.", spoofable),
    Rule::warning("PRF-417", "M17", "All devices get the same alternative name.", all_alike),
];

fn of_type<'a>(examined: &'a Examined<'_>, kinds: &'a [SanType]) -> impl Iterator<Item = &'a Name> {
    examined.names.iter().filter(move |name| kinds.contains(&name.entry.kind) && name.template.is_ok())
}

/// Whether a part of the text that is no variable holds such a character.
fn holds(name: &Name, is: fn(char) -> bool) -> bool {
    name.template.iter().flat_map(literals).any(|text| text.contains(is))
}

fn variables(name: &Name) -> impl Iterator<Item = Variable> {
    name.template.iter().flat_map(|text| text.variables())
}

fn told<'a>(wrong: impl Iterator<Item = &'a Name>, says: &str, fix: &str) -> Vec<Fault> {
    let fault = |name: &Name| Fault::new(&name.setting, format!("`{}` {says}", name.entry.value), fix);
    wrong.map(fault).collect()
}

fn not_ascii(examined: &Examined<'_>) -> Vec<Fault> {
    let kinds = [SanType::Email, SanType::Dns, SanType::Uri];
    let wrong = of_type(examined, &kinds).filter(|name| holds(name, |c| !c.is_ascii()));
    told(wrong, "holds a character beyond ASCII, which no certificate can hold there.", "Write it in ASCII.")
}

fn no_dns_name(examined: &Examined<'_>) -> Vec<Fault> {
    let odd = |c: char| c.is_ascii() && !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '*'));
    let wrong = of_type(examined, &[SanType::Dns]).filter(|name| holds(name, odd));
    told(wrong, "is no name in DNS.", "Use letters, digits, dots and hyphens, or another type of name.")
}

fn has_scheme(value: &str) -> bool {
    let scheme = value.split_once(':').map_or("", |(scheme, _)| scheme);
    let permitted = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(permitted)
}

fn no_scheme(examined: &Examined<'_>) -> Vec<Fault> {
    let sid = |name: &Name| variables(name).any(|one| one == Variable::OnPremisesSecurityIdentifier);
    let wrong = of_type(examined, &[SanType::Uri])
        .filter(|name| !name.entry.value.trim().is_empty() && !sid(name) && !has_scheme(&name.entry.value));
    told(
        wrong,
        "is no URI: it has no scheme.",
        "Write a scheme before it, such as in IntuneDeviceId://{{DeviceId}}.",
    )
}

fn no_address(examined: &Examined<'_>) -> Vec<Fault> {
    let addresses =
        [Variable::EmailAddress, Variable::UserPrincipalName, Variable::OnPremisesUserPrincipalName];
    let is_address =
        |name: &Name| name.entry.value.contains('@') || variables(name).any(|one| addresses.contains(&one));
    // M122: a device's identifier as mail address is a practice, and relying parties match it as text.
    let of_device = |name: &Name| {
        let certificate_type = examined.profile.certificate_type;
        variables(name).any(|one| !one.is_users_in(certificate_type))
    };
    let kinds = [SanType::Email, SanType::Upn];
    let wrong = of_type(examined, &kinds)
        .filter(|name| !name.entry.value.trim().is_empty() && !is_address(name) && !of_device(name));
    told(
        wrong,
        "is no address: it has no @.",
        "Use {{UserPrincipalName}} or {{EmailAddress}}, or write the domain after it.",
    )
}

fn is_misspelt(kind: SanType, value: &str) -> bool {
    let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    kind == SanType::Uri
        && value != FOR_ACCESS_CONTROL
        && plain.eq_ignore_ascii_case("IntuneDeviceIdDeviceId")
        && value.contains("{{")
}

fn misspelt(examined: &Examined<'_>) -> Vec<Fault> {
    let wrong =
        of_type(examined, &[SanType::Uri]).filter(|name| is_misspelt(name.entry.kind, &name.entry.value));
    told(wrong, "is not what network access control looks for.", "Write IntuneDeviceId://{{DeviceId}}.")
}

fn spelt(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| {
        let names = profile.alternative_names.iter_mut();
        names
            .filter(|name| is_misspelt(name.kind, &name.value))
            .for_each(|name| FOR_ACCESS_CONTROL.clone_into(&mut name.value));
    })
}

fn spoofable(examined: &Examined<'_>) -> Vec<Fault> {
    let wrong = of_type(examined, &[SanType::Dns]).filter(|name| variables(name).any(Variable::is_spoofable));
    told(
        wrong,
        "takes its value from the device, whose holder may name it like a server.",
        "Use {{AAD_Device_ID}} or {{DeviceName}}.",
    )
}

fn all_alike(examined: &Examined<'_>) -> Vec<Fault> {
    let wrong = of_type(examined, &SanType::ALL)
        .filter(|name| variables(name).next().is_none() && !name.entry.value.trim().is_empty())
        .filter(|name| !name.entry.value.starts_with("tag:"));
    told(wrong, "has no variable, so that all certificates have the same.", "Use a variable, or remove it.")
}
