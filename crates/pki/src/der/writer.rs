use super::Tag;
use crate::{Oid, Time, time};

/// Writes DER elements one after the other.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    #[must_use]
    pub fn new() -> Self {
        Writer::default()
    }

    /// What `write` writes, as bytes.
    pub fn bytes_of(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        Writer::sized(64, write)
    }

    /// What `write` writes, as bytes, of which there will be about `expected`.
    pub fn sized(expected: usize, write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut writer = Writer { bytes: Vec::with_capacity(expected) };
        write(&mut writer);
        writer.bytes
    }

    /// A writer that appends to what is there.
    pub(crate) const fn over(bytes: Vec<u8>) -> Writer {
        Writer { bytes }
    }

    /// Identifier and length of an element whose `length` octets of contents follow.
    pub(crate) fn header(&mut self, tag: Tag, length: usize) {
        self.bytes.extend(header(tag, length));
    }

    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Bytes that are DER already.
    pub fn raw(&mut self, der: &[u8]) {
        self.bytes.extend_from_slice(der);
    }

    /// One element with these contents.
    pub fn tlv(&mut self, tag: Tag, value: &[u8]) {
        Writer::append(&mut self.bytes, tag, value);
    }

    /// Appends one element to bytes that somebody else holds.
    pub(crate) fn append(bytes: &mut Vec<u8>, tag: Tag, value: &[u8]) {
        bytes.extend(header(tag, value.len()));
        bytes.extend_from_slice(value);
    }

    /// Makes one element of everything from `start` on.
    pub(crate) fn enclose(bytes: &mut Vec<u8>, start: usize, tag: Tag) {
        let length = bytes.len().saturating_sub(start);
        bytes.splice(start..start, header(tag, length));
    }

    /// One element whose contents `write` writes.
    pub fn nested(&mut self, tag: Tag, write: impl FnOnce(&mut Writer)) {
        let start = self.bytes.len();
        write(self);
        Writer::enclose(&mut self.bytes, start, tag);
    }

    /// SEQUENCE
    pub fn sequence(&mut self, write: impl FnOnce(&mut Writer)) {
        self.nested(Tag::SEQUENCE, write);
    }

    /// SET of one element, or of elements already in order.
    pub fn set(&mut self, write: impl FnOnce(&mut Writer)) {
        self.nested(Tag::SET, write);
    }

    /// SET OF, with its elements in DER's order (X.690 §11.6).
    pub fn set_of(&mut self, mut elements: Vec<Vec<u8>>) {
        elements.sort();
        self.tlv(Tag::SET, &elements.concat());
    }

    /// `[n] EXPLICIT`, `n` 0 to 30.
    pub fn explicit(&mut self, n: u8, write: impl FnOnce(&mut Writer)) {
        self.nested(Tag::constructed(n), write);
    }

    /// OBJECT IDENTIFIER
    pub fn oid(&mut self, oid: &Oid) {
        self.tlv(Tag::OID, oid.as_bytes());
    }

    /// A non-negative INTEGER from its magnitude, most significant octet first.
    pub fn unsigned(&mut self, magnitude: &[u8]) {
        let start = magnitude.iter().position(|octet| *octet != 0).unwrap_or(magnitude.len());
        let digits = magnitude.get(start..).unwrap_or_default();
        // X.690 §8.3.3: two's complement, so a set high bit would make it negative.
        let sign: &[u8] = if digits.first().is_none_or(|first| *first >= 0x80) { &[0] } else { &[] };
        self.header(Tag::INTEGER, sign.len() + digits.len());
        self.raw(sign);
        self.raw(digits);
    }

    /// A non-negative INTEGER.
    pub fn u32(&mut self, value: u32) {
        self.unsigned(&value.to_be_bytes());
    }

    /// OCTET STRING
    pub fn octet_string(&mut self, value: &[u8]) {
        self.tlv(Tag::OCTET_STRING, value);
    }

    /// BIT STRING of whole octets.
    pub fn bit_string(&mut self, value: &[u8]) {
        self.nested(Tag::BIT_STRING, |w| {
            w.raw(&[0]);
            w.raw(value);
        });
    }

    /// BIT STRING of named bits (X.690 §11.2.2: no trailing zero bits). Bit 0 is the highest of `bits`.
    pub fn named_bits(&mut self, bits: u16) {
        let octets = bits.to_be_bytes();
        let used = 16 - bits.trailing_zeros().min(16);
        let length = used.div_ceil(8);
        self.nested(Tag::BIT_STRING, |w| {
            w.raw(&[(length * 8).saturating_sub(used) as u8]);
            octets.iter().take(length as usize).for_each(|octet| w.raw(&[*octet]));
        });
    }

    /// BOOLEAN
    pub fn boolean(&mut self, value: bool) {
        self.tlv(Tag::BOOLEAN, &[if value { 0xff } else { 0x00 }]);
    }

    /// NULL
    pub fn null(&mut self) {
        self.tlv(Tag::NULL, &[]);
    }

    /// A string of the given type, from its contents octets.
    pub fn string(&mut self, tag: Tag, value: &str) {
        self.tlv(tag, value.as_bytes());
    }

    /// GeneralizedTime without fractions, whatever the year (RFC 6960 §4.2.2.1).
    pub fn generalized_time(&mut self, at: Time) {
        self.tlv(Tag::GENERALIZED_TIME, time::generalized(at).as_bytes());
    }

    /// `Time` of RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime after.
    pub fn time(&mut self, at: Time) {
        let (tag, text) = time::encode(at);
        self.tlv(tag, text.as_bytes());
    }
}

/// Identifier and length octets (X.690 §8.1.2, §8.1.3).
fn header(tag: Tag, length: usize) -> impl Iterator<Item = u8> {
    let octets = length.to_be_bytes();
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let (first, skipped) = if length < 0x80 {
        (length as u8, octets.len())
    } else {
        (0x80 | (octets.len() - zeros) as u8, zeros)
    };
    [tag.0, first].into_iter().chain(octets.into_iter().skip(skipped))
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;

    #[test]
    fn lengths_read_back() {
        for length in [0usize, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let der = Writer::bytes_of(|w| w.octet_string(&vec![7; length]));
            assert_eq!(Reader::new(&der).octet_string().map(<[u8]>::len), Ok(length));
        }
    }

    #[test]
    fn integers_are_minimal_and_positive() {
        for (magnitude, der) in [
            (&[][..], &[2, 1, 0][..]),
            (&[0, 0], &[2, 1, 0]),
            (&[0x7f], &[2, 1, 0x7f]),
            (&[0x80], &[2, 2, 0, 0x80]),
            (&[0, 1, 0], &[2, 2, 1, 0]),
        ] {
            assert_eq!(Writer::bytes_of(|w| w.unsigned(magnitude)), der);
        }
    }

    #[test]
    fn named_bits_have_no_trailing_zeros() {
        assert_eq!(Writer::bytes_of(|w| w.named_bits(0b1010_0000_0000_0000)), [3, 2, 5, 0xa0]);
        assert_eq!(Writer::bytes_of(|w| w.named_bits(0x0080)), [3, 3, 7, 0, 0x80]);
        assert_eq!(Writer::bytes_of(|w| w.named_bits(0)), [3, 1, 0]);
    }

    #[test]
    fn set_of_is_sorted() {
        let der = Writer::bytes_of(|w| w.set_of(vec![vec![2, 1, 9], vec![2, 1, 3]]));
        assert_eq!(der, [0x31, 6, 2, 1, 3, 2, 1, 9]);
    }
}
