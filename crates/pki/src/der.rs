//! Distinguished encoding rules (X.690 §8, §10, §11): a strict reader over borrowed bytes, and a writer.
//!
//! The reader refuses what DER forbids (indefinite and non-minimal lengths, padded integers, booleans other than
//! 00 and FF); it never recurses and never allocates. Input in BER goes through [`crate::ber::to_der`] first.

mod reader;
mod writer;

pub use reader::{Any, BitString, Reader};
pub use writer::Writer;

use core::fmt;

/// An identifier octet in low-tag-number form (X.690 §8.1.2.2). Longer tags do not occur in PKIX or CMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tag(pub u8);

impl Tag {
    /// BOOLEAN
    pub const BOOLEAN: Tag = Tag(0x01);
    /// INTEGER
    pub const INTEGER: Tag = Tag(0x02);
    /// BIT STRING
    pub const BIT_STRING: Tag = Tag(0x03);
    /// OCTET STRING
    pub const OCTET_STRING: Tag = Tag(0x04);
    /// NULL
    pub const NULL: Tag = Tag(0x05);
    /// OBJECT IDENTIFIER
    pub const OID: Tag = Tag(0x06);
    /// ENUMERATED
    pub const ENUMERATED: Tag = Tag(0x0a);
    /// UTF8String
    pub const UTF8_STRING: Tag = Tag(0x0c);
    /// NumericString
    pub const NUMERIC_STRING: Tag = Tag(0x12);
    /// PrintableString
    pub const PRINTABLE_STRING: Tag = Tag(0x13);
    /// TeletexString (T61String)
    pub const T61_STRING: Tag = Tag(0x14);
    /// IA5String
    pub const IA5_STRING: Tag = Tag(0x16);
    /// UTCTime
    pub const UTC_TIME: Tag = Tag(0x17);
    /// GeneralizedTime
    pub const GENERALIZED_TIME: Tag = Tag(0x18);
    /// UniversalString
    pub const UNIVERSAL_STRING: Tag = Tag(0x1c);
    /// BMPString
    pub const BMP_STRING: Tag = Tag(0x1e);
    /// SEQUENCE, constructed
    pub const SEQUENCE: Tag = Tag(0x30);
    /// SET, constructed
    pub const SET: Tag = Tag(0x31);

    /// `[n]`, constructed: an EXPLICIT tag, or an IMPLICIT one over a constructed type. `n` is 0 to 30.
    #[must_use]
    pub const fn constructed(n: u8) -> Tag {
        Tag(0xa0 | n)
    }

    /// `[n] IMPLICIT` over a primitive type. `n` is 0 to 30.
    #[must_use]
    pub const fn primitive(n: u8) -> Tag {
        Tag(0x80 | n)
    }

    /// Whether the contents are themselves encodings (X.690 §8.1.2.5).
    #[must_use]
    pub const fn is_constructed(self) -> bool {
        self.0 & 0x20 != 0
    }
}

/// The rule of the encoding that some bytes broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The bytes end inside an encoding.
    Truncated,
    /// Bytes are left after the last element.
    TrailingData,
    /// Another type stands where this one must be.
    UnexpectedTag {
        /// What the structure asks for.
        expected: Tag,
        /// What stands there.
        found: Tag,
    },
    /// A tag number above 30 (X.690 §8.1.2.4).
    LongTag,
    /// An indefinite or non-minimal length (X.690 §10.1), or one above 2^32.
    Length,
    /// A BOOLEAN other than 00 or FF (X.690 §11.1).
    Boolean,
    /// An empty or padded INTEGER (X.690 §8.3.2), or one out of range.
    Integer,
    /// A malformed OBJECT IDENTIFIER, or one longer than 39 octets.
    Oid,
    /// A BIT STRING with a wrong count of unused bits, or unused bits that are not zero (X.690 §11.2.1).
    BitString,
    /// Characters that the string type does not allow.
    Characters,
    /// A time that RFC 5280 §4.1.2.5 does not allow.
    Time,
    /// Nested more deeply than anything real.
    Depth,
    /// More elements, or larger, than anything real.
    Size,
    /// A rule of the structure, named.
    Structure(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Truncated => f.write_str("the encoding ends too early"),
            Error::TrailingData => f.write_str("bytes are left after the encoding"),
            Error::UnexpectedTag { expected, found } => {
                write!(f, "tag {:02x} stands where {:02x} must be", found.0, expected.0)
            }
            Error::LongTag => f.write_str("a tag number above 30"),
            Error::Length => f.write_str("a length that DER does not allow"),
            Error::Boolean => f.write_str("a BOOLEAN that is neither 00 nor FF"),
            Error::Integer => f.write_str("an INTEGER that is empty, padded or out of range"),
            Error::Oid => f.write_str("a malformed OBJECT IDENTIFIER"),
            Error::BitString => f.write_str("a malformed BIT STRING"),
            Error::Characters => f.write_str("characters that the string type does not allow"),
            Error::Time => f.write_str("a time in a form that is not allowed"),
            Error::Depth => f.write_str("nested too deeply"),
            Error::Size => f.write_str("too many elements, or too large"),
            Error::Structure(rule) => f.write_str(rule),
        }
    }
}

impl core::error::Error for Error {}
