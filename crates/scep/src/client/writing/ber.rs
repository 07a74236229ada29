//! DER in, BER out: what jscep, Apple's clients and `openssl cms -stream` send.

use pki::der::{Reader, Tag};

/// Octets in one piece of a constructed OCTET STRING. Bouncy Castle's stream writer uses 1000.
const PIECE: usize = 1000;

/// `der`, a CMS ContentInfo, with indefinite lengths down to the content, which comes in pieces. Certificates and
/// SignerInfos inside stay DER.
pub(in crate::client) fn streamed(der: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(der.len() + 64);
    elements(der, 0, &mut out);
    out
}

fn elements(der: &[u8], depth: usize, out: &mut Vec<u8>) {
    let mut reader = Reader::new(der);
    while let Ok(any) = reader.any() {
        let container = any.tag.is_constructed() && (depth < 4 || depth == 4 && any.tag != Tag::SEQUENCE);
        let content =
            any.tag == Tag::OCTET_STRING && depth == 5 || any.tag == Tag::primitive(0) && depth == 4;
        if container {
            out.extend([any.tag.0, 0x80]);
            elements(any.value, depth + 1, out);
            out.extend([0, 0]);
        } else if content {
            out.extend([any.tag.0 | 0x20, 0x80]);
            for piece in any.value.chunks(PIECE) {
                out.extend(pki::der::Writer::bytes_of(|w| w.octet_string(piece)));
            }
            out.extend([0, 0]);
        } else {
            out.extend_from_slice(any.raw);
        }
    }
}
