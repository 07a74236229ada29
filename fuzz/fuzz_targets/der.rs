//! Strict DER: every reader on every element, as deep as the bytes go.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::der::Reader;

/// Deeper than any real message; the reader itself does not recurse.
const DEPTH: usize = 64;

fn walk(bytes: &[u8], depth: usize) {
    let mut reader = Reader::new(bytes);
    while let Ok(any) = reader.any() {
        typed(bytes);
        if any.tag.is_constructed() && depth < DEPTH {
            walk(any.value, depth + 1);
        }
    }
}

fn typed(bytes: &[u8]) {
    let _ = Reader::new(bytes).oid().map(|oid| oid.to_string());
    let _ = Reader::new(bytes).integer();
    let _ = Reader::new(bytes).unsigned();
    let _ = Reader::new(bytes).u32();
    let _ = Reader::new(bytes).octet_string();
    let _ = Reader::new(bytes).bit_string();
    let _ = Reader::new(bytes).boolean();
    let _ = Reader::new(bytes).null();
    let _ = Reader::new(bytes).time().map(|at| at.to_string());
}

fuzz_target!(|bytes: &[u8]| walk(bytes, 0));
