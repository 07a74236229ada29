//! The audit chain: each row's hash covers the row before it, so a change shows everywhere after it.

use aws_lc_rs::digest::{Context, SHA256};
use pki::Time;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::de::IgnoredAny;

use super::values::{Unsigned, time, unread, unsigned};
use super::{Failure, Writing};
use crate::store::{AuditBreak, AuditHead, AuditRow, AuditVerdict, CertificateId, StoreError};

const START: AuditHead = AuditHead { sequence: 0, hash: [0; 32] };

/// One event, before it has a place in the chain.
pub(super) struct Entry<'a> {
    pub(super) kind: &'a str,
    pub(super) certificate: Option<CertificateId>,
    /// JSON.
    pub(super) detail: &'a str,
    pub(super) at: Time,
}

impl Entry<'_> {
    /// `event` comes first: the checks find rows of a kind by how the text begins.
    fn text(&self) -> String {
        let kind = quoted(self.kind);
        let valid = serde_json::from_str::<IgnoredAny>(self.detail).is_ok();
        // An event that is not JSON is kept as a string: a record is never lost over its form.
        let text = if valid { None } else { Some(quoted(self.detail)) };
        let detail = text.as_deref().unwrap_or(self.detail);
        match self.certificate {
            Some(id) => format!(r#"{{"event":{kind},"certificate":{},"detail":{detail}}}"#, id.0),
            None => format!(r#"{{"event":{kind},"detail":{detail}}}"#),
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Appends the next link within the transaction.
pub(super) fn append(writing: &Writing<'_>, entry: &Entry<'_>) -> Result<AuditHead, Failure> {
    let before = match writing.head.get() {
        Some(head) => head,
        None => newest(writing.connection)?,
    };
    let event = entry.text();
    let head = link(before, entry.at.unix(), &event);
    let sql = "INSERT INTO audit (seq, at, event, hash) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = writing.connection.prepare_cached(sql)?;
    insert.execute((Unsigned(head.sequence), entry.at.unix(), &event, head.hash))?;
    writing.head.set(Some(head));
    Ok(head)
}

fn link(before: AuditHead, at: i64, event: &str) -> AuditHead {
    let sequence = before.sequence.saturating_add(1);
    let mut context = Context::new(&SHA256);
    context.update(&before.hash);
    context.update(&sequence.to_be_bytes());
    context.update(&at.to_be_bytes());
    context.update(event.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    AuditHead { sequence, hash }
}

pub(super) const NEWEST: &str = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1";

pub(super) fn newest(connection: &Connection) -> rusqlite::Result<AuditHead> {
    let mut last = connection.prepare_cached(NEWEST)?;
    let head = last.query_row([], |row| Ok(AuditHead { sequence: unsigned(row, 0)?, hash: row.get(1)? }));
    Ok(head.optional()?.unwrap_or(START))
}

pub(super) fn page(connection: &Connection, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
    let sql = "SELECT seq, at, event, hash FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let mut rows = connection.prepare_cached(sql).map_err(unread)?;
    // Behind every number that a row can have there is nothing, and no fault.
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let rows = rows.query_map((after, limit), audit_row).map_err(unread)?;
    rows.collect::<Result<_, _>>().map_err(unread)
}

/// Rows that are looked through for a transaction where there is no index, at most: some hundred MB, a second.
const LOOKED_THROUGH: u64 = 1_000_000;

/// Rows before `before`, newest first.
pub(super) fn before(connection: &Connection, before: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
    let sql = "SELECT seq, at, event, hash FROM audit WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2";
    let mut rows = connection.prepare_cached(sql).map_err(unread)?;
    let rows = rows.query_map((Unsigned(before), limit), audit_row).map_err(unread)?;
    rows.collect::<Result<_, _>>().map_err(unread)
}

pub(super) fn one(connection: &Connection, sequence: u64) -> Result<Option<AuditRow>, StoreError> {
    let sql = "SELECT seq, at, event, hash FROM audit WHERE seq = ?1";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    query.query_row((Unsigned(sequence),), audit_row).optional().map_err(unread)
}

/// Those that name this transaction among the rows after `followed`, which the index has not followed yet; newest first.
pub(super) fn of_transaction(
    connection: &Connection,
    transaction: &str,
    followed: u64,
    limit: u32,
) -> Result<Vec<AuditRow>, StoreError> {
    // A quotation mark within a value is escaped, so that these characters are nothing but this member.
    let member = format!(r#""transaction":{}"#, quoted(transaction));
    let after = newest(connection).map_err(unread)?.sequence.saturating_sub(LOOKED_THROUGH).max(followed);
    let sql = "SELECT seq, at, event, hash FROM audit WHERE seq > ?1 AND instr(event, ?2) > 0 ORDER BY seq DESC LIMIT ?3";
    let mut rows = connection.prepare_cached(sql).map_err(unread)?;
    let rows = rows.query_map((Unsigned(after), member, limit), audit_row).map_err(unread)?;
    rows.collect::<Result<_, _>>().map_err(unread)
}

fn audit_row(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        sequence: unsigned(row, "seq")?,
        at: time(row, "at")?,
        event: row.get("event")?,
        hash: row.get("hash")?,
    })
}

/// Walks the whole chain. A row that cannot even be read counts as changed.
pub(super) fn verify(connection: &Connection, mut known: Vec<AuditHead>) -> Result<AuditVerdict, StoreError> {
    known.sort_unstable_by_key(|one| one.sequence);
    let mut known = known.into_iter().peekable();
    let sql = "SELECT seq, at, event, hash FROM audit ORDER BY seq";
    let mut walk = connection.prepare_cached(sql).map_err(unread)?;
    let mut rows = walk.query([]).map_err(unread)?;
    let mut head = START;
    loop {
        while let Some(expected) = known.next_if(|one| one.sequence <= head.sequence) {
            if expected != head {
                return Ok(AuditVerdict::Broken(AuditBreak::Head(expected.sequence)));
            }
        }
        let Some(row) = rows.next().map_err(unread)? else { break };
        head = match follow(head, row) {
            Ok(next) => next,
            Err(broken) => return Ok(AuditVerdict::Broken(broken)),
        };
    }
    // What is known beyond the end was cut off.
    let cut = known.next().map(|one| AuditVerdict::Broken(AuditBreak::Head(one.sequence)));
    Ok(cut.unwrap_or(AuditVerdict::Sound(head)))
}

fn follow(head: AuditHead, row: &Row<'_>) -> Result<AuditHead, AuditBreak> {
    let expected = head.sequence.saturating_add(1);
    match unsigned(row, 0) {
        Ok(sequence) if sequence == expected => {}
        Ok(sequence) if sequence > expected => return Err(AuditBreak::Gap(expected)),
        _ => return Err(AuditBreak::Changed(expected)),
    }
    let read =
        || -> rusqlite::Result<(i64, String, [u8; 32])> { Ok((row.get(1)?, row.get(2)?, row.get(3)?)) };
    let (at, event, hash) = read().map_err(|_| AuditBreak::Changed(expected))?;
    let next = link(head, at, &event);
    if next.hash == hash { Ok(next) } else { Err(AuditBreak::Changed(expected)) }
}
