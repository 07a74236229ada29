//! The device is out of compliance for longer than is tolerated.

use crate::standing::{Finding, Record, Rule, Switches};
use pki::Time;

/// What this rule finds at the time `now`.
#[must_use]
pub fn find(record: &Record, switches: &Switches, now: Time) -> Option<Finding> {
    let effect = switches.effect(Rule::DeviceNotCompliant)?;
    let compliant = record.compliant.as_ref()?;
    let grace = i64::try_from(switches.compliance_grace.as_secs()).unwrap_or(i64::MAX);
    // A device that has just enrolled has not been judged yet: its time begins with the enrolment.
    let from = compliant.at.max(record.enrolled.unwrap_or(i64::MIN));
    let since = Time::from_unix(from.saturating_add(grace));
    (!compliant.value && since <= now).then(|| Finding {
        rule: Rule::DeviceNotCompliant,
        effect,
        since,
        said: format!("the {} does not comply since {}", record.shown(), Time::from_unix(compliant.at)),
    })
}
