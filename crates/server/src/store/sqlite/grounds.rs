//! What the rules say of a certificate, and the revocation that follows from it.

use pki::Time;
use rusqlite::{Connection, OptionalExtension, Row};

use super::audit::{self, Entry};
use super::values::{time, unread};
use super::{Failure, Writing};
use crate::standing::Rule;
use crate::store::{
    AuthorityId, CertificateId, Ground, Named, Revocation, Ruling, StoreError, SupersededRow,
};

/// RFC 5280 §5.3.1 `certificateHold`.
pub(super) const HOLD: u8 = 6;

/// What a change of grounds did to the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It was good, or on hold, and is on hold or revoked for another reason.
    Done,
    /// It is good again.
    Released,
    /// Its status is as before.
    None,
}

pub(super) fn of(connection: &Connection, id: CertificateId) -> rusqlite::Result<Vec<Ground>> {
    let sql = "SELECT rule, at, reason, said FROM grounds WHERE certificate = ?1 ORDER BY at, rule";
    let mut query = connection.prepare_cached(sql)?;
    query.query_map((id,), ground)?.collect()
}

fn ground(row: &Row<'_>) -> rusqlite::Result<Ground> {
    Ok(Ground {
        rule: row.get("rule")?,
        at: time(row, "at")?,
        reason: row.get("reason")?,
        said: row.get("said")?,
    })
}

/// What was said first for good stays; a hold is replaced by what is for good.
pub(super) fn add(writing: &Writing<'_>, id: CertificateId, new: &Ground) -> Result<bool, Failure> {
    let sql = "INSERT INTO grounds (certificate, rule, at, reason, said) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (certificate, rule) DO UPDATE SET at = ?3, reason = ?4, said = ?5
               WHERE reason = 6 AND ?4 <> 6";
    let values = (id, new.rule, new.at.unix(), new.reason, &new.said);
    Ok(writing.connection.prepare_cached(sql)?.execute(values)? == 1)
}

/// Ends a hold of this rule; what is for good stays.
pub(super) fn end(writing: &Writing<'_>, id: CertificateId, rule: Rule) -> Result<bool, Failure> {
    let sql = "DELETE FROM grounds WHERE certificate = ?1 AND rule = ?2 AND reason = 6";
    Ok(writing.connection.prepare_cached(sql)?.execute((id, rule))? == 1)
}

/// Makes the revocation what the grounds say, with an audit row and a change for those who keep answers.
pub(super) fn settle(
    writing: &Writing<'_>,
    id: CertificateId,
    detail: &str,
    now: Time,
) -> Result<Effect, Failure> {
    let before = revocation(writing.connection, id)?;
    let after = strongest(&of(writing.connection, id)?);
    let (effect, kind) = match (before, after) {
        (Some(before), _) if before.reason != HOLD => return Ok(Effect::None),
        (None, None) => return Ok(Effect::None),
        (Some(_), Some(after)) if after.reason == HOLD => return Ok(Effect::None),
        (_, Some(after)) => {
            let sql =
                "INSERT OR REPLACE INTO revocations (certificate, at, reason, issuer, serial, not_after)
                       SELECT id, ?2, ?3, issuer, serial, not_after FROM certificates WHERE id = ?1";
            writing.connection.prepare_cached(sql)?.execute((id, after.at.unix(), after.reason))?;
            let held = after.reason == HOLD;
            (Effect::Done, if held { "certificate.held" } else { "certificate.revoked" })
        }
        (Some(_), None) => {
            let sql = "DELETE FROM revocations WHERE certificate = ?1";
            writing.connection.prepare_cached(sql)?.execute((id,))?;
            (Effect::Released, "certificate.released")
        }
    };
    let sql = "INSERT INTO status_changes (certificate) VALUES (?1)";
    writing.connection.prepare_cached(sql)?.execute((id,))?;
    audit::append(writing, &Entry { kind, certificate: Some(id), detail, at: now })?;
    Ok(effect)
}

fn revocation(connection: &Connection, id: CertificateId) -> rusqlite::Result<Option<Revocation>> {
    let mut query = connection.prepare_cached("SELECT at, reason FROM revocations WHERE certificate = ?1")?;
    let found =
        query.query_row((id,), |row| Ok(Revocation { at: time(row, "at")?, reason: row.get("reason")? }));
    found.optional()
}

/// What is for good before what can end, the earlier before the later.
fn strongest(grounds: &[Ground]) -> Option<Revocation> {
    let first = grounds.iter().min_by_key(|ground| (ground.reason == HOLD, ground.at))?;
    Some(Revocation { at: first.at, reason: first.reason })
}

/// Takes over what the rules say of many certificates. Gives how many have another status now.
pub(super) fn rule(writing: &Writing<'_>, rulings: &[Ruling], now: Time) -> Result<u32, Failure> {
    let mut changed = 0;
    for ruling in rulings {
        for (named, record) in &ruling.found {
            let sql =
                "UPDATE bindings SET record = ?3 WHERE certificate = ?1 AND kind = ?2 AND record IS NULL";
            writing.connection.prepare_cached(sql)?.execute((ruling.id, *named as i64, record.0))?;
        }
        let mut words = Vec::new();
        for rule in ruling.asked {
            match ruling.grounds.iter().find(|ground| ground.rule == *rule) {
                Some(ground) if add(writing, ruling.id, ground)? => words.push(ground.said.clone()),
                None if end(writing, ruling.id, *rule)? => words.push(format!("{} no longer", rule.as_str())),
                _ => {}
            }
        }
        if !words.is_empty() {
            let detail = serde_json::json!({ "by": "status rules", "said": words }).to_string();
            changed += u32::from(settle(writing, ruling.id, &detail, now)? != Effect::None);
        }
    }
    Ok(changed)
}

pub(super) const SUPERSEDED: &str =
    "SELECT o.id, o.issuer, n.endpoint, s.issued_at, n.serial FROM certificates n
     JOIN signatures s ON s.certificate = n.id JOIN certificates o ON o.id = n.supersedes
     WHERE n.supersedes IS NOT NULL AND s.issued_at <= ?1 AND n.endpoint = ?2 AND o.not_after >= ?3
       AND NOT EXISTS (SELECT 1 FROM grounds g WHERE g.certificate = o.id AND g.rule = 'superseded')
       AND NOT EXISTS (SELECT 1 FROM revocations r WHERE r.certificate = n.id) LIMIT ?4";

/// Whose successor at this endpoint was issued before `before` and is good.
pub(super) fn superseded(
    connection: &Connection,
    endpoint: &str,
    before: Time,
    now: Time,
) -> Result<Vec<SupersededRow>, StoreError> {
    const MOST: u32 = 1_000;
    let mut query = connection.prepare_cached(SUPERSEDED).map_err(unread)?;
    let rows = query.query_map((before.unix(), endpoint, now.unix(), MOST), |row| {
        Ok(SupersededRow {
            id: row.get(0)?,
            issuer: row.get::<_, AuthorityId>(1)?,
            endpoint: row.get(2)?,
            since: Time::from_unix(row.get(3)?),
            by: row.get(4)?,
        })
    });
    rows.map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}

/// A binding's kind as the schema numbers it.
pub(super) fn named(row: &Row<'_>, column: &str) -> rusqlite::Result<Named> {
    Ok(if row.get::<_, i64>(column)? == Named::User as i64 { Named::User } else { Named::Device })
}
