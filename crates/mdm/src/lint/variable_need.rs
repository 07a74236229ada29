//! Variables that not every device or user has a value for: without it the profile does not arrive (M112).

use super::examined::{Examined, Used};
use super::finding::{Fault, Rule};
use crate::platform::Verdict;
use crate::variable::{Need, Variable};

pub(super) const RULES: &[Rule] = &[
    Rule::warning("PRF-331", "M112", "Only devices with a mobile telephone have the value.", cellular),
    Rule::error(
        "PRF-332",
        "M108, M109",
        "The users are not synchronised and have no value.",
        not_synchronised,
    ),
    Rule::advice(
        "PRF-333",
        "M108, M109, M191",
        "Only synchronised users have the value.",
        maybe_synchronised,
    ),
    Rule::warning("PRF-334", "M107", "Only domain-joined devices have the value.", domain_joined),
    Rule::error("PRF-335", "M131", "From Android 12 on the work profile hides the identifier.", hidden),
];

fn verdict(examined: &Examined<'_>, used: &Used<'_>) -> Verdict {
    let profile = examined.profile;
    profile.platform.verdict(used.variable, used.place, profile.certificate_type)
}

/// A fault for each variable with that need; what the platform refuses, and the security identifier, have rules of
/// their own.
fn with_need(examined: &Examined<'_>, need: Need, says: &str, fix: &str) -> Vec<Fault> {
    let needing = examined.variables().filter(|used| {
        used.variable.need() == need
            && used.variable != Variable::OnPremisesSecurityIdentifier
            && !matches!(verdict(examined, used), Verdict::Refused { .. })
            && !is_hidden(examined, used)
    });
    needing.map(|used| Fault::new(used.setting, format!("{}: {says}", used.variable), fix)).collect()
}

fn cellular(examined: &Examined<'_>) -> Vec<Fault> {
    let says = "devices without a mobile telephone have no value and do not get the profile.";
    let fix = "Use another identifier, or assign to devices that all have one.";
    with_need(examined, Need::Cellular, says, fix)
}

fn not_synchronised(examined: &Examined<'_>) -> Vec<Fault> {
    if examined.surroundings.users_synchronised != Some(false) {
        return Vec::new();
    }
    let says = "the users are not synchronised from Active Directory, so that none gets the profile.";
    with_need(examined, Need::DirectorySync, says, "Use {{UserPrincipalName}}.")
}

fn maybe_synchronised(examined: &Examined<'_>) -> Vec<Fault> {
    if examined.surroundings.users_synchronised.is_some() {
        return Vec::new();
    }
    let says = "users that Entra Connect does not synchronise have no value and do not get the profile.";
    with_need(examined, Need::DirectorySync, says, "See that all users of the assignment are synchronised.")
}

fn domain_joined(examined: &Examined<'_>) -> Vec<Fault> {
    if examined.surroundings.devices_hybrid_joined == Some(true) {
        return Vec::new();
    }
    let says = "devices that are not joined to a domain have no value and do not get the profile.";
    with_need(examined, Need::WindowsDomain, says, "Use {{DeviceName}} with your domain after it.")
}

/// Whether the platform hides the identifier, on devices that are there.
fn is_hidden(examined: &Examined<'_>, used: &Used<'_>) -> bool {
    let hidden =
        examined.rules.hidden_identifiers.value.filter(|hidden| hidden.variables.contains(&used.variable));
    examined.versions().zip(hidden).is_some_and(|(versions, hidden)| versions.newest >= hidden.from_version)
}

fn hidden(examined: &Examined<'_>) -> Vec<Fault> {
    let fault = |used: Used<'_>| {
        let sentence =
            format!("{}: devices with Android 12 and later that enrol now have no value.", used.variable);
        Fault::new(used.setting, sentence, "Use {{AAD_Device_ID}}.")
    };
    examined.variables().filter(|used| is_hidden(examined, used)).map(fault).collect()
}
