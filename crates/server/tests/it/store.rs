//! The store: a contract for every database, and what is SQLite's own.

mod contract;
pub(crate) mod sample;
mod sqlite;
mod sqlite_faults;
