//! What can be checked of a message without a private key, cheapest first.

use pki::algorithm::{ContentCipher, SignatureAlgorithm};
use pki::certificate::Certificate;
use pki::cms::enveloped::EnvelopedData;
use pki::cms::signed::{SignatureFault, SignedData, SignerInfo};
use pki::key::KeyKind;
use pki::{Oid, oid};

use super::Policy;
use crate::message::AttributeFault;
use crate::message::attributes::Typed;
use crate::refusal::Refusal;

/// No client sends more certificates: its own, and a chain.
const MAX_CERTIFICATES: usize = 4;
/// No client names more recipients: micromdm's takes every certificate of GetCACert.
const MAX_RECIPIENTS: usize = 4;

pub(super) fn named(name: &'static str) -> impl Fn(AttributeFault) -> Refusal {
    move |fault| Refusal::Attribute(name, fault)
}

/// RFC 8894 §2.9: MD5 never; SHA-1 by switch. One digest, and the signer's.
pub(super) fn check_algorithms(
    signed: &SignedData,
    info: &SignerInfo,
    policy: &Policy,
) -> Result<(), Refusal> {
    match signed.digest_algorithms.as_slice() {
        [one] if one.oid == info.digest.oid => {}
        _ => return Err(Refusal::DigestAlgorithms),
    }
    let digest = info.digest().ok_or(Refusal::Digest(info.digest.oid))?;
    if !policy.takes_digest(digest) {
        return Err(Refusal::LegacyDigest);
    }
    if info.has_unsigned_attributes {
        return Err(Refusal::UnsignedAttributes);
    }
    let named: Oid = info.signature_algorithm.oid;
    let known = named == oid::RSA_ENCRYPTION || SignatureAlgorithm::from_oid(&named).is_some();
    if known { Ok(()) } else { Err(Refusal::SignatureAlgorithm(named)) }
}

pub(super) fn check_signing_time(attributes: &Typed<'_>, policy: &Policy) -> Result<(), Refusal> {
    let Some((now, tolerance)) = policy.signing_time else { return Ok(()) };
    match attributes.time(oid::SIGNING_TIME) {
        Ok(at) if at.unix().abs_diff(now.unix()) <= u64::from(tolerance) => Ok(()),
        // CMS does not demand a signingTime (RFC 5652 §11.3), and most clients send none.
        Err(AttributeFault::Missing) => Ok(()),
        Ok(_) | Err(_) => Err(Refusal::SigningTime),
    }
}

pub(super) fn read_envelope(
    content: &[u8],
    policy: &Policy,
) -> Result<(EnvelopedData, ContentCipher), Refusal> {
    let envelope = EnvelopedData::parse(content).map_err(|_| Refusal::NotEnvelopedData)?;
    if envelope.content_type != oid::DATA {
        return Err(Refusal::NotEnvelopedData);
    }
    if !(1..=MAX_RECIPIENTS).contains(&envelope.recipients.len()) {
        return Err(Refusal::Recipients(envelope.recipients.len()));
    }
    let cipher = envelope.cipher().ok_or(Refusal::ContentCipher(envelope.algorithm.oid))?;
    if policy.takes_cipher(cipher) { Ok((envelope, cipher)) } else { Err(Refusal::LegacyCipher) }
}

/// RFC 8894 §2.3: the certificate is in the message, named by the SignerInfo.
pub(super) fn signer_certificate(signed: &SignedData, info: &SignerInfo) -> Result<Certificate, Refusal> {
    if signed.certificates.len() > MAX_CERTIFICATES {
        return Err(Refusal::Certificates(signed.certificates.len()));
    }
    // What stands beside the signer's certificate is of no interest, and need not even parse.
    let parsed = signed.certificates.iter().filter_map(|der| Certificate::parse(der).ok());
    let mut meant = parsed.filter(|certificate| info.sid.means(certificate));
    let signer = meant.next().ok_or(Refusal::SignerCertificateMissing)?;
    match meant.next() {
        Some(other) if other != signer => Err(Refusal::SignerCertificateAmbiguous),
        _ => Ok(signer),
    }
}

/// Sizes are looked at before any arithmetic: a 16,384-bit key is a denial of service (threat 35).
pub(super) fn check_key(signer: &Certificate, info: &SignerInfo) -> Result<(), Refusal> {
    match signer.key().kind() {
        KeyKind::Rsa { exponent, .. } => {
            let odd = exponent.last().is_some_and(|octet| octet % 2 == 1) && exponent.as_slice() != [1];
            let sized = (1024..=8192).contains(&signer.key().size()) && exponent.len() <= 4;
            if odd && sized { Ok(()) } else { Err(Refusal::SignerKey) }
        }
        KeyKind::P256 { .. } | KeyKind::P384 { .. }
            if info.signature_algorithm.oid != oid::RSA_ENCRYPTION =>
        {
            Ok(())
        }
        KeyKind::P256 { .. } | KeyKind::P384 { .. } => {
            Err(Refusal::SignatureAlgorithm(info.signature_algorithm.oid))
        }
        KeyKind::Other(_) => Err(Refusal::SignerKey),
    }
}

pub(super) fn refusal(fault: SignatureFault, info: &SignerInfo) -> Refusal {
    match fault {
        SignatureFault::Algorithm => Refusal::SignatureAlgorithm(info.signature_algorithm.oid),
        SignatureFault::NoAttributes => Refusal::SignedAttributesMissing,
        SignatureFault::ContentType => Refusal::Attribute("contentType", AttributeFault::Value),
        SignatureFault::MessageDigest => Refusal::MessageDigest,
        SignatureFault::Signature => Refusal::Signature,
    }
}
