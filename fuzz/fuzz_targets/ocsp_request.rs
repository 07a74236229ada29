//! OCSP requests, by POST and by GET.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::ocsp::{OcspRequest, from_path};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = OcspRequest::parse(bytes) {
        for one in &request.certificates {
            let plain = OcspRequest::parse(&OcspRequest::plain(one)).expect("a CertID that was read is one");
            assert_eq!(plain.certificates[0].der(), one.der());
            // What is echoed stands in the request as it is.
            assert!(bytes.windows(one.der().len()).any(|part| part == one.der()));
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = from_path(text);
    }
});
