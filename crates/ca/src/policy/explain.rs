//! A decision in words: every rule that was tried, and what it looked at.

use super::matcher::{Held, Lowered, Reading};
use super::{Decision, Outcome, Rule};
use crate::rejection::Shown;

/// A decision with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained<'a> {
    /// The rules that were tried, in order; the last one decided, if any did.
    pub steps: Vec<Step<'a>>,
    /// What was decided.
    pub decision: Decision<'a>,
    /// The whole in one sentence, naming the rule and the facts; control characters escaped.
    pub sentence: String,
}

/// One rule that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Whether it matched.
    pub matched: bool,
    /// What it looked at: all of its conditions where it matched, else the first that did not hold.
    pub readings: Vec<Reading>,
}

pub(super) fn explain<'a>(rules: &'a [Rule], facts: &Lowered<'_>) -> Explained<'a> {
    let mut steps = Vec::with_capacity(rules.len());
    for rule in rules {
        let refuses = rule.outcome.takes_away();
        let all = rule.matchers.iter().map(|one| one.reading(facts, refuses));
        let mut readings: Vec<Reading> = all.collect();
        let failed = readings.iter().position(|reading| !rule.passes(reading.held));
        let matched = failed.is_none();
        if let Some(index) = failed {
            readings = readings.split_off(index);
            readings.truncate(1);
        }
        steps.push(Step { rule, matched, readings });
        if matched {
            break;
        }
    }
    let rule = steps.last().filter(|step| step.matched).map(|step| step.rule);
    Explained { decision: Decision { rule }, sentence: sentence(rule, facts), steps }
}

fn sentence(rule: Option<&Rule>, facts: &Lowered<'_>) -> String {
    let Some(rule) = rule else {
        return "no rule matches; the endpoint's own profile is used".to_owned();
    };
    let what = match &rule.outcome {
        Outcome::Allow => "lets the endpoint's own profile be used".to_owned(),
        Outcome::UseProfile(name) => format!("chooses the profile {name}"),
        Outcome::Refuse(_) => "refuses".to_owned(),
        Outcome::Ask(_) => "asks for an approval".to_owned(),
    };
    Shown::new(&format!("rule {} {what}: {}", rule.name, because(rule, facts))).to_string()
}

/// The facts on which a rule matches.
pub(super) fn because(rule: &Rule, facts: &Lowered<'_>) -> String {
    let refuses = rule.outcome.takes_away();
    let readings = rule.matchers.iter().map(|one| one.reading(facts, refuses).to_string());
    let readings: Vec<String> = readings.collect();
    if readings.is_empty() { "it matches every request".to_owned() } else { readings.join(", ") }
}

impl Step<'_> {
    /// One line about this rule.
    #[must_use]
    pub fn sentence(&self) -> String {
        let readings: Vec<String> = self.readings.iter().map(ToString::to_string).collect();
        let verb = if self.matched { "matches" } else { "does not match" };
        let why = if readings.is_empty() { "every request".to_owned() } else { readings.join(", ") };
        let colon = if readings.is_empty() { "" } else { ":" };
        Shown::new(&format!("{} {verb}{colon} {why}", self.rule.name())).to_string()
    }

    /// The first condition that did not hold, if the rule did not match.
    #[must_use]
    pub fn failed(&self) -> Option<&Reading> {
        self.readings.first().filter(|reading| !self.matched && reading.held != Held::Yes)
    }
}
