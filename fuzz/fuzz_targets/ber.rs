//! The BER normaliser: what it gives is one element, and normal already.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::der::Reader;

fuzz_target!(|bytes: &[u8]| {
    let Ok(der) = pki::ber::to_der(bytes) else { return };
    if let Ok(again) = pki::ber::to_der(&der) {
        assert_eq!(again, der, "normalising twice changes nothing");
    } else if Reader::only(&der).is_ok() {
        panic!("the normaliser refuses what it wrote");
    }
});
