//! What is wrong with a SCEP profile, or advised against: rules with stable codes, one file for each rule or for the few
//! about one setting.
//!
//! What depends on the platform comes from the table in [`crate::platform`]. What depends on the CA and the tenant comes
//! from [`Surroundings`]; a rule that needs what is not known there finds nothing.
//!
//! Codes are stable and never used again: PRF-1xx platform, type and name; 2xx subject; 3xx variables; 4xx alternative
//! names; 5xx key; 6xx validity and renewal; 7xx trusted certificates; 8xx purposes; 9xx URLs, assignment and access.
//!
//! ```
//! use chancery_mdm::lint::{Surroundings, lint, mend};
//! let profile: chancery_mdm::profile::Profile = serde_json::from_str(r#"{
//!     "name": "kiosks", "description": "Wi-Fi", "platform": "windows", "certificate_type": "device",
//!     "subject": {"custom": "CN={{AAD_Device_ID}}, O=Contoso\\, Ltd"}, "validity": {"years": 1},
//!     "key_usage": ["digital_signature", "key_encipherment"], "key_size": 2048, "renewal_threshold": 20
//! }"#).unwrap();
//! let known = Surroundings::default();
//! assert!(lint(&profile, &known).iter().any(|finding| finding.rule.code == "PRF-202"));
//! let subject = mend(&profile, &known).subject;
//! assert_eq!(subject.text(), Some(r#"CN={{AAD_Device_ID}}, O="Contoso, Ltd""#));
//! ```

mod applicability;
mod assignment;
mod certificate_access;
mod channel;
mod deployed;
mod examined;
mod finding;
mod hash;
mod identity;
mod key_size;
mod key_storage;
mod key_usage;
mod mail_signature;
mod name_form;
mod name_list;
mod names;
mod platform_support;
mod purposes;
mod reference;
mod renewal;
mod root_assignment;
mod root_choice;
mod security_identifier;
mod store;
mod subject_attributes;
mod subject_format;
mod subject_identity;
mod subject_syntax;
mod subject_text;
mod surroundings;
mod url_list;
mod urls;
mod validity;
mod variable_need;
mod variable_notice;
mod variable_refused;
mod variable_text;

pub use finding::{Finding, Mend, Rule, Severity};
pub use surroundings::{
    AuthorityCertificate, Limits, Role, ServerUrl, Surroundings, TrustedCertificate, Versions,
};

use crate::platform::Support;
use crate::profile::Profile;
use examined::Examined;

/// Every family of rules, in the order of the codes.
const FAMILIES: &[&[Rule]] = &[
    identity::RULES,
    platform_support::RULES,
    channel::RULES,
    deployed::RULES,
    subject_syntax::RULES,
    subject_format::RULES,
    subject_attributes::RULES,
    subject_identity::RULES,
    variable_text::RULES,
    variable_refused::RULES,
    security_identifier::RULES,
    variable_need::RULES,
    variable_notice::RULES,
    name_list::RULES,
    name_form::RULES,
    names::RULES,
    key_size::RULES,
    key_storage::RULES,
    key_usage::RULES,
    hash::RULES,
    validity::RULES,
    renewal::RULES,
    reference::RULES,
    root_choice::RULES,
    root_assignment::RULES,
    purposes::RULES,
    mail_signature::RULES,
    urls::RULES,
    url_list::RULES,
    assignment::RULES,
    certificate_access::RULES,
    store::RULES,
    applicability::RULES,
];

/// Every rule.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().copied().flatten()
}

/// All that is wrong with a profile or advised against, in the order of the codes.
#[must_use]
pub fn lint(profile: &Profile, surroundings: &Surroundings) -> Vec<Finding> {
    let examined = Examined::new(profile, surroundings);
    let found = found(&examined);
    let before = Burden::of(&found);
    let each = found.into_iter().map(|mut finding| {
        finding.mend = Mend::of(finding.rule).filter(|mend| {
            mend.change(&examined).is_some_and(|mended| before.is_lightened_by(&mended, surroundings))
        });
        finding
    });
    each.collect()
}

/// The profile with every mend that [`lint`] offers made, until it offers none.
#[must_use]
pub fn mend(profile: &Profile, surroundings: &Surroundings) -> Profile {
    let mut mended = profile.clone();
    // Each mend leaves less to find, so there is an end.
    while let Some(better) =
        lint(&mended, surroundings).iter().find_map(|finding| finding.mend?.apply(&mended, surroundings))
    {
        mended = better;
    }
    mended
}

fn found(examined: &Examined<'_>) -> Vec<Finding> {
    let never = examined.rules.support.value == Support::Never;
    // Where Intune has no profile at all, nothing else is worth saying.
    let apply = |rule: &&Rule| !never || rule.code == platform_support::NEVER;
    rules().filter(apply).flat_map(|rule| rule.examine(examined)).collect()
}

/// What there is to find in a profile.
struct Burden {
    errors: Vec<&'static str>,
    /// Errors, warnings, advice.
    counts: [usize; 3],
}

impl Burden {
    fn of(found: &[Finding]) -> Self {
        let of = |severity| found.iter().filter(move |finding| finding.rule.severity == severity);
        let counts = [Severity::Error, Severity::Warning, Severity::Advice].map(|one| of(one).count());
        Self { errors: of(Severity::Error).map(|finding| finding.rule.code).collect(), counts }
    }

    /// Whether the other profile has no error that this one has not, and less to find: fewer errors, or as many and
    /// fewer warnings, or as many of both and less advice.
    fn is_lightened_by(&self, mended: &Profile, surroundings: &Surroundings) -> bool {
        let after = Self::of(&found(&Examined::new(mended, surroundings)));
        after.counts < self.counts && after.errors.iter().all(|code| self.errors.contains(code))
    }
}
