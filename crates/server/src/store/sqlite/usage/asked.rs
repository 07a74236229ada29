//! Requests in callers' own names.

use pki::Time;
use rusqlite::{Connection, OptionalExtension, Row};

use super::super::values::{time, unread};
use super::super::{Failure, Writing};
use super::audited;
use crate::store::{AskedRequest, AskedSearch, AuditEvent, NewAsked, StoreError, Verdict};

pub(in crate::store::sqlite) fn put(writing: &Writing<'_>, new: &NewAsked) -> Result<(), Failure> {
    let sql = "INSERT INTO asked (id, transaction_hash, key_hash, endpoint, profile, asked_by, identity, subject, server_key,
                   asked_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    writing.connection.prepare_cached(sql)?.execute(rusqlite::params![
        new.id,
        new.transaction,
        new.key,
        new.endpoint,
        new.profile,
        new.asked_by,
        new.identity,
        new.subject,
        new.server_key,
        new.at.unix(),
    ])?;
    audited(writing, "request.asked", None, &new.event.detail, new.at)
}

pub(in crate::store::sqlite) fn refuse(
    writing: &Writing<'_>,
    id: &str,
    verdict: &Verdict,
    event: &AuditEvent,
    at: Time,
) -> Result<(), Failure> {
    let sql = "UPDATE asked SET code = ?2, sentence = ?3, fix = ?4 WHERE id = ?1";
    let row = (id, &verdict.code, &verdict.sentence, &verdict.fix);
    writing.connection.prepare_cached(sql)?.execute(row)?;
    audited(writing, "request.refused", None, &event.detail, at)
}

pub(in crate::store::sqlite) fn one(
    connection: &Connection,
    id: &str,
) -> Result<Option<AskedRequest>, StoreError> {
    let mut query = connection.prepare_cached("SELECT * FROM asked WHERE id = ?1").map_err(unread)?;
    query.query_row((id,), asked).optional().map_err(unread)
}

pub(in crate::store::sqlite) fn list(
    connection: &Connection,
    search: &AskedSearch,
) -> Result<Vec<AskedRequest>, StoreError> {
    // Two statements, so that each walks an index from its end.
    let before = search.before.unwrap_or(i64::MAX);
    let Some(identity) = &search.identity else {
        let sql = "SELECT * FROM asked WHERE number < ?1 ORDER BY number DESC LIMIT ?2";
        let mut query = connection.prepare_cached(sql).map_err(unread)?;
        let rows = query.query_map((before, search.limit), asked).map_err(unread)?;
        return rows.collect::<Result<_, _>>().map_err(unread);
    };
    let sql = "SELECT * FROM asked WHERE identity = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    let rows = query.query_map((identity, before, search.limit), asked).map_err(unread)?;
    rows.collect::<Result<_, _>>().map_err(unread)
}

fn asked(row: &Row<'_>) -> rusqlite::Result<AskedRequest> {
    let verdict = match row.get::<_, Option<String>>("code")? {
        Some(code) => Some(Verdict { code, sentence: row.get("sentence")?, fix: row.get("fix")? }),
        None => None,
    };
    Ok(AskedRequest {
        number: row.get("number")?,
        id: row.get("id")?,
        transaction: row.get("transaction_hash")?,
        key: row.get("key_hash")?,
        endpoint: row.get("endpoint")?,
        profile: row.get("profile")?,
        asked_by: row.get("asked_by")?,
        identity: row.get("identity")?,
        subject: row.get("subject")?,
        server_key: row.get("server_key")?,
        at: time(row, "asked_at")?,
        verdict,
    })
}
