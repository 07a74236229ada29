//! What a directory says of devices and users, and which certificates name them.

use pki::Time;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Params};
use std::collections::BTreeSet;

use super::audit::{self, Entry};
use super::grounds;
use super::values::unread;
use super::{Failure, Writing};
use crate::standing::{Record, Rule};
use crate::store::{
    AuditEvent, Binding, Bound, CertificateId, Named, RecordId, StoreError, StoredRecord, Whom,
};

/// Records what a directory says now; gives the rows, in the order given.
pub(super) fn learn(
    writing: &Writing<'_>,
    source: &str,
    records: &[Record],
) -> Result<Vec<RecordId>, Failure> {
    let sql = "INSERT INTO directory (source, kind, object, facts, key) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (source, kind, object) DO UPDATE SET facts = ?4, key = ?5 RETURNING id";
    let mut insert = writing.connection.prepare_cached(sql)?;
    let mut ids = Vec::with_capacity(records.len());
    for record in records {
        let facts =
            serde_json::to_string(record).map_err(|_| Failure::Refused("a record cannot be written"))?;
        let values = (source, record.kind as i64, &record.object, facts, &record.key);
        ids.push(RecordId(insert.query_row(values, |row| row.get(0))?));
    }
    Ok(ids)
}

pub(super) fn known(
    connection: &Connection,
    source: &str,
    after: RecordId,
    limit: u32,
) -> Result<Vec<StoredRecord>, StoreError> {
    let sql = "SELECT id, facts FROM directory WHERE source = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    records(connection, sql, (source, after.0, limit))
}

pub(super) const BEARING: &str = "SELECT id, facts FROM directory WHERE key = ?1 AND source = ?2 ORDER BY id";

pub(super) fn bearing(
    connection: &Connection,
    source: &str,
    key: &str,
) -> Result<Vec<StoredRecord>, StoreError> {
    records(connection, BEARING, (key, source))
}

pub(super) const BEARING_ANYWHERE: &str =
    "SELECT id, facts, source FROM directory WHERE key = ?1 ORDER BY source, id";

pub(super) fn bearing_anywhere(
    connection: &Connection,
    key: &str,
) -> Result<Vec<(String, StoredRecord)>, StoreError> {
    let mut query = connection.prepare_cached(BEARING_ANYWHERE).map_err(unread)?;
    let rows =
        query.query_map((key,), |row| Ok((row.get::<_, String>(2)?, row.get(0)?, row.get::<_, String>(1)?)));
    rows.map_err(unread)?
        .map(|row| {
            let (source, id, facts) = row.map_err(unread)?;
            let record = serde_json::from_str(&facts)
                .map_err(|error| StoreError::Read(format!("directory row {id}: {error}")))?;
            Ok((source, StoredRecord { id: RecordId(id), record }))
        })
        .collect()
}

fn records(connection: &Connection, sql: &str, wanted: impl Params) -> Result<Vec<StoredRecord>, StoreError> {
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    let rows = query.query_map(wanted, |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
    rows.map_err(unread)?
        .map(|row| {
            let (id, facts) = row.map_err(unread)?;
            let record = serde_json::from_str(&facts)
                .map_err(|error| StoreError::Read(format!("directory row {id}: {error}")))?;
            Ok(StoredRecord { id: RecordId(id), record })
        })
        .collect()
}

/// Part of the first commit.
pub(super) fn bind(writing: &Writing<'_>, id: CertificateId, bindings: &[Binding]) -> Result<(), Failure> {
    let sql = "INSERT OR REPLACE INTO bindings (certificate, kind, source, key, evidence, record)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    for one in bindings {
        let record = one.record.map(|record| record.0);
        let values = (id, one.named as i64, &one.source, &one.key, &one.evidence, record);
        writing.connection.prepare_cached(sql)?.execute(values)?;
    }
    Ok(())
}

/// An administrator's correction, on record. `None` takes the binding away; with the last one, the holds that hung on them
/// end.
pub(super) fn rebind(
    writing: &Writing<'_>,
    (id, named): (CertificateId, Named),
    binding: Option<&Binding>,
    event: &AuditEvent,
    now: Time,
) -> Result<(), Failure> {
    match binding {
        Some(binding) => bind(writing, id, std::slice::from_ref(binding))?,
        None => {
            let sql = "DELETE FROM bindings WHERE certificate = ?1 AND kind = ?2";
            writing.connection.prepare_cached(sql)?.execute((id, named as i64))?;
        }
    }
    // Nobody rules on who names nobody.
    if bindings(writing.connection, id)?.is_empty() {
        for rule in Rule::OF_THE_DIRECTORY {
            grounds::end(writing, id, rule)?;
        }
        grounds::settle(writing, id, &event.detail, now)?;
    }
    let (kind, detail) = ("certificate.bound", event.detail.as_str());
    audit::append(writing, &Entry { kind, certificate: Some(id), detail, at: now }).map(|_| ())
}

pub(super) fn bindings(connection: &Connection, id: CertificateId) -> rusqlite::Result<Vec<Binding>> {
    let sql = "SELECT kind, source, key, evidence, record FROM bindings WHERE certificate = ?1 ORDER BY kind";
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map((id,), |row| {
        Ok(Binding {
            named: grounds::named(row, "kind")?,
            source: row.get("source")?,
            key: row.get("key")?,
            evidence: row.get("evidence")?,
            record: row.get::<_, Option<i64>>("record")?.map(RecordId),
        })
    })?;
    rows.collect()
}

pub(super) const BOUND: &str =
    "SELECT DISTINCT b.certificate FROM bindings b WHERE b.certificate > ?1 ORDER BY b.certificate LIMIT ?2";
pub(super) const UNFOUND: &str = "SELECT DISTINCT certificate FROM bindings WHERE record IS NULL AND certificate > ?1 ORDER BY certificate LIMIT ?2";
pub(super) const BY_KEY: &str = "SELECT certificate FROM bindings WHERE key = ?1";
pub(super) const BY_RECORD: &str = "SELECT certificate FROM bindings WHERE record = ?1";

/// The last row looked at, for the next page, and those that are issued and not expired.
pub(super) fn bound(
    connection: &Connection,
    whom: &Whom,
    now: Time,
) -> Result<(Option<CertificateId>, Vec<Bound>), StoreError> {
    let ids = ids(connection, whom).map_err(unread)?;
    let mut found = Vec::with_capacity(ids.len());
    for id in &ids {
        found.extend(one(connection, *id, now).map_err(unread)?);
    }
    Ok((ids.last().copied(), found))
}

fn ids(connection: &Connection, whom: &Whom) -> rusqlite::Result<BTreeSet<CertificateId>> {
    let mut found = BTreeSet::new();
    match whom {
        Whom::All { after, limit } => {
            take(connection, BOUND, vec![after.0.into(), (*limit).into()], &mut found)?
        }
        Whom::Unfound { after, limit } => {
            take(connection, UNFOUND, vec![after.0.into(), (*limit).into()], &mut found)?;
        }
        Whom::These { records, keys } => {
            for record in records {
                take(connection, BY_RECORD, vec![record.0.into()], &mut found)?;
            }
            for key in keys {
                take(connection, BY_KEY, vec![key.clone().into()], &mut found)?;
            }
        }
    }
    Ok(found)
}

fn take(
    connection: &Connection,
    sql: &str,
    values: Vec<Value>,
    into: &mut BTreeSet<CertificateId>,
) -> rusqlite::Result<()> {
    let mut query = connection.prepare_cached(sql)?;
    for id in query.query_map(rusqlite::params_from_iter(values), |row| row.get(0))? {
        into.insert(id?);
    }
    Ok(())
}

fn one(connection: &Connection, id: CertificateId, now: Time) -> rusqlite::Result<Option<Bound>> {
    let sql = "SELECT endpoint, reserved_at FROM certificates c WHERE id = ?1 AND not_after >= ?2
               AND EXISTS (SELECT 1 FROM signatures s WHERE s.certificate = c.id)";
    let mut query = connection.prepare_cached(sql)?;
    let found = query.query_row((id, now.unix()), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((endpoint, made_at)) = found else { return Ok(None) };
    let (bindings, grounds) = (bindings(connection, id)?, grounds::of(connection, id)?);
    Ok(Some(Bound { id, endpoint, made_at: Time::from_unix(made_at), bindings, grounds }))
}
