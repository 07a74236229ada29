//! Sessions, by the hash of their id. One that ended is deleted: nothing can bring it back.

use pki::Time;
use rusqlite::{Connection, OptionalExtension, Row};

use super::super::values::{time, unread};
use super::super::{Failure, Writing};
use super::{audited, persons};
use crate::store::{
    AuditEvent, Ending, NewSession, Person, PersonId, Session, SessionHash, SessionId, StoreError,
};

pub(in super::super) const BY_SESSION: &str = "SELECT * FROM sessions WHERE hash = ?1";
/// Sessions of one person at once; beyond, the oldest ends.
const MOST: u32 = 20;

pub(super) fn put(writing: &Writing<'_>, new: &NewSession) -> Result<bool, Failure> {
    let connection = writing.connection;
    let person = persons::one(connection, new.person)?;
    if person.is_none_or(|person| person.locked_at.is_some()) {
        return Ok(false);
    }
    // What is overdue anywhere goes with the next sign-in: no job of its own.
    connection.prepare_cached("DELETE FROM sessions WHERE ends_at <= ?1")?.execute((new.at.unix(),))?;
    let sql = "DELETE FROM sessions WHERE person = ?1 AND id NOT IN (SELECT id FROM sessions WHERE person = ?1 ORDER BY id DESC LIMIT ?2)";
    connection.prepare_cached(sql)?.execute((new.person, MOST - 1))?;
    let sql = "INSERT INTO sessions (hash, person, how, agent, created_at, seen_at, ends_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)";
    let row = (new.hash, new.person, new.how, &new.agent, new.at.unix(), new.ends_at.unix());
    connection.prepare_cached(sql)?.execute(row)?;
    audited(writing, "session.opened", &new.event, new.at)?;
    Ok(true)
}

pub(super) fn one(
    connection: &Connection,
    hash: SessionHash,
    idle: i64,
    now: Time,
) -> Result<Option<(Session, Person)>, StoreError> {
    let mut query = connection.prepare_cached(BY_SESSION).map_err(unread)?;
    let found = query.query_row((hash,), session).optional().map_err(unread)?;
    let Some(session) = found.filter(|session| goes_on(session, idle, now)) else { return Ok(None) };
    let person = persons::by_id(connection, session.person)?;
    Ok(person.filter(|person| person.locked_at.is_none()).map(|person| (session, person)))
}

/// A clock that was set back before the session began ends it, too.
fn goes_on(session: &Session, idle: i64, now: Time) -> bool {
    now < session.ends_at
        && now < session.seen_at.plus_seconds(idle)
        && now >= session.created_at.plus_seconds(-60)
}

pub(super) fn touch(writing: &Writing<'_>, id: SessionId, at: Time) -> Result<(), Failure> {
    let sql = "UPDATE sessions SET seen_at = ?2 WHERE id = ?1 AND seen_at < ?2";
    writing.connection.prepare_cached(sql)?.execute((id, at.unix()))?;
    Ok(())
}

pub(super) fn of(
    connection: &Connection,
    person: PersonId,
    idle: i64,
    now: Time,
) -> Result<Vec<Session>, StoreError> {
    let sql = "SELECT * FROM sessions WHERE person = ?1 ORDER BY id DESC";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    let all: Vec<Session> =
        query.query_map((person,), session).map_err(unread)?.collect::<Result<_, _>>().map_err(unread)?;
    Ok(all.into_iter().filter(|session| goes_on(session, idle, now)).collect())
}

pub(super) fn end(
    writing: &Writing<'_>,
    person: PersonId,
    which: Ending,
    event: &AuditEvent,
    at: Time,
) -> Result<u32, Failure> {
    let ended = delete(writing.connection, person, which)?;
    if ended > 0 {
        audited(writing, &event.kind, event, at)?;
    }
    Ok(ended)
}

/// The person is asked for in every case, so that nobody ends another's by its number.
pub(super) fn delete(connection: &Connection, person: PersonId, which: Ending) -> rusqlite::Result<u32> {
    let count = match which {
        Ending::One(id) => connection
            .prepare_cached("DELETE FROM sessions WHERE person = ?1 AND id = ?2")?
            .execute((person, id))?,
        Ending::AllBut(id) => connection
            .prepare_cached("DELETE FROM sessions WHERE person = ?1 AND id <> ?2")?
            .execute((person, id))?,
        Ending::All => {
            connection.prepare_cached("DELETE FROM sessions WHERE person = ?1")?.execute((person,))?
        }
    };
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

fn session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get("id")?,
        person: row.get("person")?,
        how: row.get("how")?,
        agent: row.get("agent")?,
        created_at: time(row, "created_at")?,
        seen_at: time(row, "seen_at")?,
        ends_at: time(row, "ends_at")?,
    })
}
