//! What Graph and Intune say, in their own words and in nobody's; and the profiles that Intune delivers.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

extern crate chancery_mdm as mdm;

mod anything;
mod arbitrary;
mod device;
mod diff;
mod directory;
mod expand;
mod graph_profile;
mod lint;
mod lint_anything;
mod mail;
mod mobileconfig;
mod platform;
mod powershell;
mod preset;
mod profile;
mod rollout;
mod rounds;
mod sample;
mod steps;
mod subject;
mod syncml;
mod variable;
mod wifi;
