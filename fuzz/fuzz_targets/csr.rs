//! PKCS #10: kept as received; every accessor and the proof of possession on whatever parses.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::csr::CertificateRequest;

fuzz_target!(|bytes: &[u8]| {
    let Ok(request) = CertificateRequest::parse(bytes) else { return };
    assert_eq!(request.der(), bytes);
    let _ = request.verify_possession();
    let _ = (request.challenge_password(), request.san(), request.key_usage(), request.extended_key_usage());
    let shown = format!("{request:?}");
    if let Ok(Some(challenge)) = request.challenge_password()
        && challenge.len() >= 24
    {
        assert!(!shown.contains(&challenge), "a challenge reached Debug");
    }
});
