//! API tokens, by the hash of their text.

use pki::Time;
use rusqlite::types::FromSqlError;
use rusqlite::{Connection, OptionalExtension, Row};

use super::audit::{self, Entry};
use super::values::{time, time_or_none, unread};
use super::{Failure, Writing};
use crate::store::{AuditEvent, NewToken, StoreError, Token, TokenHash};
use crate::tokens::Scope;

pub(super) const BY_HASH: &str = "SELECT * FROM tokens WHERE hash = ?1";
pub(super) const LIVE_NAME: &str =
    "SELECT 1 FROM tokens WHERE name = ?1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2)";

pub(super) fn put(writing: &Writing<'_>, new: &NewToken) -> Result<bool, Failure> {
    let created = new.created_at.unix();
    if writing.connection.prepare_cached(LIVE_NAME)?.exists((&new.name, created))? {
        return Ok(false);
    }
    let sql = "INSERT INTO tokens (hash, name, scopes, created_at, expires_at, person) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.as_str()).collect();
    let row = (new.hash, &new.name, scopes.join(" "), created, new.expires_at.map(Time::unix), new.person);
    writing.connection.prepare_cached(sql)?.execute(row)?;
    audited(writing, "token.created", &new.event, new.created_at)?;
    Ok(true)
}

/// All that have the name and are not revoked: one that has expired would be live again if the clock were set back.
pub(super) fn revoke(
    writing: &Writing<'_>,
    name: &str,
    event: &AuditEvent,
    at: Time,
) -> Result<bool, Failure> {
    let sql = "UPDATE tokens SET revoked_at = ?2 WHERE name = ?1 AND revoked_at IS NULL";
    if writing.connection.prepare_cached(sql)?.execute((name, at.unix()))? == 0 {
        return Ok(false);
    }
    audited(writing, "token.revoked", event, at)?;
    Ok(true)
}

fn audited(writing: &Writing<'_>, kind: &str, event: &AuditEvent, at: Time) -> Result<(), Failure> {
    audit::append(writing, &Entry { kind, certificate: None, detail: &event.detail, at }).map(|_| ())
}

pub(super) fn one(connection: &Connection, hash: TokenHash) -> Result<Option<Token>, StoreError> {
    let mut query = connection.prepare_cached(BY_HASH).map_err(unread)?;
    query.query_row((hash,), token).optional().map_err(unread)
}

pub(super) fn all(connection: &Connection, limit: u32) -> Result<Vec<Token>, StoreError> {
    let sql = "SELECT * FROM tokens ORDER BY id DESC LIMIT ?1";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    query.query_map((limit,), token).map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}

fn token(row: &Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        name: row.get("name")?,
        scopes: scopes(&row.get::<_, String>("scopes")?)?,
        person: row.get("person")?,
        created_at: time(row, "created_at")?,
        expires_at: time_or_none(row, "expires_at")?,
        revoked_at: time_or_none(row, "revoked_at")?,
    })
}

/// A word that this program does not know makes the row unreadable: nobody is let in by half of it.
fn scopes(text: &str) -> Result<Vec<Scope>, FromSqlError> {
    text.split(' ').map(|word| Scope::parse(word).ok_or(FromSqlError::InvalidType)).collect()
}
