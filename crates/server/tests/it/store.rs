//! The store: a contract for every database, and what is SQLite's own.

mod contract;
mod sample;
mod sqlite;
mod sqlite_faults;
