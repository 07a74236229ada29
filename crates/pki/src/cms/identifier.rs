use crate::certificate::{Certificate, Serial};
use crate::der::{Error, Reader, Tag, Writer};
use crate::name::Name;

/// `SignerIdentifier` and `RecipientIdentifier` (RFC 5652 §5.3, §6.2.1): which certificate is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateId {
    /// By who issued it, and its number there.
    IssuerAndSerial {
        /// The issuer's name
        issuer: Name,
        /// The number
        serial: Serial,
    },
    /// By its subjectKeyIdentifier.
    SubjectKeyIdentifier(Vec<u8>),
}

impl CertificateId {
    /// The issuer and serial number of a certificate, which every peer understands.
    #[must_use]
    pub fn of(certificate: &Certificate) -> CertificateId {
        CertificateId::IssuerAndSerial {
            issuer: certificate.issuer().clone(),
            serial: certificate.serial().clone(),
        }
    }

    /// Whether it means this certificate. Names match by RFC 5280 §7.1: some devices re-encode them (scep.md Q43).
    #[must_use]
    pub fn means(&self, certificate: &Certificate) -> bool {
        match self {
            CertificateId::IssuerAndSerial { issuer, serial } => {
                serial == certificate.serial() && issuer.matches(certificate.issuer())
            }
            CertificateId::SubjectKeyIdentifier(id) => certificate.subject_key_id() == Some(id),
        }
    }

    /// The CMSVersion of a SignerInfo that uses it (RFC 5652 §5.3).
    pub(super) fn signer_version(&self) -> u32 {
        match self {
            CertificateId::IssuerAndSerial { .. } => 1,
            CertificateId::SubjectKeyIdentifier(_) => 3,
        }
    }

    /// The CMSVersion of a KeyTransRecipientInfo that uses it (RFC 5652 §6.2.1).
    pub(super) fn recipient_version(&self) -> u32 {
        match self {
            CertificateId::IssuerAndSerial { .. } => 0,
            CertificateId::SubjectKeyIdentifier(_) => 2,
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<CertificateId, Error> {
        if let Some(id) = reader.optional(Tag::primitive(0))? {
            return Ok(CertificateId::SubjectKeyIdentifier(id.to_vec()));
        }
        let mut fields = reader.sequence()?;
        let issuer = Name::read(&mut fields)?;
        let serial = Serial::new(fields.integer()?);
        fields.finish()?;
        Ok(CertificateId::IssuerAndSerial { issuer, serial })
    }

    pub(super) fn write(&self, w: &mut Writer) {
        match self {
            CertificateId::IssuerAndSerial { issuer, serial } => w.sequence(|w| {
                w.raw(issuer.der());
                w.tlv(Tag::INTEGER, serial.octets());
            }),
            CertificateId::SubjectKeyIdentifier(id) => w.tlv(Tag::primitive(0), id),
        }
    }
}
