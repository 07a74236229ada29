//! Certification requests (PKCS #10, RFC 2986): strict DER, kept as received, nothing believed.

mod draft;

pub use draft::CertificationRequestInfo;

use crate::algorithm::{AlgorithmIdentifier, SignatureAlgorithm};
use crate::attribute::{self, Attribute};
use crate::der::{Error, Reader, Tag};
use crate::extension::{self, ExtendedKeyUsage, Extension, KeyUsage};
use crate::general_name::SubjectAltName;
use crate::key::{BadSignature, PublicKey};
use crate::name::Name;
use crate::{Oid, oid, text};
use core::fmt;
use std::sync::OnceLock;

/// `CertificationRequest`, with the bytes it came in. No part of it is believed before somebody vouched for it.
#[derive(Clone)]
pub struct CertificateRequest {
    der: Vec<u8>,
    signed: Vec<u8>,
    subject: Name,
    key: PublicKey,
    attributes: Vec<Attribute>,
    extensions: Vec<Extension>,
    algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
    /// The outcome of [`CertificateRequest::verify_possession`]: the bytes never change, so that once is enough.
    possession: OnceLock<Result<(), BadSignature>>,
}

impl PartialEq for CertificateRequest {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for CertificateRequest {}

impl CertificateRequest {
    /// Reads a request that is all of `der`: no BER, nothing twice, nothing after the end, so that no other parser
    /// (Intune's, a device's) can read another identity from the same bytes.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn parse(der: &[u8]) -> Result<CertificateRequest, Error> {
        let mut outer = Reader::only(der)?.open(Tag::SEQUENCE)?;
        let info = outer.any()?;
        let algorithm = AlgorithmIdentifier::read(&mut outer)?;
        let signature = outer.bit_string()?.octets()?.to_vec();
        outer.finish()?;
        let mut fields = info.open(Tag::SEQUENCE)?;
        // RFC 2986 §4.1 has only v1(0); old OpenSSL-based clients and Apple's write 2 and mean the same.
        if fields.u32()? > 2 {
            return Err(Error::Structure("a request version above 2"));
        }
        let subject = Name::read(&mut fields)?;
        let key = PublicKey::read(&mut fields)?;
        let attributes = read_attributes(&mut fields)?;
        fields.finish()?;
        let extensions = requested_extensions(&attributes)?;
        Ok(CertificateRequest {
            der: der.to_vec(),
            signed: info.raw.to_vec(),
            subject,
            key,
            attributes,
            extensions,
            algorithm,
            signature,
            possession: OnceLock::new(),
        })
    }

    /// The request, as received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The subject asked for.
    #[must_use]
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// The key to be certified.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Its attributes, in order.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The extensions asked for, in order.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// How it is signed, as its identifier says.
    #[must_use]
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::from_oid(&self.algorithm.oid)
    }

    /// The challengePassword (PKCS #9 §5.4.1) in any string type (scep.md Q47), if there is one.
    ///
    /// # Errors
    /// [`Error::Structure`] for several values, and the rule that its value breaks.
    pub fn challenge_password(&self) -> Result<Option<String>, Error> {
        let Some(attribute) = attribute::find(&self.attributes, &oid::CHALLENGE_PASSWORD) else {
            return Ok(None);
        };
        let any = Reader::only(attribute.value()?)?;
        text::decode(any.tag, any.value).map(Some)
    }

    /// subjectAltName asked for; empty if none.
    ///
    /// # Errors
    /// The rule that its value breaks; so too below.
    pub fn san(&self) -> Result<SubjectAltName, Error> {
        self.extension(&oid::SUBJECT_ALT_NAME, SubjectAltName::parse).map(Option::unwrap_or_default)
    }

    /// keyUsage asked for, if any.
    ///
    /// # Errors
    /// The rule that its value breaks.
    pub fn key_usage(&self) -> Result<Option<KeyUsage>, Error> {
        self.extension(&oid::KEY_USAGE, KeyUsage::parse)
    }

    /// extKeyUsage asked for, if any.
    ///
    /// # Errors
    /// The rule that its value breaks.
    pub fn extended_key_usage(&self) -> Result<Option<ExtendedKeyUsage>, Error> {
        self.extension(&oid::EXTENDED_KEY_USAGE, ExtendedKeyUsage::parse)
    }

    fn extension<T>(
        &self,
        oid: &Oid,
        parse: impl FnOnce(&[u8]) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        extension::find(&self.extensions, oid).map(|extension| parse(&extension.value)).transpose()
    }

    /// Verifies the request's own signature: proof that its maker holds the key (RFC 8894 §7.6).
    ///
    /// # Errors
    /// [`BadSignature`], also for an algorithm that is not supported.
    pub fn verify_possession(&self) -> Result<(), BadSignature> {
        *self.possession.get_or_init(|| {
            let algorithm = self.signature_algorithm().ok_or(BadSignature)?;
            self.key.verify(algorithm, &self.signed, &self.signature)
        })
    }
}

impl fmt::Debug for CertificateRequest {
    /// Without attributes: one of them is the challenge.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateRequest({}, {:?})", self.subject, self.key)
    }
}

/// `attributes [0] IMPLICIT SET OF Attribute`. RFC 2986 wants it even when empty; some clients leave it out.
fn read_attributes(fields: &mut Reader<'_>) -> Result<Vec<Attribute>, Error> {
    fields.optional(Tag::constructed(0))?.map_or(Ok(Vec::new()), Attribute::read_all)
}

/// The extensions of extensionRequest, or of Microsoft's older attribute; a request with both could say two things.
fn requested_extensions(attributes: &[Attribute]) -> Result<Vec<Extension>, Error> {
    let mut requests =
        attributes.iter().filter(|one| matches!(one.oid, oid::EXTENSION_REQUEST | oid::MS_CERT_EXTENSIONS));
    match (requests.next(), requests.next()) {
        (None, _) => Ok(Vec::new()),
        (Some(only), None) => Extension::parse_all(only.value()?),
        (Some(_), Some(_)) => Err(Error::Structure("two lists of requested extensions")),
    }
}
