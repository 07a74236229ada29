//! Chancery's gateway: HTTP, store, keys, outbound calls and command line around the pure crates.

pub mod aside;
pub mod authority;
pub mod cli;
pub mod clock;
pub mod config;
pub mod desk;
pub mod directory;
pub mod enroll;
pub mod explanation;
pub mod fail_point;
pub mod gateway;
pub mod http;
pub mod installation;
pub mod jobs;
pub mod keys;
pub mod publish;
pub mod records;
pub mod report;
pub mod server;
pub mod standing;
pub mod status;
pub mod store;
pub mod telemetry;
pub mod validators;
pub mod verify;
pub mod why;
