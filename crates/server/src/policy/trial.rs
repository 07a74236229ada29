//! What the rules say of one request, before it is made.

use super::Ground;
use super::preview::Preview;
use ca::policy::{Device, Explained, Facts, Held, Policy, Reading, RequestKind, Step, User};
use ca::profile::{CertificateProfile, Purpose};
use ca::rejection::Rejection;
use pki::csr::CertificateRequest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the directory says of whom a request names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Said {
    /// Of the device.
    pub(crate) device: Device,
    /// Of the user.
    pub(crate) user: User,
}

/// A request to be tried.
pub(crate) struct Trial<'a> {
    /// Where it comes in.
    pub(crate) endpoint: &'a str,
    /// As if this were the endpoint's own profile; `None` for the endpoint's.
    pub(crate) profile: Option<&'a str>,
    /// Whether a certificate of this CA renews itself.
    pub(crate) renewal: bool,
    /// The request.
    pub(crate) csr: &'a CertificateRequest,
    /// What is known besides.
    pub(crate) said: Said,
}

/// A rule that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TriedRule)]
pub struct Tried {
    /// Its name.
    pub rule: String,
    /// Whether it matched.
    pub matched: bool,
    /// What it looked at.
    pub conditions: Vec<Condition>,
}

/// A condition of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RuleCondition)]
pub struct Condition {
    /// The fact, as the rule calls it.
    pub fact: String,
    /// What it has to be.
    pub expected: String,
    /// What it is.
    pub found: String,
    /// Whether it holds; `None` where that is not known.
    pub holds: Option<bool>,
}

/// What the rules say.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = PolicyVerdict)]
pub struct Verdict {
    /// `allow`, `refuse`, `ask`, or `use_profile` and its name.
    pub decision: String,
    /// The rule that decided; `None` where none matched.
    pub rule: Option<String>,
    /// The same for people, with facts.
    pub because: String,
    /// Rules in order, up to the one that decided.
    pub tried: Vec<Tried>,
    /// All that the rules could look at.
    pub facts: serde_json::Value,
    /// The certificate that would come of it, where that was asked for and the rules let it through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Preview>,
}

/// A PKCS #10 request, PEM or DER.
///
/// # Errors
/// The sentence of the parser.
pub(crate) fn request(octets: &[u8]) -> Result<CertificateRequest, String> {
    let text = std::str::from_utf8(octets).unwrap_or_default();
    let labels = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
    let found = labels.iter().filter_map(|label| pki::pem::decode(label, text).ok()).flatten().next();
    CertificateRequest::parse(found.as_deref().unwrap_or(octets)).map_err(|error| error.to_string())
}

impl Trial<'_> {
    /// What the rules look at.
    ///
    /// # Errors
    /// The sentence that names what is not there.
    pub(crate) fn facts(self, ground: &Ground) -> Result<Facts, String> {
        let nothing = |what: &str, name: &str| format!("no {what} is named {name:?}");
        let slots = ground.endpoints.get(self.endpoint).ok_or_else(|| nothing("endpoint", self.endpoint))?;
        let profile = match self.profile {
            Some(name) => name,
            None => {
                let chosen = slots.choose(Purpose::of(self.csr));
                chosen.map_err(|fault| Rejection::from(fault).to_string())?.as_str()
            }
        };
        ground.profiles.find(profile).map_err(|_| nothing("[[profile]]", profile))?;
        let kind = if self.renewal { RequestKind::Renewal } else { RequestKind::First };
        let of_request = Facts::of_request(self.endpoint, profile, kind, self.csr);
        Ok(Facts { device: self.said.device, user: self.said.user, ..of_request })
    }
}

/// The certificate profile that a request goes on with; `None` for one that the rules end.
pub(crate) fn chosen<'a>(
    explained: &Explained<'_>,
    facts: &Facts,
    ground: &'a Ground,
) -> Option<&'a CertificateProfile> {
    let named = explained.decision.profile(facts).ok()?;
    let name = named.map_or(facts.profile.as_str(), |name| name.as_str());
    ground.profiles.find(name).ok()
}

/// What `policy` says of these facts.
pub(crate) fn explained(policy: &Policy, facts: &Facts) -> Verdict {
    let explained = policy.explain(facts);
    Verdict {
        decision: explained.decision.outcome().to_string(),
        rule: explained.decision.rule.map(|rule| rule.name().to_owned()),
        tried: explained.steps.iter().map(tried).collect(),
        because: explained.sentence,
        facts: serde_json::to_value(facts).unwrap_or_default(),
        certificate: None,
    }
}

fn tried(step: &Step<'_>) -> Tried {
    let conditions = step.readings.iter().map(condition).collect();
    Tried { rule: step.rule.name().to_owned(), matched: step.matched, conditions }
}

fn condition(one: &Reading) -> Condition {
    let holds = match one.held {
        Held::Yes => Some(true),
        Held::No => Some(false),
        Held::Unknown => None,
    };
    let (expected, found) = (one.expected.clone(), one.found.clone());
    Condition { fact: one.fact.to_owned(), expected, found, holds }
}
