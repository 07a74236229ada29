//! Variables that the platform table permits with a notice, in the table's words.

use super::examined::{Examined, Used};
use super::finding::{Fault, Rule};
use super::subject_text::{joined, parts};
use crate::platform::Verdict;
use crate::profile::{AlternativeName, Profile};
use crate::variable::{SanType, Variable};

pub(super) const RULES: &[Rule] = &[
    Rule::warning(
        "PRF-341",
        "M103",
        "{{DeviceId}} in a subject can break Windows' synchronisation.",
        device_id,
    )
    .mended(entra_id),
    Rule::advice(
        "PRF-342",
        "M189",
        "Microsoft contradicts itself on security identifiers on Android.",
        sid_android,
    ),
    Rule::advice("PRF-343", "M190", "Only hybrid-joined devices have a security identifier.", sid_windows),
    Rule::warning("PRF-344", "M131", "Newer work profiles hide serial number, IMEI and MEID.", work_profile),
    Rule::advice("PRF-345", "contract §13", "{{Department}} is hardly documented.", department),
    Rule::advice("PRF-346", "contract §13", "Entra's identifier may change or be mixed up.", entra_device),
    Rule::warning(
        "PRF-347",
        "SCEPman's page on Android",
        "{{DeviceId}} may not work on the platform.",
        owner_id,
    ),
];

/// What the table has a notice for, of these sources and variables.
fn noticed(examined: &Examined<'_>, wanted: &str, variables: &[Variable], fix: &str) -> Vec<Fault> {
    let profile = examined.profile;
    let fault = |Used { variable, setting, place }: Used<'_>| match profile.platform.verdict(
        variable,
        place,
        profile.certificate_type,
    ) {
        Verdict::Notice { why, source } if source == wanted && variables.contains(&variable) => {
            Some(Fault::new(setting, format!("{variable} in {place}: {why}."), fix))
        }
        _ => None,
    };
    examined.variables().filter_map(fault).collect()
}

fn device_id(examined: &Examined<'_>) -> Vec<Fault> {
    noticed(
        examined,
        "M103",
        &[Variable::DeviceId],
        "Use {{AAD_Device_ID}}, and the URI for the other identifier.",
    )
}

fn entra_id(examined: &Examined<'_>) -> Option<Profile> {
    let text = examined.profile.subject.text()?;
    let (old, new) = (Variable::DeviceId.to_string(), Variable::EntraDeviceId.to_string());
    let is_alone = |value: &str| value.trim_matches('"').eq_ignore_ascii_case(&old);
    let changed: Vec<_> = parts(text)
        .into_iter()
        .map(|part| if is_alone(part.value()) { part.with_value(&new) } else { part })
        .collect();
    let uri = AlternativeName { kind: SanType::Uri, value: format!("IntuneDeviceId://{old}") };
    let named = examined.names.iter().any(|name| name.entry == uri);
    let mended = examined.with_subject(joined(&changed)).filter(|mended| mended.subject.text() != Some(text));
    mended.map(|mut mended| {
        if !named {
            mended.alternative_names.push(uri);
        }
        mended
    })
}

fn sid_android(examined: &Examined<'_>) -> Vec<Fault> {
    let fix = "Try it on one device before you rely on it.";
    noticed(examined, "M189", &[Variable::OnPremisesSecurityIdentifier], fix)
}

fn sid_windows(examined: &Examined<'_>) -> Vec<Fault> {
    if examined.surroundings.devices_hybrid_joined == Some(true) {
        return Vec::new();
    }
    let fix = "Assign it to hybrid-joined devices alone.";
    noticed(examined, "M190", &[Variable::OnPremisesSecurityIdentifier], fix)
}

fn work_profile(examined: &Examined<'_>) -> Vec<Fault> {
    if examined.versions().is_some() {
        return Vec::new();
    }
    let hidden = [Variable::SerialNumber, Variable::Imei, Variable::Meid];
    noticed(examined, "M131", &hidden, "Use {{AAD_Device_ID}}.")
}

fn department(examined: &Examined<'_>) -> Vec<Fault> {
    let fix = "Try it on one device before you rely on it.";
    noticed(examined, "contract §13", &[Variable::Department], fix)
}

fn entra_device(examined: &Examined<'_>) -> Vec<Fault> {
    let fix = "Name the device by {{DeviceName}} or {{SerialNumber}}.";
    noticed(examined, "contract §13", &[Variable::EntraDeviceId], fix)
}

fn owner_id(examined: &Examined<'_>) -> Vec<Fault> {
    noticed(examined, "SCEPman's page on Android", &[Variable::DeviceId], "Use {{AAD_Device_ID}}.")
}
