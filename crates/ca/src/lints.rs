//! The rules that every certificate of ours keeps: one rule, one file, one clause.
//!
//! They run on the exact bytes of a draft before the CA's key sees them (BR 4.3.1.2), and again on stored certificates by
//! the command `verify` (invariant I3, I10). A draft is wrapped with an empty signature for that: no key is needed.

use crate::profile::CertificateProfile;
use pki::algorithm::SignatureAlgorithm;
use pki::certificate::{Certificate, assemble};
use pki::key::PublicKey;
use std::fmt;

mod authority_information;
mod authority_key_id;
mod basic_constraints;
mod canonical_encoding;
mod crl_distribution_points;
mod extended_key_usage;
mod issuer_may_sign;
mod issuer_name;
mod key_usage;
mod known_extensions;
mod ocsp_no_check;
mod own_key;
mod serial_number;
mod sid;
mod signature_algorithm;
mod size;
mod subject_alt_name;
mod subject_key;
mod subject_key_id;
mod subject_name;
mod urls;
mod usage_consistency;
mod validity;
mod version;

pub(crate) use usage_consistency::unserved;

/// What kind of certificate is examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A self-signed root.
    Root,
    /// An issuing CA under a root.
    IssuingCa,
    /// The RA's certificate for SCEP.
    Registration,
    /// The certificate of a responder that signs OCSP answers.
    Responder,
    /// A device's or user's certificate.
    EndEntity,
}

impl Scope {
    pub(crate) const fn is_authority(self) -> bool {
        matches!(self, Self::Root | Self::IssuingCa)
    }
}

/// What a certificate is held against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The CA certificate above it; for a root, itself.
    pub issuer: &'a Certificate,
    /// What kind it is.
    pub scope: Scope,
    /// The profile it was made by, in the very version; `None` where it is not known any more.
    pub profile: Option<&'a CertificateProfile>,
    /// A key that the profile's key policy has passed already; its arithmetic is not repeated for that very key.
    pub judged_key: Option<&'a PublicKey>,
}

/// A certificate under examination.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Examined<'a> {
    pub(crate) certificate: &'a Certificate,
    pub(crate) issuer: &'a Certificate,
    pub(crate) scope: Scope,
    pub(crate) profile: Option<&'a CertificateProfile>,
    pub(crate) judged_key: Option<&'a PublicKey>,
}

/// One rule.
#[derive(Debug, Clone, Copy)]
pub struct Lint {
    /// Its name, that of its file.
    pub name: &'static str,
    /// The clause that it comes from.
    pub clause: &'static str,
    check: fn(&Examined<'_>) -> Result<(), String>,
}

/// A rule that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name.
    pub lint: &'static str,
    /// Its clause.
    pub clause: &'static str,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.lint, self.clause, self.reason)
    }
}

/// Every rule.
pub const ALL: &[Lint] = &[
    version::LINT,
    serial_number::LINT,
    signature_algorithm::LINT,
    issuer_name::LINT,
    issuer_may_sign::LINT,
    validity::LINT,
    subject_name::LINT,
    subject_key::LINT,
    own_key::LINT,
    known_extensions::LINT,
    basic_constraints::LINT,
    key_usage::LINT,
    extended_key_usage::LINT,
    usage_consistency::LINT,
    subject_alt_name::LINT,
    subject_key_id::LINT,
    authority_key_id::LINT,
    ocsp_no_check::LINT,
    sid::LINT,
    crl_distribution_points::LINT,
    authority_information::LINT,
    canonical_encoding::LINT,
    size::LINT,
];

/// Runs every rule on a certificate. Its signature is not verified here.
#[must_use]
pub fn examine(certificate: &Certificate, context: &Context<'_>) -> Vec<Finding> {
    let Context { issuer, scope, profile, judged_key } = *context;
    let examined = Examined { certificate, issuer, scope, profile, judged_key };
    let broken = |lint: &Lint| {
        let reason = (lint.check)(&examined).err()?;
        Some(Finding { lint: lint.name, clause: lint.clause, reason })
    };
    ALL.iter().filter_map(broken).collect()
}

/// Runs every rule on a draft: the bytes that are to be signed.
///
/// # Errors
/// Every rule that is broken.
pub fn examine_draft(
    tbs: &[u8],
    algorithm: SignatureAlgorithm,
    context: &Context<'_>,
) -> Result<Certificate, Vec<Finding>> {
    let draft = unsigned(tbs, algorithm)?;
    let findings = examine(&draft, context);
    if findings.is_empty() { Ok(draft) } else { Err(findings) }
}

/// Runs every rule on the draft of a root, which is its own issuer.
///
/// # Errors
/// Every rule that is broken.
pub fn examine_root(tbs: &[u8], algorithm: SignatureAlgorithm) -> Result<Certificate, Vec<Finding>> {
    let draft = unsigned(tbs, algorithm)?;
    let context = Context { issuer: &draft, scope: Scope::Root, profile: None, judged_key: None };
    let findings = examine(&draft, &context);
    if findings.is_empty() { Ok(draft) } else { Err(findings) }
}

/// The draft with a signature of no octets, so that it can be read as a certificate.
fn unsigned(tbs: &[u8], algorithm: SignatureAlgorithm) -> Result<Certificate, Vec<Finding>> {
    Certificate::parse(&assemble(tbs, algorithm, &[])).map_err(|error| {
        vec![Finding {
            lint: "well_formed",
            clause: "RFC 5280 §4.1; X.690 §10, §11",
            reason: error.to_string(),
        }]
    })
}

/// A finding's reason where `holds` is false.
fn require(holds: bool, reason: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(reason.to_owned()) }
}
