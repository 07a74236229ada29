use super::Examination;
use crate::config::Config;
use crate::explanation::{administrator, ours};
use crate::installation::database;
use crate::store::sqlite::Sqlite;
use std::fs;
use std::os::unix::fs::MetadataExt as _;

/// A log that grows beyond this is not copied back: a reader holds it, or the disk is slow.
const LARGE_LOG: u64 = 512 * 1024 * 1024;

pub(super) fn examine(config: &Config, store: &Sqlite, examination: &mut Examination) {
    let path = database(&config.data_dir);
    match store.condition() {
        Ok(condition) if condition.journal_mode == "wal" => {
            let (version, size) = (condition.version, condition.octets / 1024);
            let said = format!("SQLite {version}, write-ahead log, each commit synced, {size} KiB");
            examination.well("store", said);
        }
        Ok(condition) => {
            let what = format!("the store's journal mode is {}, not wal", condition.journal_mode);
            examination.found(administrator::LOG, what, "start the server once; it sets the mode");
        }
        Err(error) => examination.found(ours::STORE, error.to_string(), "restore the store from a backup"),
    }
    for ending in ["db", "db-wal", "db-shm"] {
        let file = path.with_extension(ending);
        let Ok(found) = fs::metadata(&file) else { continue };
        let (shown, mode) = (file.display(), found.mode() & 0o777);
        if mode & 0o077 != 0 {
            let what = format!("{shown} may be read by others than its owner (mode {mode:o})");
            examination.found(administrator::MODES, what, format!("chmod 600 {shown}"));
        }
        if ending == "db-wal" && found.len() > LARGE_LOG {
            let what = format!("the store's log has grown to {} MiB", found.len() >> 20);
            examination.found(
                administrator::LOG,
                what,
                "end programs that hold the store open, then restart the server",
            );
        }
    }
}
