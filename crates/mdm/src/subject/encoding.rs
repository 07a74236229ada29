//! Subjects in DER and out of it.

use super::{Attribute, AttributeType, Characters, Rdn, Subject, Value};
use core::fmt;
use pki::der::Tag;
use pki::name::{self, Name};
use pki::text::{is_printable, shown};

/// A value holds a character that its attribute's string type does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unencodable {
    /// Which attribute.
    pub kind: AttributeType,
    /// The character.
    pub character: char,
}

impl fmt::Display for Unencodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let character = shown(self.character.encode_utf8(&mut [0; 4]));
        write!(f, "{} cannot hold `{character}`; remove it or use CN or another attribute", self.kind)
    }
}

impl core::error::Error for Unencodable {}

/// A name that the text syntax cannot write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// A value that is neither characters nor an OCTET STRING; the type of the attribute.
    Value(AttributeType),
    /// An RDN with two attributes of one type.
    SameTypeTwice,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(kind) => write!(f, "the value of {kind} is no character string"),
            Self::SameTypeTwice => f.write_str("an RDN has two attributes of one type"),
        }
    }
}

impl core::error::Error for Unreadable {}

impl Subject {
    /// The name in DER, in the string types that Windows chooses: IA5String for E and DC, PrintableString where the
    /// attribute or the characters ask for it, else UTF8String.
    ///
    /// # Errors
    /// A character that the attribute's string type does not have.
    pub fn to_name(&self) -> Result<Name, Unencodable> {
        let rdn = |rdn: &Rdn| rdn.0.iter().map(encoded).collect::<Result<_, _>>();
        Ok(Name::from_rdns(self.0.iter().map(rdn).collect::<Result<_, _>>()?))
    }

    /// Reads a name, whatever string types it is in.
    ///
    /// # Errors
    /// What the text syntax has no words for.
    pub fn from_name(name: &Name) -> Result<Self, Unreadable> {
        let rdn = |rdn: &name::Rdn| {
            let attributes = rdn.iter().map(decoded).collect::<Result<_, _>>()?;
            Rdn::new(attributes).ok_or(Unreadable::SameTypeTwice)
        };
        Ok(Self(name.rdns().iter().map(rdn).collect::<Result<_, _>>()?))
    }
}

impl AttributeType {
    /// The first character of `text` that this attribute cannot hold.
    #[must_use]
    pub fn misfit(&self, text: &str) -> Option<char> {
        let ascii = |c: char, fits: fn(u8) -> bool| u8::try_from(c).is_ok_and(fits);
        text.chars().find(|&c| match self.characters() {
            Characters::Any => false,
            Characters::Printable => !ascii(c, is_printable),
            Characters::Ascii => !c.is_ascii(),
            Characters::Digits => !ascii(c, |octet| octet.is_ascii_digit() || octet == b' '),
        })
    }

    fn tag(&self, text: &str) -> Tag {
        match self.characters() {
            Characters::Any if !text.bytes().all(is_printable) => Tag::UTF8_STRING,
            Characters::Any | Characters::Printable => Tag::PRINTABLE_STRING,
            Characters::Ascii => Tag::IA5_STRING,
            Characters::Digits => Tag::NUMERIC_STRING,
        }
    }
}

fn encoded(attribute: &Attribute) -> Result<name::Attribute, Unencodable> {
    let kind = attribute.kind;
    let (tag, value) = match &attribute.value {
        Value::Octets(octets) => (Tag::OCTET_STRING, octets.clone()),
        Value::Text(text) => match kind.misfit(text) {
            Some(character) => return Err(Unencodable { kind, character }),
            None => (kind.tag(text), text.clone().into_bytes()),
        },
    };
    Ok(name::Attribute { oid: *kind.oid(), tag: tag.0, value })
}

fn decoded(attribute: &name::Attribute) -> Result<Attribute, Unreadable> {
    let kind = AttributeType::new(attribute.oid);
    let value = match (Tag(attribute.tag), attribute.text()) {
        (Tag::OCTET_STRING, _) => Value::Octets(attribute.value.clone()),
        (_, Some(text)) => Value::Text(text),
        _ => return Err(Unreadable::Value(kind)),
    };
    Ok(Attribute { kind, value })
}
