//! What programs asked to be done once.

use rusqlite::{OptionalExtension, Row};

use super::{Failure, Writing};
use crate::store::{Begun, KeptAnswer, NewRepetition, OnceKey};

pub(super) const BY_KEY: &str =
    "SELECT fingerprint, begun_at, status, answer FROM repetitions WHERE key = ?1";
/// One row where the caller has as many as may be.
pub(super) const ENOUGH: &str = "SELECT 1 FROM repetitions WHERE caller = ?1 LIMIT 1 OFFSET ?2";
pub(super) const OVER: &str = "DELETE FROM repetitions WHERE begun_at <= ?1";

struct Known {
    fingerprint: [u8; 32],
    begun_at: i64,
    kept: Option<KeptAnswer>,
}

pub(super) fn begin(writing: &Writing<'_>, new: &NewRepetition) -> Result<Begun, Failure> {
    let connection = writing.connection;
    let now = new.at.unix();
    connection.prepare_cached(OVER)?.execute((now.saturating_sub(NewRepetition::KEPT),))?;
    let known = connection.prepare_cached(BY_KEY)?.query_row((new.key,), known).optional()?;
    match known {
        Some(known) if known.fingerprint != new.fingerprint => return Ok(Begun::Other),
        Some(Known { kept: Some(answer), .. }) => return Ok(Begun::Done(answer)),
        Some(known) if now.saturating_sub(known.begun_at) <= NewRepetition::LOST => {
            return Ok(Begun::UnderWay);
        }
        // A crash took whoever did it: what is asked is done again.
        Some(_) => {
            let sql = "UPDATE repetitions SET begun_at = ?2 WHERE key = ?1";
            connection.prepare_cached(sql)?.execute((new.key, now))?;
            return Ok(Begun::New);
        }
        None => {}
    }
    if connection.prepare_cached(ENOUGH)?.exists((new.caller, NewRepetition::MOST - 1))? {
        return Ok(Begun::Full);
    }
    let sql = "INSERT INTO repetitions (key, caller, fingerprint, begun_at) VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute((new.key, new.caller, new.fingerprint, now))?;
    Ok(Begun::New)
}

/// Without an answer nothing was done, and the key is free again.
pub(super) fn end(writing: &Writing<'_>, key: OnceKey, answer: Option<&KeptAnswer>) -> Result<(), Failure> {
    let connection = writing.connection;
    match answer.filter(|answer| answer.body.len() <= NewRepetition::LONGEST) {
        Some(answer) => {
            let sql = "UPDATE repetitions SET status = ?2, answer = ?3 WHERE key = ?1 AND status IS NULL";
            connection.prepare_cached(sql)?.execute((key, answer.status, &answer.body))?;
        }
        None => {
            let sql = "DELETE FROM repetitions WHERE key = ?1 AND status IS NULL";
            connection.prepare_cached(sql)?.execute((key,))?;
        }
    }
    Ok(())
}

fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    let (status, answer): (Option<u16>, Option<String>) = (row.get("status")?, row.get("answer")?);
    let kept = status.zip(answer).map(|(status, body)| KeptAnswer { status, body });
    Ok(Known { fingerprint: row.get("fingerprint")?, begun_at: row.get("begun_at")?, kept })
}
