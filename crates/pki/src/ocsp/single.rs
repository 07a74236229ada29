use super::{CertId, CertStatus};
use crate::Time;
use crate::crl::Reason;
use crate::der::{Any, Error, Reader, Tag};
use crate::extension::{Extension, critical_beside};

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
    /// What else is said of it; none of them is critical.
    pub extensions: Vec<Extension>,
}

impl ReadSingle {
    pub(super) fn read(list: &mut Reader<'_>) -> Result<ReadSingle, Error> {
        let mut fields = list.sequence()?;
        let certificate = CertId::read(&mut fields)?;
        let status = read_status(fields.any()?)?;
        let this_update = fields.generalized_time()?;
        let next_update = fields.optional(Tag::constructed(0))?.map(explicit_time).transpose()?;
        let extensions = read_extensions(&mut fields, &[])?;
        fields.finish()?;
        Ok(ReadSingle { certificate, status, this_update, next_update, extensions })
    }
}

/// `[1] EXPLICIT Extensions OPTIONAL`, of one certificate's answer or of all. RFC 6960 §4.4: an answer whose critical
/// extensions are not understood is none.
pub(super) fn read_extensions(
    fields: &mut Reader<'_>,
    understood: &[crate::Oid],
) -> Result<Vec<Extension>, Error> {
    let Some(explicit) = fields.optional(Tag::constructed(1))? else { return Ok(Vec::new()) };
    let extensions = Extension::parse_all(explicit)?;
    match critical_beside(&extensions, understood) {
        None => Ok(extensions),
        Some(_) => Err(Error::Structure("a critical extension that is not understood")),
    }
}

fn explicit_time(explicit: &[u8]) -> Result<Time, Error> {
    let mut reader = Reader::new(explicit);
    let time = reader.generalized_time()?;
    reader.finish()?;
    Ok(time)
}

fn read_status(any: Any<'_>) -> Result<CertStatus, Error> {
    if any.tag == Tag::primitive(0) && any.value.is_empty() {
        return Ok(CertStatus::Good);
    }
    if any.tag == Tag::primitive(2) && any.value.is_empty() {
        return Ok(CertStatus::Unknown);
    }
    let mut revoked = any.open(Tag::constructed(1))?;
    let at = revoked.generalized_time()?;
    let reason = revoked.optional(Tag::constructed(0))?.map_or(Ok(Reason::Unspecified), read_reason)?;
    revoked.finish()?;
    Ok(CertStatus::Revoked { at, reason })
}

fn read_reason(explicit: &[u8]) -> Result<Reason, Error> {
    let [0x0a, 1, code] = explicit else { return Err(Error::Structure("a malformed CRLReason")) };
    match Reason::from_code(*code) {
        // RFC 5280 §5.3.1: it ends a hold in a delta CRL, and cannot be why a certificate is revoked.
        None | Some(Reason::RemoveFromCrl) => Err(Error::Structure("a CRLReason that revokes nothing")),
        Some(reason) => Ok(reason),
    }
}
