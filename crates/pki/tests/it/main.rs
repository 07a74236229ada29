//! The crate against a judge that this project did not write: the `openssl` command.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod cms;
mod location;
mod objects;
mod ocsp;
mod openssl;
mod pkcs12;
