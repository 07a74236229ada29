//! The device or user was there and is gone (M160; contract §14: not found).

use crate::standing::{Finding, Kind, Record, Rule, Switches};
use pki::Time;

/// What this rule finds.
#[must_use]
pub fn find(record: &Record, switches: &Switches) -> Option<Finding> {
    let rule = if record.kind == Kind::User { Rule::UserDeleted } else { Rule::DeviceDeleted };
    let effect = switches.effect(rule)?;
    (!record.present.value).then(|| Finding {
        rule,
        effect,
        since: Time::from_unix(record.present.at),
        said: format!("the directory no longer has the {}", record.shown()),
    })
}
