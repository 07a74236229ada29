//! Subject alternative names: what parses is written again and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::general_name::SubjectAltName;

fuzz_target!(|bytes: &[u8]| {
    let Ok(names) = SubjectAltName::parse(bytes) else { return };
    let again = SubjectAltName::parse(&names.to_der()).expect("what was written is readable");
    assert_eq!(again, names);
});
