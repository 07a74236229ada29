//! Certificate revocation lists (RFC 5280 §5): drafted, checked, signed in two steps, verified.

use crate::issue::{IssueFault, ToBeSigned, algorithm_for};
use crate::lints::Finding;
use pki::Time;
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::{Certificate, assemble};
use pki::crl::{EncodedEntries, Outline, Reason, RevokedEntry, TbsCertList};
use pki::extension::{Extension, KeyUsage};
use pki::key::PublicKey;
use pki::oid;
use std::sync::Arc;

/// What a list revokes: checked and written entry by entry, so that a long one need never be there as values.
#[derive(Debug, Clone, Default)]
pub struct Revocations {
    encoded: EncodedEntries,
    serials: Vec<Number>,
    latest: Option<Time>,
    findings: Vec<Finding>,
}

/// Octets of a serial number at most (RFC 5280 §4.1.2.2).
const LONGEST: usize = 20;

/// A serial number of so many octets, as two that compare quickly.
type Number = (u32, u128);

impl Revocations {
    /// Adds one. What is wrong with it is found by [`prepare`].
    pub fn push(&mut self, entry: &RevokedEntry) {
        let serial = entry.serial.octets();
        let positive =
            serial.iter().any(|octet| *octet != 0) && serial.first().is_some_and(|first| *first < 0x80);
        self.rule(positive && serial.len() <= LONGEST, "RFC 5280 §4.1.2.2", "a serial number is not ours");
        let known = entry.reason != Reason::RemoveFromCrl;
        self.rule(known, "RFC 5280 §5.3.1", "removeFromCRL is for delta CRLs");
        self.latest = self.latest.max(Some(entry.at));
        self.serials.push(number(serial));
        self.encoded.push(entry);
    }

    fn rule(&mut self, holds: bool, clause: &'static str, reason: &str) {
        // Once each: a million equal findings would say no more.
        if !holds && !self.findings.iter().any(|found| found.reason == reason) {
            self.findings.push(finding(clause, reason));
        }
    }

    fn has_one_twice(&self) -> bool {
        // Numbers begin with the time, so in the order of issuance they mostly rise by themselves.
        if self.serials.is_sorted_by(|one, next| one < next) {
            return false;
        }
        let mut sorted = self.serials.clone();
        sorted.sort_unstable();
        sorted.windows(2).any(|two| matches!(two, [one, other] if one == other))
    }
}

impl FromIterator<RevokedEntry> for Revocations {
    fn from_iter<I: IntoIterator<Item = RevokedEntry>>(entries: I) -> Self {
        let mut revocations = Revocations::default();
        entries.into_iter().for_each(|entry| revocations.push(&entry));
        revocations
    }
}

/// Leading zeros make no other number of it; of one that is too long, which [`Revocations::push`] reports, the end.
fn number(serial: &[u8]) -> Number {
    serial.iter().fold((0, 0), |(high, low): Number, octet| {
        let carried = u32::from((low >> 120) as u8);
        (high << 8 | carried, low << 8 | u128::from(*octet))
    })
}

/// What a list is to say.
#[derive(Debug, Clone)]
pub struct CrlPlan<'a> {
    /// The CA whose certificates it lists and whose key signs it.
    pub issuer: &'a Certificate,
    /// Higher than any number before (RFC 5280 §5.2.3; threat 60).
    pub number: u64,
    /// Now.
    pub this_update: Time,
    /// When the next one will be there at the latest.
    pub next_update: Time,
    /// Every revoked certificate that has not long expired, of this part.
    pub revoked: Revocations,
    /// The distribution points of the part that this list is; empty for a list of everything.
    pub part: Vec<String>,
    /// Hash of the signature.
    pub hash: Digest,
}

impl CrlPlan<'_> {
    /// Whether `der` is a list that this issuer signed and that says the same under another number, at another time.
    #[must_use]
    pub fn is_said_by(&self, der: &[u8]) -> bool {
        let (Ok(list), Some(key_id)) = (Outline::parse(der), self.issuer.subject_key_id()) else {
            return false;
        };
        let wanted = extensions(key_id, self.number, &self.part);
        let lasting = |one: &&Extension| one.oid != oid::CRL_NUMBER;
        list.issuer.der() == self.issuer.subject().der()
            && list.entries == self.revoked.encoded.der()
            && list.extensions.iter().filter(lasting).eq(wanted.iter().filter(lasting))
            && list.verify_signed_by(self.issuer.key()).is_ok()
    }
}

/// A checked draft of a list, good for one signature.
#[derive(Debug)]
pub struct CrlTicket {
    tbs: Arc<Vec<u8>>,
    algorithm: SignatureAlgorithm,
    issuer_key: PublicKey,
}

/// A spent ticket that waits for its signature.
#[derive(Debug)]
pub struct UnsignedCrl {
    ticket: CrlTicket,
}

/// Drafts and checks a list.
///
/// # Errors
/// [`IssueFault::Lints`] where it would break a rule, and what is wrong with the issuing certificate.
pub fn prepare(plan: CrlPlan<'_>) -> Result<CrlTicket, IssueFault> {
    let findings = check(&plan);
    if !findings.is_empty() {
        return Err(IssueFault::Lints(findings));
    }
    let algorithm = algorithm_for(plan.issuer.key(), plan.hash)?;
    let key_id = plan.issuer.subject_key_id().ok_or(IssueFault::IssuerWithoutKeyId)?;
    let extensions = extensions(key_id, plan.number, &plan.part);
    let tbs = TbsCertList {
        signature: algorithm,
        issuer: plan.issuer.subject().clone(),
        this_update: plan.this_update,
        next_update: plan.next_update,
        revoked: plan.revoked.encoded,
        extensions,
    };
    Ok(CrlTicket { tbs: Arc::new(tbs.into_der()), algorithm, issuer_key: plan.issuer.key().clone() })
}

fn extensions(key_id: &[u8], number: u64, part: &[String]) -> Vec<Extension> {
    // RFC 5280 §5.2.1, §5.2.3: both are required.
    let mut extensions = vec![Extension::authority_key_identifier(key_id), Extension::crl_number(number)];
    if !part.is_empty() {
        extensions.push(Extension::issuing_distribution_point(part));
    }
    extensions
}

fn finding(clause: &'static str, reason: &str) -> Finding {
    Finding { lint: "crl", clause, reason: reason.to_owned() }
}

fn check(plan: &CrlPlan<'_>) -> Vec<Finding> {
    let mut findings = plan.revoked.findings.clone();
    let mut rule = |holds: bool, clause: &'static str, reason: &str| {
        if !holds {
            findings.push(finding(clause, reason));
        }
    };
    let may_sign =
        plan.issuer.key_usage().ok().flatten().is_some_and(|usage| usage.contains(KeyUsage::CRL_SIGN));
    rule(may_sign, "RFC 5280 §4.2.1.3", "the issuing certificate lacks cRLSign");
    rule(plan.next_update > plan.this_update, "RFC 5280 §5.1.2.5", "nextUpdate is not after thisUpdate");
    rule(
        plan.issuer.is_valid_at(plan.this_update),
        "RFC 5280 §5.1.2.4",
        "the issuing CA is not valid at thisUpdate",
    );
    rule(plan.number > 0, "RFC 5280 §5.2.3", "the number is 0");
    rule(!plan.revoked.has_one_twice(), "RFC 5280 §5.1.2.6", "a serial number stands twice");
    let past = plan.revoked.latest.is_none_or(|latest| latest <= plan.this_update);
    rule(past, "RFC 5280 §5.1.2.6", "a revocation lies in the future");
    findings
}

impl CrlTicket {
    /// Spends the ticket.
    #[must_use]
    pub fn spend(self) -> (ToBeSigned, UnsignedCrl) {
        (ToBeSigned::new(Arc::clone(&self.tbs), self.algorithm), UnsignedCrl { ticket: self })
    }
}

impl UnsignedCrl {
    /// Takes the signature, compares what is signed with the draft, and verifies it. The entries are the draft's,
    /// octet for octet, and are not read again.
    ///
    /// # Errors
    /// [`IssueFault::Differs`], [`IssueFault::Signature`].
    pub fn complete(self, signature: &[u8]) -> Result<SignedCrl, IssueFault> {
        let CrlTicket { tbs, algorithm, issuer_key } = self.ticket;
        let der = assemble(&tbs, algorithm, signature);
        let outline = Outline::parse(&der).map_err(|_| IssueFault::Differs)?;
        if outline.tbs != tbs.as_slice() {
            return Err(IssueFault::Differs);
        }
        outline.verify_signed_by(&issuer_key).map_err(|_| IssueFault::Signature)?;
        Ok(SignedCrl { der })
    }
}

/// A list that was signed, compared with its draft and verified.
#[derive(Debug)]
pub struct SignedCrl {
    der: Vec<u8>,
}

impl SignedCrl {
    /// The whole list.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The whole list, taken out.
    #[must_use]
    pub fn into_der(self) -> Vec<u8> {
        self.der
    }
}
