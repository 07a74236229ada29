use super::Serial;
use crate::Time;
use crate::algorithm::SignatureAlgorithm;
use crate::der::Writer;
use crate::extension::Extension;
use crate::name::Name;

/// `TBSCertificate`, version 3 (RFC 5280 §4.1.2): what is to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TbsCertificate {
    /// Positive, at most 20 octets
    pub serial: Serial,
    /// How it will be signed
    pub signature: SignatureAlgorithm,
    /// The issuer's subject; its bytes are copied, never re-encoded (RFC 5280 §7.1)
    pub issuer: Name,
    /// First second of validity
    pub not_before: Time,
    /// Last second of validity
    pub not_after: Time,
    /// Whom it names
    pub subject: Name,
    /// `SubjectPublicKeyInfo`, copied
    pub public_key: Vec<u8>,
    /// In the order in which they are written
    pub extensions: Vec<Extension>,
}

impl TbsCertificate {
    /// The bytes to be signed.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.explicit(0, |w| w.u32(2));
                w.unsigned(self.serial.octets());
                self.signature.write(w);
                w.raw(self.issuer.der());
                w.sequence(|w| {
                    w.time(self.not_before);
                    w.time(self.not_after);
                });
                w.raw(self.subject.der());
                w.raw(&self.public_key);
                if !self.extensions.is_empty() {
                    w.explicit(3, |w| w.sequence(|w| self.extensions.iter().for_each(|one| one.write(w))));
                }
            });
        })
    }
}

/// The signed object: `SEQUENCE { tbs, signatureAlgorithm, signature BIT STRING }`, the shape that certificates,
/// certification requests and CRLs share.
#[must_use]
pub fn assemble(tbs: &[u8], algorithm: SignatureAlgorithm, signature: &[u8]) -> Vec<u8> {
    // Room for two headers and the algorithm, so that a long list is not moved to make it.
    Writer::sized(tbs.len() + signature.len() + 64, |w| {
        w.sequence(|w| {
            w.raw(tbs);
            algorithm.write(w);
            w.bit_string(signature);
        });
    })
}
