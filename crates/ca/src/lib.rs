//! What a certificate authority may issue, and the making of it; no I/O.
//!
//! A [`decide::Request`] becomes a [`decide::Order`] or a [`rejection::Rejection`] in [`decide()`]. Clock, randomness and
//! every fact are arguments; no key is ever held here.

pub mod authority;
pub mod crl;
pub mod decide;
pub mod issue;
pub mod key_policy;
pub mod lints;
pub mod policy;
pub mod profile;
pub mod rejection;

pub use decide::decide;
