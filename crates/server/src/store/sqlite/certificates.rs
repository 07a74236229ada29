//! Finding certificates. The whole state of one comes from one statement, so from one commit.

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::issuance::assembled;
use super::values::{time, time_or_none, unread};
use crate::store::{CertificateId, KeyHash, Revocation, Search, State, StoreError, Stored, TransactionHash};

/// A certificate with what hangs on its row; followed by a WHERE clause.
macro_rules! stored {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.issuer, c.serial, c.profile, c.profile_version, c.endpoint, c.transaction_id,
                    c.transaction_hash, c.csr_hash, c.key_hash, c.subject, c.not_before, c.not_after, c.reserved_at,
                    c.supersedes, c.tbs, s.issued_at, s.tail, a.at AS abandoned_at, a.reason AS abandoned_why,
                    r.at AS revoked_at, r.reason AS revoked_reason, n.state AS notification
             FROM certificates c
             LEFT JOIN signatures s ON s.certificate = c.id
             LEFT JOIN abandonments a ON a.certificate = c.id
             LEFT JOIN revocations r ON r.certificate = c.id
             LEFT JOIN notifications n ON n.certificate = c.id ",
            $rest
        )
    };
}

pub(super) const BY_TRANSACTION: &str = stored!("WHERE c.key_hash = ?1 AND c.transaction_hash = ?2");
pub(super) const BY_SERIAL: &str = stored!("WHERE c.serial = ?1 ORDER BY c.issuer LIMIT ?2");
pub(super) const BY_KEY: &str = stored!("WHERE c.key_hash = ?1 ORDER BY c.id DESC LIMIT ?2");
pub(super) const BY_ID: &str = stored!("WHERE c.id = ?1");
const LISTED: &str = stored!(
    "WHERE c.id > ?1 AND (?2 IS NULL OR instr(lower(c.subject), lower(?2)))
       AND (?3 IS NULL OR c.endpoint = ?3) ORDER BY c.id LIMIT ?4"
);
/// From the side of the revocations, which are few.
pub(super) const LISTED_REVOKED: &str = stored!(
    "WHERE c.id IN (SELECT certificate FROM revocations WHERE certificate > ?1)
       AND (?2 IS NULL OR instr(lower(c.subject), lower(?2)))
       AND (?3 IS NULL OR c.endpoint = ?3) ORDER BY c.id LIMIT ?4"
);
/// Authorities of one installation that could share a serial; a bound, not a rule.
const ISSUERS: u32 = 1_000;

pub(super) fn by_id(connection: &Connection, id: CertificateId) -> rusqlite::Result<Option<Stored>> {
    connection.prepare_cached(BY_ID)?.query_row((id,), stored).optional()
}

pub(super) fn by_transaction(
    connection: &Connection,
    key: KeyHash,
    transaction: TransactionHash,
) -> Result<Option<Stored>, StoreError> {
    let mut query = connection.prepare_cached(BY_TRANSACTION).map_err(unread)?;
    query.query_row((key, transaction), stored).optional().map_err(unread)
}

pub(super) fn by_serial(connection: &Connection, serial: &[u8]) -> Result<Vec<Stored>, StoreError> {
    all(connection, BY_SERIAL, (serial, ISSUERS))
}

pub(super) fn by_key(connection: &Connection, key: KeyHash, limit: u32) -> Result<Vec<Stored>, StoreError> {
    all(connection, BY_KEY, (key, limit))
}

pub(super) fn list(connection: &Connection, search: &Search) -> Result<Vec<Stored>, StoreError> {
    let sql = if search.revoked { LISTED_REVOKED } else { LISTED };
    all(connection, sql, (search.after, &search.subject, &search.endpoint, search.limit))
}

pub(super) fn request(connection: &Connection, id: CertificateId) -> Result<Option<Vec<u8>>, StoreError> {
    let mut query =
        connection.prepare_cached("SELECT der FROM requests WHERE certificate = ?1").map_err(unread)?;
    query.query_row((id,), |row| row.get(0)).optional().map_err(unread)
}

fn all(connection: &Connection, sql: &str, wanted: impl Params) -> Result<Vec<Stored>, StoreError> {
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    query.query_map(wanted, stored).map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let tbs: Vec<u8> = row.get("tbs")?;
    Ok(Stored {
        id: row.get("id")?,
        issuer: row.get("issuer")?,
        serial: row.get("serial")?,
        state: state(row, &tbs)?,
        revocation: revocation(row)?,
        notification: row.get("notification")?,
        tbs,
        profile: row.get("profile")?,
        profile_version: row.get("profile_version")?,
        endpoint: row.get("endpoint")?,
        transaction_id: row.get("transaction_id")?,
        transaction: row.get("transaction_hash")?,
        csr_hash: row.get("csr_hash")?,
        key: row.get("key_hash")?,
        subject: row.get("subject")?,
        not_before: time(row, "not_before")?,
        not_after: time(row, "not_after")?,
        reserved_at: time(row, "reserved_at")?,
        supersedes: row.get("supersedes")?,
    })
}

fn state(row: &Row<'_>, tbs: &[u8]) -> rusqlite::Result<State> {
    if let Some(at) = time_or_none(row, "issued_at")? {
        let tail: Vec<u8> = row.get("tail")?;
        return Ok(State::Issued { at, der: assembled(tbs, &tail) });
    }
    Ok(match time_or_none(row, "abandoned_at")? {
        Some(at) => State::Abandoned { at, reason: row.get("abandoned_why")? },
        None => State::Reserved,
    })
}

fn revocation(row: &Row<'_>) -> rusqlite::Result<Option<Revocation>> {
    let at = time_or_none(row, "revoked_at")?;
    at.map(|at| Ok(Revocation { at, reason: row.get("revoked_reason")? })).transpose()
}
