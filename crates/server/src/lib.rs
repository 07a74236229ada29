//! Chancery's gateway: HTTP, store, keys, outbound calls and command line around the pure crates.

pub mod cli;
pub mod config;
pub mod enroll;
pub mod http;
pub mod jobs;
pub mod keys;
pub mod store;
pub mod telemetry;
pub mod validators;
