//! PEM: what decodes is written again and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for der in pki::pem::decode("CERTIFICATE", text).unwrap_or_default() {
        let again = pki::pem::encode("CERTIFICATE", &der);
        assert_eq!(pki::pem::decode("CERTIFICATE", &again).expect("own PEM"), [der]);
    }
});
