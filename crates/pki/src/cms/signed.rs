//! `SignedData` (RFC 5652 §5): read, made in two steps, or degenerate.

pub use super::signer::{SignatureFault, SignedAttributes, SignerInfo};

use super::{CertificateId, content_info, open_content_info};
use crate::algorithm::{AlgorithmIdentifier, SignatureAlgorithm};
use crate::attribute::Attribute;
use crate::ber;
use crate::der::{Error, Reader, Tag, Writer};
use crate::{Oid, oid};

/// More certificates, CRLs or signers than any message of ours carries.
const MAX_ITEMS: usize = 16;

/// `SignedData`, read. Nothing is verified yet.
#[derive(Clone)]
pub struct SignedData {
    /// The hash functions it announces
    pub digest_algorithms: Vec<AlgorithmIdentifier>,
    /// eContentType
    pub content_type: Oid,
    /// eContent, joined; absent where the content is omitted
    pub content: Option<Vec<u8>>,
    /// Each certificate, whole, in order, not parsed
    pub certificates: Vec<Vec<u8>>,
    /// Each CRL, whole, in order, not parsed
    pub crls: Vec<Vec<u8>>,
    /// Who signed
    pub signers: Vec<SignerInfo>,
}

impl SignedData {
    /// Reads a ContentInfo of type signedData, in BER or DER, that is all of `bytes`.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn parse(bytes: &[u8]) -> Result<SignedData, Error> {
        let der = ber::to_der(bytes)?;
        let mut fields = open_content_info(&der, oid::SIGNED_DATA)?;
        fields.u32()?;
        let digest_algorithms = list(fields.set()?, AlgorithmIdentifier::read)?;
        let mut encapsulated = fields.sequence()?;
        let content_type = encapsulated.oid()?;
        let content = encapsulated.optional(Tag::constructed(0))?.map(read_content).transpose()?;
        encapsulated.finish()?;
        let whole = |reader: &mut Reader<'_>| reader.any().map(|any| any.raw.to_vec());
        let mut items = |tag| match fields.optional(tag)? {
            Some(contents) => list(Reader::new(contents), whole),
            None => Ok(Vec::new()),
        };
        let (certificates, crls) = (items(Tag::constructed(0))?, items(Tag::constructed(1))?);
        let signers = list(fields.set()?, SignerInfo::read)?;
        fields.finish()?;
        Ok(SignedData { digest_algorithms, content_type, content, certificates, crls, signers })
    }
}

/// `eContent [0] EXPLICIT OCTET STRING`. PKCS #7 1.5 allowed any type there; only the octets inside are signed.
fn read_content(explicit: &[u8]) -> Result<Vec<u8>, Error> {
    let any = Reader::only(explicit)?;
    if any.tag == Tag::OCTET_STRING {
        Ok(any.value.to_vec())
    } else {
        Err(Error::UnexpectedTag { expected: Tag::OCTET_STRING, found: any.tag })
    }
}

fn list<T>(
    mut reader: Reader<'_>,
    read: impl Fn(&mut Reader<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let mut items = Vec::new();
    while !reader.is_empty() {
        if items.len() == MAX_ITEMS {
            return Err(Error::Size);
        }
        items.push(read(&mut reader)?);
    }
    Ok(items)
}

/// `SignedData` with one signer, before it is signed.
#[derive(Clone)]
pub struct SignedDraft {
    /// eContentType
    pub content_type: Oid,
    /// eContent
    pub content: Vec<u8>,
    /// Certificates to put in, whole, in this order
    pub certificates: Vec<Vec<u8>>,
    /// Who will sign
    pub sid: CertificateId,
    /// How
    pub algorithm: SignatureAlgorithm,
    /// Signed attributes beside contentType and messageDigest, which are added here
    pub attributes: Vec<Attribute>,
}

impl SignedDraft {
    /// The bytes to be signed: the SET OF signed attributes in DER's order (RFC 5652 §5.4).
    #[must_use]
    pub fn to_be_signed(&self) -> Vec<u8> {
        let digest = self.algorithm.digest().hash(&self.content);
        let own = [
            Attribute::new(oid::CONTENT_TYPE, |w| w.oid(&self.content_type)),
            Attribute::new(oid::MESSAGE_DIGEST, |w| w.octet_string(&digest)),
        ];
        Writer::bytes_of(|w| w.set_of(own.iter().chain(&self.attributes).map(Attribute::to_der).collect()))
    }

    /// The ContentInfo. `signed` is what [`SignedDraft::to_be_signed`] gave, `signature` the signature over it.
    ///
    /// # Errors
    /// [`Error`] if `signed` is not a SET.
    pub fn finish(&self, signed: &[u8], signature: &[u8]) -> Result<Vec<u8>, Error> {
        let mut reader = Reader::new(signed);
        let attributes = reader.expect(Tag::SET)?;
        reader.finish()?;
        Ok(content_info(&oid::SIGNED_DATA, |w| {
            w.u32(self.sid.signer_version());
            w.set(|w| self.algorithm.digest().write(w));
            w.sequence(|w| {
                w.oid(&self.content_type);
                w.explicit(0, |w| w.octet_string(&self.content));
            });
            w.tlv(Tag::constructed(0), &self.certificates.concat());
            w.set(|w| {
                w.sequence(|w| {
                    w.u32(self.sid.signer_version());
                    self.sid.write(w);
                    self.algorithm.digest().write(w);
                    w.tlv(Tag::constructed(0), attributes);
                    write_signature_algorithm(self.algorithm, w);
                    w.octet_string(signature);
                });
            });
        }))
    }
}

/// RFC 3370 §3.2 allows both `rsaEncryption` and `shaNWithRSAEncryption`; strongSwan 5.9 and older stacks read only
/// the first (scep.md Q20), and nobody refuses it.
fn write_signature_algorithm(algorithm: SignatureAlgorithm, w: &mut Writer) {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1(_) => w.sequence(|w| {
            w.oid(&oid::RSA_ENCRYPTION);
            w.null();
        }),
        SignatureAlgorithm::Ecdsa(_) => algorithm.write(w),
    }
}

/// The degenerate case (RFC 5652 §5.2, RFC 8894 §3.4): certificates and CRLs, no content, no signer. The order is
/// kept, although SET OF would have it sorted, because iOS takes the first certificate for its own (scep.md Q25).
#[must_use]
pub fn certs_only(certificates: &[&[u8]], crls: &[&[u8]]) -> Vec<u8> {
    content_info(&oid::SIGNED_DATA, |w| {
        w.u32(1);
        w.set(|_| {});
        w.sequence(|w| w.oid(&oid::DATA));
        if !certificates.is_empty() {
            w.tlv(Tag::constructed(0), &certificates.concat());
        }
        if !crls.is_empty() {
            w.tlv(Tag::constructed(1), &crls.concat());
        }
        w.set(|_| {});
    })
}
