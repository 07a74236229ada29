//! The simulator held to the wire contract by its own tests.

#![expect(unreachable_pub, reason = "a test binary has no outside")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

extern crate chancery_simulator as simulator;

mod caller;
mod codes;
mod configurations;
mod control;
mod deltas;
mod device_codes;
mod directory;
mod driver;
mod entra;
mod evaluation;
mod faults;
mod fleet;
mod graph;
mod notifications;
mod policy_cycle;
mod revocation;
mod subjects;
mod toy_ca;
mod words;
