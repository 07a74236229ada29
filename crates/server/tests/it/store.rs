//! The store: a contract for every database, and what is SQLite's own.

mod contract;
mod index;
pub(crate) mod sample;
pub(crate) mod sqlite;
mod sqlite_faults;
