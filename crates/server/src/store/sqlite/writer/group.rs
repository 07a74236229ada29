//! One group of jobs: one transaction.

use std::cell::Cell;

use rusqlite::{Connection, ErrorCode};

use super::job::{Failure, Job};
use crate::store::{AuditHead, StoreError};

/// The open transaction, as a job sees it.
pub(in crate::store::sqlite) struct Writing<'c> {
    /// For statements; a job neither begins nor ends a transaction.
    pub(in crate::store::sqlite) connection: &'c Connection,
    /// The end of the audit chain, once a job of this transaction has asked for it. Never kept longer: another
    /// process may append between two transactions.
    pub(in crate::store::sqlite) head: Cell<Option<AuditHead>>,
}

/// Does all jobs in one transaction.
///
/// # Errors
/// [`StoreError::Busy`]: nothing was begun. [`StoreError::Stopped`]: the disk failed, nothing may be written again.
pub(super) fn commit(connection: &Connection, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    match execute(connection, "BEGIN IMMEDIATE") {
        Ok(()) => {}
        Err(rusqlite::Error::SqliteFailure(code, _)) if code.code == ErrorCode::DatabaseBusy => {
            return Err(StoreError::Busy);
        }
        Err(error) => return Err(stopped("begin", &error)),
    }
    let writing = Writing { connection, head: Cell::new(None) };
    let done = run(&writing, group).and_then(|()| execute(connection, "COMMIT"));
    done.map_err(|error| {
        // SQLite has rolled back by itself after some errors; then this one fails, and that is of no interest.
        let _ = execute(connection, "ROLLBACK");
        stopped("commit", &error)
    })
}

fn run(writing: &Writing<'_>, group: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    for job in group {
        let head = writing.head.get();
        execute(writing.connection, "SAVEPOINT job")?;
        match job.run(writing) {
            Ok(()) => {}
            Err(Failure::Fatal(error)) => return Err(error),
            Err(Failure::Refused(_) | Failure::Unreadable(_)) => {
                execute(writing.connection, "ROLLBACK TO job")?;
                writing.head.set(head);
            }
        }
        execute(writing.connection, "RELEASE job")?;
    }
    Ok(())
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}

fn stopped(step: &str, error: &rusqlite::Error) -> StoreError {
    StoreError::Stopped(format!("{step}: {error}"))
}

/// Pages in the write-ahead log that are not yet overwritten.
pub(super) fn log_pages(connection: &Connection) -> rusqlite::Result<u32> {
    connection.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?.query_row([], |row| row.get(1))
}

/// Copies the log into the database as far as no reader needs it; readers and other processes are not waited for.
pub(super) fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?.query_row([], |_| Ok(()))
}
