//! Who there is.

use pki::Time;
use rusqlite::types::FromSqlError;
use rusqlite::{Connection, OptionalExtension, Row};

use super::super::values::{time, time_or_none, unread};
use super::super::{Failure, Writing};
use super::{audited, sessions};
use crate::people::{Login, Role};
use crate::store::{
    AuditEvent, Elsewhere, Ending, NewPerson, Person, PersonChange, PersonChanged, PersonId, StoreError,
};

pub(in super::super) const BY_LOGIN: &str = "SELECT * FROM people WHERE login = ?1";
pub(in super::super) const BY_ELSEWHERE: &str = "SELECT * FROM people WHERE issuer = ?1 AND subject = ?2";
/// Owners who can sign in.
const OWNERS: &str = "SELECT count(*) FROM people p WHERE role = 'owner' AND locked_at IS NULL AND id <> ?1
    AND (password IS NOT NULL OR issuer IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys k WHERE k.person = p.id))";

pub(super) fn put(writing: &Writing<'_>, new: &NewPerson) -> Result<Option<PersonId>, Failure> {
    let connection = writing.connection;
    let taken = connection.prepare_cached(BY_LOGIN)?.exists((new.login.as_str(),))?;
    let vouched = match &new.elsewhere {
        Some(one) => connection.prepare_cached(BY_ELSEWHERE)?.exists((&one.issuer, &one.subject))?,
        None => false,
    };
    if taken || vouched {
        return Ok(None);
    }
    let sql = "INSERT INTO people (login, name, role, limits, issuer, subject, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let elsewhere = new.elsewhere.as_ref();
    connection.prepare_cached(sql)?.execute(rusqlite::params![
        new.login.as_str(),
        new.name,
        new.role.as_str(),
        limits(new)?,
        elsewhere.map(|one| &one.issuer),
        elsewhere.map(|one| &one.subject),
        new.at.unix(),
    ])?;
    let id = PersonId(connection.last_insert_rowid());
    audited(writing, "person.added", &new.event, new.at)?;
    Ok(Some(id))
}

fn limits(new: &NewPerson) -> Result<String, Failure> {
    serde_json::to_string(&new.limits).map_err(|_| Failure::Refused("limits that are no JSON"))
}

/// Whether somebody other than `id` gives rights.
pub(super) fn is_another_owner(connection: &Connection, id: PersonId) -> rusqlite::Result<bool> {
    connection.prepare_cached(OWNERS)?.query_row((id,), |row| row.get::<_, i64>(0)).map(|count| count > 0)
}

pub(super) fn has_owner(connection: &Connection) -> Result<bool, StoreError> {
    // No row has the number 0.
    is_another_owner(connection, PersonId(0)).map_err(unread)
}

/// Checks first and writes after. The last owner who can sign in is neither demoted nor locked out.
pub(super) fn change(
    writing: &Writing<'_>,
    id: PersonId,
    change: &PersonChange,
    event: &AuditEvent,
    at: Time,
) -> Result<PersonChanged, Failure> {
    let connection = writing.connection;
    let Some(before) = one(connection, id)? else { return Ok(PersonChanged::Unknown) };
    let demoted = change.role.as_ref().is_some_and(|(role, _)| *role != Role::Owner);
    let is_owner = before.role == Role::Owner && before.locked_at.is_none();
    if is_owner && (demoted || change.locked == Some(true)) && !is_another_owner(connection, id)? {
        return Ok(PersonChanged::LastOwner);
    }
    if let Some(name) = &change.name {
        connection.prepare_cached("UPDATE people SET name = ?2 WHERE id = ?1")?.execute((id, name))?;
    }
    if let Some((role, limits)) = &change.role {
        let limits =
            serde_json::to_string(limits).map_err(|_| Failure::Refused("limits that are no JSON"))?;
        let sql = "UPDATE people SET role = ?2, limits = ?3 WHERE id = ?1";
        connection.prepare_cached(sql)?.execute((id, role.as_str(), limits))?;
    }
    if let Some(locked) = change.locked {
        let since = locked.then(|| before.locked_at.unwrap_or(at).unix());
        connection.prepare_cached("UPDATE people SET locked_at = ?2 WHERE id = ?1")?.execute((id, since))?;
    }
    if change.role.is_some() || change.locked == Some(true) {
        sessions::delete(connection, id, Ending::All)?;
    }
    audited(writing, &event.kind, event, at)?;
    Ok(PersonChanged::Done)
}

pub(super) fn speak(writing: &Writing<'_>, id: PersonId, language: Option<&str>) -> Result<(), Failure> {
    let sql = "UPDATE people SET language = ?2 WHERE id = ?1";
    writing.connection.prepare_cached(sql)?.execute((id, language))?;
    Ok(())
}

pub(super) fn one(connection: &Connection, id: PersonId) -> rusqlite::Result<Option<Person>> {
    connection.prepare_cached("SELECT * FROM people WHERE id = ?1")?.query_row((id,), person).optional()
}

pub(super) fn by_id(connection: &Connection, id: PersonId) -> Result<Option<Person>, StoreError> {
    one(connection, id).map_err(unread)
}

pub(super) fn by_login(connection: &Connection, login: &Login) -> Result<Option<Person>, StoreError> {
    let mut query = connection.prepare_cached(BY_LOGIN).map_err(unread)?;
    query.query_row((login.as_str(),), person).optional().map_err(unread)
}

pub(super) fn elsewhere(
    connection: &Connection,
    elsewhere: &Elsewhere,
) -> Result<Option<Person>, StoreError> {
    let mut query = connection.prepare_cached(BY_ELSEWHERE).map_err(unread)?;
    query.query_row((&elsewhere.issuer, &elsewhere.subject), person).optional().map_err(unread)
}

pub(super) fn all(connection: &Connection, after: PersonId, limit: u32) -> Result<Vec<Person>, StoreError> {
    let sql = "SELECT * FROM people WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    query.query_map((after, limit), person).map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}

/// A role, a login or limits that this program does not know make the row unreadable: nobody is let in by half of it.
pub(super) fn person(row: &Row<'_>) -> rusqlite::Result<Person> {
    let unknown = || rusqlite::Error::from(FromSqlError::InvalidType);
    let login: String = row.get("login")?;
    let role: String = row.get("role")?;
    let limits: String = row.get("limits")?;
    let elsewhere = match (row.get::<_, Option<String>>("issuer")?, row.get::<_, Option<String>>("subject")?)
    {
        (Some(issuer), Some(subject)) => Some(Elsewhere { issuer, subject }),
        _ => None,
    };
    Ok(Person {
        id: row.get("id")?,
        login: Login::parse(&login).ok_or_else(unknown)?,
        name: row.get("name")?,
        role: Role::parse(&role).ok_or_else(unknown)?,
        limits: serde_json::from_str(&limits).map_err(|_| unknown())?,
        elsewhere,
        language: row.get("language")?,
        created_at: time(row, "created_at")?,
        locked_at: time_or_none(row, "locked_at")?,
        has_password: row.get::<_, Option<String>>("password")?.is_some(),
    })
}
