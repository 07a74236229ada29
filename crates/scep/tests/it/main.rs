//! Tests by row: RFC 8894 checklist (`rfc_…`), client habits (`q…`), attacks (`v…`), threats (`t…`).

#![expect(unreachable_pub, reason = "a test binary has no outside")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

extern crate chancery_scep as scep;

mod answers;
mod caps;
mod client;
mod enrol;
mod fields;
mod live;
mod mutation;
mod openssl;
mod operation;
mod oracle;
mod raw;
mod refuse;
mod rows;
mod support;
