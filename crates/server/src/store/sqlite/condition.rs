use super::Sqlite;
use super::values::unread;
use crate::store::StoreError;

/// What a doctor wants to know of a database.
#[derive(Clone, Debug)]
pub struct Condition {
    /// SQLite's version.
    pub version: &'static str,
    /// `wal` as it must be.
    pub journal_mode: String,
    /// Octets of the database, without its log.
    pub octets: u64,
}

impl Sqlite {
    /// How the database is kept.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn condition(&self) -> Result<Condition, StoreError> {
        self.readers.with(|connection| {
            let number = |pragma: &str| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
            let journal_mode =
                connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).map_err(unread)?;
            let pages = number("PRAGMA page_count").map_err(unread)?;
            let size = number("PRAGMA page_size").map_err(unread)?;
            let octets = u64::try_from(pages.saturating_mul(size)).unwrap_or(0);
            Ok(Condition { version: rusqlite::version(), journal_mode, octets })
        })
    }
}
