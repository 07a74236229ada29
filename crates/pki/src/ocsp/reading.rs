use super::{CertId, CertStatus, Nonce};
use crate::Time;
use crate::algorithm::{AlgorithmIdentifier, SignatureAlgorithm};
use crate::certificate::Certificate;
use crate::crl::Reason;
use crate::der::{Error, Reader, Tag};
use crate::extension::{Extension, find};
use crate::key::{BadSignature, PublicKey};
use crate::oid;

/// A successful answer (`BasicOCSPResponse`) as a client reads it. Nothing in it is believed before
/// [`BasicResponse::verify_signed_by`].
#[derive(Clone, Debug)]
pub struct BasicResponse {
    data: Vec<u8>,
    algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
    /// When it was signed.
    pub produced_at: Time,
    /// What it says.
    pub responses: Vec<ReadSingle>,
    /// The nonce it repeats.
    pub nonce: Option<Nonce>,
    /// The certificates that it carries.
    pub certificates: Vec<Certificate>,
}

/// What an answer says of one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSingle {
    /// Which.
    pub certificate: CertId,
    /// Its status.
    pub status: CertStatus,
    /// When this was known to be so.
    pub this_update: Time,
    /// When there will be newer information at the latest.
    pub next_update: Option<Time>,
}

impl BasicResponse {
    /// Reads an `OCSPResponse` that is all of `der` and successful.
    ///
    /// # Errors
    /// The rule that was broken; [`Error::Structure`] for an answer that is none.
    pub fn parse(der: &[u8]) -> Result<BasicResponse, Error> {
        let mut outer = Reader::only(der)?.open(Tag::SEQUENCE)?;
        if outer.expect(Tag::ENUMERATED)? != [0] {
            return Err(Error::Structure("the responder gives no answer"));
        }
        let mut explicit = outer.nested(Tag::constructed(0))?;
        outer.finish()?;
        let mut bytes = explicit.sequence()?;
        explicit.finish()?;
        if bytes.oid()? != oid::OCSP_BASIC {
            return Err(Error::Structure("an answer of another type than id-pkix-ocsp-basic"));
        }
        let basic = bytes.octet_string()?;
        bytes.finish()?;
        BasicResponse::read(Reader::only(basic)?.open(Tag::SEQUENCE)?)
    }

    fn read(mut basic: Reader<'_>) -> Result<BasicResponse, Error> {
        let data = basic.any()?;
        let algorithm = AlgorithmIdentifier::read(&mut basic)?;
        let signature = basic.bit_string()?.octets()?.to_vec();
        let certificates = basic.optional(Tag::constructed(0))?.map_or(Ok(Vec::new()), certificates)?;
        basic.finish()?;
        let mut fields = data.open(Tag::SEQUENCE)?;
        if fields.optional(Tag::constructed(0))?.is_some_and(|version| version != [2, 1, 0]) {
            return Err(Error::Structure("an OCSP version above 1"));
        }
        let responder = fields.any()?.tag;
        if ![Tag::constructed(1), Tag::constructed(2)].contains(&responder) {
            return Err(Error::Structure("no responderID"));
        }
        let produced_at = fields.time()?;
        let responses = singles(fields.sequence()?)?;
        let extensions =
            fields.optional(Tag::constructed(1))?.map_or(Ok(Vec::new()), Extension::parse_all)?;
        fields.finish()?;
        let nonce = find(&extensions, &oid::OCSP_NONCE).map(|one| Nonce::read(&one.value)).transpose();
        let nonce = nonce.map_err(|_| Error::Structure("a nonce of another length than 1 to 128"))?;
        let data = data.raw.to_vec();
        Ok(BasicResponse { data, algorithm, signature, produced_at, responses, nonce, certificates })
    }

    /// Verifies that `key` signed it.
    ///
    /// # Errors
    /// [`BadSignature`], also for an algorithm that is not supported.
    pub fn verify_signed_by(&self, key: &PublicKey) -> Result<(), BadSignature> {
        let algorithm = SignatureAlgorithm::from_oid(&self.algorithm.oid).ok_or(BadSignature)?;
        key.verify(algorithm, &self.data, &self.signature)
    }
}

fn certificates(explicit: &[u8]) -> Result<Vec<Certificate>, Error> {
    let mut list = Reader::only(explicit)?.open(Tag::SEQUENCE)?;
    let mut certificates = Vec::new();
    while !list.is_empty() {
        certificates.push(Certificate::parse(list.any()?.raw)?);
    }
    Ok(certificates)
}

fn singles(mut list: Reader<'_>) -> Result<Vec<ReadSingle>, Error> {
    let mut singles = Vec::new();
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let certificate = CertId::read(&mut fields)?;
        let status = status(fields.any()?)?;
        let this_update = fields.time()?;
        let next_update = match fields.optional(Tag::constructed(0))? {
            Some(explicit) => Some(Reader::new(explicit).time()?),
            None => None,
        };
        fields.optional(Tag::constructed(1))?;
        fields.finish()?;
        singles.push(ReadSingle { certificate, status, this_update, next_update });
    }
    Ok(singles)
}

fn status(any: crate::der::Any<'_>) -> Result<CertStatus, Error> {
    if any.tag == Tag::primitive(0) && any.value.is_empty() {
        return Ok(CertStatus::Good);
    }
    if any.tag == Tag::primitive(2) && any.value.is_empty() {
        return Ok(CertStatus::Unknown);
    }
    let mut revoked = any.open(Tag::constructed(1))?;
    let at = revoked.time()?;
    let reason = match revoked.optional(Tag::constructed(0))? {
        None => Reason::Unspecified,
        Some([0x0a, 1, code]) => Reason::from_code(*code).ok_or(Error::Structure("an unknown CRLReason"))?,
        Some(_) => return Err(Error::Structure("a malformed CRLReason")),
    };
    revoked.finish()?;
    Ok(CertStatus::Revoked { at, reason })
}
