use pki::Time;
use pki::algorithm::SignatureAlgorithm;
use pki::certificate::{self, Certificate, Serial, TbsCertificate};
use pki::der::{self, Writer};
use pki::extension::{Extension, KeyUsage};
use pki::key::PublicKey;
use pki::name::Name;

/// The self-signed certificate with which a device signs its first request (RFC 8894 §2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerCertificate {
    /// Subject and issuer; the request's subject, by RFC 8894, and just something with some clients.
    pub subject: Name,
    /// The key, which is the request's.
    pub key: PublicKey,
    /// The serial number's magnitude. certmonger's has 32 octets.
    pub serial: Serial,
    /// notBefore.
    pub not_before: Time,
    /// notAfter.
    pub not_after: Time,
    /// How it will be signed.
    pub algorithm: SignatureAlgorithm,
    /// X.509's version. certmonger makes version 1.
    pub version: Version,
}

/// A version of X.509.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// No extensions.
    V1,
    /// With keyUsage, as RFC 8894 §2.3 wants.
    V3,
}

impl SignerCertificate {
    /// The octets to sign: `TBSCertificate`.
    #[must_use]
    pub fn to_be_signed(&self) -> Vec<u8> {
        match self.version {
            Version::V3 => self.version_3(),
            Version::V1 => self.version_1(),
        }
    }

    /// The certificate.
    ///
    /// # Errors
    /// Those of [`Certificate::parse`], for a subject or key that does not read back.
    pub fn signed(&self, signature: &[u8]) -> Result<Certificate, der::Error> {
        Certificate::parse(&certificate::assemble(&self.to_be_signed(), self.algorithm, signature))
    }

    fn version_3(&self) -> Vec<u8> {
        let usage = KeyUsage::DIGITAL_SIGNATURE;
        // RFC 8894 §2.3: keyEncipherment where the key can.
        let usage = if self.key.is_rsa() { usage.with(KeyUsage::KEY_ENCIPHERMENT) } else { usage };
        TbsCertificate {
            serial: self.serial.clone(),
            signature: self.algorithm,
            issuer: self.subject.clone(),
            not_before: self.not_before,
            not_after: self.not_after,
            subject: self.subject.clone(),
            public_key: self.key.spki().to_vec(),
            extensions: vec![
                Extension::key_usage(usage),
                Extension::subject_key_identifier(&self.key.key_id()),
            ],
        }
        .to_der()
    }

    /// RFC 5280 §4.1.2.1: version 1 is the default and not written.
    fn version_1(&self) -> Vec<u8> {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.unsigned(self.serial.octets());
                self.algorithm.write(w);
                w.raw(self.subject.der());
                w.sequence(|w| {
                    w.time(self.not_before);
                    w.time(self.not_after);
                });
                w.raw(self.subject.der());
                w.raw(self.key.spki());
            });
        })
    }
}
