//! What the server must do, seen from outside its modules. One binary: linking is what takes the time.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it must be"
)]

mod attacks;
mod authority;
mod bound;
mod cli;
mod config;
mod config_bytes;
#[cfg(feature = "fail-points")]
mod crash;
#[cfg(feature = "demo")]
mod demo;
mod directory;
mod doctor;
mod errors;
mod fail_points;
mod house;
mod house_documents;
mod house_fence;
mod house_tidy;
mod house_tree;
mod http;
mod intune;
mod profile;
mod standing;
mod status;
mod store;
mod switches;
mod tokens;
mod validators;
mod verify;
mod world;
