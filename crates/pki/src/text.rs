//! The character string types of ASN.1 that names and attributes use, and text that is safe to show.

use crate::der::{Error, Tag};
use core::fmt::Write;

/// The text of a character string.
///
/// TeletexString is read as Latin-1, which is what those who still write it mean (RFC 5280 Appendix B).
///
/// # Errors
/// [`Error::Characters`] if the octets are not of the type; [`Error::UnexpectedTag`] if it is no string type.
pub fn decode(tag: Tag, value: &[u8]) -> Result<String, Error> {
    let ascii = |allowed: fn(u8) -> bool| {
        let fits = value.iter().all(|octet| allowed(*octet));
        fits.then(|| value.iter().map(|octet| char::from(*octet)).collect()).ok_or(Error::Characters)
    };
    match tag {
        Tag::UTF8_STRING => core::str::from_utf8(value).map(str::to_owned).map_err(|_| Error::Characters),
        Tag::PRINTABLE_STRING => ascii(is_printable),
        Tag::NUMERIC_STRING => ascii(|octet| octet.is_ascii_digit() || octet == b' '),
        Tag::IA5_STRING => ascii(|octet| octet.is_ascii()),
        Tag::T61_STRING => ascii(|_| true),
        Tag::BMP_STRING => utf16(value),
        Tag::UNIVERSAL_STRING => utf32(value),
        found => Err(Error::UnexpectedTag { expected: Tag::UTF8_STRING, found }),
    }
}

/// The letters of PrintableString (X.680 §41.4).
#[must_use]
pub fn is_printable(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&octet)
}

/// `text` with control characters, bidirectional overrides and the backslash itself written as escapes, so that it
/// can stand in a log line or on a terminal without doing anything there.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let acts = character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if acts {
            // Writing to a String does not fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

fn utf16(value: &[u8]) -> Result<String, Error> {
    let (units, rest) = value.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Error::Characters);
    }
    char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit)))
        .collect::<Result<_, _>>()
        .map_err(|_| Error::Characters)
}

fn utf32(value: &[u8]) -> Result<String, Error> {
    let (units, rest) = value.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(Error::Characters);
    }
    units
        .iter()
        .map(|unit| char::from_u32(u32::from_be_bytes(*unit)))
        .collect::<Option<_>>()
        .ok_or(Error::Characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_type_gives_the_same_text() {
        for (tag, value) in [
            (Tag::UTF8_STRING, &b"Ab1"[..]),
            (Tag::PRINTABLE_STRING, b"Ab1"),
            (Tag::IA5_STRING, b"Ab1"),
            (Tag::T61_STRING, b"Ab1"),
            (Tag::BMP_STRING, b"\0A\0b\x001"),
            (Tag::UNIVERSAL_STRING, b"\0\0\0A\0\0\0b\0\0\x001"),
        ] {
            assert_eq!(decode(tag, value).as_deref(), Ok("Ab1"));
        }
        assert_eq!(decode(Tag::T61_STRING, &[0xfc]).as_deref(), Ok("ü"));
    }

    #[test]
    fn characters_outside_the_type_are_refused() {
        assert!(decode(Tag::PRINTABLE_STRING, b"a@b").is_err());
        assert!(decode(Tag::IA5_STRING, &[0xe9]).is_err());
        assert!(decode(Tag::UTF8_STRING, &[0xff]).is_err());
        assert!(decode(Tag::BMP_STRING, &[0]).is_err());
        assert!(decode(Tag::BMP_STRING, &[0xd8, 0]).is_err());
        assert!(decode(Tag::OCTET_STRING, b"a").is_err());
    }

    #[test]
    fn shown_text_cannot_act() {
        assert_eq!(shown("a\r\n\x1b[2J\u{202e}b"), "a\\u{d}\\u{a}\\u{1b}[2J\\u{202e}b");
        assert_eq!(shown("Zoë, Ärzte"), "Zoë, Ärzte");
    }
}
