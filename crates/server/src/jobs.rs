//! What runs beside requests: recovery at start, the outbox, CRLs.

pub mod crl;
pub mod outbox;
pub mod recovery;
pub mod superseded;
