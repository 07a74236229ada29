//! The attribute types of a subject, by the names that Windows knows and by object identifier.

use core::fmt;
use pki::{Oid, oid};

/// id-at-description
const DESCRIPTION: Oid = Oid::new_unwrap("2.5.4.13");
/// id-at-postOfficeBox
const POST_OFFICE_BOX: Oid = Oid::new_unwrap("2.5.4.18");
/// id-at-telephoneNumber
const TELEPHONE_NUMBER: Oid = Oid::new_unwrap("2.5.4.20");
/// id-at-x121Address
const X121_ADDRESS: Oid = Oid::new_unwrap("2.5.4.24");

/// The characters that an attribute may hold, and so the string type that it is encoded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Characters {
    /// PrintableString where that holds them, else UTF8String.
    Any,
    /// PrintableString alone (X.680 §41.4).
    Printable,
    /// IA5String: ASCII.
    Ascii,
    /// NumericString: digits and spaces.
    Digits,
}

/// Type, the key that Windows writes, the other keys that it reads in any letter case, and the characters.
type Row = (Oid, &'static str, &'static [&'static str], Characters);

const KEYS: [Row; 20] = [
    (oid::CN, "CN", &[], Characters::Any),
    (oid::LOCALITY, "L", &[], Characters::Any),
    (oid::ORGANIZATION, "O", &[], Characters::Any),
    (oid::ORGANIZATIONAL_UNIT, "OU", &[], Characters::Any),
    (oid::EMAIL_ADDRESS, "E", &["Email"], Characters::Ascii),
    (oid::COUNTRY, "C", &[], Characters::Printable),
    (oid::STATE, "S", &["ST"], Characters::Any),
    (oid::STREET, "STREET", &[], Characters::Any),
    (oid::TITLE, "T", &["Title"], Characters::Any),
    (oid::GIVEN_NAME, "G", &["GivenName"], Characters::Any),
    (oid::INITIALS, "I", &["Initials"], Characters::Any),
    // The surname, whatever administrators take it for: the serial number has a key of its own.
    (oid::SURNAME, "SN", &[], Characters::Any),
    (oid::DOMAIN_COMPONENT, "DC", &[], Characters::Ascii),
    (oid::SERIAL_NUMBER, "SERIALNUMBER", &[], Characters::Printable),
    (DESCRIPTION, "Description", &[], Characters::Any),
    (oid::POSTAL_CODE, "PostalCode", &[], Characters::Any),
    (POST_OFFICE_BOX, "POBox", &[], Characters::Any),
    (TELEPHONE_NUMBER, "Phone", &[], Characters::Printable),
    (X121_ADDRESS, "X21Address", &[], Characters::Digits),
    (oid::DN_QUALIFIER, "dnQualifier", &[], Characters::Printable),
];

/// The type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributeType(Oid);

impl AttributeType {
    /// commonName
    pub const COMMON_NAME: Self = Self(oid::CN);
    /// PKCS #9 emailAddress
    pub const EMAIL: Self = Self(oid::EMAIL_ADDRESS);

    /// The type with this identifier.
    #[must_use]
    pub const fn new(oid: Oid) -> Self {
        Self(oid)
    }

    /// Reads what stands before `=`: a key that Windows knows, or an object identifier in dots with or without `OID.`,
    /// all in any letter case. `None` for anything else.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        let same = |name: &str| name.eq_ignore_ascii_case(key);
        let named =
            KEYS.iter().find(|(_, name, aliases, _)| same(name) || aliases.iter().any(|alias| same(alias)));
        let dotted = || {
            let prefixed = key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("OID."));
            let digits = if prefixed { key.get(4..)? } else { key };
            Oid::new(digits).ok()
        };
        named.map(|row| row.0).or_else(dotted).map(Self)
    }

    /// Its identifier.
    #[must_use]
    pub const fn oid(&self) -> &Oid {
        &self.0
    }

    /// The characters that it may hold.
    #[must_use]
    pub fn characters(&self) -> Characters {
        self.row().map_or(Characters::Any, |row| row.3)
    }

    /// Every key that Windows writes, in its order.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        KEYS.iter().map(|row| row.1)
    }

    fn row(&self) -> Option<&'static Row> {
        KEYS.iter().find(|row| row.0 == self.0)
    }
}

impl fmt::Display for AttributeType {
    /// The key that Windows writes; of a type without one, `OID.` and the identifier.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row() {
            Some(row) => f.write_str(row.1),
            None => write!(f, "OID.{}", self.0),
        }
    }
}
