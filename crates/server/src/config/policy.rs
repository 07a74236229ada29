//! `[[policy]]` and `[privileged]`: rules that choose or refuse, and names that nobody gets.
//!
//! Their settings and rules are `ca`'s; here what `ca` finds wrong with them is told as a problem.

use ca::policy::{Known, Policy, RuleFault, Settings as RuleSettings};
use ca::profile::{CertificateProfile, ProfileSet};
use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem, Problems};
use super::profile::duplicate;
use super::settings::Settings;

/// `[privileged]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct PrivilegedSettings {
    pub accounts: Vec<String>,
    pub domain_controllers: Vec<String>,
}

impl PrivilegedSettings {
    /// Adds the names to those that this profile denies in any case.
    ///
    /// # Errors
    /// A name that is none; the settings' check has found it before.
    pub fn add_to(&self, profile: &mut CertificateProfile) -> Result<(), Problem> {
        profile.privileged.extend(&self.accounts, &self.domain_controllers).map_err(|reason| {
            Problem::new(Code::Rule, "privileged", "")
                .rule(reason)
                .fix(r#"write names such as "tier0-*" or "dc01.contoso.com""#)
        })
    }
}

/// Believes every rule; none of two has the same name.
pub(super) fn believe_all(all: &Settings, profiles: &ProfileSet, problems: &mut Problems) -> Policy {
    let endpoints: Vec<&str> = all.endpoint.iter().map(|one| one.name.as_str()).collect();
    let profiles: Vec<&str> = profiles.iter().map(|one| one.name.as_str()).collect();
    match believe(&all.policy, &Known { endpoints: &endpoints, profiles: &profiles }) {
        Ok(policy) => policy,
        Err(found) => {
            found.into_iter().for_each(|problem| problems.push(problem));
            Policy::default()
        }
    }
}

/// Believes the rules of a file that replaces the settings' own.
///
/// # Errors
/// Everything that is wrong with them.
pub fn believe(rules: &[RuleSettings], known: &Known<'_>) -> Result<Policy, Vec<Problem>> {
    let (mut believed, mut problems) = (Vec::with_capacity(rules.len()), Vec::new());
    for (position, rule) in rules.iter().enumerate() {
        match rule.clone().check(known) {
            Ok(rule) => believed.push(rule),
            Err(faults) => problems.extend(faults.iter().map(|fault| refused(rule, position, fault))),
        }
    }
    match Policy::new(believed) {
        Ok(policy) if problems.is_empty() => Ok(policy),
        Ok(_) => Err(problems),
        Err(twice) => Err(vec![duplicate("policy", &twice)]),
    }
}

fn refused(rule: &RuleSettings, position: usize, fault: &RuleFault) -> Problem {
    let place = if rule.name.is_empty() { position.to_string() } else { rule.name.clone() };
    Problem::new(Code::Rule, format!("policy.{place}.{}", fault.setting), "")
        .rule(&fault.reason)
        .fix("correct it; docs/policy.md has every key")
}
