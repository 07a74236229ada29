//! What Entra, Graph and Intune answer: JSON of a peer that may be anybody behind a proxy.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mdm::graph::{Device, Gathered, Item, ManagedDevice, Origin, Page, Reading, Refusal, RiskyUser, User};
use mdm::intune::revocation::{Downloaded, SerialCandidates, recorded};

fn directory<T: Item>(bytes: &[u8]) {
    let origin = Origin::of("https://graph.microsoft.com/").expect("a plain origin");
    let mut gathered = Gathered::<T>::default();
    for reading in [Reading::Whole, Reading::Part] {
        if let Ok(page) = Page::parse(bytes, reading, &origin) {
            gathered.absorb(page);
        }
    }
    let _ = mdm::graph::one::<T>(bytes);
}

fn revocation(bytes: &[u8]) {
    let _ = recorded(bytes);
    if let Ok(downloaded) = Downloaded::parse(bytes) {
        for serial in downloaded.requests.iter().filter_map(|request| request.serial.as_ref()) {
            for candidate in serial.iter() {
                let again = SerialCandidates::parse(candidate.as_str()).expect("what was read is readable");
                assert_eq!(again.hexadecimal(), Some(candidate), "and means the same");
            }
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let _ = mdm::entra::ErrorResponse::parse(bytes).and_then(|refusal| refusal.code());
    let _ = mdm::entra::TokenResponse::parse(bytes).map_err(|unreadable| unreadable.to_string());
    let _ = mdm::graph::Endpoints::parse(bytes)
        .map(|found| found.find("ScepRequestValidationFEService").is_some());
    let _ = mdm::graph::ErrorEnvelope::parse(bytes).and_then(|refusal| refusal.text());
    let _ = Refusal::of(404, bytes);
    if let Ok(answer) = mdm::intune::Answer::parse(bytes) {
        mdm::intune::Answer::parse(answer.to_json().as_bytes()).expect("what was written is readable");
    }
    directory::<Device>(bytes);
    directory::<User>(bytes);
    directory::<ManagedDevice>(bytes);
    directory::<RiskyUser>(bytes);
    revocation(bytes);
});
