//! One group of jobs: one transaction.

use std::cell::Cell;

use rusqlite::{Connection, ErrorCode};

use super::job::{Failure, Job};
use crate::fail_point::fail_point;
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
    begin(connection)?;
    let done = match run(connection, group, Savepoints::None) {
        Ok(Done::Whole) => {
            fail_point!("before_commit");
            let committed = execute(connection, "COMMIT");
            fail_point!("after_commit");
            committed
        }
        // A job failed half way, which none does in traffic: once more, each job on its own savepoint.
        Ok(Done::Half) => execute(connection, "ROLLBACK")
            .and_then(|()| execute(connection, "BEGIN IMMEDIATE"))
            .and_then(|()| run(connection, group, Savepoints::Each))
            .and_then(|_| execute(connection, "COMMIT")),
        Err(error) => Err(error),
    };
    done.map_err(|error| {
        // SQLite has rolled back by itself after some errors; then this one fails, and that is of no interest.
        let _ = execute(connection, "ROLLBACK");
        stopped("commit", &error)
    })
}

fn begin(connection: &Connection) -> Result<(), StoreError> {
    execute(connection, "BEGIN IMMEDIATE").map_err(|error| match error {
        rusqlite::Error::SqliteFailure(code, _) if code.code == ErrorCode::DatabaseBusy => StoreError::Busy,
        other => stopped("begin", &other),
    })
}

/// A savepoint copies each page that a job touches; jobs check before they write, so that almost none is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoints {
    None,
    Each,
}

enum Done {
    Whole,
    /// A job failed after it had written.
    Half,
}

fn run(
    connection: &Connection,
    group: &mut [Box<dyn Job>],
    savepoints: Savepoints,
) -> rusqlite::Result<Done> {
    let writing = Writing { connection, head: Cell::new(None) };
    for job in group {
        let (head, changes) = (writing.head.get(), connection.total_changes());
        if savepoints == Savepoints::Each {
            execute(connection, "SAVEPOINT job")?;
        }
        let failed = match job.run(&writing) {
            Ok(()) => false,
            Err(Failure::Fatal(error)) => return Err(error),
            Err(Failure::Refused(_) | Failure::Unreadable(_)) => true,
        };
        if savepoints == Savepoints::Each {
            if failed {
                execute(connection, "ROLLBACK TO job")?;
                writing.head.set(head);
            }
            execute(connection, "RELEASE job")?;
        } else if failed && connection.total_changes() != changes {
            return Ok(Done::Half);
        }
    }
    Ok(Done::Whole)
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}

fn stopped(step: &str, error: &rusqlite::Error) -> StoreError {
    StoreError::Stopped(format!("{step}: {error}"))
}
