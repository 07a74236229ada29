//! Certificates: kept as received; every accessor and a verification on whatever parses.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::certificate::Certificate;

fuzz_target!(|bytes: &[u8]| {
    let Ok(certificate) = Certificate::parse(bytes) else { return };
    assert_eq!(certificate.der(), bytes);
    let _ = certificate.verify_signed_by(certificate.key());
    let _ = (certificate.key_usage(), certificate.extended_key_usage(), certificate.san());
    let _ = (certificate.authority_info_access(), certificate.crl_distribution_points());
    let _ = certificate.has_ocsp_no_check();
    let _ = (certificate.is_ca(), certificate.subject_key_id(), certificate.serial().to_string());
    let _ = (certificate.key().size(), certificate.key().key_id(), format!("{certificate:?}"));
});
