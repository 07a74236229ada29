//! Certificate revocation lists (RFC 5280 §5): drafted, checked, signed in two steps, verified.

use crate::issue::{IssueFault, ToBeSigned, algorithm_for};
use crate::lints::Finding;
use pki::Time;
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::{Certificate, assemble};
use pki::crl::{CertificateList, Reason, RevokedEntry, TbsCertList};
use pki::extension::{Extension, KeyUsage};
use pki::key::PublicKey;

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
    pub revoked: Vec<RevokedEntry>,
    /// The distribution points of the part that this list is; empty for a list of everything.
    pub part: Vec<String>,
    /// Hash of the signature.
    pub hash: Digest,
}

/// A checked draft of a list, good for one signature.
#[derive(Debug)]
pub struct CrlTicket {
    tbs: Vec<u8>,
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
    // RFC 5280 §5.2.1, §5.2.3: both are required.
    let mut extensions =
        vec![Extension::authority_key_identifier(key_id), Extension::crl_number(plan.number)];
    if !plan.part.is_empty() {
        extensions.push(Extension::issuing_distribution_point(&plan.part));
    }
    let tbs = TbsCertList {
        signature: algorithm,
        issuer: plan.issuer.subject().clone(),
        this_update: plan.this_update,
        next_update: plan.next_update,
        revoked: plan.revoked,
        extensions,
    };
    Ok(CrlTicket { tbs: tbs.to_der(), algorithm, issuer_key: plan.issuer.key().clone() })
}

fn check(plan: &CrlPlan<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut rule = |holds: bool, clause: &'static str, reason: &str| {
        if !holds {
            findings.push(Finding { lint: "crl", clause, reason: reason.to_owned() });
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
    let mut serials: Vec<&[u8]> = plan.revoked.iter().map(|entry| entry.serial.octets()).collect();
    serials.sort_unstable();
    let twice = serials.windows(2).any(|two| matches!(two, [one, other] if one == other));
    rule(!twice, "RFC 5280 §5.1.2.6", "a serial number stands twice");
    for entry in &plan.revoked {
        let serial = entry.serial.octets();
        let positive =
            serial.iter().any(|octet| *octet != 0) && serial.first().is_some_and(|first| *first < 0x80);
        rule(positive && serial.len() <= 20, "RFC 5280 §4.1.2.2", "a serial number is not ours");
        rule(entry.at <= plan.this_update, "RFC 5280 §5.1.2.6", "a revocation lies in the future");
        rule(entry.reason != Reason::RemoveFromCrl, "RFC 5280 §5.3.1", "removeFromCRL is for delta CRLs");
    }
    findings
}

impl CrlTicket {
    /// Spends the ticket.
    #[must_use]
    pub fn spend(self) -> (ToBeSigned, UnsignedCrl) {
        (ToBeSigned::new(self.tbs.clone(), self.algorithm), UnsignedCrl { ticket: self })
    }
}

impl UnsignedCrl {
    /// Takes the signature, and verifies it.
    ///
    /// # Errors
    /// [`IssueFault::Differs`], [`IssueFault::Signature`].
    pub fn complete(self, signature: &[u8]) -> Result<CertificateList, IssueFault> {
        let CrlTicket { tbs, algorithm, issuer_key } = self.ticket;
        let list =
            CertificateList::parse(&assemble(&tbs, algorithm, signature)).map_err(|_| IssueFault::Differs)?;
        list.verify_signed_by(&issuer_key).map_err(|_| IssueFault::Signature)?;
        Ok(list)
    }
}
