//! The step of the policy. Without rules the profiles alone decide, which is how most begin; what a test can find is a rule that
//! leaves nothing to those behind it, or nothing to anybody.

use super::Stand;
use crate::portal::{Api, Problem, Words, url};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
struct Rules {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    rule: String,
    outcome: String,
    when: Map<String, Value>,
}

/// What is wrong with the rules as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Whoever comes is refused.
    NobodyPasses,
    /// Rules that are never reached.
    Unreached,
}

async fn read(api: &Api) -> Result<Vec<Rule>, Problem> {
    Ok(api.get::<Rules>(&url(&["policy"], &[])).await?.rules)
}

pub(super) async fn stand(api: &Api, w: &Words) -> Result<Stand, Problem> {
    let all = read(api).await?;
    let said = w.t(if all.is_empty() { "wizard-policy-none" } else { "wizard-policy-set" });
    Ok(all.into_iter().fold(Stand::new("good", said), |stand, one| stand.with(one.rule, one.outcome)))
}

pub(super) async fn examined(api: &Api, w: &Words, stand: Stand) -> Result<Stand, Problem> {
    let all = read(api).await?;
    let Some((rule, fault)) = fault(&all) else { return Ok(stand) };
    let said = match fault {
        Fault::NobodyPasses => w.x("wizard-policy-nobody", rule),
        Fault::Unreached => w.x("wizard-policy-unreached", rule),
    };
    Ok(Stand { tone: "bad", said, fix: w.t("wizard-policy-fix"), ..stand })
}

/// The first rule that every request meets, where something is wrong with that.
fn fault(rules: &[Rule]) -> Option<(&str, Fault)> {
    let (at, last) = rules.iter().enumerate().find(|(_, one)| one.when.is_empty())?;
    if at == 0 && last.outcome == "refuse" {
        return Some((&last.rule, Fault::NobodyPasses));
    }
    (at + 1 < rules.len()).then_some((last.rule.as_str(), Fault::Unreached))
}

#[cfg(test)]
mod tests {
    use super::{Fault, Rule, fault};
    use serde_json::json;

    fn rules(all: &[(&str, bool)]) -> Vec<Rule> {
        let rule = |(at, (outcome, always)): (usize, &(&str, bool))| {
            let when = if *always { json!({}) } else { json!({ "subject": ["CN=a"] }) };
            serde_json::from_value(json!({ "rule": format!("r{at}"), "outcome": outcome, "when": when }))
                .unwrap()
        };
        all.iter().enumerate().map(rule).collect()
    }

    #[test]
    fn a_rule_that_leaves_nothing_is_found() {
        for (all, found) in [
            (rules(&[]), None),
            (rules(&[("allow", false), ("refuse", true)]), None),
            (rules(&[("refuse", true)]), Some(("r0", Fault::NobodyPasses))),
            (rules(&[("refuse", false), ("allow", true), ("ask", false)]), Some(("r1", Fault::Unreached))),
        ] {
            assert_eq!(fault(&all), found);
        }
    }
}
