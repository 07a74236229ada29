//! Revocation lists.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::crl::CertificateList;

fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = CertificateList::parse(bytes) else { return };
    assert_eq!(list.der(), bytes);
    let _ = (list.number(), list.issuing_distribution_point());
});
