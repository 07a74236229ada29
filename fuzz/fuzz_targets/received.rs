//! A pkiMessage as it comes from the wire, under the strictest and the most permissive policy.
#![no_main]

use chancery_fuzz::{PERMISSIVE, server_reads};
use libfuzzer_sys::fuzz_target;
use scep::server::Policy;

fuzz_target!(|bytes: &[u8]| {
    server_reads(bytes, &Policy::default());
    server_reads(bytes, &PERMISSIVE);
});
