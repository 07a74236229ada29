//! Conversations that began and never came to a request.

use rusqlite::{Connection, Row};
use serde_json::json;

use super::super::values::{time, unread};
use super::super::{Failure, Writing};
use super::audited;
use crate::store::{NewStalled, Stalled, StalledSearch, StoreError};

/// Rows kept: anybody can begin a conversation, and what is old helps nobody.
const MOST: i64 = 10_000;

pub(in crate::store::sqlite) fn put(writing: &Writing<'_>, stalled: &[NewStalled]) -> Result<u32, Failure> {
    let mut new = 0;
    for one in stalled {
        if !add(writing, one)? {
            insert(writing, one)?;
            new += 1;
        }
    }
    if new > 0 {
        let sql = "DELETE FROM stalled WHERE id IN (SELECT id FROM stalled ORDER BY last_at DESC, id DESC LIMIT -1 OFFSET ?1)";
        writing.connection.prepare_cached(sql)?.execute((MOST,))?;
    }
    Ok(new)
}

/// Whether there was a row to add to.
fn add(writing: &Writing<'_>, one: &NewStalled) -> rusqlite::Result<bool> {
    let sql = "UPDATE stalled SET conversations = conversations + ?5, last_at = max(last_at, ?6), seen = ?7
               WHERE endpoint = ?1 AND address = ?2 AND user_agent = ?3 AND reason = ?4";
    let row = rusqlite::params![
        one.endpoint,
        one.address,
        one.user_agent,
        one.reason,
        one.count,
        one.last_at.unix(),
        one.seen
    ];
    Ok(writing.connection.prepare_cached(sql)?.execute(row)? > 0)
}

fn insert(writing: &Writing<'_>, one: &NewStalled) -> Result<(), Failure> {
    let sql =
        "INSERT INTO stalled (endpoint, address, user_agent, reason, conversations, first_at, last_at, seen)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    writing.connection.prepare_cached(sql)?.execute(rusqlite::params![
        one.endpoint,
        one.address,
        one.user_agent,
        one.reason,
        one.count,
        one.first_at.unix(),
        one.last_at.unix(),
        one.seen
    ])?;
    let detail = json!({
        "endpoint": one.endpoint, "peer": one.address, "user_agent": one.user_agent, "reason": one.reason,
        "conversations": one.count,
    });
    audited(writing, "enrolment.stalled", None, &detail.to_string(), one.last_at)
}

pub(in crate::store::sqlite) fn list(
    connection: &Connection,
    search: &StalledSearch,
) -> Result<Vec<Stalled>, StoreError> {
    let (at, id) = search.after.map_or((i64::MAX, i64::MAX), |(at, id)| (at.unix(), id));
    let sql = "SELECT * FROM stalled WHERE (last_at, id) < (?1, ?2) AND (?3 IS NULL OR endpoint = ?3)
               ORDER BY last_at DESC, id DESC LIMIT ?4";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    let rows = query.query_map((at, id, &search.endpoint, search.limit), stalled).map_err(unread)?;
    rows.collect::<Result<_, _>>().map_err(unread)
}

fn stalled(row: &Row<'_>) -> rusqlite::Result<Stalled> {
    Ok(Stalled {
        id: row.get("id")?,
        row: NewStalled {
            endpoint: row.get("endpoint")?,
            address: row.get("address")?,
            user_agent: row.get("user_agent")?,
            reason: row.get("reason")?,
            count: row.get("conversations")?,
            first_at: time(row, "first_at")?,
            last_at: time(row, "last_at")?,
            seen: row.get("seen")?,
        },
    })
}
