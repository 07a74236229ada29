//! SignedData with one signer (RFC 5652 §5).

use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::Certificate;
use pki::der::{Tag, Writer};
use pki::oid;

/// Everything of a SignedData but the signature.
pub(in crate::client) struct Unsigned {
    pub(in crate::client) digest: Digest,
    pub(in crate::client) algorithm: SignatureAlgorithm,
    /// rsaEncryption (RFC 3370 §3.2) rather than shaNWithRSAEncryption (RFC 5754 §3.2).
    pub(in crate::client) rsa_encryption: bool,
    pub(in crate::client) content: Vec<u8>,
    /// A DER certificate.
    pub(in crate::client) certificate: Vec<u8>,
    /// `SignerIdentifier`, DER.
    pub(in crate::client) signer: Vec<u8>,
    /// The contents of `signedAttrs`.
    pub(in crate::client) attributes: Vec<u8>,
}

impl Unsigned {
    /// RFC 5652 §5.4: the attributes under their universal tag, SET OF.
    pub(in crate::client) fn to_be_signed(&self) -> Vec<u8> {
        Writer::bytes_of(|w| w.tlv(Tag::SET, &self.attributes))
    }

    /// The whole ContentInfo.
    pub(in crate::client) fn signed(&self, signature: &[u8]) -> Vec<u8> {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.oid(&oid::SIGNED_DATA);
                w.explicit(0, |w| w.sequence(|w| self.signed_data(w, signature)));
            });
        })
    }

    fn signed_data(&self, w: &mut Writer, signature: &[u8]) {
        w.u32(self.version());
        w.set(|w| self.digest.write(w));
        w.sequence(|w| {
            w.oid(&oid::DATA);
            w.explicit(0, |w| w.octet_string(&self.content));
        });
        w.tlv(Tag::constructed(0), &self.certificate);
        w.set(|w| w.sequence(|w| self.signer_info(w, signature)));
    }

    /// RFC 5652 §5.1 and §5.3: 3 where the signer is named by key identifier, else 1.
    fn version(&self) -> u32 {
        if self.signer.first() == Some(&Tag::primitive(0).0) { 3 } else { 1 }
    }

    fn signer_info(&self, w: &mut Writer, signature: &[u8]) {
        w.u32(self.version());
        w.raw(&self.signer);
        self.digest.write(w);
        w.tlv(Tag::constructed(0), &self.attributes);
        if self.rsa_encryption && matches!(self.algorithm, SignatureAlgorithm::RsaPkcs1(_)) {
            w.sequence(|w| {
                w.oid(&oid::RSA_ENCRYPTION);
                w.null();
            });
        } else {
            self.algorithm.write(w);
        }
        w.octet_string(signature);
    }
}

/// `IssuerAndSerialNumber` (RFC 5652 §10.2.4). `serial` is the contents of the INTEGER.
pub(in crate::client) fn issuer_and_serial(issuer: &[u8], serial: &[u8]) -> Vec<u8> {
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.raw(issuer);
            w.tlv(Tag::INTEGER, serial);
        });
    })
}

/// `SignerIdentifier` (RFC 5652 §5.3), and `RecipientIdentifier` (§6.2.1), which is written alike.
pub(in crate::client) fn named(certificate: &Certificate, by_key_id: bool) -> Vec<u8> {
    match certificate.subject_key_id().filter(|_| by_key_id) {
        Some(key_id) => Writer::bytes_of(|w| w.tlv(Tag::primitive(0), key_id)),
        None => issuer_and_serial(certificate.issuer().der(), certificate.serial().octets()),
    }
}
