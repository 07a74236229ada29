//! OCSP answers, as a client reads them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::crl::Reason;
use pki::ocsp::{BasicResponse, CertStatus, ErrorStatus};

fuzz_target!(|bytes: &[u8]| {
    let Ok(response) = BasicResponse::parse(bytes) else { return };
    assert_eq!(ErrorStatus::parse(bytes), None);
    for certificate in &response.certificates {
        let _ = response.verify_signed_by(certificate.key());
        let _ = response.responder.names(certificate);
    }
    for one in &response.responses {
        assert!(bytes.windows(one.certificate.der().len()).any(|part| part == one.certificate.der()));
        assert!(one.extensions.iter().all(|extension| !extension.critical));
        assert!(!matches!(one.status, CertStatus::Revoked { reason: Reason::RemoveFromCrl, .. }));
    }
});
