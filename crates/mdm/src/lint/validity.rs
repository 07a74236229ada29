//! How long certificates are valid.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use super::surroundings::Role;
use crate::platform::ValidityHandling;
use crate::profile::{Profile, Validity};
use core::num::NonZeroU16;

const SETTING: &str = "validity";
const DAY: i64 = 86_400;

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-601", "M15, M141", "The validity is longer than 24 months.", too_long).mended(longest),
    Rule::warning("PRF-602", "M16", "The validity is shorter than five days.", too_short),
    Rule::warning("PRF-603", "M10, M14", "The validity is longer than the CA grants.", beyond_policy)
        .mended(granted),
    Rule::warning("PRF-604", "M11", "The validity is longer than the issuing CA's own.", beyond_authority),
    Rule::warning(
        "PRF-605",
        "M13",
        "The platform does not ask for the validity, and the CA grants another.",
        unasked,
    )
    .mended(as_granted),
];

fn too_long(examined: &Examined<'_>) -> Vec<Fault> {
    let validity = examined.profile.validity;
    let sentence = || format!("{validity} is more than the 24 months that Intune supports.");
    Fault::when(validity.is_over_24_months(), SETTING, sentence, "Choose one year, at most two.")
}

fn longest(examined: &Examined<'_>) -> Option<Profile> {
    let validity = Validity::Months(NonZeroU16::new(24)?);
    examined.changed(|profile| profile.validity = validity)
}

fn too_short(examined: &Examined<'_>) -> Vec<Fault> {
    let validity = examined.profile.validity;
    let short = validity.about_days() < Validity::SHORTEST_DAYS;
    let sentence = || format!("{validity} may be over for a device before it has the certificate.");
    Fault::when(short, SETTING, sentence, "Choose five days at least, better a year.")
}

/// The CA's limit, if the validity is more.
fn cap(examined: &Examined<'_>) -> Option<u32> {
    let longest = examined.surroundings.limits.longest_validity?;
    (examined.profile.validity.about_days() > longest).then_some(longest)
}

fn beyond_policy(examined: &Examined<'_>) -> Vec<Fault> {
    let fault = cap(examined).map(|longest| {
        let sentence =
            format!("{} is more than the {longest} days that the CA grants.", examined.profile.validity);
        Fault::new(SETTING, sentence, "Choose no more than the CA grants, or let its profile grant more.")
    });
    fault.into_iter().collect()
}

fn days(count: u32) -> Option<Validity> {
    Some(Validity::Days(NonZeroU16::new(u16::try_from(count).ok()?)?))
}

fn granted(examined: &Examined<'_>) -> Option<Profile> {
    let validity = days(cap(examined)?)?;
    examined.changed(|profile| profile.validity = validity)
}

fn beyond_authority(examined: &Examined<'_>) -> Vec<Fault> {
    let Some(now) = examined.surroundings.now else { return Vec::new() };
    let authority = examined.surroundings.authority.iter().flatten();
    let issuing = authority.filter(|one| one.role == Role::Issuing);
    let last = issuing.map(|one| one.not_after).max();
    let left = last.map(|not_after| not_after.saturating_sub(now) / DAY);
    let short = left.filter(|left| *left < i64::from(examined.profile.validity.about_days()));
    let fault = short.map(|left| {
        let sentence = format!(
            "The issuing CA is valid for {left} more days, the profile asks for {}.",
            examined.profile.validity
        );
        Fault::new(SETTING, sentence, "Renew the issuing CA, or choose a shorter validity.")
    });
    fault.into_iter().collect()
}

/// What the CA grants to those who ask for nothing, where that is the platform's way and another length.
fn other_validity(examined: &Examined<'_>) -> Option<u32> {
    let granted = examined.surroundings.limits.unrequested_validity?;
    let silent = examined.rules.validity.value == ValidityHandling::NotSent;
    (silent && examined.profile.validity.about_days().abs_diff(granted) > 1).then_some(granted)
}

fn unasked(examined: &Examined<'_>) -> Vec<Fault> {
    let fault = other_validity(examined).map(|granted| {
        let profile = examined.profile;
        let sentence = format!(
            "{} does not send the {} of the profile; the CA grants {granted} days.",
            profile.platform, profile.validity
        );
        Fault::new(
            SETTING,
            sentence,
            "Write what the CA grants, so that the renewal threshold is one of that.",
        )
    });
    fault.into_iter().collect()
}

fn as_granted(examined: &Examined<'_>) -> Option<Profile> {
    let validity = days(other_validity(examined)?)?;
    examined.changed(|profile| profile.validity = validity)
}
