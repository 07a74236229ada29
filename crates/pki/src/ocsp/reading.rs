use super::request::read_version;
use super::single::read_extensions;
use super::{Nonce, ReadSingle, ResponderId};
use crate::Time;
use crate::algorithm::{AlgorithmIdentifier, SignatureAlgorithm};
use crate::certificate::Certificate;
use crate::der::{Error, Reader, Tag};
use crate::extension::find;
use crate::key::{BadSignature, PublicKey};
use crate::oid;

/// A successful answer (`BasicOCSPResponse`) as a client reads it. Nothing in it is believed before
/// [`BasicResponse::verify_signed_by`].
#[derive(Clone, Debug)]
pub struct BasicResponse {
    data: Vec<u8>,
    algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
    /// Who claims to have signed it.
    pub responder: ResponderId,
    /// When it was signed.
    pub produced_at: Time,
    /// What it says.
    pub responses: Vec<ReadSingle>,
    /// The nonce it repeats.
    pub nonce: Option<Nonce>,
    /// Whether certificates that were never issued are called revoked (RFC 6960 §4.4.8).
    pub extended_revoke: bool,
    /// The certificates that it carries.
    pub certificates: Vec<Certificate>,
}

impl BasicResponse {
    /// Reads an `OCSPResponse` that is all of `der` and successful.
    ///
    /// # Errors
    /// The rule that was broken; [`Error::Structure`] for an answer that is none: [`super::ErrorStatus::parse`] reads it.
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
        read_version(&mut fields)?;
        let responder = ResponderId::read(&mut fields)?;
        let produced_at = fields.generalized_time()?;
        let responses = singles(fields.sequence()?)?;
        let extensions = read_extensions(&mut fields, &[oid::OCSP_NONCE, oid::OCSP_EXTENDED_REVOKE])?;
        fields.finish()?;
        let nonce = find(&extensions, &oid::OCSP_NONCE).map(|one| Nonce::read(&one.value)).transpose();
        Ok(BasicResponse {
            data: data.raw.to_vec(),
            algorithm,
            signature,
            responder,
            produced_at,
            responses,
            nonce: nonce.map_err(|_| Error::Structure("a nonce of another length than 1 to 128"))?,
            extended_revoke: find(&extensions, &oid::OCSP_EXTENDED_REVOKE).is_some(),
            certificates,
        })
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
        singles.push(ReadSingle::read(&mut list)?);
    }
    Ok(singles)
}
