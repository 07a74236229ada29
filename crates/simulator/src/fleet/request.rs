//! Certification requests as devices make them.

use pki::Oid;
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::csr::CertificationRequestInfo;
use pki::der::{Tag, Writer};
use pki::extension::{ExtendedKeyUsage, Extension};
use pki::general_name::{GeneralName, SubjectAltName};
use pki::name::Name;

use super::key::DeviceKey;
use crate::keys::KeyError;
use crate::tenant::{Delivery, Platform, San, SanKind, profile_usage, subject};

/// What a device is about to ask for. Taken from a delivery, and then bent by hostile devices.
#[derive(Clone)]
pub struct RequestPlan {
    /// Subject.
    pub subject: Name,
    /// Alternative names.
    pub sans: Vec<San>,
    /// Numbers as in the Windows CSP; 0 for no extension.
    pub key_usage: u16,
    /// Dotted OIDs; empty for no extension.
    pub extended_key_usages: Vec<String>,
    /// The challenge; none for a request without.
    pub challenge: Option<String>,
    /// Further extensions.
    pub extensions: Vec<Extension>,
}

impl RequestPlan {
    /// What an honest device of that platform asks for.
    #[must_use]
    pub fn honest(delivery: &Delivery) -> Self {
        let platform = delivery.device.platform;
        let purposes = platform.requests_extended_key_usage();
        Self {
            subject: subject::to_name(&delivery.subject).unwrap_or_else(|| Name::from_pairs(&[])),
            sans: delivery.sans.clone(),
            key_usage: delivery.key_usage,
            extended_key_usages: if purposes { delivery.extended_key_usages.clone() } else { Vec::new() },
            challenge: Some(delivery.challenge.clone()),
            extensions: habitual_extensions(platform),
        }
    }

    /// The signed PKCS#10 in DER.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn sign(&self, key: &DeviceKey, digest: Digest) -> Result<Vec<u8>, KeyError> {
        let info = CertificationRequestInfo {
            subject: self.subject.clone(),
            public_key: key.public().spki().to_vec(),
            challenge_password: self.challenge.clone(),
            extensions: self.all_extensions(),
            attributes: Vec::new(),
        }
        .to_der();
        let signature = key.sign(digest, &info)?;
        Ok(pki::certificate::assemble(&info, SignatureAlgorithm::RsaPkcs1(digest), &signature))
    }

    fn all_extensions(&self) -> Vec<Extension> {
        let mut all = Vec::new();
        if self.key_usage != 0 {
            all.push(Extension::key_usage(profile_usage(self.key_usage)));
        }
        let purposes: Vec<Oid> =
            self.extended_key_usages.iter().filter_map(|text| Oid::new(text).ok()).collect();
        if !purposes.is_empty() {
            all.push(Extension::extended_key_usage(&ExtendedKeyUsage(purposes)));
        }
        if !self.sans.is_empty() {
            let names = SubjectAltName(self.sans.iter().map(general_name).collect());
            all.push(Extension::subject_alt_name(&names, false));
        }
        all.extend(self.extensions.iter().cloned());
        all
    }
}

/// Windows adds what it would tell AD CS (contract section 10); the others add nothing.
fn habitual_extensions(platform: Platform) -> Vec<Extension> {
    if platform != Platform::Windows {
        return Vec::new();
    }
    let utf16: Vec<u8> = "User".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let name = Writer::bytes_of(|w| w.tlv(Tag::BMP_STRING, &utf16));
    vec![Extension { oid: pki::oid::MS_TEMPLATE_NAME, critical: false, value: name }]
}

fn general_name(san: &San) -> GeneralName {
    let value = san.value.clone();
    match san.kind {
        SanKind::Email => GeneralName::Email(value),
        SanKind::Upn => GeneralName::Upn(value),
        SanKind::Dns => GeneralName::Dns(value),
        SanKind::Uri => GeneralName::Uri(value),
    }
}
