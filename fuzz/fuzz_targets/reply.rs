//! A CertRep that is signed by the right authority and answers the right question, around any envelope or any contents.
#![no_main]

use chancery_fuzz::{CONTENT_KEY, World, attribute, printable};
use libfuzzer_sys::fuzz_target;
use scep::client::{CaCertificates, Reply};

fuzz_target!(|bytes: &[u8]| {
    let world = World::once();
    let _ = CaCertificates::parse(bytes).map(|found| found.all().len());
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let nonce = world.exchange.sender_nonce().as_octets();
    let length = u8::try_from(nonce.len()).expect("short");
    let attributes = vec![
        attribute(0, &printable("3")),
        attribute(1, &printable(["0", "2", "3"][usize::from(*choice) % 3])),
        attribute(4, &[&[4, length], nonce].concat()),
        attribute(5, &printable("1")),
    ];
    let content = if *choice < 128 { bytes.to_vec() } else { world.envelope(bytes) };
    let message = world.from_authority(&content, attributes);
    let authorities = std::slice::from_ref(&world.authority_certificate);
    if let Ok(Reply::Success(sealed)) = world.exchange.read(&message, authorities) {
        let _ = sealed.wrapped_key();
        let _ = sealed.open_with_challenge();
        let _ = sealed.open(&CONTENT_KEY).map(|granted| granted.certificates.len() + granted.crls.len());
    }
});
