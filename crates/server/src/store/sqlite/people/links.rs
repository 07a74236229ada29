//! Links that make a person or give new credentials. A link is used in the commit that does what it is for.

use pki::Time;
use rusqlite::{Connection, OptionalExtension, Row};

use super::super::values::{time, time_or_none, unread};
use super::super::{Failure, Writing};
use super::{audited, credentials, persons, sessions};
use crate::store::{AuditEvent, Credential, Ending, Invitation, LinkHash, NewPerson, PersonId, StoreError};

pub(in super::super) const BY_LINK: &str = "SELECT * FROM invitations WHERE hash = ?1";

/// The newest link of a person is the only one that works.
pub(super) fn put(
    writing: &Writing<'_>,
    hash: LinkHash,
    person: Option<PersonId>,
    expires_at: Time,
    at: Time,
) -> Result<(), Failure> {
    let connection = writing.connection;
    let sql = "DELETE FROM invitations WHERE person IS ?1 OR expires_at <= ?2";
    connection.prepare_cached(sql)?.execute((person, at.unix()))?;
    let sql = "INSERT INTO invitations (hash, person, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute((hash, person, at.unix(), expires_at.unix()))?;
    Ok(())
}

pub(super) fn one(connection: &Connection, hash: LinkHash) -> Result<Option<Invitation>, StoreError> {
    find(connection, hash).map_err(unread)
}

fn find(connection: &Connection, hash: LinkHash) -> rusqlite::Result<Option<Invitation>> {
    connection.prepare_cached(BY_LINK)?.query_row((hash,), row).optional()
}

/// Checks first and writes after, so that every refusal leaves nothing behind.
pub(super) fn redeem(
    writing: &Writing<'_>,
    hash: LinkHash,
    first: Option<&NewPerson>,
    credential: &Credential,
    event: &AuditEvent,
    at: Time,
) -> Result<Option<PersonId>, Failure> {
    let connection = writing.connection;
    let link = find(connection, hash)?.filter(|link| link.used_at.is_none() && at < link.expires_at);
    let Some(link) = link else { return Ok(None) };
    let person = match (link.person, first) {
        (Some(id), _) => {
            persons::one(connection, id)?.filter(|person| person.locked_at.is_none()).map(|one| one.id)
        }
        // The link of the first owner works while there is none.
        (None, Some(_)) if persons::is_another_owner(connection, PersonId(0))? => None,
        (None, Some(new)) => persons::put(writing, new)?,
        (None, None) => None,
    };
    let Some(id) = person else { return Ok(None) };
    if !credentials::put(writing, id, credential, at)? {
        // Nothing of a first owner may stay.
        return Err(Failure::Refused("the credential is known already"));
    }
    sessions::delete(connection, id, Ending::All)?;
    let sql = "UPDATE invitations SET used_at = ?2 WHERE hash = ?1";
    connection.prepare_cached(sql)?.execute((hash, at.unix()))?;
    audited(writing, "credential.added", event, at)?;
    Ok(Some(id))
}

fn row(row: &Row<'_>) -> rusqlite::Result<Invitation> {
    Ok(Invitation {
        person: row.get("person")?,
        expires_at: time(row, "expires_at")?,
        used_at: time_or_none(row, "used_at")?,
    })
}
