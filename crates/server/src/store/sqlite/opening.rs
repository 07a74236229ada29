//! Opening a database: everything that must be true before the first row.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{Settings, migrations};
use crate::store::StoreError;

/// Before this release two writers could corrupt a write-ahead log that was being reset.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Prepared statements kept for each connection; the store has fewer.
const STATEMENTS: usize = 128;

/// The connection of the writer: checked, in WAL mode, with the schema of this program.
pub(super) fn for_writing(settings: &Settings) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(unusable(format!("SQLite {} is older than 3.51.3", rusqlite::version())));
    }
    make_private(&settings.path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(&settings.path, flags).map_err(unusable)?;
    prepare(&connection, settings.busy_timeout).map_err(unusable)?;
    let mode: String =
        connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(unusable)?;
    if mode != "wal" {
        return Err(unusable(format!("the file system does not carry a write-ahead log (mode {mode})")));
    }
    // The writer copies the log itself: SQLite's own automatic checkpoint ignores errors.
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16384")
        .map_err(unusable)?;
    migrations::migrate(&mut connection)?;
    sync_directory(&settings.path)?;
    Ok(connection)
}

/// A connection that copies the log, into a database that [`for_writing`] has opened.
pub(super) fn for_copying(settings: &Settings) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&settings.path, flags).map_err(unusable)?;
    prepare(&connection, settings.busy_timeout).map_err(unusable)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0").map_err(unusable)?;
    Ok(connection)
}

/// A connection that cannot write.
pub(super) fn for_reading(path: &Path, busy_timeout: Duration) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(unusable)?;
    prepare(&connection, busy_timeout).map_err(unusable)?;
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -4096").map_err(unusable)?;
    Ok(connection)
}

pub(super) fn prepare(connection: &Connection, busy_timeout: Duration) -> rusqlite::Result<()> {
    connection.busy_timeout(busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without this a statement is compiled again for each set of values (the bundled build has STAT4).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
         PRAGMA temp_store = MEMORY",
    )
}

/// The file belongs to its owner alone; SQLite gives the log beside it the same mode.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = file.map_err(|error| unusable(format!("{}: {error}", path.display())))?;
    let mode = file.metadata().map_err(unusable)?.permissions().mode();
    if mode & 0o077 != 0 {
        let mode = mode & 0o777;
        return Err(unusable(format!("{} is open to others (mode {mode:o}); make it 0600", path.display())));
    }
    Ok(())
}

/// A new file is durable only when its directory is.
fn sync_directory(path: &Path) -> Result<(), StoreError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(directory).and_then(|open| open.sync_all()).map_err(unusable)
}

pub(super) fn unusable(why: impl ToString) -> StoreError {
    StoreError::Unusable(why.to_string())
}

/// The right to be the one server on a database.
#[derive(Debug)]
pub struct ServerLock(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

impl ServerLock {
    pub(super) fn take(path: &Path) -> Result<ServerLock, StoreError> {
        let beside = path.with_extension("lock");
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&beside)
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(ServerLock(file)),
            Err(TryLockError::WouldBlock) => {
                Err(unusable(format!("another server holds {}", beside.display())))
            }
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}
