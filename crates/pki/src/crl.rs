//! Certificate revocation lists (RFC 5280 §5): made in two steps, and read back.

mod entries;

pub use entries::EncodedEntries;

use crate::Time;
use crate::algorithm::{AlgorithmIdentifier, SignatureAlgorithm};
use crate::certificate::Serial;
use crate::der::{Error, Reader, Tag, Writer};
use crate::extension::{Extension, IssuingDistributionPoint, find};
use crate::key::{BadSignature, PublicKey};
use crate::name::Name;
use crate::oid;

/// `CRLReason` (RFC 5280 §5.3.1)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reason {
    /// unspecified (0)
    Unspecified = 0,
    /// keyCompromise (1)
    KeyCompromise = 1,
    /// cACompromise (2)
    CaCompromise = 2,
    /// affiliationChanged (3)
    AffiliationChanged = 3,
    /// superseded (4)
    Superseded = 4,
    /// cessationOfOperation (5)
    CessationOfOperation = 5,
    /// certificateHold (6)
    CertificateHold = 6,
    /// removeFromCRL (8), in delta CRLs only
    RemoveFromCrl = 8,
    /// privilegeWithdrawn (9)
    PrivilegeWithdrawn = 9,
    /// aACompromise (10)
    AaCompromise = 10,
}

impl Reason {
    const ALL: [(Reason, &'static str); 10] = [
        (Reason::Unspecified, "unspecified"),
        (Reason::KeyCompromise, "keyCompromise"),
        (Reason::CaCompromise, "cACompromise"),
        (Reason::AffiliationChanged, "affiliationChanged"),
        (Reason::Superseded, "superseded"),
        (Reason::CessationOfOperation, "cessationOfOperation"),
        (Reason::CertificateHold, "certificateHold"),
        (Reason::RemoveFromCrl, "removeFromCRL"),
        (Reason::PrivilegeWithdrawn, "privilegeWithdrawn"),
        (Reason::AaCompromise, "aACompromise"),
    ];

    /// The reason with this number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Reason> {
        Reason::ALL.into_iter().find(|(reason, _)| reason.code() == code).map(|(reason, _)| reason)
    }

    /// The reason that the standard calls so; case does not matter.
    #[must_use]
    pub fn named(name: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(reason, _)| reason)
    }

    /// Its number.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The standard's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Reason::ALL.into_iter().find(|(reason, _)| *reason == self).map_or("unspecified", |(_, name)| name)
    }
}

/// One entry of `revokedCertificates`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedEntry {
    /// Which certificate of the issuer.
    pub serial: Serial,
    /// Since when.
    pub at: Time,
    /// Why.
    pub reason: Reason,
}

/// `TBSCertList`, version 2: what is to be signed.
#[derive(Clone, Debug)]
pub struct TbsCertList {
    /// How it will be signed
    pub signature: SignatureAlgorithm,
    /// The issuing CA's subject
    pub issuer: Name,
    /// When this list was made
    pub this_update: Time,
    /// When the next one will be there at the latest
    pub next_update: Time,
    /// Every revoked certificate that has not long expired
    pub revoked: EncodedEntries,
    /// authorityKeyIdentifier, cRLNumber and the like
    pub extensions: Vec<Extension>,
}

impl TbsCertList {
    /// The bytes to be signed; [`crate::certificate::assemble`] makes the list of them. The entries stay where they
    /// are and the rest is put around them: a copy of a long list costs more than its writing.
    #[must_use]
    pub fn into_der(self) -> Vec<u8> {
        let mut front = Writer::new();
        front.u32(1);
        self.signature.write(&mut front);
        front.raw(self.issuer.der());
        front.time(self.this_update);
        front.time(self.next_update);
        let extensions = self.extensions;
        let back = Writer::bytes_of(|w| {
            w.explicit(0, |w| w.sequence(|w| extensions.iter().for_each(|one| one.write(w))));
        });
        let mut der = self.revoked.into_der();
        // RFC 5280 §5.1.2.6: absent, not empty, where nothing is revoked.
        if !der.is_empty() {
            front.header(Tag::SEQUENCE, der.len());
        }
        let front = front.into_bytes();
        let length = front.len() + der.len() + back.len();
        let mut head = Writer::new();
        head.header(Tag::SEQUENCE, length);
        head.raw(&front);
        der.splice(0..0, head.into_bytes());
        der.extend_from_slice(&back);
        der
    }
}

fn number(extensions: &[Extension]) -> Option<u64> {
    let extension = find(extensions, &oid::CRL_NUMBER)?;
    let magnitude = Reader::new(&extension.value).unsigned().ok()?;
    (magnitude.len() <= 8).then(|| magnitude.iter().fold(0, |number, octet| number << 8 | u64::from(*octet)))
}

/// A `CertificateList` whose entries were not read: what tells whether it is the list that it is taken for.
#[derive(Clone, Debug)]
pub struct Outline<'a> {
    /// What was signed, as received
    pub tbs: &'a [u8],
    /// Who signed it
    pub issuer: Name,
    /// When it was made
    pub this_update: Time,
    /// When the next one will be there at the latest
    pub next_update: Option<Time>,
    /// Its entries as received; empty where it has none
    pub entries: &'a [u8],
    /// Its extensions
    pub extensions: Vec<Extension>,
    algorithm: AlgorithmIdentifier,
    signature: &'a [u8],
}

impl<'a> Outline<'a> {
    /// Reads a list that is all of `der`, but for the contents of `revokedCertificates`.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn parse(der: &'a [u8]) -> Result<Outline<'a>, Error> {
        let mut outer = Reader::only(der)?.open(Tag::SEQUENCE)?;
        let tbs = outer.any()?;
        let algorithm = AlgorithmIdentifier::read(&mut outer)?;
        let signature = outer.bit_string()?.octets()?;
        outer.finish()?;
        let mut fields = tbs.open(Tag::SEQUENCE)?;
        let version = if fields.peek() == Some(Tag::INTEGER) { fields.u32()? } else { 0 };
        if version > 1 || AlgorithmIdentifier::read(&mut fields)? != algorithm {
            return Err(Error::Structure("a CRL version above 2, or two signature algorithms"));
        }
        let issuer = Name::read(&mut fields)?;
        let this_update = fields.time()?;
        let has_next = matches!(fields.peek(), Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME));
        let next_update = if has_next { Some(fields.time()?) } else { None };
        let entries = fields.optional(Tag::SEQUENCE)?.unwrap_or_default();
        let extensions =
            fields.optional(Tag::constructed(0))?.map_or(Ok(Vec::new()), Extension::parse_all)?;
        fields.finish()?;
        let tbs = tbs.raw;
        Ok(Outline { tbs, issuer, this_update, next_update, entries, extensions, algorithm, signature })
    }

    /// The cRLNumber, if it has one that fits 64 bits.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        number(&self.extensions)
    }

    /// Verifies that `key` signed it.
    ///
    /// # Errors
    /// [`BadSignature`], also for an algorithm that is not supported.
    pub fn verify_signed_by(&self, key: &PublicKey) -> Result<(), BadSignature> {
        verify(key, &self.algorithm, self.tbs, self.signature)
    }
}

fn verify(
    key: &PublicKey,
    algorithm: &AlgorithmIdentifier,
    tbs: &[u8],
    signature: &[u8],
) -> Result<(), BadSignature> {
    let algorithm = SignatureAlgorithm::from_oid(&algorithm.oid).ok_or(BadSignature)?;
    key.verify(algorithm, tbs, signature)
}

/// `CertificateList`, with the bytes it came in.
#[derive(Clone, Debug)]
pub struct CertificateList {
    der: Vec<u8>,
    tbs: Vec<u8>,
    /// Who signed it
    pub issuer: Name,
    /// When it was made
    pub this_update: Time,
    /// When the next one will be there at the latest
    pub next_update: Option<Time>,
    /// What it revokes
    pub revoked: Vec<RevokedEntry>,
    /// Its extensions
    pub extensions: Vec<Extension>,
    algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
}

impl CertificateList {
    /// Reads a list that is all of `der`.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn parse(der: &[u8]) -> Result<CertificateList, Error> {
        let outline = Outline::parse(der)?;
        let revoked = read_entries(outline.entries)?;
        let Outline { tbs, issuer, this_update, next_update, extensions, algorithm, signature, .. } = outline;
        let (der, tbs, signature) = (der.to_vec(), tbs.to_vec(), signature.to_vec());
        Ok(CertificateList {
            der,
            tbs,
            issuer,
            this_update,
            next_update,
            revoked,
            extensions,
            algorithm,
            signature,
        })
    }

    /// The list, as received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The cRLNumber, if it has one that fits 64 bits.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        number(&self.extensions)
    }

    /// Which part of the issuer's certificates it speaks of; `None` for a list of everything.
    ///
    /// # Errors
    /// The rule that the extension's value breaks.
    pub fn issuing_distribution_point(&self) -> Result<Option<IssuingDistributionPoint>, Error> {
        let extension = find(&self.extensions, &oid::ISSUING_DISTRIBUTION_POINT);
        extension.map(|one| IssuingDistributionPoint::parse(&one.value)).transpose()
    }

    /// Verifies that `key` signed it.
    ///
    /// # Errors
    /// [`BadSignature`], also for an algorithm that is not supported.
    pub fn verify_signed_by(&self, key: &PublicKey) -> Result<(), BadSignature> {
        verify(key, &self.algorithm, &self.tbs, &self.signature)
    }
}

fn read_entries(der: &[u8]) -> Result<Vec<RevokedEntry>, Error> {
    let mut sequence = Reader::new(der);
    let mut entries = Vec::new();
    while !sequence.is_empty() {
        let mut fields = sequence.sequence()?;
        let serial = Serial::new(fields.unsigned()?);
        let at = fields.time()?;
        let extensions =
            if fields.is_empty() { Vec::new() } else { Extension::parse_all(fields.any()?.raw)? };
        fields.finish()?;
        let reason = match find(&extensions, &oid::CRL_REASON).map(|one| one.value.as_slice()) {
            None => Reason::Unspecified,
            Some([0x0a, 0x01, code]) => {
                Reason::from_code(*code).ok_or(Error::Structure("an unknown CRLReason"))?
            }
            Some(_) => return Err(Error::Structure("a malformed CRLReason")),
        };
        entries.push(RevokedEntry { serial, at, reason });
    }
    Ok(entries)
}
