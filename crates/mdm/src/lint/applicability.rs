//! Applicability rules: Windows by edition and version.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::profile::{ApplicabilityRule, Condition, Effect, Profile};

const SETTING: &str = "applicability_rules";
/// Of Windows 10 and 11.
const FIRST_MAJOR: u32 = 10;

pub(super) const RULES: &[Rule] = &[
    Rule::warning("PRF-951", "M92", "The platform has no applicability rules.", not_offered).mended(none),
    Rule::error("PRF-952", "M92", "A range of versions ends before it begins.", reversed).mended(turned),
    Rule::error("PRF-953", "M92", "A rule admits no edition.", no_edition),
    Rule::error("PRF-954", "M92, M137", "A rule admits only Windows before 10.", too_old),
];

fn not_offered(examined: &Examined<'_>) -> Vec<Fault> {
    let set = !examined.rules.applicability_rules.value && !examined.profile.applicability_rules.is_empty();
    let sentence = || {
        format!(
            "{} has no such rules; every device of the groups gets the profile.",
            examined.profile.platform
        )
    };
    Fault::when(set, SETTING, sentence, "Leave them out, and let the groups decide.")
}

fn none(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.applicability_rules.clear())
}

/// A fault for each rule that is so, where there may be rules.
fn where_it_is(
    examined: &Examined<'_>,
    is: impl Fn(&ApplicabilityRule) -> bool,
    says: &str,
    fix: &str,
) -> Vec<Fault> {
    let offered = examined.rules.applicability_rules.value;
    let found =
        examined.profile.applicability_rules.iter().enumerate().filter(|(_, rule)| offered && is(rule));
    found.map(|(at, _)| Fault::new(format!("{SETTING}[{at}]"), says, fix)).collect()
}

fn reversed(examined: &Examined<'_>) -> Vec<Fault> {
    let reversed =
        |rule: &ApplicabilityRule| matches!(&rule.condition, Condition::Versions { min, max } if min > max);
    where_it_is(examined, reversed, "The lowest version is above the highest.", "Exchange the two.")
}

fn turned(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| {
        for rule in &mut profile.applicability_rules {
            if let Condition::Versions { min, max } = &mut rule.condition
                && min > max
            {
                core::mem::swap(min, max);
            }
        }
    })
}

fn admits(rule: &ApplicabilityRule) -> bool {
    rule.effect == Effect::AssignIf
}

fn no_edition(examined: &Examined<'_>) -> Vec<Fault> {
    let empty = |rule: &ApplicabilityRule| {
        admits(rule) && matches!(&rule.condition, Condition::Editions(editions) if editions.is_empty())
    };
    where_it_is(
        examined,
        empty,
        "The rule admits editions and lists none.",
        "List editions, or remove the rule.",
    )
}

fn too_old(examined: &Examined<'_>) -> Vec<Fault> {
    let old = |rule: &ApplicabilityRule| {
        admits(rule)
            && matches!(&rule.condition, Condition::Versions { max, .. } if max.major() < FIRST_MAJOR)
    };
    where_it_is(examined, old, "The highest version is below 10.0.", "Write versions such as 10.0.22631.")
}
