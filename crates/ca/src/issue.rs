//! The making of a certificate: the only road to a signature.
//!
//! 1. [`serial::draw`]: a number that the caller reserves.
//! 2. A draft: the exact bytes to be signed, built from an [`Order`].
//! 3. The lints, run on those bytes.
//! 4. [`Ticket`]: the lints found nothing. The caller records [`Ticket::to_be_recorded`] durably.
//! 5. [`Ticket::spend`]: the ticket becomes [`ToBeSigned`], which the key takes by value, and [`Unsigned`].
//! 6. [`Unsigned::complete`]: the signature is verified with the CA's public key, the certificate compared with its
//!    draft; only then there is an [`Issued`].

use crate::decide::Order;
use crate::lints::{self, Finding, Scope};
use crate::profile::{CertificateProfile, Urls};
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::{Certificate, Serial, TbsCertificate, assemble};
use pki::extension::{BasicConstraints, ExtendedKeyUsage, Extension};
use pki::key::{KeyKind, PublicKey};
use std::fmt;
use std::sync::Arc;

pub mod serial;

pub use serial::Node;

/// Why nothing was issued although there is an order: ours or the administrator's fault, never the peer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssueFault {
    /// The issuing certificate has a key that signs nothing here.
    IssuerKey,
    /// The issuing certificate has no subject key identifier, so that none can point to it (RFC 5280 §4.2.1.1).
    IssuerWithoutKeyId,
    /// The order was decided for another CA, or by another profile or version of it, than is to issue (threat 42).
    OtherOrder,
    /// The draft breaks rules; it was not signed.
    Lints(Vec<Finding>),
    /// What was signed does not parse, or is not what was drafted.
    Differs,
    /// The signature does not verify with the CA's public key.
    Signature,
}

impl fmt::Display for IssueFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IssuerKey => {
                f.write_str("the issuing certificate has a key of a kind that signs nothing here")
            }
            Self::IssuerWithoutKeyId => f.write_str("the issuing certificate has no subject key identifier"),
            Self::OtherOrder => {
                f.write_str("the order was decided for another CA or by another version of the profile")
            }
            Self::Lints(findings) => {
                f.write_str("the draft was not signed:")?;
                findings.iter().try_for_each(|finding| write!(f, " {finding};"))
            }
            Self::Differs => f.write_str("the signed certificate is not the one that was drafted"),
            Self::Signature => f.write_str("the signature does not verify with the CA's public key"),
        }
    }
}

impl std::error::Error for IssueFault {}

/// A linted draft, good for one signature.
///
/// ```
/// fn once(ticket: chancery_ca::issue::Ticket) {
///     let _ = ticket.spend();
/// }
/// ```
/// ```compile_fail,E0382
/// fn twice(ticket: chancery_ca::issue::Ticket) {
///     let _ = ticket.spend();
///     let _ = ticket.spend(); // the ticket is gone
/// }
/// ```
#[derive(Debug)]
pub struct Ticket {
    tbs: Vec<u8>,
    serial: Serial,
    algorithm: SignatureAlgorithm,
    issuer_key: PublicKey,
}

/// The bytes that the CA's key is to sign. Only a spent ticket makes one, and it cannot be copied.
#[derive(Debug)]
pub struct ToBeSigned {
    bytes: Arc<Vec<u8>>,
    algorithm: SignatureAlgorithm,
}

impl ToBeSigned {
    pub(crate) const fn new(bytes: Arc<Vec<u8>>, algorithm: SignatureAlgorithm) -> Self {
        Self { bytes, algorithm }
    }

    /// The message; whoever signs hashes it.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How to sign it. ECDSA signatures are wanted in DER (RFC 3279 §2.2.3).
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }
}

/// A spent ticket that waits for its signature.
#[derive(Debug)]
pub struct Unsigned {
    ticket: Ticket,
}

/// A certificate that was signed, verified and compared with its draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    certificate: Certificate,
}

impl Issued {
    /// The certificate.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The certificate, taken out.
    #[must_use]
    pub fn into_certificate(self) -> Certificate {
        self.certificate
    }
}

/// Steps 2 to 4: drafts a certificate for `order` under `issuer` and lints it. `profile` is the one that decided.
///
/// # Errors
/// [`IssueFault::Lints`] where the draft breaks a rule, [`IssueFault::OtherOrder`], and what is wrong with the issuing
/// certificate.
pub fn prepare(
    order: &Order,
    profile: &CertificateProfile,
    issuer: &Certificate,
    serial: Serial,
) -> Result<Ticket, IssueFault> {
    let same_profile = order.profile == profile.name && order.version == profile.version;
    if order.issuer != issuer.sha256() || !same_profile {
        return Err(IssueFault::OtherOrder);
    }
    let algorithm = algorithm_for(issuer.key(), order.hash)?;
    let urls = order.urls.of(&serial);
    let tbs = TbsCertificate {
        serial,
        signature: algorithm,
        issuer: issuer.subject().clone(),
        not_before: order.not_before,
        not_after: order.not_after,
        subject: order.subject.clone(),
        public_key: order.key.spki().to_vec(),
        extensions: extensions(order, issuer, &urls)?,
    };
    let issue = lints::Context {
        issuer,
        scope: Scope::EndEntity,
        profile: Some(profile),
        judged_key: Some(&order.key),
    };
    Ticket::after_lints(tbs.to_der(), algorithm, &issue)
}

fn extensions(order: &Order, issuer: &Certificate, urls: &Urls) -> Result<Vec<Extension>, IssueFault> {
    let issuer_key_id = issuer.subject_key_id().ok_or(IssueFault::IssuerWithoutKeyId)?;
    let mut extensions = vec![
        Extension::basic_constraints(BasicConstraints::default()),
        Extension::key_usage(order.key_usage),
        Extension::extended_key_usage(&ExtendedKeyUsage(order.extended.clone())),
    ];
    if !order.san.0.is_empty() {
        // RFC 5280 §4.2.1.6: critical where the subject is empty.
        extensions.push(Extension::subject_alt_name(&order.san, order.subject.is_empty()));
    }
    if let Some(sid) = &order.sid {
        let value = crate::decide::sid::extension_value(sid);
        extensions.push(Extension { oid: pki::oid::MS_SID, critical: false, value });
    }
    extensions.push(Extension::subject_key_identifier(&order.key.key_id()));
    extensions.push(Extension::authority_key_identifier(issuer_key_id));
    extensions.extend(status_extensions(urls));
    Ok(extensions)
}

/// cRLDistributionPoints and authorityInfoAccess, where there are URLs.
pub(crate) fn status_extensions(urls: &Urls) -> Vec<Extension> {
    let mut extensions = Vec::new();
    if !urls.crl.is_empty() {
        extensions.push(Extension::crl_distribution_points(&urls.crl));
    }
    if !urls.ocsp.is_empty() || !urls.ca_issuers.is_empty() {
        extensions.push(Extension::authority_info_access(&urls.ocsp, &urls.ca_issuers));
    }
    extensions
}

/// How a CA with `key` signs, given a wish for a hash. With P-384 at least SHA-384, so that the hash is no weaker than
/// the curve (RFC 5480 §4).
///
/// # Errors
/// [`IssueFault::IssuerKey`] for other keys, and for SHA-1.
pub fn algorithm_for(key: &PublicKey, hash: Digest) -> Result<SignatureAlgorithm, IssueFault> {
    match (key.kind(), hash) {
        (_, Digest::Sha1) | (KeyKind::Other(_), _) => Err(IssueFault::IssuerKey),
        (KeyKind::Rsa { .. }, hash) => Ok(SignatureAlgorithm::RsaPkcs1(hash)),
        (KeyKind::P384 { .. }, Digest::Sha256) => Ok(SignatureAlgorithm::Ecdsa(Digest::Sha384)),
        (KeyKind::P256 { .. } | KeyKind::P384 { .. }, hash) => Ok(SignatureAlgorithm::Ecdsa(hash)),
    }
}

impl Ticket {
    pub(crate) fn after_lints(
        tbs: Vec<u8>,
        algorithm: SignatureAlgorithm,
        context: &lints::Context<'_>,
    ) -> Result<Self, IssueFault> {
        let draft = lints::examine_draft(&tbs, algorithm, context).map_err(IssueFault::Lints)?;
        Ok(Self { serial: draft.serial().clone(), tbs, algorithm, issuer_key: context.issuer.key().clone() })
    }

    /// A root has no issuer but itself; its lints were run by the caller.
    pub(crate) const fn for_root(
        tbs: Vec<u8>,
        serial: Serial,
        algorithm: SignatureAlgorithm,
        issuer_key: PublicKey,
    ) -> Self {
        Self { tbs, serial, algorithm, issuer_key }
    }

    /// A ticket for a draft that was recorded before a crash: the same bytes, linted anew.
    ///
    /// # Errors
    /// [`IssueFault::Lints`].
    pub fn resume(recorded: Vec<u8>, hash: Digest, context: &lints::Context<'_>) -> Result<Self, IssueFault> {
        let algorithm = algorithm_for(context.issuer.key(), hash)?;
        Self::after_lints(recorded, algorithm, context)
    }

    /// The number reserved.
    #[must_use]
    pub const fn serial(&self) -> &Serial {
        &self.serial
    }

    /// The exact bytes that will be signed; to be durable before the ticket is spent.
    #[must_use]
    pub fn to_be_recorded(&self) -> &[u8] {
        &self.tbs
    }

    /// Step 5: spends the ticket.
    #[must_use]
    pub fn spend(self) -> (ToBeSigned, Unsigned) {
        (ToBeSigned::new(Arc::new(self.tbs.clone()), self.algorithm), Unsigned { ticket: self })
    }
}

impl Unsigned {
    /// Step 6: takes the signature.
    ///
    /// # Errors
    /// [`IssueFault::Differs`], [`IssueFault::Signature`].
    pub fn complete(self, signature: &[u8]) -> Result<Issued, IssueFault> {
        let Ticket { tbs, algorithm, issuer_key, .. } = self.ticket;
        let der = assemble(&tbs, algorithm, signature);
        let certificate = Certificate::parse(&der).map_err(|_| IssueFault::Differs)?;
        if certificate.tbs() != tbs {
            return Err(IssueFault::Differs);
        }
        certificate.verify_signed_by(&issuer_key).map_err(|_| IssueFault::Signature)?;
        Ok(Issued { certificate })
    }
}
