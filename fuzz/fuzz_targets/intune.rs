//! What Entra, Graph and Intune answer: JSON of a peer that may be anybody behind a proxy.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = mdm::entra::ErrorResponse::parse(bytes).and_then(|refusal| refusal.code());
    let _ = mdm::entra::TokenResponse::parse(bytes).map_err(|unreadable| unreadable.to_string());
    let _ = mdm::graph::Endpoints::parse(bytes)
        .map(|found| found.find("ScepRequestValidationFEService").is_some());
    let _ = mdm::graph::ErrorEnvelope::parse(bytes).and_then(|refusal| refusal.text());
    if let Ok(answer) = mdm::intune::Answer::parse(bytes) {
        mdm::intune::Answer::parse(answer.to_json().as_bytes()).expect("what was written is readable");
    }
});
