//! Certificates of this CA itself: root, issuing CA, RA, OCSP responder. The same road: draft, lints, ticket.

use crate::issue::{IssueFault, Ticket, algorithm_for, status_extensions};
use crate::lints::{Context, Scope, examine_root};
use crate::profile::Urls;
use pki::Time;
use pki::algorithm::Digest;
use pki::certificate::{Certificate, Serial, TbsCertificate};
use pki::extension::{BasicConstraints, ExtendedKeyUsage, Extension, KeyUsage};
use pki::key::PublicKey;
use pki::name::Name;
use pki::oid;

/// What a certificate of ours is to say.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// Whom it names.
    pub subject: Name,
    /// The key it certifies.
    pub key: &'a PublicKey,
    /// Its number, reserved.
    pub serial: Serial,
    /// First second.
    pub not_before: Time,
    /// Last second; cut to the issuer's end where there is an issuer.
    pub not_after: Time,
    /// Hash of the signature.
    pub hash: Digest,
}

/// A root: self-signed, no path length, no extended key usage (it would break RADIUS servers), keyCertSign and cRLSign.
///
/// # Errors
/// See [`IssueFault`].
pub fn root(plan: Plan<'_>) -> Result<Ticket, IssueFault> {
    let algorithm = algorithm_for(plan.key, plan.hash)?;
    let key_id = plan.key.key_id();
    let mut extensions = ca_extensions(None);
    extensions.push(Extension::subject_key_identifier(&key_id));
    let issuer = plan.subject.clone();
    let key = plan.key.clone();
    let tbs = to_be_signed(plan, issuer, algorithm, extensions).to_der();
    let draft = examine_root(&tbs, algorithm).map_err(IssueFault::Lints)?;
    Ok(Ticket::for_root(tbs, draft.serial().clone(), algorithm, key))
}

/// An issuing CA under `issuer`: path length 0, keyCertSign and cRLSign, no extended key usage.
///
/// # Errors
/// See [`IssueFault`].
pub fn issuing(plan: Plan<'_>, issuer: &Certificate, urls: &Urls) -> Result<Ticket, IssueFault> {
    let extensions = ca_extensions(Some(0));
    under(plan, issuer, urls, extensions, Scope::IssuingCa)
}

/// A registration authority's certificate under `issuer`, for SCEP's envelopes and signatures: digitalSignature and
/// keyEncipherment, as clients ask (RFC 8894 §2.3); the key must be RSA. No extended key usage: none is defined for it.
///
/// # Errors
/// See [`IssueFault`].
pub fn registration(plan: Plan<'_>, issuer: &Certificate, urls: &Urls) -> Result<Ticket, IssueFault> {
    let usage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
    let extensions =
        vec![Extension::basic_constraints(BasicConstraints::default()), Extension::key_usage(usage)];
    under(plan, issuer, urls, extensions, Scope::Registration)
}

/// A certificate for the key that signs OCSP answers about what `issuer` has signed (RFC 6960 §4.2.2.2): digitalSignature,
/// id-kp-OCSPSigning alone, and id-pkix-ocsp-nocheck, so that nobody asks for its own status; its life has to be short.
///
/// # Errors
/// See [`IssueFault`].
pub fn responder(plan: Plan<'_>, issuer: &Certificate) -> Result<Ticket, IssueFault> {
    let extensions = vec![
        Extension::basic_constraints(BasicConstraints::default()),
        Extension::key_usage(KeyUsage::DIGITAL_SIGNATURE),
        Extension::extended_key_usage(&ExtendedKeyUsage(vec![oid::OCSP_SIGNING])),
        Extension::ocsp_no_check(),
    ];
    under(plan, issuer, &Urls::default(), extensions, Scope::Responder)
}

fn ca_extensions(path_len: Option<u32>) -> Vec<Extension> {
    let usage = KeyUsage::KEY_CERT_SIGN.with(KeyUsage::CRL_SIGN);
    vec![Extension::basic_constraints(BasicConstraints { ca: true, path_len }), Extension::key_usage(usage)]
}

fn under(
    mut plan: Plan<'_>,
    issuer: &Certificate,
    urls: &Urls,
    mut extensions: Vec<Extension>,
    scope: Scope,
) -> Result<Ticket, IssueFault> {
    let algorithm = algorithm_for(issuer.key(), plan.hash)?;
    let issuer_key_id = issuer.subject_key_id().ok_or(IssueFault::IssuerWithoutKeyId)?;
    extensions.push(Extension::subject_key_identifier(&plan.key.key_id()));
    extensions.push(Extension::authority_key_identifier(issuer_key_id));
    extensions.extend(status_extensions(&urls.of(&plan.serial)));
    plan.not_before = plan.not_before.max(issuer.not_before());
    plan.not_after = plan.not_after.min(issuer.not_after());
    let tbs = to_be_signed(plan, issuer.subject().clone(), algorithm, extensions);
    Ticket::after_lints(tbs.to_der(), algorithm, &Context { issuer, scope, profile: None, judged_key: None })
}

fn to_be_signed(
    plan: Plan<'_>,
    issuer: Name,
    signature: pki::algorithm::SignatureAlgorithm,
    extensions: Vec<Extension>,
) -> TbsCertificate {
    TbsCertificate {
        serial: plan.serial,
        signature,
        issuer,
        not_before: plan.not_before,
        not_after: plan.not_after,
        subject: plan.subject,
        public_key: plan.key.spki().to_vec(),
        extensions,
    }
}
