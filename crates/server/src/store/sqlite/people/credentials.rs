//! How people prove who they are.

use pki::Time;
use rusqlite::{Connection, OptionalExtension, Row};

use super::super::values::{time, time_or_none, unread};
use super::super::{Failure, Writing};
use super::audited;
use crate::store::{AuditEvent, Credential, Passkey, PasswordRow, PersonId, StoreError};

pub(in super::super) const BY_CREDENTIAL: &str = "SELECT * FROM passkeys WHERE credential = ?1";
/// Passkeys of one person, at most.
const MOST: i64 = 20;

pub(super) fn password(connection: &Connection, id: PersonId) -> Result<Option<PasswordRow>, StoreError> {
    let sql = "SELECT password, totp FROM people WHERE id = ?1 AND password IS NOT NULL AND totp IS NOT NULL";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    let row = |row: &Row<'_>| Ok(PasswordRow { password: row.get(0)?, totp: row.get(1)? });
    query.query_row((id,), row).optional().map_err(unread)
}

/// RFC 6238 §5.2: a code is good once. The comparison is in the update, so that of two at once one wins.
pub(super) fn spend_step(writing: &Writing<'_>, id: PersonId, step: i64) -> Result<bool, Failure> {
    let sql = "UPDATE people SET totp_step = ?2 WHERE id = ?1 AND totp_step < ?2";
    Ok(writing.connection.prepare_cached(sql)?.execute((id, step))? == 1)
}

pub(super) fn spend_recovery(
    writing: &Writing<'_>,
    id: PersonId,
    hash: [u8; 32],
    event: &AuditEvent,
    at: Time,
) -> Result<bool, Failure> {
    let sql = "UPDATE recovery_codes SET used_at = ?3 WHERE hash = ?1 AND person = ?2 AND used_at IS NULL";
    if writing.connection.prepare_cached(sql)?.execute((hash, id, at.unix()))? == 0 {
        return Ok(false);
    }
    audited(writing, &event.kind, event, at)?;
    Ok(true)
}

/// `false` if the passkey is known already, or there are too many.
pub(super) fn put(
    writing: &Writing<'_>,
    id: PersonId,
    credential: &Credential,
    at: Time,
) -> Result<bool, Failure> {
    match credential {
        Credential::Password { row, step, recovery } => {
            put_password(writing.connection, id, row, *step, recovery)?;
            Ok(true)
        }
        Credential::Passkey(passkey) => put_passkey(writing.connection, id, passkey, at),
    }
}

fn put_password(
    connection: &Connection,
    id: PersonId,
    row: &PasswordRow,
    step: i64,
    recovery: &[[u8; 32]],
) -> Result<(), Failure> {
    let sql = "UPDATE people SET password = ?2, totp = ?3, totp_step = ?4 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute((id, &row.password, &row.totp, step))?;
    connection.prepare_cached("DELETE FROM recovery_codes WHERE person = ?1")?.execute((id,))?;
    let mut insert =
        connection.prepare_cached("INSERT INTO recovery_codes (hash, person) VALUES (?1, ?2)")?;
    for hash in recovery {
        insert.execute((hash, id))?;
    }
    Ok(())
}

fn put_passkey(connection: &Connection, id: PersonId, new: &Passkey, at: Time) -> Result<bool, Failure> {
    if connection.prepare_cached(BY_CREDENTIAL)?.exists((&new.credential,))? || count(connection, id)? >= MOST
    {
        return Ok(false);
    }
    let sql = "INSERT INTO passkeys (person, credential, key, counter, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let row = (id, &new.credential, &new.key, new.counter, &new.name, at.unix());
    connection.prepare_cached(sql)?.execute(row)?;
    Ok(true)
}

fn count(connection: &Connection, id: PersonId) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT count(*) FROM passkeys WHERE person = ?1")?
        .query_row((id,), |row| row.get(0))
}

pub(super) fn passkey(connection: &Connection, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
    let mut query = connection.prepare_cached(BY_CREDENTIAL).map_err(unread)?;
    query.query_row((credential,), row).optional().map_err(unread)
}

pub(super) fn passkeys(connection: &Connection, person: PersonId) -> Result<Vec<Passkey>, StoreError> {
    let sql = "SELECT * FROM passkeys WHERE person = ?1 ORDER BY id";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    query.query_map((person,), row).map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}

/// WebAuthn level 3 §7.2, step 22: a counter that does not grow means that the key was copied. Two zeros mean that the
/// authenticator does not count.
pub(super) fn use_passkey(writing: &Writing<'_>, id: i64, counter: u32, at: Time) -> Result<bool, Failure> {
    let sql = "UPDATE passkeys SET counter = ?2, used_at = ?3 WHERE id = ?1 AND (counter < ?2 OR (counter = 0 AND ?2 = 0))";
    Ok(writing.connection.prepare_cached(sql)?.execute((id, counter, at.unix()))? == 1)
}

pub(super) fn remove_passkey(
    writing: &Writing<'_>,
    person: PersonId,
    id: i64,
    event: &AuditEvent,
    at: Time,
) -> Result<bool, Failure> {
    let connection = writing.connection;
    let sql = "SELECT 1 FROM people WHERE id = ?1 AND (password IS NOT NULL OR issuer IS NOT NULL)";
    let another_way = connection.prepare_cached(sql)?.exists((person,))? || count(connection, person)? > 1;
    if !another_way {
        return Ok(false);
    }
    let sql = "DELETE FROM passkeys WHERE person = ?1 AND id = ?2";
    if connection.prepare_cached(sql)?.execute((person, id))? == 0 {
        return Ok(false);
    }
    audited(writing, "credential.removed", event, at)?;
    Ok(true)
}

fn row(row: &Row<'_>) -> rusqlite::Result<Passkey> {
    Ok(Passkey {
        id: row.get("id")?,
        person: row.get("person")?,
        credential: row.get("credential")?,
        key: row.get("key")?,
        counter: row.get("counter")?,
        name: row.get("name")?,
        created_at: time(row, "created_at")?,
        used_at: time_or_none(row, "used_at")?,
    })
}
