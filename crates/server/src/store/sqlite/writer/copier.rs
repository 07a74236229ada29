//! Copies the write-ahead log into the database beside the writer, so that no commit waits for it.
//!
//! SQLite's automatic checkpoint would stop the writer for as long as the copy takes (half a second at a million
//! rows), and ignores errors. Here an error is as final as one in a commit: going on would overwrite a log whose copy
//! never reached the disk.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::Stopped;
use crate::store::StoreError;
use crate::store::sqlite::opening::unusable;

const IDLE: u8 = 0;
const COPYING: u8 = 1;
const COPIED: u8 = 2;
/// When the log has grown to so many times its limit beside the copying, the writer waits for the copy after all.
const PATIENCE: u32 = 4;

/// The thread that copies, and how far it is.
pub(super) struct Copier {
    begin: Option<SyncSender<()>>,
    progress: Arc<AtomicU8>,
    limit: u32,
    thread: Option<JoinHandle<()>>,
}

impl Copier {
    pub(super) fn start(connection: Connection, limit: u32, stopped: Stopped) -> Result<Copier, StoreError> {
        let (begin, orders) = sync_channel(1);
        let progress = Arc::new(AtomicU8::new(IDLE));
        let shown = Arc::clone(&progress);
        let thread = std::thread::Builder::new().name("store-copier".to_owned());
        let thread = thread.spawn(move || copy(&connection, &orders, &shown, &stopped)).map_err(unusable)?;
        Ok(Copier { begin: Some(begin), progress, limit, thread: Some(thread) })
    }

    /// Between two commits: begins a copy once the log is long, and after it copies the few pages that were written
    /// meanwhile; the log can then begin anew.
    pub(super) fn tend(&self, writer: &Connection) -> rusqlite::Result<()> {
        if self.progress.load(Ordering::Acquire) == COPIED {
            self.progress.store(IDLE, Ordering::Release);
            return checkpoint(writer);
        }
        let pages = log_pages(writer)?;
        if pages >= self.limit.saturating_mul(PATIENCE) {
            return checkpoint(writer);
        }
        if pages >= self.limit && self.progress.load(Ordering::Acquire) == IDLE {
            self.progress.store(COPYING, Ordering::Release);
            // A copier that has ended has left its reason with the writer.
            let _ = self.begin.as_ref().map(|begin| begin.try_send(()));
        }
        Ok(())
    }
}

impl Drop for Copier {
    fn drop(&mut self) {
        self.begin = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn copy(connection: &Connection, orders: &Receiver<()>, progress: &AtomicU8, stopped: &OnceLock<String>) {
    while orders.recv().is_ok() {
        // The second round copies what was written during the first, and so leaves little to the writer.
        if let Err(error) = checkpoint(connection).and_then(|()| checkpoint(connection)) {
            super::stop(stopped, &format!("checkpoint: {error}"));
            return;
        }
        progress.store(COPIED, Ordering::Release);
    }
}

/// Pages in the write-ahead log.
fn log_pages(connection: &Connection) -> rusqlite::Result<u32> {
    connection.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?.query_row([], |row| row.get(1))
}

/// Copies the log as far as no reader needs it; waits neither for readers nor for another copy.
pub(super) fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?.query_row([], |_| Ok(()))
}
