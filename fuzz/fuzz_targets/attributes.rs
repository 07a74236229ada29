//! A message whose signature is right and whose signed attributes are anything, to the server and to the client.
#![no_main]

use chancery_fuzz::{PERMISSIVE, World, any_attributes, server_reads};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let world = World::once();
    let message = world.from_authority(b"", any_attributes(bytes));
    server_reads(&message, &PERMISSIVE);
    let _ = world.exchange.read(&message, std::slice::from_ref(&world.authority_certificate));
});
