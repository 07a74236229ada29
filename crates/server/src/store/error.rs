//! How the store fails, by whose fault.

/// Why an operation of the store was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The caller asked for what the store's rules forbid; nothing was written.
    #[error("the store refused: {0}")]
    Refused(&'static str),
    /// Another process holds the database for longer than the time-out; nothing was written. Worth a retry.
    #[error("the store is busy: another process holds its write lock")]
    Busy,
    /// A write or sync failed earlier in this process. Nothing more is written until a new start.
    #[error("the store has stopped writing: {0}")]
    Stopped(String),
    /// The database cannot be used as it is: version, permissions, schema.
    #[error("the store cannot be opened: {0}")]
    Unusable(String),
    /// A read failed, or a row is not what it must be.
    #[error("the store could not read: {0}")]
    Read(String),
}

impl StoreError {
    /// Whether the same call may succeed a moment later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, StoreError::Busy)
    }
}
