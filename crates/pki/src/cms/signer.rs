use super::CertificateId;
use crate::algorithm::{AlgorithmIdentifier, Digest, SignatureAlgorithm};
use crate::attribute::{self, Attribute};
use crate::der::{Error, Reader, Tag, Writer};
use crate::key::PublicKey;
use crate::{Oid, oid};
use core::fmt;

/// `SignedAttributes ::= SET SIZE (1..MAX) OF Attribute` (RFC 5652 §5.3), in the order received.
#[derive(Clone)]
pub struct SignedAttributes {
    set: Vec<u8>,
    attributes: Vec<Attribute>,
}

impl SignedAttributes {
    fn parse(contents: &[u8]) -> Result<SignedAttributes, Error> {
        let attributes = Attribute::read_all(contents)?;
        // RFC 5652 §5.4: the signature is over the SET OF, not over the [0] that stands in the message.
        let set = Writer::bytes_of(|w| w.tlv(Tag::SET, contents));
        Ok(SignedAttributes { set, attributes })
    }

    /// The attributes, in the order received.
    #[must_use]
    pub fn all(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The only value of an attribute, if it is there.
    ///
    /// # Errors
    /// [`Error::Structure`] for an attribute of no or several values.
    pub fn value(&self, oid: &Oid) -> Result<Option<&[u8]>, Error> {
        attribute::find(&self.attributes, oid).map(Attribute::value).transpose()
    }

    fn sorted(&self) -> Vec<u8> {
        Writer::bytes_of(|w| w.set_of(self.attributes.iter().map(Attribute::to_der).collect()))
    }
}

/// `SignerInfo` (RFC 5652 §5.3)
#[derive(Clone)]
pub struct SignerInfo {
    /// Whose certificate verifies it
    pub sid: CertificateId,
    /// How the content is hashed, as received
    pub digest: AlgorithmIdentifier,
    /// What is signed, if it is not the content itself
    pub attributes: Option<SignedAttributes>,
    /// How it is signed, as received
    pub signature_algorithm: AlgorithmIdentifier,
    /// The signature value
    pub signature: Vec<u8>,
    /// Whether attributes are there that nobody signed
    pub has_unsigned_attributes: bool,
}

/// Why a signer's signature is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureFault {
    /// A hash or signature algorithm that is not supported
    Algorithm,
    /// No signed attributes, which SCEP demands (RFC 8894 §3.2)
    NoAttributes,
    /// The contentType attribute is missing or differs (RFC 5652 §11.1)
    ContentType,
    /// The messageDigest attribute is missing or differs (RFC 5652 §11.2)
    MessageDigest,
    /// The signature is not this key's
    Signature,
}

impl fmt::Display for SignatureFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SignatureFault::Algorithm => "the message is signed with an algorithm that is not supported",
            SignatureFault::NoAttributes => "the message has no signed attributes",
            SignatureFault::ContentType => "the contentType attribute does not match",
            SignatureFault::MessageDigest => "the messageDigest attribute does not match the content",
            SignatureFault::Signature => "the signature of the message does not verify",
        })
    }
}

impl core::error::Error for SignatureFault {}

impl SignerInfo {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<SignerInfo, Error> {
        let mut fields = reader.sequence()?;
        fields.u32()?;
        let sid = CertificateId::read(&mut fields)?;
        let digest = AlgorithmIdentifier::read(&mut fields)?;
        let attributes = fields.optional(Tag::constructed(0))?.map(SignedAttributes::parse).transpose()?;
        let signature_algorithm = AlgorithmIdentifier::read(&mut fields)?;
        let signature = fields.octet_string()?.to_vec();
        let has_unsigned_attributes = fields.optional(Tag::constructed(1))?.is_some();
        fields.finish()?;
        Ok(SignerInfo { sid, digest, attributes, signature_algorithm, signature, has_unsigned_attributes })
    }

    /// The hash function, if it is supported.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        Digest::from_oid(&self.digest.oid)
    }

    /// What hash and signature algorithm say together. `rsaEncryption` names no hash (RFC 3370 §3.2), the others do
    /// and must name the same.
    fn algorithm(&self, key: &PublicKey) -> Option<SignatureAlgorithm> {
        let digest = self.digest()?;
        match self.signature_algorithm.oid {
            oid::RSA_ENCRYPTION if key.is_rsa() => Some(SignatureAlgorithm::RsaPkcs1(digest)),
            ref named => SignatureAlgorithm::from_oid(named).filter(|algorithm| algorithm.digest() == digest),
        }
    }

    /// Verifies that `key` signed `content` of type `content_type` through the signed attributes.
    ///
    /// The attributes are verified as received, then in DER's order: some clients sort before they sign and not
    /// before they send, or the other way round (scep.md Q21). Both are the same attributes.
    ///
    /// # Errors
    /// The [`SignatureFault`].
    pub fn verify(&self, key: &PublicKey, content_type: &Oid, content: &[u8]) -> Result<(), SignatureFault> {
        let algorithm = self.algorithm(key).ok_or(SignatureFault::Algorithm)?;
        let attributes = self.attributes.as_ref().ok_or(SignatureFault::NoAttributes)?;
        let is =
            |oid: &Oid, value: Vec<u8>| matches!(attributes.value(oid), Ok(Some(found)) if found == value);
        if !is(&oid::CONTENT_TYPE, Writer::bytes_of(|w| w.oid(content_type))) {
            return Err(SignatureFault::ContentType);
        }
        let digest = algorithm.digest().hash(content);
        if !is(&oid::MESSAGE_DIGEST, Writer::bytes_of(|w| w.octet_string(&digest))) {
            return Err(SignatureFault::MessageDigest);
        }
        key.verify(algorithm, &attributes.set, &self.signature)
            .or_else(|bad| {
                let sorted = attributes.sorted();
                if sorted == attributes.set {
                    Err(bad)
                } else {
                    key.verify(algorithm, &sorted, &self.signature)
                }
            })
            .map_err(|_| SignatureFault::Signature)
    }
}
