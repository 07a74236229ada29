//! CMS EnvelopedData: BER in, whatever cipher it names, opened with a key of any length; password recipients too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::cms::enveloped::{EnvelopedData, RecipientInfo};

fuzz_target!(|bytes: &[u8]| {
    let Ok(envelope) = EnvelopedData::parse(bytes) else { return };
    for length in [0, 16, 24, 32] {
        let key: Vec<u8> = (0..length).collect();
        let _ = envelope.open(&key);
    }
    for recipient in &envelope.recipients {
        if let RecipientInfo::Password(password) = recipient {
            let _ = password.unwrap(b"password");
        }
    }
});
