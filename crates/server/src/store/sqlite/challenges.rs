//! One-time challenges. Spending one is a claim, made by the reservation.

use pki::Time;
use rusqlite::{Connection, OptionalExtension, Row};

use super::values::{time, unread};
use super::{Failure, Writing};
use crate::store::{Challenge, ClaimHash, NewChallenge, StoreError};

pub(super) const BY_HASH: &str = "SELECT h.*, k.certificate AS spent_on FROM challenges h
     LEFT JOIN claims k ON k.hash = h.hash WHERE h.hash = ?1";

pub(super) fn put(writing: &Writing<'_>, new: &NewChallenge) -> Result<bool, Failure> {
    let sql = "INSERT INTO challenges (hash, endpoint, identity, expires_at, created_at, note)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (hash) DO NOTHING";
    let (expires, created) = (new.expires_at.unix(), new.created_at.unix());
    let row = (new.hash, &new.endpoint, &new.identity, expires, created, &new.note);
    Ok(writing.connection.prepare_cached(sql)?.execute(row)? == 1)
}

pub(super) fn purge(writing: &Writing<'_>, before: Time) -> Result<u64, Failure> {
    let sql = "DELETE FROM challenges WHERE expires_at < ?1";
    let gone = writing.connection.prepare_cached(sql)?.execute((before.unix(),))?;
    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
}

pub(super) fn one(connection: &Connection, hash: ClaimHash) -> Result<Option<Challenge>, StoreError> {
    let mut query = connection.prepare_cached(BY_HASH).map_err(unread)?;
    query.query_row((hash,), challenge).optional().map_err(unread)
}

pub(super) fn all(connection: &Connection, limit: u32) -> Result<Vec<Challenge>, StoreError> {
    let sql = "SELECT h.*, k.certificate AS spent_on FROM challenges h LEFT JOIN claims k ON k.hash = h.hash
               ORDER BY h.id DESC LIMIT ?1";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    query.query_map((limit,), challenge).map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}

fn challenge(row: &Row<'_>) -> rusqlite::Result<Challenge> {
    Ok(Challenge {
        hash: row.get("hash")?,
        endpoint: row.get("endpoint")?,
        identity: row.get("identity")?,
        expires_at: time(row, "expires_at")?,
        created_at: time(row, "created_at")?,
        note: row.get("note")?,
        spent_on: row.get("spent_on")?,
    })
}
