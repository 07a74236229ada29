//! The entries of a list, written one by one as they come.

use super::{Reason, RevokedEntry};
use crate::der::{Tag, Writer};

/// The extension reasonCode up to the reason's number, in the SEQUENCE that holds it alone (RFC 5280 §5.3.1).
const REASON: [u8; 13] =
    [0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, Tag::ENUMERATED.0, 0x01];

/// The entries of `revokedCertificates` as DER, without the SEQUENCE around them: a million take about
/// 50 MB so, and hardly anything is allocated for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncodedEntries {
    der: Vec<u8>,
    /// The contents of the next entry while they are written, else empty.
    contents: Vec<u8>,
}

impl EncodedEntries {
    /// Appends one.
    pub fn push(&mut self, entry: &RevokedEntry) {
        let mut w = Writer::over(std::mem::take(&mut self.contents));
        w.unsigned(entry.serial.octets());
        w.time(entry.at);
        // RFC 5280 §5.3.1: the reason should be absent rather than unspecified.
        if entry.reason != Reason::Unspecified {
            w.raw(&REASON);
            w.raw(&[entry.reason.code()]);
        }
        self.contents = w.into_bytes();
        Writer::append(&mut self.der, Tag::SEQUENCE, &self.contents);
        self.contents.clear();
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.der.is_empty()
    }

    /// One after the other, in the order in which they came.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    pub(super) fn into_der(self) -> Vec<u8> {
        self.der
    }
}

impl<'a> FromIterator<&'a RevokedEntry> for EncodedEntries {
    fn from_iter<I: IntoIterator<Item = &'a RevokedEntry>>(entries: I) -> Self {
        let mut encoded = EncodedEntries::default();
        entries.into_iter().for_each(|entry| encoded.push(entry));
        encoded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Time;
    use crate::certificate::Serial;
    use crate::extension::Extension;
    use crate::oid;

    #[test]
    fn an_entry_is_what_the_general_writer_makes_of_it() {
        for (at, octets) in [(0, &[0x7f][..]), (2_524_608_000, &[0x80, 1]), (1_800_000_000, &[0, 1, 2])] {
            for (reason, _) in Reason::ALL {
                let entry = RevokedEntry { serial: Serial::new(octets), at: Time::from_unix(at), reason };
                let expected = Writer::bytes_of(|w| {
                    w.sequence(|w| {
                        w.unsigned(octets);
                        w.time(entry.at);
                        if reason != Reason::Unspecified {
                            let value = Writer::bytes_of(|w| w.tlv(Tag::ENUMERATED, &[reason.code()]));
                            let code = Extension { oid: oid::CRL_REASON, critical: false, value };
                            w.sequence(|w| code.write(w));
                        }
                    });
                });
                assert_eq!(std::iter::once(&entry).collect::<EncodedEntries>().der(), expected);
            }
        }
    }
}
