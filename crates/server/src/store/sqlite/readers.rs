//! Connections that only read. In WAL mode they see the last commit and wait for nobody.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::{Settings, opening};
use crate::store::StoreError;

/// Idle connections kept; a burst of long reads may open more for its time.
const KEPT: usize = 4;

/// A pool that opens another connection rather than let a look-up wait behind a long read.
#[derive(Clone, Debug)]
pub(super) struct Readers(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    idle: Mutex<Vec<Connection>>,
    path: PathBuf,
    busy_timeout: Duration,
}

impl Readers {
    pub(super) fn new(settings: &Settings) -> Result<Readers, StoreError> {
        Readers::at(&settings.path, settings.busy_timeout)
    }

    /// Of the database at `path`.
    pub(super) fn at(path: &Path, busy_timeout: Duration) -> Result<Readers, StoreError> {
        let first = opening::for_reading(path, busy_timeout)?;
        Ok(Readers(Arc::new(Pool { idle: Mutex::new(vec![first]), path: path.to_owned(), busy_timeout })))
    }

    pub(super) fn with<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => opening::for_reading(&self.0.path, self.0.busy_timeout)?,
        };
        let found = query(&connection);
        let mut idle = self.idle();
        if idle.len() < KEPT {
            idle.push(connection);
        }
        found
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
