//! Wrong guesses. They are counted here and not in memory, so that a restart gives nobody new tries.

use pki::Time;
use rusqlite::{Connection, OptionalExtension};

use super::super::{Failure, Writing};
use crate::store::{FailureRule, Failures};

/// Subjects remembered at once. Each is one wrong guess at least, so that filling this takes longer than the rows live.
const MOST: i64 = 100_000;
/// No lock is longer, in seconds.
const LONGEST: i64 = 3_600;

pub(super) fn of(connection: &Connection, subject: [u8; 32]) -> rusqlite::Result<Failures> {
    let sql = "SELECT wrong, since, locked_until FROM sign_in_failures WHERE subject = ?1";
    let row = connection.prepare_cached(sql)?.query_row((subject,), |row| {
        Ok(Failures { wrong: row.get(0)?, since: row.get(1)?, locked_until: row.get(2)? })
    });
    row.optional().map(Option::unwrap_or_default)
}

pub(super) fn count(
    writing: &Writing<'_>,
    subject: [u8; 32],
    rule: FailureRule,
    at: Time,
) -> Result<Failures, Failure> {
    let (connection, now) = (writing.connection, at.unix());
    let before = of(connection, subject)?;
    let over = now >= before.since.saturating_add(rule.window) && now >= before.locked_until;
    let (wrong, since) = if over { (1, now) } else { (before.wrong.saturating_add(1), before.since) };
    let mut after = Failures { wrong, since, locked_until: before.locked_until };
    if wrong >= rule.most {
        let doubled = (wrong - rule.most).min(12);
        let lock = rule.lock.saturating_mul(1 << doubled).min(LONGEST);
        after.locked_until = now.saturating_add(lock);
        // A lock keeps the window open: whoever goes on guessing goes on being counted.
        after.since = now;
    }
    make_room(connection, rule, now)?;
    let sql = "INSERT INTO sign_in_failures (subject, wrong, since, locked_until) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (subject) DO UPDATE SET wrong = ?2, since = ?3, locked_until = ?4";
    connection.prepare_cached(sql)?.execute((subject, after.wrong, after.since, after.locked_until))?;
    Ok(after)
}

/// Takes away what is over, where there are many rows.
fn make_room(connection: &Connection, rule: FailureRule, now: i64) -> rusqlite::Result<()> {
    let sql = "SELECT count(*) FROM sign_in_failures";
    let rows: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    if rows < MOST {
        return Ok(());
    }
    let sql = "DELETE FROM sign_in_failures WHERE since + ?1 <= ?2 AND locked_until <= ?2";
    connection.prepare_cached(sql)?.execute((rule.window, now)).map(|_| ())
}

pub(super) fn forget(writing: &Writing<'_>, subject: [u8; 32]) -> Result<(), Failure> {
    writing
        .connection
        .prepare_cached("DELETE FROM sign_in_failures WHERE subject = ?1")?
        .execute((subject,))?;
    Ok(())
}
