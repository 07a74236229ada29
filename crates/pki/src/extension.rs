//! Certificate and CRL extensions (RFC 5280 §4.2, §5.2).

mod location;
mod usage;

pub use location::{AuthorityInfoAccess, CrlDistributionPoints, IssuingDistributionPoint, Restriction};
pub use usage::{ExtendedKeyUsage, KeyUsage, purpose_name};

use crate::der::{Error, Reader, Tag, Writer};
use crate::general_name::SubjectAltName;
use crate::{Oid, oid};

/// More extensions than any real certificate has.
const MAX_EXTENSIONS: usize = 64;

/// `Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Which extension.
    pub oid: Oid,
    /// Whether a relying party that does not know it must refuse.
    pub critical: bool,
    /// The DER inside the OCTET STRING.
    pub value: Vec<u8>,
}

impl Extension {
    fn new(oid: Oid, critical: bool, write: impl FnOnce(&mut Writer)) -> Extension {
        Extension { oid, critical, value: Writer::bytes_of(write) }
    }

    /// basicConstraints (RFC 5280 §4.2.1.9); critical, as CA certificates must have it and no harm elsewhere.
    #[must_use]
    pub fn basic_constraints(constraints: BasicConstraints) -> Extension {
        Extension::new(oid::BASIC_CONSTRAINTS, true, |w| {
            w.sequence(|w| {
                if constraints.ca {
                    w.boolean(true);
                }
                if let Some(length) = constraints.path_len {
                    w.u32(length);
                }
            });
        })
    }

    /// keyUsage (RFC 5280 §4.2.1.3); critical, as the standard asks.
    #[must_use]
    pub fn key_usage(usage: KeyUsage) -> Extension {
        Extension::new(oid::KEY_USAGE, true, |w| usage.write(w))
    }

    /// extKeyUsage (RFC 5280 §4.2.1.12), not critical.
    #[must_use]
    pub fn extended_key_usage(usage: &ExtendedKeyUsage) -> Extension {
        Extension::new(oid::EXTENDED_KEY_USAGE, false, |w| usage.write(w))
    }

    /// subjectAltName (RFC 5280 §4.2.1.6), critical where the subject is empty.
    #[must_use]
    pub fn subject_alt_name(names: &SubjectAltName, critical: bool) -> Extension {
        Extension { oid: oid::SUBJECT_ALT_NAME, critical, value: names.to_der() }
    }

    /// subjectKeyIdentifier (RFC 5280 §4.2.1.2)
    #[must_use]
    pub fn subject_key_identifier(id: &[u8]) -> Extension {
        Extension::new(oid::SUBJECT_KEY_IDENTIFIER, false, |w| w.octet_string(id))
    }

    /// authorityKeyIdentifier (RFC 5280 §4.2.1.1), keyIdentifier only.
    #[must_use]
    pub fn authority_key_identifier(id: &[u8]) -> Extension {
        Extension::new(oid::AUTHORITY_KEY_IDENTIFIER, false, |w| {
            w.sequence(|w| w.tlv(Tag::primitive(0), id));
        })
    }

    /// id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1)
    #[must_use]
    pub fn ocsp_no_check() -> Extension {
        Extension::new(oid::OCSP_NO_CHECK, false, Writer::null)
    }

    /// cRLNumber (RFC 5280 §5.2.3)
    #[must_use]
    pub fn crl_number(number: u64) -> Extension {
        Extension::new(oid::CRL_NUMBER, false, |w| w.unsigned(&number.to_be_bytes()))
    }

    /// Writes the `Extension`.
    pub fn write(&self, w: &mut Writer) {
        w.sequence(|w| {
            w.oid(&self.oid);
            // X.690 §11.5: a DEFAULT value is not encoded.
            if self.critical {
                w.boolean(true);
            }
            w.octet_string(&self.value);
        });
    }

    fn read(reader: &mut Reader<'_>) -> Result<Extension, Error> {
        let mut fields = reader.sequence()?;
        let oid = fields.oid()?;
        // An explicit FALSE is not DER, but certificates of clients carry it, and it says the same.
        let critical = fields.peek() == Some(Tag::BOOLEAN) && fields.boolean()?;
        let value = fields.octet_string()?.to_vec();
        fields.finish()?;
        Ok(Extension { oid, critical, value })
    }

    /// Reads `Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension` that is all of `der`.
    ///
    /// # Errors
    /// The rule that was broken. The same extension twice is refused (RFC 5280 §4.2).
    pub fn parse_all(der: &[u8]) -> Result<Vec<Extension>, Error> {
        let mut sequence = Reader::only(der)?.open(Tag::SEQUENCE)?;
        let mut extensions: Vec<Extension> = Vec::new();
        while !sequence.is_empty() {
            let extension = Extension::read(&mut sequence)?;
            if extensions.iter().any(|earlier| earlier.oid == extension.oid) {
                return Err(Error::Structure("the same extension twice"));
            }
            if extensions.len() == MAX_EXTENSIONS {
                return Err(Error::Size);
            }
            extensions.push(extension);
        }
        Ok(extensions)
    }
}

/// The extension with this identifier, if it is there.
#[must_use]
pub fn find<'a>(extensions: &'a [Extension], oid: &Oid) -> Option<&'a Extension> {
    extensions.iter().find(|extension| extension.oid == *oid)
}

/// The first critical extension that is none of those `understood`: who does not know it must refuse (RFC 5280 §4.2).
#[must_use]
pub fn critical_beside<'a>(extensions: &'a [Extension], understood: &[Oid]) -> Option<&'a Extension> {
    extensions.iter().find(|extension| extension.critical && !understood.contains(&extension.oid))
}

/// `BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL }`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject may issue certificates.
    pub ca: bool,
    /// How many CA certificates may follow in a path.
    pub path_len: Option<u32>,
}

impl BasicConstraints {
    /// Reads the value of the extension.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn parse(der: &[u8]) -> Result<BasicConstraints, Error> {
        let mut fields = Reader::only(der)?.open(Tag::SEQUENCE)?;
        let ca = fields.peek() == Some(Tag::BOOLEAN) && fields.boolean()?;
        let path_len = if fields.is_empty() { None } else { Some(fields.u32()?) };
        fields.finish()?;
        Ok(BasicConstraints { ca, path_len })
    }
}

/// The keyIdentifier of an authorityKeyIdentifier, if it has one.
///
/// # Errors
/// The rule that was broken.
pub fn authority_key_id(der: &[u8]) -> Result<Option<&[u8]>, Error> {
    Reader::only(der)?.open(Tag::SEQUENCE)?.optional(Tag::primitive(0))
}

/// The octets of a subjectKeyIdentifier.
///
/// # Errors
/// The rule that was broken.
pub fn subject_key_id(der: &[u8]) -> Result<&[u8], Error> {
    let mut reader = Reader::new(der);
    let id = reader.octet_string()?;
    reader.finish()?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence_of(extensions: &[Extension]) -> Vec<u8> {
        Writer::bytes_of(|w| w.sequence(|w| extensions.iter().for_each(|extension| extension.write(w))))
    }

    #[test]
    fn extensions_come_back() {
        let all = vec![
            Extension::basic_constraints(BasicConstraints { ca: true, path_len: Some(0) }),
            Extension::subject_key_identifier(&[1, 2]),
            Extension::authority_key_identifier(&[3, 4]),
            Extension::crl_number(300),
        ];
        let read = Extension::parse_all(&sequence_of(&all)).unwrap();
        assert_eq!(read, all);
        assert_eq!(
            BasicConstraints::parse(&read[0].value),
            Ok(BasicConstraints { ca: true, path_len: Some(0) })
        );
        assert_eq!(subject_key_id(&read[1].value), Ok(&[1, 2][..]));
        assert_eq!(authority_key_id(&read[2].value), Ok(Some(&[3, 4][..])));
    }

    #[test]
    fn t15_the_same_extension_twice_is_refused() {
        let twice = [Extension::crl_number(1), Extension::crl_number(2)];
        assert_eq!(
            Extension::parse_all(&sequence_of(&twice)),
            Err(Error::Structure("the same extension twice"))
        );
    }
}
