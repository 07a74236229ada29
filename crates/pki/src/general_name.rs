//! Subject alternative names (RFC 5280 §4.2.1.6).

use crate::der::{Any, Error, Reader, Tag, Writer};
use crate::name::Name;
use crate::{oid, text};
use core::fmt;
use std::net::IpAddr;

/// More names than any real certificate has.
const MAX_NAMES: usize = 100;

/// `GeneralName`, the kinds that a device's certificate may carry.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum GeneralName {
    /// otherName of type UPN: UTF8String
    Upn(String),
    /// rfc822Name: IA5String
    Email(String),
    /// dNSName: IA5String
    Dns(String),
    /// directoryName
    Directory(Name),
    /// uniformResourceIdentifier: IA5String
    Uri(String),
    /// iPAddress
    Ip(IpAddr),
    /// Anything else, whole, as received
    Other(Vec<u8>),
}

impl GeneralName {
    fn read(any: Any<'_>) -> Result<GeneralName, Error> {
        let ia5 = || text::decode(Tag::IA5_STRING, any.value);
        Ok(match any.tag {
            Tag(0x81) => GeneralName::Email(ia5()?),
            Tag(0x82) => GeneralName::Dns(ia5()?),
            Tag(0x86) => GeneralName::Uri(ia5()?),
            // Name is a CHOICE, so its tag is EXPLICIT (X.680 §31.2.7).
            Tag(0xa4) => GeneralName::Directory(Name::parse(any.value)?),
            Tag(0x87) => match any.value.len() {
                4 => <[u8; 4]>::try_from(any.value).map(|v4| GeneralName::Ip(v4.into())),
                _ => <[u8; 16]>::try_from(any.value).map(|v6| GeneralName::Ip(v6.into())),
            }
            .map_err(|_| Error::Structure("an iPAddress that is neither 4 nor 16 octets"))?,
            Tag(0xa0) => other_name(any)?,
            _ => GeneralName::Other(any.raw.to_vec()),
        })
    }

    fn write(&self, w: &mut Writer) {
        match self {
            GeneralName::Email(value) => w.string(Tag::primitive(1), value),
            GeneralName::Dns(value) => w.string(Tag::primitive(2), value),
            GeneralName::Uri(value) => w.string(Tag::primitive(6), value),
            GeneralName::Directory(name) => w.explicit(4, |w| w.raw(name.der())),
            GeneralName::Ip(IpAddr::V4(ip)) => w.tlv(Tag::primitive(7), &ip.octets()),
            GeneralName::Ip(IpAddr::V6(ip)) => w.tlv(Tag::primitive(7), &ip.octets()),
            GeneralName::Other(raw) => w.raw(raw),
            GeneralName::Upn(value) => w.explicit(0, |w| {
                w.oid(&oid::UPN);
                w.explicit(0, |w| w.string(Tag::UTF8_STRING, value));
            }),
        }
    }

    /// The word by which administrators know this kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            GeneralName::Upn(_) => "UPN",
            GeneralName::Email(_) => "email",
            GeneralName::Dns(_) => "DNS",
            GeneralName::Directory(_) => "directory",
            GeneralName::Uri(_) => "URI",
            GeneralName::Ip(_) => "IP",
            GeneralName::Other(_) => "other",
        }
    }
}

/// `OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY }`, tagged `[0] IMPLICIT`.
fn other_name(any: Any<'_>) -> Result<GeneralName, Error> {
    let mut fields = Reader::new(any.value);
    let type_id = fields.oid()?;
    let value = Reader::only(fields.expect(Tag::constructed(0))?)?;
    fields.finish()?;
    match (type_id, value.tag) {
        // Only this encoding comes out again byte for byte, so only it is believed to be a UPN.
        (oid::UPN, Tag::UTF8_STRING) => Ok(GeneralName::Upn(text::decode(value.tag, value.value)?)),
        _ => Ok(GeneralName::Other(any.raw.to_vec())),
    }
}

impl fmt::Display for GeneralName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.kind())?;
        match self {
            GeneralName::Upn(value)
            | GeneralName::Email(value)
            | GeneralName::Dns(value)
            | GeneralName::Uri(value) => f.write_str(&text::shown(value)),
            GeneralName::Directory(name) => write!(f, "{name}"),
            GeneralName::Ip(ip) => write!(f, "{ip}"),
            GeneralName::Other(raw) => raw.iter().try_for_each(|octet| write!(f, "{octet:02x}")),
        }
    }
}

impl fmt::Debug for GeneralName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// `SubjectAltName ::= GeneralNames`, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectAltName(pub Vec<GeneralName>);

impl SubjectAltName {
    /// Reads the value of the extension.
    ///
    /// # Errors
    /// The rule that was broken; [`Error::Size`] beyond 100 names.
    pub fn parse(der: &[u8]) -> Result<SubjectAltName, Error> {
        let mut sequence = Reader::only(der)?.open(Tag::SEQUENCE)?;
        let mut names = Vec::new();
        while !sequence.is_empty() {
            if names.len() == MAX_NAMES {
                return Err(Error::Size);
            }
            names.push(GeneralName::read(sequence.any()?)?);
        }
        // RFC 5280 §4.2.1.6: SEQUENCE SIZE (1..MAX)
        if names.is_empty() {
            Err(Error::Structure("a subjectAltName without a name"))
        } else {
            Ok(SubjectAltName(names))
        }
    }

    /// The value of the extension.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        Writer::bytes_of(|w| w.sequence(|w| self.0.iter().for_each(|name| name.write(w))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_comes_back_byte_for_byte() {
        let names = SubjectAltName(vec![
            GeneralName::Upn("zoë@contoso.com".into()),
            GeneralName::Email("a@b.example".into()),
            GeneralName::Dns("device.contoso.com".into()),
            GeneralName::Uri("tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500".into()),
            GeneralName::Ip([192, 0, 2, 1].into()),
            GeneralName::Ip(std::net::Ipv6Addr::LOCALHOST.into()),
            GeneralName::Directory(Name::from_pairs(&[(oid::CN, "x")])),
            GeneralName::Other(vec![0x88, 1, 42]),
        ]);
        let der = names.to_der();
        assert_eq!(SubjectAltName::parse(&der).unwrap(), names);
        assert_eq!(SubjectAltName::parse(&der).unwrap().to_der(), der);
    }

    #[test]
    fn t16_a_upn_in_another_string_type_is_not_believed() {
        let der = Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.explicit(0, |w| {
                    w.oid(&oid::UPN);
                    w.explicit(0, |w| w.string(Tag::IA5_STRING, "a@b"));
                });
            });
        });
        let SubjectAltName(names) = SubjectAltName::parse(&der).unwrap();
        assert!(matches!(names.as_slice(), [GeneralName::Other(_)]));
    }

    #[test]
    fn malformed_names_are_refused() {
        for bad in [&[0x30, 0][..], &[0x30, 3, 0x82, 1, 0xff], &[0x30, 3, 0x87, 1, 1], &[0x30, 3, 0xa4, 1, 0]]
        {
            assert!(SubjectAltName::parse(bad).is_err(), "{bad:02x?}");
        }
    }
}
