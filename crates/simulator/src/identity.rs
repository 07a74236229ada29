//! Throw-away certificates: for TLS, for signing challenges, for applications and for devices.

use std::net::IpAddr;

use pki::Time;
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::{Serial, TbsCertificate, assemble};
use pki::extension::{BasicConstraints, ExtendedKeyUsage, Extension, KeyUsage};
use pki::general_name::{GeneralName, SubjectAltName};
use pki::name::Name;

use crate::clock::Clock;
use crate::keys::{EcKey, KeyError, RsaKey};

/// Certifies `draft` with whoever `sign`s.
///
/// # Errors
/// The signer failed.
pub fn certify(
    draft: &TbsCertificate,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, KeyError>,
) -> Result<Vec<u8>, KeyError> {
    let tbs = draft.to_der();
    let signature = sign(&tbs)?;
    Ok(assemble(&tbs, draft.signature, &signature))
}

/// A self-signed certificate of an RSA key with both usages, valid for a year around `now`.
///
/// # Errors
/// The crypto library failed.
pub fn self_signed(key: &RsaKey, subject: Name, serial: &[u8], now: i64) -> Result<Vec<u8>, KeyError> {
    let draft = TbsCertificate {
        serial: Serial::new(serial),
        signature: SignatureAlgorithm::RsaPkcs1(Digest::Sha256),
        issuer: subject.clone(),
        not_before: Time::from_unix(now - 86_400),
        not_after: Time::from_unix(now + 365 * 86_400),
        subject,
        public_key: key.public().spki().to_vec(),
        extensions: vec![Extension::key_usage(KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT))],
    };
    certify(&draft, |tbs| key.sign(Digest::Sha256, tbs))
}

/// A TLS server's certificate under a CA made for it.
pub struct TlsIdentity {
    /// DER of the CA's certificate, which clients must trust.
    pub root: Vec<u8>,
    /// DER of the server's certificate.
    pub certificate: Vec<u8>,
    /// PKCS#8 of the server's key.
    pub key: Vec<u8>,
}

impl TlsIdentity {
    /// For `localhost`, 127.0.0.1, ::1 and one more name or address. Valid by the machine's clock, not the simulated.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn generate(other_host: Option<&str>) -> Result<Self, KeyError> {
        let now = Clock::system().now();
        let (ca, server) = (EcKey::generate()?, EcKey::generate()?);
        let ca_name = Name::from_pairs(&[(pki::oid::CN, "Simulated tenant: throw-away TLS root")]);
        let root = certify(&root_draft(&ca, &ca_name, now), |tbs| ca.sign(tbs))?;
        let leaf = leaf_draft(&ca, &server, &ca_name, hosts(other_host), now);
        let certificate = certify(&leaf, |tbs| ca.sign(tbs))?;
        Ok(Self { root, certificate, key: server.pkcs8().to_vec() })
    }
}

fn hosts(other: Option<&str>) -> Vec<GeneralName> {
    let name = |host: &str| match host.parse::<IpAddr>() {
        Ok(ip) => GeneralName::Ip(ip),
        Err(_) => GeneralName::Dns(host.to_owned()),
    };
    ["localhost", "127.0.0.1", "::1"].into_iter().chain(other).map(name).collect()
}

fn root_draft(ca: &EcKey, name: &Name, now: i64) -> TbsCertificate {
    TbsCertificate {
        serial: Serial::new(&[1]),
        signature: SignatureAlgorithm::Ecdsa(Digest::Sha256),
        issuer: name.clone(),
        not_before: Time::from_unix(now - 86_400),
        not_after: Time::from_unix(now + 90 * 86_400),
        subject: name.clone(),
        public_key: ca.public().spki().to_vec(),
        extensions: vec![
            Extension::basic_constraints(BasicConstraints { ca: true, path_len: Some(0) }),
            Extension::key_usage(KeyUsage::KEY_CERT_SIGN),
            Extension::subject_key_identifier(&ca.public().key_id()),
        ],
    }
}

fn leaf_draft(
    ca: &EcKey,
    server: &EcKey,
    issuer: &Name,
    hosts: Vec<GeneralName>,
    now: i64,
) -> TbsCertificate {
    TbsCertificate {
        serial: Serial::new(&[2]),
        signature: SignatureAlgorithm::Ecdsa(Digest::Sha256),
        issuer: issuer.clone(),
        not_before: Time::from_unix(now - 86_400),
        not_after: Time::from_unix(now + 89 * 86_400),
        subject: Name::from_pairs(&[(pki::oid::CN, "localhost")]),
        public_key: server.public().spki().to_vec(),
        extensions: vec![
            Extension::key_usage(KeyUsage::DIGITAL_SIGNATURE),
            Extension::extended_key_usage(&ExtendedKeyUsage(vec![pki::oid::SERVER_AUTH])),
            Extension::subject_alt_name(&SubjectAltName(hosts), false),
            Extension::authority_key_identifier(&ca.public().key_id()),
        ],
    }
}
