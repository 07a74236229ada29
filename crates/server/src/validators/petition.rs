//! What a validator is asked, and what it answers.

use super::challenge::ChallengeText;
use super::identity::BoundIdentity;
use super::refusal::Refusal;
use super::request::Asker;
use mdm::intune::HResult;
use pki::Time;
use pki::general_name::GeneralName;
use pki::name::Name;
use std::net::IpAddr;
use tokio::time::Instant;

/// A request that somebody must vouch for. Its signature and proof of possession have been checked.
#[derive(Clone, Copy, Debug)]
pub struct Petition<'a> {
    /// Name of the endpoint it came in by.
    pub endpoint: &'a str,
    /// Name of the certificate profile that the certificate would be made by.
    pub profile: &'a str,
    /// SCEP's transactionID, as text.
    pub transaction_id: &'a str,
    /// The PKCS#10, exactly as received.
    pub csr: &'a [u8],
    /// Its challengePassword.
    pub challenge: Option<ChallengeText<'a>>,
    /// Its subject.
    pub subject: &'a Name,
    /// Its subject alternative names; empty when it has none.
    pub alternative_names: &'a [GeneralName],
    /// Where it came from.
    pub source: IpAddr,
    /// Who asks by name; nobody does in a SCEP message.
    pub caller: Option<&'a Asker>,
    /// Now.
    pub now: Time,
    /// When this enrolment's budget for outside calls ends ([`super::ENROLMENT_BUDGET`] after its start).
    pub deadline: Instant,
}

impl Petition<'_> {
    /// The challenge, unless absent or empty.
    ///
    /// # Errors
    /// CHY-3001.
    pub fn required_challenge(&self) -> Result<ChallengeText<'_>, Refusal> {
        self.challenge.filter(|challenge| !challenge.is_empty()).ok_or_else(Refusal::challenge_missing)
    }
}

/// What a validator answers.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Somebody vouches; the request goes on to policy.
    Vouched(Voucher),
    /// Nobody does.
    Refused(Refusal),
}

/// Who vouches, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voucher {
    /// `intune`, `static`, `one_time`, `bound` or `request`; for the audit.
    pub by: &'static str,
    /// SHA-256 of the request that was vouched for: the bytes to be issued from must have it (threat 14).
    pub request: [u8; 32],
    /// Hash of the challenge, to be spent in the commit that reserves the certificate (threat 17).
    pub claim: Option<[u8; 32]>,
    /// Whether a SAN URI `tag:microsoft.com,2022-09-14:sid:…` in the request may be kept (threat 24).
    pub sid_vouched: bool,
    /// The identity that the challenge is bound to; the request was compared with it.
    pub bound: Option<BoundIdentity>,
}

/// A certificate that was made, for the MDM's records.
#[derive(Clone, Copy, Debug)]
pub struct IssuedFacts<'a> {
    /// As in the petition.
    pub transaction_id: &'a str,
    /// As in the petition.
    pub csr: &'a [u8],
    /// SHA-1 of the certificate.
    pub thumbprint: [u8; 20],
    /// Contents octets of the serial number's INTEGER.
    pub serial: &'a [u8],
    /// Its notAfter.
    pub not_after: Time,
    /// Name of the issuing CA; the same in every notification for ever (contract §9.1).
    pub issuer: &'a str,
    /// When the budget ends.
    pub deadline: Instant,
}

/// An enrolment that failed by our fault.
#[derive(Clone, Copy, Debug)]
pub struct FailedFacts<'a> {
    /// As in the petition.
    pub transaction_id: &'a str,
    /// As in the petition.
    pub csr: &'a [u8],
    /// Why, as a number.
    pub h_result: HResult,
    /// Why, in words for administrators; cut to 255 characters.
    pub description: &'a str,
    /// When the budget ends.
    pub deadline: Instant,
}
