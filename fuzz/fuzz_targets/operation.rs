//! SCEP's HTTP layer: GET queries and POST bodies; and a capability list as a client reads it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scep::caps::{Capabilities, Capability};
use scep::operation::{Method, Operation};

fuzz_target!(|bytes: &[u8]| {
    let query = String::from_utf8_lossy(bytes);
    let _ = Operation::decode(Method::Get, &query, b"");
    let _ = Operation::decode(Method::Post, &query, bytes);
    let _ = Capabilities::parse(bytes).has(Capability::Aes);
});
