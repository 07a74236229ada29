//! The index that finds things: a database of its own beside the store, made from the store by following the audit chain.
//!
//! It is apart so that an enrolment's commits never wait for it, and so that it may be lost: it is written without waiting for the disk,
//! and made anew where it is damaged, of another edition, or of another store. Whatever changes what is found about a certificate is a row
//! of the audit; a row is followed once it is committed, in the order of the chain, together with the mark that says how far this is.

mod entries;
mod find;
mod follow;
mod numbers;
mod sums;
mod terms;
mod trail;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::opening::{self, unusable};
use super::readers::Readers;
use super::values::unread;
use crate::store::{Followed, StoreError};

pub(super) use find::{around, holder_count, page, these};
pub(super) use numbers::{at_risk, numbers, opening_days};
pub(super) use trail::{of_transaction, page as trail};

const SCHEMA: &str = include_str!("index/schema.sql");
/// The edition of the schema; `PRAGMA user_version` of a file that is of this one.
const EDITION: i64 = 1;

/// The index of one store.
#[derive(Debug)]
pub(super) struct Index {
    path: PathBuf,
    busy_timeout: Duration,
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Option<Readers>>,
    /// The last batch failed: who opens the file next looks whether it is whole.
    suspect: AtomicBool,
}

impl Index {
    /// The index beside this store. Nothing is opened yet.
    pub(super) fn beside(store: &Path, busy_timeout: Duration) -> Index {
        let path = store.with_extension("search.db");
        Index {
            path,
            busy_timeout,
            writer: Mutex::new(None),
            readers: Mutex::new(None),
            suspect: AtomicBool::new(false),
        }
    }

    /// Follows the next rows of the audit, so many at most.
    pub(super) fn follow(&self, store: &Readers, most: u32) -> Result<Followed, StoreError> {
        let mut kept = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut writer = match kept.take() {
            Some(writer) => writer,
            None => self.open_to_write()?,
        };
        let followed = store.with(|store| follow::follow(store, &mut writer, most));
        self.suspect.store(followed.is_err(), Ordering::Relaxed);
        // One that failed is opened anew.
        *kept = followed.is_ok().then_some(writer);
        followed
    }

    /// Asks the index; `None` where there is none yet.
    pub(super) fn with<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let known = self.readers().clone();
        let readers = match known {
            Some(readers) => readers,
            None if !self.is_there() => return Ok(None),
            None => {
                let readers = Readers::at(&self.path, self.busy_timeout)?;
                self.readers().get_or_insert(readers).clone()
            }
        };
        readers.with(query).map(Some)
    }

    fn readers(&self) -> MutexGuard<'_, Option<Readers>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is an index of this edition.
    fn is_there(&self) -> bool {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = self.path.exists().then(|| Connection::open_with_flags(&self.path, flags));
        opened.is_some_and(|opened| {
            opened.is_ok_and(|opened| edition(&opened).is_ok_and(|edition| edition == EDITION))
        })
    }

    /// What is damaged is made again; what cannot be opened for another reason stays.
    fn open_to_write(&self) -> Result<Connection, StoreError> {
        match self.try_to_open() {
            Ok(connection) => return Ok(connection),
            Err(Unopened::Other(error)) => return Err(error),
            Err(Unopened::Damaged) => {}
        }
        tracing::warn!(event = "index_begun_anew", "the search index is damaged; it is made anew");
        for end in ["", "-wal", "-shm"] {
            let mut name = self.path.clone().into_os_string();
            name.push(end);
            let _ = std::fs::remove_file(name);
        }
        *self.readers() = None;
        self.try_to_open().map_err(|unopened| match unopened {
            Unopened::Damaged => unusable("the search index is damaged"),
            Unopened::Other(error) => error,
        })
    }

    fn try_to_open(&self) -> Result<Connection, Unopened> {
        // It repeats names of people: for its owner alone, as the store is.
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&self.path);
        file.map_err(|error| Unopened::Other(unusable(error)))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&self.path, flags)?;
        opening::prepare(&connection, self.busy_timeout)?;
        // A power cut may take the last batches away, and the mark with them.
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;
             PRAGMA cache_size = -32768",
        )?;
        if self.suspect.load(Ordering::Relaxed) && !is_whole(&connection)? {
            return Err(Unopened::Damaged);
        }
        if edition(&connection)? != EDITION {
            let transaction = connection.transaction()?;
            begin_anew(&transaction)?;
            transaction.commit()?;
        }
        Ok(connection)
    }
}

/// Why the index cannot be written.
enum Unopened {
    /// It is no database, or a broken one.
    Damaged,
    Other(StoreError),
}

impl From<rusqlite::Error> for Unopened {
    fn from(error: rusqlite::Error) -> Unopened {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Unopened::Damaged,
            _ => Unopened::Other(unusable(error)),
        }
    }
}

fn is_whole(connection: &Connection) -> rusqlite::Result<bool> {
    let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(said == "ok")
}

fn edition(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Drops whatever is there and makes an empty index.
fn begin_anew(connection: &Connection) -> rusqlite::Result<()> {
    // What belongs to a virtual table goes with it.
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
               AND name NOT GLOB 'terms_*' AND name NOT GLOB 'trail_*'";
    let names: Vec<String> =
        connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for name in names {
        connection.execute_batch(&format!("DROP TABLE \"{}\"", name.replace('"', "\"\"")))?;
    }
    connection.execute_batch(SCHEMA)
}

/// How far the audit was followed, and the rows that are left.
fn behind(store: &Connection, index: &Connection) -> Result<u64, StoreError> {
    let head = super::audit::newest(store).map_err(unread)?.sequence;
    let (mark, _) = follow::mark(index).map_err(unread)?;
    Ok(head.saturating_sub(mark))
}
