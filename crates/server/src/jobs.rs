//! What runs beside requests: recovery at start, the outbox, CRLs, the audit for a collector.

pub mod crl;
pub mod forward;
pub mod index;
pub mod outbox;
pub mod recovery;
pub mod superseded;
