//! What was in the envelope: any bytes, in each message type, signed and enciphered as they should be.
#![no_main]

use chancery_fuzz::{PERMISSIVE, World, attribute, printable, server_reads};
use libfuzzer_sys::fuzz_target;

const TYPES: [&str; 5] = ["19", "17", "20", "21", "22"];

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, plaintext)) = bytes.split_first() else { return };
    let world = World::once();
    let attributes = vec![
        attribute(0, &printable(TYPES[usize::from(*kind) % TYPES.len()])),
        attribute(3, &[&[4, 16], [9u8; 16].as_slice()].concat()),
        attribute(5, &printable("0123456789ABCDEF")),
    ];
    server_reads(&world.from_device(&world.envelope(plaintext), attributes), &PERMISSIVE);
});
