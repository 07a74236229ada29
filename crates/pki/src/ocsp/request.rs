use super::CertId;
use crate::Oid;
use crate::der::{Error, Reader, Tag, Writer};
use crate::extension::{Extension, critical_beside, find};
use crate::oid;
use core::fmt;

/// Octets of a request; one with ten SHA-512 CertIDs and a nonce has under 2,000 (threat 51).
pub const MAX_REQUEST: usize = 4096;
/// Certificates in one request.
pub const MAX_CERTIFICATES: usize = 10;
/// RFC 9654 §2.1
const NONCE_LENGTHS: core::ops::RangeInclusive<usize> = 1..=128;

/// `OCSPRequest`: which certificates, and perhaps a nonce. Its signature, if it has one, is not looked at: whoever asks may
/// know (RFC 6960 §4.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspRequest {
    /// 1 to [`MAX_CERTIFICATES`], in the order in which they were asked for.
    pub certificates: Vec<CertId>,
    /// What the answer must repeat.
    pub nonce: Option<Nonce>,
}

/// The value of id-pkix-ocsp-nonce, as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(Vec<u8>);

impl Nonce {
    /// An OCTET STRING of these octets (RFC 9654 §2.1).
    #[must_use]
    pub fn new(octets: &[u8]) -> Nonce {
        Nonce(Writer::bytes_of(|w| w.octet_string(octets)))
    }

    /// Clients of before RFC 6960 put the octets there without an OCTET STRING of their own.
    pub(super) fn read(value: &[u8]) -> Result<Nonce, BadRequest> {
        let inner = Reader::only(value).ok().filter(|any| any.tag == Tag::OCTET_STRING);
        let length = inner.map_or(value.len(), |any| any.value.len());
        if NONCE_LENGTHS.contains(&length) {
            Ok(Nonce(value.to_vec()))
        } else {
            Err(BadRequest::Nonce(length))
        }
    }

    /// The extension that repeats it.
    #[must_use]
    pub fn extension(&self) -> Extension {
        Extension { oid: oid::OCSP_NONCE, critical: false, value: self.0.clone() }
    }
}

/// Why a request gets `malformedRequest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadRequest {
    /// Longer than [`MAX_REQUEST`]; this many octets.
    Long(usize),
    /// A rule of the encoding was broken.
    Malformed(Error),
    /// No certificate, or more than [`MAX_CERTIFICATES`].
    Certificates,
    /// A nonce of this many octets (RFC 9654 §2.1: 1 to 128).
    Nonce(usize),
    /// A critical extension that is not understood (RFC 6960 §4.4).
    Critical(Oid),
}

impl From<Error> for BadRequest {
    fn from(error: Error) -> BadRequest {
        BadRequest::Malformed(error)
    }
}

impl fmt::Display for BadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadRequest::Long(octets) => write!(f, "{octets} octets are more than {MAX_REQUEST}"),
            BadRequest::Malformed(error) => write!(f, "{error}"),
            BadRequest::Certificates => write!(f, "not 1 to {MAX_CERTIFICATES} certificates"),
            BadRequest::Nonce(octets) => write!(f, "a nonce of {octets} octets"),
            BadRequest::Critical(oid) => write!(f, "the critical extension {oid} is not understood"),
        }
    }
}

impl core::error::Error for BadRequest {}

impl OcspRequest {
    /// The one canonical request about this certificate, without a nonce.
    #[must_use]
    pub fn plain(certificate: &CertId) -> Vec<u8> {
        let one = certificate.der();
        Writer::bytes_of(|w| w.sequence(|w| w.sequence(|w| w.sequence(|w| w.sequence(|w| w.raw(one))))))
    }

    /// Whether `der` ends with the list of certificates, as [`OcspRequest::plain`] does: no nonce, no other extension, no
    /// signature. What is in the list is not looked at.
    #[must_use]
    pub fn is_bare(der: &[u8]) -> bool {
        let ends = |der| {
            let mut outer = Reader::only(der)?.open(Tag::SEQUENCE)?;
            let mut fields = outer.sequence()?;
            fields.sequence().map(|_| fields.is_empty() && outer.is_empty())
        };
        ends(der).unwrap_or(false)
    }

    /// Reads a request that is all of `der`.
    ///
    /// # Errors
    /// [`BadRequest`].
    pub fn parse(der: &[u8]) -> Result<OcspRequest, BadRequest> {
        if der.len() > MAX_REQUEST {
            return Err(BadRequest::Long(der.len()));
        }
        let mut outer = Reader::only(der)?.open(Tag::SEQUENCE)?;
        let mut fields = outer.sequence()?;
        // optionalSignature [0]
        outer.optional(Tag::constructed(0))?;
        outer.finish()?;
        read_version(&mut fields)?;
        // requestorName [1]
        fields.optional(Tag::constructed(1))?;
        let certificates = certificates(fields.sequence()?)?;
        let nonce = match fields.optional(Tag::constructed(2))? {
            Some(extensions) => nonce(extensions)?,
            None => None,
        };
        fields.finish()?;
        Ok(OcspRequest { certificates, nonce })
    }
}

/// `version [0] EXPLICIT Version DEFAULT v1`, of requests and answers. DER leaves v1 out; some clients write it, and it
/// says the same.
pub(super) fn read_version(fields: &mut Reader<'_>) -> Result<(), Error> {
    match fields.optional(Tag::constructed(0))? {
        None | Some([0x02, 1, 0]) => Ok(()),
        Some(_) => Err(Error::Structure("an OCSP version above 1")),
    }
}

fn certificates(mut list: Reader<'_>) -> Result<Vec<CertId>, BadRequest> {
    let mut certificates = Vec::new();
    while !list.is_empty() {
        if certificates.len() == MAX_CERTIFICATES {
            return Err(BadRequest::Certificates);
        }
        let mut one = list.sequence()?;
        certificates.push(CertId::read(&mut one)?);
        if let Some(extensions) = one.optional(Tag::constructed(0))? {
            known(&Extension::parse_all(extensions)?)?;
        }
        one.finish()?;
    }
    if certificates.is_empty() { Err(BadRequest::Certificates) } else { Ok(certificates) }
}

fn nonce(extensions: &[u8]) -> Result<Option<Nonce>, BadRequest> {
    let extensions = Extension::parse_all(extensions)?;
    known(&extensions)?;
    find(&extensions, &oid::OCSP_NONCE).map(|one| Nonce::read(&one.value)).transpose()
}

fn known(extensions: &[Extension]) -> Result<(), BadRequest> {
    match critical_beside(extensions, &[oid::OCSP_NONCE]) {
        Some(unknown) => Err(BadRequest::Critical(unknown.oid)),
        None => Ok(()),
    }
}
