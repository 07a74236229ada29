//! Basic encoding rules in, distinguished encoding rules out: lengths only.
//!
//! jscep, Apple's clients and `openssl cms -stream` send CMS with indefinite lengths and OCTET STRINGs in pieces.
//! [`to_der`] makes lengths definite and minimal and joins the pieces. It does not reorder SETs and does not touch
//! the contents of primitive elements, so what was signed in DER inside (certificates, attributes) stays as it was.

use crate::der::{Error, Reader, Tag, Writer};
use std::borrow::Cow;

/// Real messages nest about twelve levels deep, and each level of indefinite length could cost stack.
const MAX_DEPTH: usize = 32;

/// `ber` with definite, minimal lengths and primitive OCTET STRINGs; borrowed if it was so already.
///
/// # Errors
/// The rule of X.690 that was broken; [`Error::Depth`] beyond 32 levels; [`Error::TrailingData`].
pub fn to_der(ber: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    if is_plain(ber, 0) {
        return Ok(Cow::Borrowed(ber));
    }
    let mut out = Vec::with_capacity(ber.len());
    let rest = element(ber, &mut out, 0)?;
    if rest.is_empty() { Ok(Cow::Owned(out)) } else { Err(Error::TrailingData) }
}

/// The contents of an OCTET STRING that may be in pieces under an IMPLICIT tag: primitive, or constructed of
/// OCTET STRINGs already joined by [`to_der`].
///
/// # Errors
/// Those of [`crate::der::Reader`].
pub fn joined(tag: Tag, value: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    if !tag.is_constructed() {
        return Ok(Cow::Borrowed(value));
    }
    let mut pieces = Vec::with_capacity(value.len());
    let mut reader = Reader::new(value);
    while !reader.is_empty() {
        pieces.extend_from_slice(reader.octet_string()?);
    }
    Ok(Cow::Owned(pieces))
}

/// Whether everything that is nested here is already definite and minimal.
fn is_plain(bytes: &[u8], depth: usize) -> bool {
    let mut reader = Reader::new(bytes);
    while !reader.is_empty() {
        let Ok(any) = reader.any() else { return false };
        let in_pieces = any.tag.0 == CONSTRUCTED_OCTET_STRING;
        if in_pieces || depth > MAX_DEPTH || (any.tag.is_constructed() && !is_plain(any.value, depth + 1)) {
            return false;
        }
    }
    true
}

const CONSTRUCTED_OCTET_STRING: u8 = 0x24;

enum Length {
    Definite(usize),
    Indefinite,
}

/// Copies one element to `out` and returns what follows it.
fn element<'a>(ber: &'a [u8], out: &mut Vec<u8>, depth: usize) -> Result<&'a [u8], Error> {
    if depth > MAX_DEPTH {
        return Err(Error::Depth);
    }
    let (tag, rest) = ber.split_first().map(|(tag, rest)| (Tag(*tag), rest)).ok_or(Error::Truncated)?;
    if tag.0 & 0x1f == 0x1f {
        return Err(Error::LongTag);
    }
    let (length, rest) = length(rest)?;
    if !tag.is_constructed() {
        let Length::Definite(length) = length else { return Err(Error::Length) };
        let (value, rest) = rest.split_at_checked(length).ok_or(Error::Truncated)?;
        Writer::append(out, tag, value);
        return Ok(rest);
    }
    let start = out.len();
    let rest = contents(length, rest, out, depth)?;
    if tag.0 == CONSTRUCTED_OCTET_STRING {
        let whole = joined(tag, out.get(start..).unwrap_or_default())?.into_owned();
        out.truncate(start);
        Writer::append(out, Tag::OCTET_STRING, &whole);
    } else {
        Writer::enclose(out, start, tag);
    }
    Ok(rest)
}

/// Copies the elements inside a constructed one to `out` and returns what follows it.
fn contents<'a>(length: Length, rest: &'a [u8], out: &mut Vec<u8>, depth: usize) -> Result<&'a [u8], Error> {
    match length {
        Length::Definite(length) => {
            let (mut inside, rest) = rest.split_at_checked(length).ok_or(Error::Truncated)?;
            while !inside.is_empty() {
                inside = element(inside, out, depth + 1)?;
            }
            Ok(rest)
        }
        Length::Indefinite => {
            let mut rest = rest;
            // X.690 §8.1.5: end-of-contents octets.
            while !rest.starts_with(&[0, 0]) {
                rest = element(rest, out, depth + 1)?;
            }
            rest.get(2..).ok_or(Error::Truncated)
        }
    }
}

fn length(bytes: &[u8]) -> Result<(Length, &[u8]), Error> {
    let (first, rest) = bytes.split_first().ok_or(Error::Truncated)?;
    match *first {
        0x80 => Ok((Length::Indefinite, rest)),
        short @ 0..0x80 => Ok((Length::Definite(usize::from(short)), rest)),
        // BER allows leading zeros; more than 8 octets of length are nobody's message.
        long @ 0x81..=0x88 => {
            let (octets, rest) = rest.split_at_checked(usize::from(long & 0x7f)).ok_or(Error::Truncated)?;
            let value = octets.iter().fold(0u64, |value, octet| value << 8 | u64::from(*octet));
            Ok((Length::Definite(usize::try_from(value).map_err(|_| Error::Length)?), rest))
        }
        _ => Err(Error::Length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_is_borrowed_as_it_is() {
        let der = [0x30, 0x05, 0x04, 0x01, 9, 0x05, 0x00];
        assert!(matches!(to_der(&der), Ok(Cow::Borrowed(same)) if same == der));
    }

    #[test]
    fn indefinite_lengths_and_pieces_are_joined() {
        let ber = [
            0x30, 0x80, 0x24, 0x80, 0x04, 0x02, 1, 2, 0x24, 0x03, 0x04, 0x01, 3, 0, 0, 0x05, 0x81, 0x00, 0, 0,
        ];
        let der = [0x30, 0x07, 0x04, 0x03, 1, 2, 3, 0x05, 0x00];
        assert_eq!(to_der(&ber).unwrap().as_ref(), der);
    }

    #[test]
    fn an_implicit_string_in_pieces_can_be_joined_later() {
        let ber = [0xa0, 0x80, 0x04, 0x01, 1, 0x04, 0x01, 2, 0, 0];
        let der = to_der(&ber).unwrap();
        let any = crate::der::Reader::only(&der).unwrap();
        assert_eq!(joined(any.tag, any.value).unwrap().as_ref(), [1, 2]);
    }

    #[test]
    fn t45_bombs_are_refused() {
        let deep: Vec<u8> = [0x30, 0x80].repeat(100_000);
        assert_eq!(to_der(&deep), Err(Error::Depth));
        let deep_pieces: Vec<u8> = [0x24, 0x80].repeat(100_000);
        assert_eq!(to_der(&deep_pieces), Err(Error::Depth));
        assert_eq!(to_der(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), Err(Error::Truncated));
        assert_eq!(to_der(&[0x30, 0x80, 0x04, 0x80, 0, 0, 0, 0]), Err(Error::Length));
        assert_eq!(to_der(&[0x30, 0x80, 0x05, 0x00]), Err(Error::Truncated));
        assert_eq!(to_der(&[0x30, 0x00, 0x00]), Err(Error::TrailingData));
    }
}
