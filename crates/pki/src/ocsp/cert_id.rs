use crate::algorithm::{AlgorithmIdentifier, Digest};
use crate::certificate::{Certificate, Serial};
use crate::der::{Error, Reader, Tag, Writer};

/// `CertID` (RFC 6960 §4.1.1), with the bytes it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertId {
    der: Vec<u8>,
    digest: Option<Digest>,
    name_hash: Vec<u8>,
    key_hash: Vec<u8>,
    serial: Serial,
}

impl CertId {
    /// Reads the next SEQUENCE as one. A hash function that is not known is no error: such a CertID names no issuer.
    ///
    /// # Errors
    /// The rule of the encoding that was broken.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<CertId, Error> {
        let whole = reader.any()?;
        let mut fields = whole.open(Tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(&mut fields)?;
        let name_hash = fields.octet_string()?.to_vec();
        let key_hash = fields.octet_string()?.to_vec();
        let serial = Serial::new(fields.integer()?);
        fields.finish()?;
        let digest = Digest::from_oid(&algorithm.oid).filter(|_| algorithm.has_no_parameters());
        Ok(CertId { der: whole.raw.to_vec(), digest, name_hash, key_hash, serial })
    }

    /// The CertID of the certificate that `issuer` signed under `serial`.
    #[must_use]
    pub fn new(digest: Digest, issuer: &Certificate, serial: &Serial) -> CertId {
        let (name_hash, key_hash) = hashes(digest, issuer);
        let der = Writer::bytes_of(|w| {
            w.sequence(|w| {
                // RFC 5754 §2 would leave the parameters out; every client writes NULL, and responders look for that.
                w.sequence(|w| {
                    w.oid(&digest.oid());
                    w.null();
                });
                w.octet_string(&name_hash);
                w.octet_string(&key_hash);
                w.tlv(Tag::INTEGER, serial.octets());
            });
        });
        CertId { der, digest: Some(digest), name_hash, key_hash, serial: serial.clone() }
    }

    /// As received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Which certificate of its issuer.
    #[must_use]
    pub fn serial(&self) -> &Serial {
        &self.serial
    }

    /// Whether it is this issuer that is meant: both hashes count, so that two CAs of one name, or with one key, are
    /// told apart.
    #[must_use]
    pub fn names(&self, issuer: &IssuerHashes) -> bool {
        let known = issuer.0.iter().find(|(digest, ..)| Some(*digest) == self.digest);
        known.is_some_and(|(_, name, key)| *name == self.name_hash && *key == self.key_hash)
    }
}

/// By which CertIDs an issuer is named: one pair of hashes for each function.
#[derive(Clone, Debug)]
pub struct IssuerHashes([(Digest, Vec<u8>, Vec<u8>); 4]);

impl IssuerHashes {
    /// Those of this issuer.
    #[must_use]
    pub fn of(issuer: &Certificate) -> IssuerHashes {
        IssuerHashes([Digest::Sha1, Digest::Sha256, Digest::Sha384, Digest::Sha512].map(|digest| {
            let (name, key) = hashes(digest, issuer);
            (digest, name, key)
        }))
    }
}

/// Over the subject's DER, and over the key without tag, length and unused bits (RFC 6960 §4.1.1).
fn hashes(digest: Digest, issuer: &Certificate) -> (Vec<u8>, Vec<u8>) {
    (digest.hash(issuer.subject().der()), digest.hash(issuer.key().bits()))
}
