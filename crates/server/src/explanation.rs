//! One shape for every refusal: code, sentence, fix, page.
//!
//! The pure crates and the validators each have refusals of their own; here they become what logs, the portal and
//! SCEP's failInfo need. This is the one place where dozens of reasons are folded into five.

pub mod administrator;
pub mod asking;
#[cfg(test)]
mod both_sides;
mod catalogue;
mod difference;
mod entry;
pub mod message;
pub mod ours;
pub mod people;
pub mod rest;

pub use catalogue::catalogue;
pub(crate) use difference::Sides;
pub use difference::{Compared, Difference};
pub(crate) use entry::entries;
pub use entry::{Entry, page};
pub use ours::Trouble;

use ca::rejection::{FailureClass, Fault, Rejection};
use mdm::intune::SuggestedFailInfo;
use scep::FailInfo;
use std::borrow::Cow;

/// Why there is no certificate, for everybody who must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// `CHY-` and four digits; never changes its meaning.
    pub code: String,
    /// One sentence that anybody may read.
    pub public: Cow<'static, str>,
    /// What happened, with values; control characters escaped, no secrets.
    pub operator: String,
    /// What was expected beside what was found, or why nothing was compared.
    pub compared: Compared,
    /// What the policy was asked and said, where it came so far: for the audit, so that a new policy can be tried on it.
    pub policy: Option<Box<serde_json::Value>>,
    /// What to do about it.
    pub fix: Cow<'static, str>,
    /// Where it is explained.
    pub page: String,
    /// What SCEP tells the client.
    pub fail_info: FailInfo,
    /// Whether it is our fault, so that the client should come again.
    pub ours: bool,
}

impl Explanation {
    /// The sentence that travels as failInfoText: code and public sentence, so that a device's log leads to the page.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}: {}", self.code, self.public)
    }

    /// Whether the CA cannot issue to anybody at the moment: store, keys, randomness or clock are out of order. The
    /// same request may succeed later.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        const OUTAGES: [&str; 6] = ["CHY-2504", "CHY-5001", "CHY-5002", "CHY-5003", "CHY-5006", "CHY-5007"];
        self.ours && OUTAGES.contains(&self.code.as_str())
    }
}

impl From<&Rejection> for Explanation {
    fn from(rejection: &Rejection) -> Self {
        Explanation {
            code: rejection.code().to_string(),
            public: rejection.public().into(),
            operator: rejection.operator(),
            compared: rejection
                .difference()
                .map_or(Compared::Nothing("the code compares nothing"), |found| {
                    Compared::Sides(Box::new(found.into()))
                }),
            policy: None,
            fix: rejection.fix().into(),
            page: rejection.page(),
            fail_info: match rejection.class() {
                FailureClass::BadAlg => FailInfo::BadAlg,
                FailureClass::BadMessageCheck => FailInfo::BadMessageCheck,
                FailureClass::BadRequest => FailInfo::BadRequest,
                FailureClass::BadTime => FailInfo::BadTime,
                FailureClass::BadCertId => FailInfo::BadCertId,
            },
            ours: matches!(rejection.fault(), Fault::Ours),
        }
    }
}

impl From<&crate::validators::Refusal> for Explanation {
    fn from(refusal: &crate::validators::Refusal) -> Self {
        Explanation {
            code: refusal.code.to_string(),
            public: refusal.public.into(),
            operator: refusal.operator.clone(),
            compared: refusal.compared.clone(),
            policy: None,
            fix: refusal.fix.into(),
            page: page(refusal.code.0),
            fail_info: match refusal.fail_info {
                SuggestedFailInfo::BadAlg => FailInfo::BadAlg,
                SuggestedFailInfo::BadMessageCheck => FailInfo::BadMessageCheck,
                SuggestedFailInfo::BadRequest => FailInfo::BadRequest,
                SuggestedFailInfo::BadTime => FailInfo::BadTime,
                SuggestedFailInfo::BadCertId => FailInfo::BadCertId,
            },
            ours: refusal.code.0 >= 5000,
        }
    }
}
