//! X.509 certificates (RFC 5280 §4.1): parsed and kept as received, or made from a `TBSCertificate`.

mod tbs;

pub use tbs::{TbsCertificate, assemble};

use crate::algorithm::{SignatureAlgorithm, sha1, sha256};
use crate::der::{Error, Reader, Tag};
use crate::extension::{
    self, AuthorityInfoAccess, BasicConstraints, CrlDistributionPoints, ExtendedKeyUsage, Extension, KeyUsage,
};
use crate::general_name::SubjectAltName;
use crate::key::{BadSignature, PublicKey};
use crate::name::Name;
use crate::{Oid, Time, oid};
use core::fmt;
use std::sync::Arc;

/// `CertificateSerialNumber`: the contents octets of the INTEGER.
///
/// What this project issues is positive and at most 20 octets (RFC 5280 §4.1.2.2); what clients sign with need not
/// be: certmonger's own certificates have 32.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial(Vec<u8>);

impl Serial {
    /// From the contents octets of an INTEGER, or a magnitude, most significant octet first.
    #[must_use]
    pub fn new(octets: &[u8]) -> Serial {
        Serial(octets.to_vec())
    }

    /// The contents octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.0
    }

    /// From hexadecimal, tolerant of case, spaces, colons, `0x` and leading zeros.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Serial> {
        let text = text.trim();
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
        let digits: Vec<u32> = digits
            .chars()
            .filter(|c| !matches!(c, ' ' | ':' | '-'))
            .map(|c| c.to_digit(16))
            .collect::<Option<_>>()?;
        let significant =
            digits.iter().position(|digit| *digit != 0).and_then(|start| digits.get(start..))?;
        let mut octets: Vec<u8> = significant
            .rchunks(2)
            .map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | *digit as u8))
            .collect();
        octets.reverse();
        Some(Serial(octets))
    }
}

impl From<Vec<u8>> for Serial {
    /// As [`Serial::new`], without a copy.
    fn from(octets: Vec<u8>) -> Serial {
        Serial(octets)
    }
}

impl fmt::Display for Serial {
    /// The magnitude in upper-case hexadecimal, whole octets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = match self.0.as_slice() {
            [0, rest @ ..] if !rest.is_empty() => rest,
            all => all,
        };
        magnitude.iter().try_for_each(|octet| write!(f, "{octet:02X}"))
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// `Certificate`, with the bytes it came in. Never changed, so that copies share it.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate(Arc<Fields>);

#[derive(PartialEq, Eq)]
struct Fields {
    der: Vec<u8>,
    tbs: Vec<u8>,
    version: u8,
    serial: Serial,
    issuer: Name,
    not_before: Time,
    not_after: Time,
    subject: Name,
    key: PublicKey,
    extensions: Vec<Extension>,
    algorithm: Oid,
    signature: Vec<u8>,
}

impl Certificate {
    /// Reads a certificate of any version that is all of `der`.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn parse(der: &[u8]) -> Result<Certificate, Error> {
        let mut outer = Reader::only(der)?.open(Tag::SEQUENCE)?;
        let tbs = outer.any()?;
        let algorithm = crate::algorithm::AlgorithmIdentifier::read(&mut outer)?;
        let signature = outer.bit_string()?.octets()?.to_vec();
        outer.finish()?;
        let mut fields = tbs.open(Tag::SEQUENCE)?;
        let version = read_version(&mut fields)?;
        let serial = Serial::new(fields.integer()?);
        // RFC 5280 §4.1.1.2: both identifiers must be the same.
        if crate::algorithm::AlgorithmIdentifier::read(&mut fields)? != algorithm {
            return Err(Error::Structure("the signature algorithm differs inside and outside"));
        }
        let issuer = Name::read(&mut fields)?;
        let mut validity = fields.sequence()?;
        let (not_before, not_after) = (validity.time()?, validity.time()?);
        validity.finish()?;
        let subject = Name::read(&mut fields)?;
        let key = PublicKey::read(&mut fields)?;
        let extensions = read_extensions(&mut fields)?;
        fields.finish()?;
        Ok(Certificate(Arc::new(Fields {
            der: der.to_vec(),
            tbs: tbs.raw.to_vec(),
            version,
            serial,
            issuer,
            not_before,
            not_after,
            subject,
            key,
            extensions,
            algorithm: algorithm.oid,
            signature,
        })))
    }

    /// The certificate, as received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// `TBSCertificate`, the bytes that are signed.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        &self.0.tbs
    }

    /// 1, 2 or 3
    #[must_use]
    pub fn version(&self) -> u8 {
        self.0.version
    }

    /// Its number among its issuer's.
    #[must_use]
    pub fn serial(&self) -> &Serial {
        &self.0.serial
    }

    /// Who signed it.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    /// The first second of its validity.
    #[must_use]
    pub fn not_before(&self) -> Time {
        self.0.not_before
    }

    /// The last second of its validity, which counts (RFC 5280 §4.1.2.5).
    #[must_use]
    pub fn not_after(&self) -> Time {
        self.0.not_after
    }

    /// Whether `at` is within its validity.
    #[must_use]
    pub fn is_valid_at(&self, at: Time) -> bool {
        (self.0.not_before..=self.0.not_after).contains(&at)
    }

    /// Whom it names.
    #[must_use]
    pub fn subject(&self) -> &Name {
        &self.0.subject
    }

    /// The key it certifies.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.0.key
    }

    /// Its extensions, in order.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.0.extensions
    }

    /// The identifier of the algorithm it is signed with.
    #[must_use]
    pub fn signature_algorithm(&self) -> &Oid {
        &self.0.algorithm
    }

    /// The signature value.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.0.signature
    }

    fn extension<T>(
        &self,
        oid: &Oid,
        parse: impl FnOnce(&[u8]) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        extension::find(&self.0.extensions, oid).map(|extension| parse(&extension.value)).transpose()
    }

    /// keyUsage, if it has one.
    ///
    /// # Errors
    /// The rule that its value breaks; so too below.
    pub fn key_usage(&self) -> Result<Option<KeyUsage>, Error> {
        self.extension(&oid::KEY_USAGE, KeyUsage::parse)
    }

    /// extKeyUsage, if it has one.
    ///
    /// # Errors
    /// The rule that its value breaks.
    pub fn extended_key_usage(&self) -> Result<Option<ExtendedKeyUsage>, Error> {
        self.extension(&oid::EXTENDED_KEY_USAGE, ExtendedKeyUsage::parse)
    }

    /// subjectAltName; empty if it has none.
    ///
    /// # Errors
    /// The rule that its value breaks.
    pub fn san(&self) -> Result<SubjectAltName, Error> {
        self.extension(&oid::SUBJECT_ALT_NAME, SubjectAltName::parse).map(Option::unwrap_or_default)
    }

    /// authorityInfoAccess; empty if it has none.
    ///
    /// # Errors
    /// The rule that its value breaks.
    pub fn authority_info_access(&self) -> Result<AuthorityInfoAccess, Error> {
        self.extension(&oid::AUTHORITY_INFO_ACCESS, AuthorityInfoAccess::parse).map(Option::unwrap_or_default)
    }

    /// cRLDistributionPoints; empty if it has none.
    ///
    /// # Errors
    /// The rule that its value breaks.
    pub fn crl_distribution_points(&self) -> Result<CrlDistributionPoints, Error> {
        self.extension(&oid::CRL_DISTRIBUTION_POINTS, CrlDistributionPoints::parse)
            .map(Option::unwrap_or_default)
    }

    /// Whether it has id-pkix-ocsp-nocheck: nobody need ask whether this responder's certificate is revoked
    /// (RFC 6960 §4.2.2.2.1).
    ///
    /// # Errors
    /// Its value is not NULL.
    pub fn has_ocsp_no_check(&self) -> Result<bool, Error> {
        let null = |der: &[u8]| Reader::only(der)?.open(Tag::NULL)?.finish();
        self.extension(&oid::OCSP_NO_CHECK, null).map(|found| found.is_some())
    }

    /// subjectKeyIdentifier, if it has one.
    #[must_use]
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        extension::find(&self.0.extensions, &oid::SUBJECT_KEY_IDENTIFIER)
            .and_then(|found| extension::subject_key_id(&found.value).ok())
    }

    /// Whether basicConstraints says that the subject is a CA. A malformed one does not.
    #[must_use]
    pub fn is_ca(&self) -> bool {
        matches!(
            self.extension(&oid::BASIC_CONSTRAINTS, BasicConstraints::parse),
            Ok(Some(BasicConstraints { ca: true, .. }))
        )
    }

    /// Verifies that `key` signed it. Names, validity and constraints are not looked at.
    ///
    /// # Errors
    /// [`BadSignature`], also for an algorithm that is not supported.
    pub fn verify_signed_by(&self, key: &PublicKey) -> Result<(), BadSignature> {
        let algorithm = SignatureAlgorithm::from_oid(&self.0.algorithm).ok_or(BadSignature)?;
        key.verify(algorithm, &self.0.tbs, &self.0.signature)
    }

    /// SHA-256 of the certificate.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        sha256(&self.0.der)
    }

    /// SHA-1 of the certificate: what Windows and Intune call its thumbprint.
    #[must_use]
    pub fn sha1(&self) -> [u8; 20] {
        sha1(&self.0.der)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({} {}, by {})", self.0.serial, self.0.subject, self.0.issuer)
    }
}

/// `version [0] EXPLICIT INTEGER DEFAULT v1`
fn read_version(fields: &mut Reader<'_>) -> Result<u8, Error> {
    let Some(explicit) = fields.optional(Tag::constructed(0))? else { return Ok(1) };
    let mut version = Reader::new(explicit);
    let number = version.u32()?;
    version.finish()?;
    match number {
        0 => Ok(1),
        1 => Ok(2),
        2 => Ok(3),
        _ => Err(Error::Structure("a certificate version above 3")),
    }
}

/// `issuerUniqueID [1]`, `subjectUniqueID [2]` (passed over) and `extensions [3] EXPLICIT`
fn read_extensions(fields: &mut Reader<'_>) -> Result<Vec<Extension>, Error> {
    fields.optional(Tag::primitive(1))?;
    fields.optional(Tag::primitive(2))?;
    match fields.optional(Tag::constructed(3))? {
        Some(extensions) => Extension::parse_all(extensions),
        None => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_read_tolerantly_and_written_one_way() {
        for text in ["0a:1B", "0x0A1b", "a1b", " 00 0a 1b "] {
            assert_eq!(
                Serial::from_hex(text).map(|serial| serial.to_string()).as_deref(),
                Some("0A1B"),
                "{text}"
            );
        }
        assert_eq!(Serial::from_hex("0"), None);
        assert_eq!(Serial::from_hex("xyz"), None);
        assert_eq!(Serial::new(&[0, 0x80]).to_string(), "80");
    }
}
