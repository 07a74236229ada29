//! The schema, in numbered steps. `PRAGMA user_version` counts those that are done.

use rusqlite::{Connection, TransactionBehavior};

use super::opening::unusable;
use crate::store::StoreError;

/// In order; a step that was released is never edited.
const STEPS: [&str; 7] = [
    include_str!("migrations/0001_ledger.sql"),
    include_str!("migrations/0002_profile_versions.sql"),
    include_str!("migrations/0003_held_requests.sql"),
    include_str!("migrations/0005_people.sql"),
    include_str!("migrations/0006_webhooks.sql"),
    include_str!("migrations/0007_sightings.sql"),
    include_str!("migrations/0008_idempotency.sql"),
];

/// Does the steps that are missing, each in a transaction of its own, so that a crash leaves whole steps.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let done = version(connection)?;
    if done > STEPS.len() {
        let ours = STEPS.len();
        return Err(unusable(format!(
            "its schema {done} is newer than this program's {ours}; use a newer program"
        )));
    }
    for (number, step) in (1..).zip(STEPS).skip(done) {
        apply(connection, number, step).map_err(|error| unusable(format!("migration {number}: {error}")))?;
    }
    Ok(())
}

/// Whether the schema is exactly this program's; for whoever must not change it.
///
/// # Errors
/// [`StoreError::Unusable`] where it is not.
pub(super) fn is_current(connection: &Connection) -> Result<(), StoreError> {
    let (done, ours) = (version(connection)?, STEPS.len());
    if done == ours {
        return Ok(());
    }
    Err(unusable(format!("its schema is {done} and this program's is {ours}; start the server once")))
}

fn version(connection: &Connection) -> Result<usize, StoreError> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(unusable)?;
    usize::try_from(version).map_err(|_| unusable(format!("its schema {version} is not one of ours")))
}

fn apply(connection: &mut Connection, number: i64, step: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it while this one waited for the lock.
    let done: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if done < number {
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", number)?;
    }
    transaction.commit()
}
