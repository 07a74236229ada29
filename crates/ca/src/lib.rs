//! What a certificate authority may issue, and the making of it; no I/O.

pub mod key_policy;
pub mod rejection;
