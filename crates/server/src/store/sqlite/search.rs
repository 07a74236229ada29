//! What is found, completed from the store: how each certificate stands is read where it is decided.

use rusqlite::{Connection, OptionalExtension as _};

use super::index::{self, Index};
use super::values::{time, unread};
use crate::store::{CertificateId, Entry, Forecast, Found, Hit, PageSought, Revocation, Sought, StoreError};

pub(super) fn find(
    store: &Connection,
    index: &Index,
    sought: &Sought,
    page: &PageSought,
) -> Result<Found, StoreError> {
    let (entries, next) = index.with(|index| index::page(index, sought, page))?.unwrap_or_default();
    Ok(Found { hits: completed(store, entries)?, next })
}

pub(super) fn hits(store: &Connection, index: &Index, ids: &[CertificateId]) -> Result<Vec<Hit>, StoreError> {
    let entries = index.with(|index| index::these(index, ids))?.unwrap_or_default();
    completed(store, entries)
}

pub(super) fn forecast(store: &Connection, index: &Index, page: &PageSought) -> Result<Forecast, StoreError> {
    let found = index.with(|index| {
        let opening = index::opening_days(index, page.now)?;
        let (at_risk, entries, next) = index::at_risk(index, page)?;
        Ok(Forecast { opening, at_risk, found: Found { hits: completed(store, entries)?, next } })
    })?;
    Ok(found.unwrap_or_default())
}

fn completed(store: &Connection, entries: Vec<Entry>) -> Result<Vec<Hit>, StoreError> {
    let sql = "SELECT at, reason FROM revocations WHERE certificate = ?1";
    let mut query = store.prepare_cached(sql).map_err(unread)?;
    let mut hit = |entry: Entry| {
        let revocation = query
            .query_row((entry.id,), |row| Ok(Revocation { at: time(row, "at")?, reason: row.get("reason")? }))
            .optional()
            .map_err(unread)?;
        Ok(Hit { entry, revocation })
    };
    entries.into_iter().map(&mut hit).collect()
}
