//! Entra holds the user's account to be at risk.

use crate::standing::{Finding, Record, Rule, Switches};
use mdm::graph::RiskLevel;
use pki::Time;
use serde_json::Value;

/// What this rule finds.
#[must_use]
pub fn find(record: &Record, switches: &Switches) -> Option<Finding> {
    let effect = switches.effect(Rule::UserAtRisk)?;
    let risk = record.risk.as_ref()?;
    let level = RiskLevel::read(&Value::String(risk.value.clone()))?;
    switches.risk_levels.contains(&level).then(|| Finding {
        rule: Rule::UserAtRisk,
        effect,
        since: Time::from_unix(risk.at),
        said: format!("the {} has the risk level {level}", record.shown()),
    })
}
