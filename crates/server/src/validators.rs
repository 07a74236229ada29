//! Who may enrol: one validator per endpoint.
//!
//! A validator *gathers*: it says whether somebody vouches for a request, and for what. It fails closed: only
//! [`Verdict::Vouched`] lets a request go on, and nothing but an explicit yes makes one. Challenges, secrets and
//! tokens appear in no verdict, error or log line.

pub mod bound;
pub mod challenge;
pub mod identity;
pub mod intune;
pub mod lockout;
pub mod one_time;
pub mod petition;
pub mod refusal;
pub mod request;
pub mod static_challenge;

pub use challenge::{ChallengeKey, ChallengeText, KeyedHash};
pub use identity::BoundIdentity;
pub use petition::{FailedFacts, IssuedFacts, Petition, Verdict, Voucher};
pub use refusal::{Refusal, RefusalCode, Retry};
pub use request::{Asker, By};

use std::time::Duration;

/// The longest that all outside calls of one enrolment may take together (contract §7, 5): 20 to 30 s.
pub const ENROLMENT_BUDGET: Duration = Duration::from_secs(25);

/// One endpoint's validator.
#[derive(Debug)]
pub enum Validator {
    /// Microsoft Intune judges, and hears what became of it.
    Intune(Box<intune::Intune>),
    /// A challenge shared by all devices of the endpoint.
    Static(static_challenge::StaticChallenge),
    /// A challenge made for one enrolment.
    OneTime(one_time::OneTimeChallenge),
    /// A challenge that names the one request which it is good for.
    Bound(bound::BoundChallenges),
    /// Callers of the administrative API, each in their own name; no device.
    Request(request::Requests),
}

impl Validator {
    /// Whether somebody vouches for this request.
    pub async fn judge(&self, petition: &Petition<'_>) -> Verdict {
        let outcome = match self {
            Self::Intune(intune) => intune.judge(petition).await,
            Self::Static(challenge) => challenge.judge(petition),
            Self::OneTime(challenge) => challenge.judge(petition).await,
            Self::Bound(challenges) => challenges.judge(petition),
            Self::Request(requests) => requests.judge(petition),
        };
        match outcome {
            Ok(voucher) => Verdict::Vouched(voucher),
            Err(refusal) => Verdict::Refused(refusal),
        }
    }

    /// `intune`, `static`, `one_time`, `bound` or `request`: what [`Voucher::by`] says.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Intune(_) => "intune",
            Self::Static(_) => "static",
            Self::OneTime(_) => "one_time",
            Self::Bound(_) => "bound",
            Self::Request(_) => "request",
        }
    }

    /// Challenges that are known in the clear, with which a device whose key cannot decrypt may have sealed its
    /// request (RFC 8894 §3.1). Those that are kept as hashes cannot open anything.
    #[must_use]
    pub fn revealed_challenges(&self) -> Vec<scep::Challenge> {
        match self {
            Self::Static(challenge) => challenge.revealed().to_vec(),
            Self::Intune(_) | Self::OneTime(_) | Self::Bound(_) | Self::Request(_) => Vec::new(),
        }
    }

    /// Whether somebody must acknowledge the certificate before it is delivered.
    #[must_use]
    pub fn expects_notification(&self) -> bool {
        matches!(self, Self::Intune(_))
    }

    /// Tells that a certificate was made. `Ok` only when acknowledged, or when nobody needs to know.
    ///
    /// # Errors
    /// The notification was refused or did not arrive; by its [`Retry`] the caller knows whether to repeat it.
    pub async fn issued(&self, facts: &IssuedFacts<'_>) -> Result<(), Refusal> {
        match self {
            Self::Intune(intune) => intune.issued(facts).await,
            Self::Static(_) | Self::OneTime(_) | Self::Bound(_) | Self::Request(_) => Ok(()),
        }
    }

    /// Tells that issuing failed by our fault after a successful validation; never after a refusal (contract §6.3).
    ///
    /// # Errors
    /// As [`Self::issued`]; it must not mask the failure that is being reported.
    pub async fn failed(&self, facts: &FailedFacts<'_>) -> Result<(), Refusal> {
        match self {
            Self::Intune(intune) => intune.failed(facts).await,
            Self::Static(_) | Self::OneTime(_) | Self::Bound(_) | Self::Request(_) => Ok(()),
        }
    }
}
