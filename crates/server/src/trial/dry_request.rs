use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::assemble;
use pki::csr::CertificationRequestInfo;
use pki::name::Name;
use pki::oid;

/// A request that is well formed and of which nothing can come: its key is forgotten at once.
pub(super) struct DryRequest {
    /// The PKCS #10.
    pub(super) der: Vec<u8>,
    /// Its subject.
    pub(super) subject: Name,
}

impl DryRequest {
    /// `None` where the cryptographic library makes no key.
    pub(super) fn new() -> Option<DryRequest> {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).ok()?;
        let spki: PublicKeyX509Der<'_> = key.public_key().as_der().ok()?;
        let subject = Name::from_pairs(&[(oid::CN, "chancery intune check")]);
        let info = CertificationRequestInfo {
            subject: subject.clone(),
            public_key: spki.as_ref().to_vec(),
            challenge_password: Some("chancery-intune-check".to_owned()),
            extensions: Vec::new(),
            attributes: Vec::new(),
        }
        .to_der();
        let signature = key.sign(&random, &info).ok()?;
        // A CertificationRequest has the same outside as a certificate (RFC 2986 §4.2, RFC 5280 §4.1).
        let der = assemble(&info, SignatureAlgorithm::Ecdsa(Digest::Sha256), signature.as_ref());
        Some(DryRequest { der, subject })
    }
}
