//! What the server must do, seen from outside its modules. One binary: linking is what takes the time.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it must be"
)]

mod approval;
mod attacks;
mod audit;
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
mod history;
mod hostile_facts;
mod house;
mod house_documents;
mod house_fence;
mod house_tidy;
mod house_tree;
mod http;
mod intune;
mod look_alikes;
mod people;
mod policy;
mod portal;
mod profile;
mod profile_known;
#[cfg(feature = "demo")]
mod rollout;
mod search;
mod standing;
mod status;
mod store;
mod switches;
mod tokens;
mod validators;
mod verify;
mod versions;
mod webhooks;
mod world;
#[cfg(feature = "demo")]
mod year;
