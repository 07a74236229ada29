//! Variables that the platform table refuses, by who says so.

use super::examined::{Examined, Used};
use super::finding::{Fault, Rule};
use crate::platform::Verdict;

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-311", "M78", "A device's certificate has a variable of the user's.", of_user),
    Rule::error("PRF-312", "M111", "A variable of the user's, and the device has no user.", userless),
    Rule::error("PRF-313", "M107", "Only Windows has a fully qualified domain name.", domain_name),
    Rule::error(
        "PRF-314",
        "M118",
        "The platform does not take the user's name as alternative name.",
        user_name,
    ),
    Rule::error("PRF-315", "M128", "AOSP has no value for the variable.", aosp),
    Rule::error(
        "PRF-316",
        "M190",
        "Only Windows devices have a security identifier of their own.",
        device_sid,
    ),
];

/// What the table refuses, and says is from there.
fn refused_by(examined: &Examined<'_>, wanted: &str) -> Vec<Fault> {
    let profile = examined.profile;
    let fault = |Used { variable, setting, place }: Used<'_>| match profile.platform.verdict(
        variable,
        place,
        profile.certificate_type,
    ) {
        Verdict::Refused { why, source } if source == wanted => {
            let sentence = format!("{variable} cannot stand in {place}: {why}.");
            Some(Fault::new(setting, sentence, fix(wanted)))
        }
        _ => None,
    };
    examined.variables().filter_map(fault).collect()
}

fn fix(source: &str) -> &'static str {
    match source {
        "M78" => "Use a variable of the device's, or the certificate type User.",
        "M111" => "Use a variable of the device's, such as {{AAD_Device_ID}}.",
        "M118" => "Use {{UserPrincipalName}}.",
        "M190" => "Remove the alternative name.",
        _ => "Use another variable.",
    }
}

fn of_user(examined: &Examined<'_>) -> Vec<Fault> {
    refused_by(examined, "M78")
}

fn userless(examined: &Examined<'_>) -> Vec<Fault> {
    refused_by(examined, "M111")
}

fn domain_name(examined: &Examined<'_>) -> Vec<Fault> {
    refused_by(examined, "M107")
}

fn user_name(examined: &Examined<'_>) -> Vec<Fault> {
    refused_by(examined, "M118")
}

fn aosp(examined: &Examined<'_>) -> Vec<Fault> {
    refused_by(examined, "M128")
}

fn device_sid(examined: &Examined<'_>) -> Vec<Fault> {
    refused_by(examined, "M190")
}
