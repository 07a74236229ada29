use super::{Error, Tag};
use crate::{Oid, Time, time};

/// One element: identifier, contents, and the whole of it as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Any<'a> {
    /// The identifier octet.
    pub tag: Tag,
    /// The contents octets.
    pub value: &'a [u8],
    /// Identifier, length and contents.
    pub raw: &'a [u8],
}

impl<'a> Any<'a> {
    /// A reader over the contents, if the tag is `expected`.
    ///
    /// # Errors
    /// [`Error::UnexpectedTag`].
    pub fn open(self, expected: Tag) -> Result<Reader<'a>, Error> {
        if self.tag == expected {
            Ok(Reader::new(self.value))
        } else {
            Err(Error::UnexpectedTag { expected, found: self.tag })
        }
    }
}

/// The contents of a BIT STRING.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitString<'a> {
    /// How many bits of the last octet do not count, 0 to 7.
    pub unused: u8,
    /// The octets, first bit highest.
    pub bytes: &'a [u8],
}

impl<'a> BitString<'a> {
    /// The octets, where the string is a whole number of them (keys, signatures).
    ///
    /// # Errors
    /// [`Error::BitString`] if bits are unused.
    pub fn octets(self) -> Result<&'a [u8], Error> {
        if self.unused == 0 { Ok(self.bytes) } else { Err(Error::BitString) }
    }
}

/// Reads DER elements one after the other.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader over `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// Reads the one element that `bytes` must be.
    ///
    /// # Errors
    /// [`Error::TrailingData`] and those of [`Reader::any`].
    pub fn only(bytes: &'a [u8]) -> Result<Any<'a>, Error> {
        let mut reader = Reader::new(bytes);
        let any = reader.any()?;
        reader.finish()?;
        Ok(any)
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The tag of the next element.
    #[must_use]
    pub fn peek(&self) -> Option<Tag> {
        self.rest.first().copied().map(Tag)
    }

    /// The next element, whatever it is.
    ///
    /// # Errors
    /// [`Error::Truncated`], [`Error::Length`], [`Error::LongTag`].
    pub fn any(&mut self) -> Result<Any<'a>, Error> {
        let (&tag, after_tag) = self.rest.split_first().ok_or(Error::Truncated)?;
        if tag & 0x1f == 0x1f {
            return Err(Error::LongTag);
        }
        let (length, body) = definite_length(after_tag)?;
        let value = body.get(..length).ok_or(Error::Truncated)?;
        let whole = self.rest.len() - body.len() + length;
        let (raw, rest) = self.rest.split_at_checked(whole).ok_or(Error::Truncated)?;
        self.rest = rest;
        Ok(Any { tag: Tag(tag), value, raw })
    }

    /// The contents of the next element, which must have tag `expected`.
    ///
    /// # Errors
    /// [`Error::UnexpectedTag`] and those of [`Reader::any`].
    pub fn expect(&mut self, expected: Tag) -> Result<&'a [u8], Error> {
        match self.peek() {
            Some(found) if found == expected => Ok(self.any()?.value),
            Some(found) => Err(Error::UnexpectedTag { expected, found }),
            None => Err(Error::Truncated),
        }
    }

    /// The contents of the next element if it has tag `tag`.
    ///
    /// # Errors
    /// Those of [`Reader::any`].
    pub fn optional(&mut self, tag: Tag) -> Result<Option<&'a [u8]>, Error> {
        if self.peek() == Some(tag) { self.expect(tag).map(Some) } else { Ok(None) }
    }

    /// A reader over the contents of the next element, which must have tag `tag`.
    ///
    /// # Errors
    /// Those of [`Reader::expect`].
    pub fn nested(&mut self, tag: Tag) -> Result<Reader<'a>, Error> {
        self.expect(tag).map(Reader::new)
    }

    /// A reader over the next SEQUENCE.
    ///
    /// # Errors
    /// Those of [`Reader::expect`].
    pub fn sequence(&mut self) -> Result<Reader<'a>, Error> {
        self.nested(Tag::SEQUENCE)
    }

    /// A reader over the next SET. The order of its elements is not checked here.
    ///
    /// # Errors
    /// Those of [`Reader::expect`].
    pub fn set(&mut self) -> Result<Reader<'a>, Error> {
        self.nested(Tag::SET)
    }

    /// Ends the reading: nothing may be left.
    ///
    /// # Errors
    /// [`Error::TrailingData`].
    pub fn finish(self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(Error::TrailingData) }
    }

    /// OBJECT IDENTIFIER
    ///
    /// # Errors
    /// [`Error::Oid`] and those of [`Reader::expect`].
    pub fn oid(&mut self) -> Result<Oid, Error> {
        Oid::from_bytes(self.expect(Tag::OID)?).map_err(|_| Error::Oid)
    }

    /// INTEGER: its contents octets, two's complement, minimal.
    ///
    /// # Errors
    /// [`Error::Integer`] and those of [`Reader::expect`].
    pub fn integer(&mut self) -> Result<&'a [u8], Error> {
        let value = self.expect(Tag::INTEGER)?;
        match value {
            [] | [0x00, 0x00..=0x7f, ..] | [0xff, 0x80..=0xff, ..] => Err(Error::Integer),
            _ => Ok(value),
        }
    }

    /// A non-negative INTEGER: its magnitude, without a leading zero octet (zero itself is one 00).
    ///
    /// # Errors
    /// [`Error::Integer`] also for a negative one.
    pub fn unsigned(&mut self) -> Result<&'a [u8], Error> {
        match self.integer()? {
            [0x80..=0xff, ..] => Err(Error::Integer),
            [0x00, rest @ ..] if !rest.is_empty() => Ok(rest),
            value => Ok(value),
        }
    }

    /// A non-negative INTEGER that fits 32 bits.
    ///
    /// # Errors
    /// [`Error::Integer`] and those of [`Reader::expect`].
    pub fn u32(&mut self) -> Result<u32, Error> {
        let magnitude = self.unsigned()?;
        if magnitude.len() > 4 {
            return Err(Error::Integer);
        }
        Ok(magnitude.iter().fold(0, |value, octet| value << 8 | u32::from(*octet)))
    }

    /// OCTET STRING, primitive.
    ///
    /// # Errors
    /// Those of [`Reader::expect`].
    pub fn octet_string(&mut self) -> Result<&'a [u8], Error> {
        self.expect(Tag::OCTET_STRING)
    }

    /// BIT STRING, primitive.
    ///
    /// # Errors
    /// [`Error::BitString`] and those of [`Reader::expect`].
    pub fn bit_string(&mut self) -> Result<BitString<'a>, Error> {
        let (&unused, bytes) = self.expect(Tag::BIT_STRING)?.split_first().ok_or(Error::BitString)?;
        let spare = match bytes.last() {
            _ if unused > 7 => return Err(Error::BitString),
            None if unused > 0 => return Err(Error::BitString),
            None => 0,
            Some(last) => last & ((1u8 << unused) - 1),
        };
        if spare == 0 { Ok(BitString { unused, bytes }) } else { Err(Error::BitString) }
    }

    /// BOOLEAN
    ///
    /// # Errors
    /// [`Error::Boolean`] and those of [`Reader::expect`].
    pub fn boolean(&mut self) -> Result<bool, Error> {
        match self.expect(Tag::BOOLEAN)? {
            [0x00] => Ok(false),
            [0xff] => Ok(true),
            _ => Err(Error::Boolean),
        }
    }

    /// NULL
    ///
    /// # Errors
    /// [`Error::Length`] if it has contents, and those of [`Reader::expect`].
    pub fn null(&mut self) -> Result<(), Error> {
        if self.expect(Tag::NULL)?.is_empty() { Ok(()) } else { Err(Error::Length) }
    }

    /// `Time` of RFC 5280 §4.1: UTCTime or GeneralizedTime, in UTC, with seconds, without fractions.
    ///
    /// # Errors
    /// [`Error::Time`] and those of [`Reader::any`].
    pub fn time(&mut self) -> Result<Time, Error> {
        let any = self.any()?;
        time::parse(any.tag, any.value)
    }

    /// GeneralizedTime alone, in the same form: what OCSP writes in every year (RFC 6960 §4.2.2.1).
    ///
    /// # Errors
    /// [`Error::Time`] and those of [`Reader::expect`].
    pub fn generalized_time(&mut self) -> Result<Time, Error> {
        time::parse(Tag::GENERALIZED_TIME, self.expect(Tag::GENERALIZED_TIME)?)
    }
}

/// Splits a definite, minimal length (X.690 §10.1) from what follows it.
fn definite_length(bytes: &[u8]) -> Result<(usize, &[u8]), Error> {
    let (&first, rest) = bytes.split_first().ok_or(Error::Truncated)?;
    if first < 0x80 {
        return Ok((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > 4 {
        return Err(Error::Length);
    }
    let (octets, rest) = rest.split_at_checked(count).ok_or(Error::Truncated)?;
    let length = octets.iter().fold(0usize, |value, octet| value << 8 | usize::from(*octet));
    let minimal = length >= 0x80 && octets.first() != Some(&0);
    if minimal { Ok((length, rest)) } else { Err(Error::Length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_must_be_definite_and_minimal() {
        for bad in [
            &[0x04, 0x80, 0, 0][..],
            &[0x04, 0x81, 0x01, 7],
            &[0x04, 0x82, 0x00, 0x80],
            &[0x04, 0x85, 1, 0, 0, 0, 0],
        ] {
            assert_eq!(Reader::only(bad), Err(Error::Length), "{bad:02x?}");
        }
        assert_eq!(Reader::only(&[0x04, 0x02, 1]), Err(Error::Truncated));
        assert_eq!(Reader::only(&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff]), Err(Error::Truncated));
    }

    #[test]
    fn integers_must_be_minimal_and_may_be_negative_only_where_allowed() {
        assert_eq!(Reader::new(&[2, 2, 0, 0x7f]).integer(), Err(Error::Integer));
        assert_eq!(Reader::new(&[2, 2, 0xff, 0x80]).integer(), Err(Error::Integer));
        assert_eq!(Reader::new(&[2, 0]).integer(), Err(Error::Integer));
        assert_eq!(Reader::new(&[2, 1, 0xff]).unsigned(), Err(Error::Integer));
        assert_eq!(Reader::new(&[2, 2, 0, 0x80]).unsigned(), Ok(&[0x80][..]));
        assert_eq!(Reader::new(&[2, 1, 0]).u32(), Ok(0));
        assert_eq!(Reader::new(&[2, 5, 1, 0, 0, 0, 0]).u32(), Err(Error::Integer));
    }

    #[test]
    fn bit_strings_count_their_unused_bits() {
        assert!(Reader::new(&[3, 0]).bit_string().is_err());
        assert!(Reader::new(&[3, 1, 1]).bit_string().is_err());
        assert!(Reader::new(&[3, 2, 8, 0]).bit_string().is_err());
        assert!(Reader::new(&[3, 2, 4, 0x08]).bit_string().is_err());
        assert!(Reader::new(&[3, 2, 4, 0x10]).bit_string().is_ok());
        assert_eq!(Reader::new(&[3, 1, 0]).bit_string().and_then(BitString::octets), Ok(&[][..]));
    }

    #[test]
    fn booleans_nulls_and_tags() {
        assert_eq!(Reader::new(&[1, 1, 1]).boolean(), Err(Error::Boolean));
        assert_eq!(Reader::new(&[5, 1, 0]).null(), Err(Error::Length));
        assert_eq!(Reader::only(&[0x1f, 0x81, 0x01, 0x00]), Err(Error::LongTag));
        assert_eq!(Reader::only(&[5, 0, 0]), Err(Error::TrailingData));
    }
}
