//! `accountEnabled` is false (M162).

use crate::standing::{Finding, Kind, Record, Rule, Switches};
use pki::Time;

/// What this rule finds.
#[must_use]
pub fn find(record: &Record, switches: &Switches) -> Option<Finding> {
    let rule = if record.kind == Kind::User { Rule::UserDisabled } else { Rule::DeviceDisabled };
    let effect = switches.effect(rule)?;
    let enabled = record.enabled.as_ref()?;
    (!enabled.value).then(|| Finding {
        rule,
        effect,
        since: Time::from_unix(enabled.at),
        said: format!("the {} is disabled", record.shown()),
    })
}
