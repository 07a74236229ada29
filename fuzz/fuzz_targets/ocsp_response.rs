//! OCSP answers, as a client reads them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::ocsp::BasicResponse;

fuzz_target!(|bytes: &[u8]| {
    let Ok(response) = BasicResponse::parse(bytes) else { return };
    for certificate in &response.certificates {
        let _ = response.verify_signed_by(certificate.key());
    }
});
