//! Authorities, and the small values remembered beside them.

use pki::Time;
use rusqlite::{Connection, OptionalExtension, Row};

use super::values::{time, time_or_none, unread};
use super::{Failure, Writing};
use crate::store::{Authority, AuthorityId, NewAuthority, StoreError};

pub(super) fn put(writing: &Writing<'_>, new: &NewAuthority) -> Result<AuthorityId, Failure> {
    let sql = "INSERT INTO authorities (name, role, certificate, key_reference, created_at)
               VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name) DO NOTHING";
    let mut insert = writing.connection.prepare_cached(sql)?;
    let created = new.created_at.unix();
    if insert.execute((&new.name, new.role, &new.certificate, &new.key_reference, created))? == 0 {
        return Err(Failure::Refused("an authority of this name exists"));
    }
    Ok(AuthorityId(writing.connection.last_insert_rowid()))
}

pub(super) fn retire(writing: &Writing<'_>, id: AuthorityId, at: Time) -> Result<(), Failure> {
    let sql = "UPDATE authorities SET retired_at = coalesce(retired_at, ?2) WHERE id = ?1";
    match writing.connection.prepare_cached(sql)?.execute((id, at.unix()))? {
        0 => Err(Failure::Refused("no authority has this id")),
        _ => Ok(()),
    }
}

pub(super) fn one(connection: &Connection, id: AuthorityId) -> Result<Option<Authority>, StoreError> {
    let mut query = connection.prepare_cached("SELECT * FROM authorities WHERE id = ?1").map_err(unread)?;
    query.query_row((id,), authority).optional().map_err(unread)
}

pub(super) fn all(connection: &Connection) -> Result<Vec<Authority>, StoreError> {
    let mut query = connection.prepare_cached("SELECT * FROM authorities ORDER BY id").map_err(unread)?;
    query.query_map([], authority).map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}

fn authority(row: &Row<'_>) -> rusqlite::Result<Authority> {
    Ok(Authority {
        id: row.get("id")?,
        name: row.get("name")?,
        role: row.get("role")?,
        certificate: row.get("certificate")?,
        key_reference: row.get("key_reference")?,
        created_at: time(row, "created_at")?,
        retired_at: time_or_none(row, "retired_at")?,
    })
}

pub(super) fn remembered(connection: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    let mut query = connection.prepare_cached("SELECT value FROM meta WHERE key = ?1").map_err(unread)?;
    query.query_row((key,), |row| row.get(0)).optional().map_err(unread)
}

pub(super) fn remember(writing: &Writing<'_>, key: &str, value: &str) -> Result<(), Failure> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2";
    writing.connection.prepare_cached(sql)?.execute((key, value))?;
    Ok(())
}
