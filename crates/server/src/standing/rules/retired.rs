//! `managementState` 1 to 8: the device was told to leave, or is about to be (contract §14). Words that this version does
//! not know are no evidence.

use crate::standing::{Finding, Record, Rule, Switches};
use mdm::graph::ManagementState;
use pki::Time;
use serde_json::Value;

/// What this rule finds.
#[must_use]
pub fn find(record: &Record, switches: &Switches) -> Option<Finding> {
    let effect = switches.effect(Rule::DeviceRetired)?;
    let state = record.management.as_ref()?;
    let number = ManagementState::read(&Value::String(state.value.clone()))?.number()?;
    (1..=8).contains(&number).then(|| Finding {
        rule: Rule::DeviceRetired,
        effect,
        since: Time::from_unix(state.at),
        said: format!("the {} has the management state {}", record.shown(), state.value),
    })
}
