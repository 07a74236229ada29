//! Distinguished names: kept as received, compared by structure, shown as RFC 4514 text.

use crate::der::{Error, Reader, Tag, Writer};
use crate::{Oid, oid, text};
use core::fmt;

/// More attributes than any real name has.
const MAX_ATTRIBUTES: usize = 64;

/// `AttributeTypeAndValue` (RFC 5280 §4.1.2.4), its value as received.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attribute {
    /// Which attribute.
    pub oid: Oid,
    /// The type of its value.
    pub tag: u8,
    /// The contents octets of its value.
    pub value: Vec<u8>,
}

impl Attribute {
    /// The value as text, if it is a character string with allowed characters.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        text::decode(Tag(self.tag), &self.value).ok()
    }

    /// RFC 5280 §7.1: same attribute, and values that differ at most in string type, case and white space.
    fn matches(&self, other: &Attribute) -> bool {
        let folded = |attribute: &Attribute| attribute.text().map(|text| fold(&text));
        self.oid == other.oid
            && match (folded(self), folded(other)) {
                (Some(mine), Some(theirs)) => mine == theirs,
                _ => self.tag == other.tag && self.value == other.value,
            }
    }
}

/// `RelativeDistinguishedName`: one attribute, rarely more.
pub type Rdn = Vec<Attribute>;

/// `Name ::= RDNSequence` (RFC 5280 §4.1.2.4), with the bytes it came in.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name {
    der: Vec<u8>,
    rdns: Vec<Rdn>,
}

impl Name {
    /// Reads a name that is all of `der`.
    ///
    /// # Errors
    /// The rule of the encoding that was broken; [`Error::Size`] beyond 64 attributes.
    pub fn parse(der: &[u8]) -> Result<Name, Error> {
        let mut reader = Reader::new(der);
        let name = Name::read(&mut reader)?;
        reader.finish()?;
        Ok(name)
    }

    /// Reads the next element as a name.
    ///
    /// # Errors
    /// As [`Name::parse`].
    pub fn read(reader: &mut Reader<'_>) -> Result<Name, Error> {
        let any = reader.any()?;
        let mut sequence = any.open(Tag::SEQUENCE)?;
        let (mut rdns, mut count) = (Vec::new(), 0);
        while !sequence.is_empty() {
            let rdn = read_rdn(sequence.set()?)?;
            count += rdn.len();
            rdns.push(rdn);
            if count > MAX_ATTRIBUTES {
                return Err(Error::Size);
            }
        }
        Ok(Name { der: any.raw.to_vec(), rdns })
    }

    /// A name of single-valued RDNs, most significant first, in the string types of RFC 5280 §4.1.2.4:
    /// PrintableString for country, serialNumber and dnQualifier, IA5String for emailAddress and
    /// domainComponent, UTF8String for the rest.
    #[must_use]
    pub fn from_pairs(pairs: &[(Oid, &str)]) -> Name {
        let attribute = |(oid, value): &(Oid, &str)| Attribute {
            oid: *oid,
            tag: string_type(oid).0,
            value: value.as_bytes().to_vec(),
        };
        Name::from_rdns(pairs.iter().map(|pair| vec![attribute(pair)]).collect())
    }

    /// A name of these RDNs, most significant first.
    #[must_use]
    pub fn from_rdns(rdns: Vec<Rdn>) -> Name {
        let encoded = |attribute: &Attribute| {
            Writer::bytes_of(|w| {
                w.sequence(|w| {
                    w.oid(&attribute.oid);
                    w.tlv(Tag(attribute.tag), &attribute.value);
                });
            })
        };
        let der = Writer::bytes_of(|w| {
            w.sequence(|w| rdns.iter().for_each(|rdn| w.set_of(rdn.iter().map(encoded).collect())));
        });
        Name { der, rdns }
    }

    /// The encoding, as received or as made.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The RDNs, most significant first.
    #[must_use]
    pub fn rdns(&self) -> &[Rdn] {
        &self.rdns
    }

    /// Every attribute, in order.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.rdns.iter().flatten()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rdns.is_empty()
    }

    /// The first common name, as text.
    #[must_use]
    pub fn common_name(&self) -> Option<String> {
        self.attributes().find(|attribute| attribute.oid == oid::CN).and_then(Attribute::text)
    }

    /// Whether both name the same by RFC 5280 §7.1: RDN by RDN, attribute by attribute, in order.
    #[must_use]
    pub fn matches(&self, other: &Name) -> bool {
        let same_rdn = |(mine, theirs): (&Rdn, &Rdn)| {
            mine.len() == theirs.len() && mine.iter().all(|a| theirs.iter().any(|b| a.matches(b)))
        };
        self.der == other.der
            || (self.rdns.len() == other.rdns.len() && self.rdns.iter().zip(&other.rdns).all(same_rdn))
    }
}

fn read_rdn(mut set: Reader<'_>) -> Result<Rdn, Error> {
    let mut rdn = Vec::new();
    while !set.is_empty() {
        let mut pair = set.sequence()?;
        let oid = pair.oid()?;
        let value = pair.any()?;
        pair.finish()?;
        rdn.push(Attribute { oid, tag: value.tag.0, value: value.value.to_vec() });
        if rdn.len() > MAX_ATTRIBUTES {
            return Err(Error::Size);
        }
    }
    // RFC 5280 §4.1.2.4: SET SIZE (1..MAX)
    if rdn.is_empty() { Err(Error::Structure("an RDN without an attribute")) } else { Ok(rdn) }
}

fn string_type(oid: &Oid) -> Tag {
    match *oid {
        oid::COUNTRY | oid::SERIAL_NUMBER | oid::DN_QUALIFIER => Tag::PRINTABLE_STRING,
        oid::EMAIL_ADDRESS | oid::DOMAIN_COMPONENT => Tag::IA5_STRING,
        _ => Tag::UTF8_STRING,
    }
}

/// Lower case, outer white space cut, inner runs of it made one space (RFC 4518 in the part that matters here).
fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The short names of RFC 4514 §3 and those that administrators know.
#[must_use]
pub fn short_name(oid: &Oid) -> Option<&'static str> {
    Some(match *oid {
        oid::CN => "CN",
        oid::SURNAME => "SN",
        oid::SERIAL_NUMBER => "serialNumber",
        oid::COUNTRY => "C",
        oid::LOCALITY => "L",
        oid::STATE => "ST",
        oid::STREET => "STREET",
        oid::ORGANIZATION => "O",
        oid::ORGANIZATIONAL_UNIT => "OU",
        oid::TITLE => "title",
        oid::GIVEN_NAME => "GN",
        oid::INITIALS => "initials",
        oid::DN_QUALIFIER => "dnQualifier",
        oid::POSTAL_CODE => "postalCode",
        oid::ORGANIZATION_IDENTIFIER => "organizationIdentifier",
        oid::DOMAIN_COMPONENT => "DC",
        oid::USER_ID => "UID",
        oid::EMAIL_ADDRESS => "E",
        oid::UNSTRUCTURED_NAME => "unstructuredName",
        oid::UNSTRUCTURED_ADDRESS => "unstructuredAddress",
        _ => return None,
    })
}

impl fmt::Display for Attribute {
    /// `TYPE=value`, escaped as RFC 4514 §2.4 asks, with nothing that a terminal would act on.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match short_name(&self.oid) {
            Some(name) => write!(f, "{name}=")?,
            None => write!(f, "{}=", self.oid)?,
        }
        let Some(value) = self.text() else {
            f.write_str("#")?;
            let der = Writer::bytes_of(|w| w.tlv(Tag(self.tag), &self.value));
            return der.iter().try_for_each(|octet| write!(f, "{octet:02x}"));
        };
        let last = value.chars().count().saturating_sub(1);
        for (at, character) in value.chars().enumerate() {
            let edge =
                (at == 0 && (character == '#' || character == ' ')) || (at == last && character == ' ');
            if edge || matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\') {
                f.write_str("\\")?;
            }
            f.write_str(&text::shown(character.encode_utf8(&mut [0; 4])))?;
        }
        Ok(())
    }
}

impl fmt::Display for Name {
    /// In the order of the encoding (most significant first, as administrators type it), joined by `, `.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, rdn) in self.rdns.iter().enumerate() {
            if n > 0 {
                f.write_str(", ")?;
            }
            for (m, attribute) in rdn.iter().enumerate() {
                if m > 0 {
                    f.write_str("+")?;
                }
                write!(f, "{attribute}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(value: &str) -> Name {
        Name::from_pairs(&[(oid::ORGANIZATION, "Contoso"), (oid::CN, value)])
    }

    #[test]
    fn what_is_made_is_read_back() {
        let made = name("Zoë");
        let read = Name::parse(made.der()).unwrap();
        assert_eq!(read, made);
        assert_eq!(read.common_name().as_deref(), Some("Zoë"));
    }

    #[test]
    fn names_match_whatever_their_string_type_and_case() {
        let printable =
            Attribute { oid: oid::CN, tag: Tag::PRINTABLE_STRING.0, value: b"device  One".to_vec() };
        let other = Name::from_rdns(vec![name("x").rdns()[0].clone(), vec![printable]]);
        assert!(name("Device one ").matches(&other));
        assert!(!name("Device two").matches(&other));
        assert!(!name("x").matches(&Name::from_pairs(&[(oid::CN, "x"), (oid::ORGANIZATION, "Contoso")])));
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(name("a,b+c").to_string(), "O=Contoso, CN=a\\,b\\+c");
        assert_eq!(name(" #x ").to_string(), "O=Contoso, CN=\\ #x\\ ");
        assert_eq!(name("a\nb").to_string(), "O=Contoso, CN=a\\u{a}b");
    }

    #[test]
    fn t16_a_value_that_is_no_string_is_shown_as_hex() {
        let odd = Attribute { oid: oid::CN, tag: Tag::OCTET_STRING.0, value: vec![1, 0xff] };
        assert_eq!(odd.to_string(), "CN=#040201ff");
    }

    #[test]
    fn an_empty_rdn_and_too_many_are_refused() {
        assert!(Name::parse(&[0x30, 2, 0x31, 0]).is_err());
        let many = Name::from_pairs(&[(oid::CN, "x"); MAX_ATTRIBUTES + 1]);
        assert_eq!(Name::parse(many.der()), Err(Error::Size));
        assert!(Name::parse(&[0x30, 0]).is_ok_and(|name| name.is_empty()));
    }
}
