//! The policy's word on a request, and the note of it that a new policy can be tried on later.

use super::account::Account;
use super::approval::{not_covered, still_there};
use super::case::Case;
use super::gather::Gathered;
use super::{Enroller, Refused};
use crate::explanation::{Explanation, Trouble};
use ca::policy::{Decision, Facts, Outcome, RequestKind};
use ca::profile::CertificateProfile;
use ca::rejection::Rejection;
use serde_json::{Value, json};
use std::borrow::Cow;

/// Longest facts that are written down, in octets of JSON. Who asks for more names than fit is refused for it.
const LONGEST: usize = 16 * 1024;

/// What the policy said.
pub(super) struct Considered<'a> {
    /// By which the certificate is to be made.
    pub(super) profile: Cow<'a, CertificateProfile>,
    /// Rule, outcome and facts, for the audit.
    pub(super) note: Value,
    /// What somebody has to approve first.
    pub(super) question: Option<Question>,
}

/// What a rule asks somebody.
pub(super) struct Question {
    pub(super) rule: String,
    pub(super) sentence: String,
    /// What was known, as JSON.
    pub(super) facts: String,
    /// Rule, outcome and facts, for the audit.
    pub(super) note: Value,
}

impl Considered<'_> {
    /// A refusal that came after the policy, with what the policy had said.
    pub(super) fn noted(&self, mut refused: Refused) -> Refused {
        refused.policy = Some(Box::new(self.note.clone()));
        refused
    }
}

impl Enroller {
    /// Asks the policy. After the validator, so that nobody without a challenge can try the rules out.
    pub(super) fn consider<'a>(
        &self,
        case: &'a Case<'_>,
        gathered: &Gathered,
        account: &Account,
    ) -> Result<Considered<'a>, Refused> {
        let kind = match gathered {
            Gathered::Vouched { .. } => RequestKind::First,
            Gathered::Renewal { .. } => RequestKind::Renewal,
        };
        let of_request =
            Facts::of_request(&self.endpoint, case.profile.name.as_str(), kind, case.asked.request);
        let facts = Facts { device: account.device.clone(), user: account.user.clone(), ..of_request };
        if let Some(held) = case.held {
            still_there(held, &facts)?;
        }
        let decision = self.policy.decide(&facts);
        let note = note(decision.rule.map(ca::policy::Rule::name), decision.outcome(), &facts);
        match decision.profile(&facts) {
            Ok(None) => {
                let question = self.question(case, &decision, &facts, &note)?;
                Ok(Considered { profile: Cow::Borrowed(&case.profile), note, question })
            }
            Ok(Some(name)) => {
                let profile = Cow::Owned(self.offered(&case.set, name.as_str())?);
                Ok(Considered { profile, note, question: None })
            }
            Err(fault) => {
                let mut explanation = Explanation::from(&Rejection::from(fault));
                if let Outcome::Refuse(sentence) = decision.outcome() {
                    explanation.public = sentence.clone().into();
                }
                Err(Box::new(Explanation { policy: Some(Box::new(note)), ..explanation }))
            }
        }
    }
}

impl Enroller {
    /// What is still to be approved. An approval answers the rule that asked, and no other.
    fn question(
        &self,
        case: &Case<'_>,
        decision: &Decision<'_>,
        facts: &Facts,
        note: &Value,
    ) -> Result<Option<Question>, Refused> {
        let Some((rule, sentence)) = decision.question() else { return Ok(None) };
        let noted =
            |refused: Refused| Box::new(Explanation { policy: Some(Box::new(note.clone())), ..*refused });
        if let Some(held) = case.held {
            if held.request.rule == rule.name() {
                return Ok(None);
            }
            let (approved, found) =
                (format!("the rule {}", held.request.rule), format!("the rule {}", rule.name()));
            return Err(noted(not_covered(held, &approved, &found)));
        }
        // A key that is made here is kept nowhere, so that nothing can wait for an approval with it.
        let waits = case.asked.caller().is_none_or(|asker| asker.waits);
        if self.waiting.is_none() || !waits {
            return Err(noted(Rejection::from(rule.unawaited(facts)).into()));
        }
        Ok(Some(Question {
            rule: rule.name().to_owned(),
            sentence: sentence.to_owned(),
            facts: serde_json::to_string(facts).map_err(|_| Trouble::Unreadable)?,
            note: note.clone(),
        }))
    }
}

fn note(rule: Option<&str>, outcome: &Outcome, facts: &Facts) -> Value {
    let outcome = outcome.to_string();
    let facts = serde_json::to_value(facts).ok().filter(|facts| facts.to_string().len() <= LONGEST);
    match facts {
        Some(facts) => json!({ "rule": rule, "outcome": outcome, "facts": facts }),
        None => json!({ "rule": rule, "outcome": outcome }),
    }
}
