//! Key usage: the profile's, or within limits the request's (M18, M19, M26).

use super::Notice;
use super::extensions::malformed;
use crate::profile::{CertificateProfile, Platform};
use crate::rejection::{ExtensionFault, Shown};
use pki::csr::CertificateRequest;
use pki::extension::KeyUsage;
use pki::key::PublicKey;

/// What only a certificate authority signs.
const OF_AUTHORITIES: [(KeyUsage, &str); 2] =
    [(KeyUsage::KEY_CERT_SIGN, "keyCertSign"), (KeyUsage::CRL_SIGN, "cRLSign")];

/// Chooses the key usage of the certificate.
///
/// # Errors
/// [`ExtensionFault::CaPowers`] where powers of a CA are asked for, even if they would not be given;
/// [`ExtensionFault::NoKeyUsage`] where nothing is left.
pub fn choose(
    csr: &CertificateRequest,
    profile: &CertificateProfile,
    notices: &mut Vec<Notice>,
) -> Result<KeyUsage, ExtensionFault> {
    let asked = csr.key_usage().map_err(|error| malformed("keyUsage", error))?;
    if let Some(asked) = asked {
        let powers = OF_AUTHORITIES.iter().find(|(usage, _)| !asked.and(*usage).is_empty());
        if let Some((_, name)) = powers {
            return Err(ExtensionFault::CaPowers { extension: Shown::new(&format!("the key usage {name}")) });
        }
    }
    let wanted = if profile.usage.use_requested_key_usages { asked } else { None };
    let given = wanted.unwrap_or(profile.usage.key_usage).and(fit_for(csr.key(), profile.platform));
    if given.is_empty() {
        let asked = wanted.unwrap_or(profile.usage.key_usage);
        return Err(ExtensionFault::NoKeyUsage {
            asked: Shown::new(&asked.to_string()),
            key: Shown::new(if csr.key().is_rsa() { "an RSA key" } else { "an elliptic-curve key" }),
        });
    }
    if let Some(asked) = asked.filter(|asked| *asked != given) {
        notices.push(Notice::KeyUsageChanged { asked, given });
    }
    Ok(given)
}

/// What an end entity's key may be given. RFC 3279 §2.3.1: an RSA key agrees on nothing; RFC 8813 §3: an elliptic-curve
/// key enciphers nothing, so that M18's forced pair is digitalSignature alone there.
#[must_use]
pub fn fit_for(key: &PublicKey, platform: Platform) -> KeyUsage {
    fit_for_kind(if key.is_rsa() { KeyKind::Rsa } else { KeyKind::Elliptic }, platform)
}

/// What decides how a key can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Rsa,
    Elliptic,
}

pub(crate) fn fit_for_kind(kind: KeyKind, platform: Platform) -> KeyUsage {
    let signing = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::NON_REPUDIATION);
    let all = match kind {
        KeyKind::Rsa => signing.with(KeyUsage::KEY_ENCIPHERMENT).with(KeyUsage::DATA_ENCIPHERMENT),
        KeyKind::Elliptic => signing.with(KeyUsage::KEY_AGREEMENT),
    };
    // M26: "Signature is proof of origin" must not be set for Apple devices, even if requested.
    if platform == Platform::Apple { all.without(KeyUsage::NON_REPUDIATION) } else { all }
}
