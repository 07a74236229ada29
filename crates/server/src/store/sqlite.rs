//! SQLite: one file, one writer thread with group commit, readers that never wait for it.

mod audit;
mod authorities;
mod certificates;
mod challenges;
mod checks;
mod condition;
mod crl_pieces;
mod crls;
mod directory;
mod grounds;
mod held;
mod index;
mod issuance;
mod migrations;
mod notifications;
mod opening;
mod people;
mod profiles;
mod readers;
mod repetitions;
mod reserve;
mod revocations;
mod search;
mod store;
mod tokens;
mod usage;
mod values;
mod webhooks;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use super::{Pending, StoreError};
use crate::aside::aside;
pub use condition::Condition;
use index::Index;
pub use opening::ServerLock;
use readers::Readers;
use writer::{Failure, Writer, Writing};

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file; its directory must exist.
    pub path: PathBuf,
    /// How long to wait for another process's write lock.
    pub busy_timeout: Duration,
    /// How long the writer may gather further jobs before it commits, while they keep coming. Each commit costs a
    /// sync and several pages however few jobs it holds; a job that comes alone never waits.
    pub gather: Duration,
    /// Pages in the write-ahead log after which they are copied into the database.
    pub checkpoint_pages: u32,
}

impl Settings {
    /// The settings of a server for this file.
    #[must_use]
    pub fn new(path: &Path) -> Settings {
        Settings {
            path: path.to_owned(),
            busy_timeout: Duration::from_secs(5),
            gather: Duration::from_millis(4),
            checkpoint_pages: 32_000,
        }
    }
}

/// The store in one SQLite file.
#[derive(Debug)]
pub struct Sqlite {
    writer: Writer,
    readers: Readers,
    index: Arc<Index>,
}

impl Sqlite {
    /// Opens or creates the database, brings its schema up to date and starts the writer.
    ///
    /// # Errors
    /// [`StoreError::Unusable`]: a SQLite older than 3.51.3, a file others can read, a missing directory, a schema
    /// newer than this program, a file system on which the write-ahead log does not work.
    pub fn open(path: &Path) -> Result<Sqlite, StoreError> {
        Sqlite::open_with(&Settings::new(path))
    }

    /// The same with settings.
    ///
    /// # Errors
    /// As for [`Sqlite::open`].
    pub fn open_with(settings: &Settings) -> Result<Sqlite, StoreError> {
        let connection = opening::for_writing(settings)?;
        let readers = Readers::new(settings)?;
        let index = Arc::new(Index::beside(&settings.path, settings.busy_timeout));
        Ok(Sqlite { writer: Writer::start(connection, settings)?, readers, index })
    }

    /// Opens a database that is there, to look at it: nothing in it can change, and every write is refused.
    ///
    /// # Errors
    /// [`StoreError::Unusable`]: no such file, or a schema that is not this program's.
    pub fn open_to_read(path: &Path) -> Result<Sqlite, StoreError> {
        let settings = Settings::new(path);
        let readers = Readers::new(&settings)?;
        readers.with(migrations::is_current)?;
        let index = Arc::new(Index::beside(path, settings.busy_timeout));
        Ok(Sqlite { writer: Writer::absent("it was opened to be read"), readers, index })
    }

    /// Takes the right to be the one server on this database, until the lock is dropped or the process ends.
    /// Commands beside the server do not need it.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] if another server holds it.
    pub fn lock_exclusive(path: &Path) -> Result<ServerLock, StoreError> {
        ServerLock::take(path)
    }

    /// One transaction's worth of work for the writer; `Ok` once it is on the disk.
    fn write<'a, T, F>(&'a self, work: F) -> Pending<'a, T>
    where
        T: Send + 'static,
        F: Fn(&Writing<'_>) -> Result<T, Failure> + Send + 'static,
    {
        Box::pin(self.writer.submit(work))
    }

    /// A look-up of microseconds, done where it is asked: handing it to another thread would cost more.
    fn look<'a, T, F>(&'a self, query: F) -> Pending<'a, T>
    where
        T: Send + 'a,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'a,
    {
        Box::pin(async move { self.readers.with(query) })
    }

    /// A read that is a part of long work, on a thread that gives way.
    fn read_aside<'a, T, F>(&'a self, query: F) -> Pending<'a, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let readers = self.readers.clone();
        Box::pin(async move {
            let read = aside(move || readers.with(query)).await;
            read.unwrap_or_else(|| Err(StoreError::Read("a thread ended early".to_owned())))
        })
    }

    /// Asks store and index together, on a thread where it may block.
    fn seek<'a, T, F>(&'a self, query: F) -> Pending<'a, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection, &Index) -> Result<T, StoreError> + Send + 'static,
    {
        let index = Arc::clone(&self.index);
        self.scan(move |store| query(store, &index))
    }

    /// A read that may take long, on a thread where it may block.
    fn scan<'a, T, F>(&'a self, query: F) -> Pending<'a, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let readers = self.readers.clone();
        Box::pin(async move {
            let task = tokio::task::spawn_blocking(move || readers.with(query));
            task.await.unwrap_or_else(|lost| Err(StoreError::Read(lost.to_string())))
        })
    }
}

#[cfg(test)]
mod plans;
