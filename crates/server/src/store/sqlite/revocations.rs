//! Revocation, hold and release.

use pki::Time;
use rusqlite::{Connection, OptionalExtension};

use super::grounds::{self, Effect, HOLD};
use super::values::{Unsigned, time, unread, unsigned};
use super::{Failure, Writing};
use crate::store::{
    AuthorityId, CertificateId, Ground, NewRevocation, Revocation, Revoked, RevokedSerial, Status,
    StatusChange, StoreError,
};

/// RFC 5280 §5.3.1 `removeFromCRL`.
const RELEASE: u8 = 8;

/// Only a hold can be ended or made permanent; what is permanent stays as it was first said.
pub(super) fn revoke(writing: &Writing<'_>, new: &NewRevocation) -> Result<Revoked, Failure> {
    if new.reason > 10 || new.reason == 7 {
        return Err(Failure::Refused("no such revocation reason (RFC 5280 §5.3.1)"));
    }
    let Some((id, before)) = current(writing.connection, new)? else { return Ok(Revoked::Unknown) };
    if new.reason == RELEASE {
        return release(writing, id, new);
    }
    let said = said(&new.event.detail);
    let ground = Ground { rule: new.rule, at: new.at, reason: new.reason, said };
    match before {
        Some(before) if before.reason != HOLD => return Ok(Revoked::Already(before)),
        // Another rule may hold it; this one holds it, too.
        Some(before) if !grounds::add(writing, id, &ground)? => return Ok(Revoked::Already(before)),
        Some(_) => {}
        None => drop(grounds::add(writing, id, &ground)?),
    }
    match (grounds::settle(writing, id, &new.event.detail, new.at)?, before) {
        (Effect::None, Some(before)) => Ok(Revoked::Already(before)),
        _ => Ok(Revoked::Done),
    }
}

/// By whom, for people to read.
fn said(detail: &str) -> String {
    let detail: Option<serde_json::Value> = serde_json::from_str(detail).ok();
    let member = |name: &str| detail.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let by = member("by").unwrap_or_else(|| "nobody named".to_owned());
    member("said").unwrap_or_else(|| format!("asked for by {by}"))
}

fn release(writing: &Writing<'_>, id: CertificateId, new: &NewRevocation) -> Result<Revoked, Failure> {
    if !grounds::end(writing, id, new.rule)? {
        return Ok(Revoked::NotHeld);
    }
    Ok(match grounds::settle(writing, id, &new.event.detail, new.at)? {
        Effect::Released => Revoked::Released,
        Effect::Done | Effect::None => Revoked::StillHeld,
    })
}

fn current(
    connection: &Connection,
    wanted: &NewRevocation,
) -> rusqlite::Result<Option<(CertificateId, Option<Revocation>)>> {
    let sql =
        "SELECT c.id, r.at, r.reason FROM certificates c LEFT JOIN revocations r ON r.certificate = c.id
               WHERE c.serial = ?1 AND c.issuer = ?2";
    let mut query = connection.prepare_cached(sql)?;
    let found = query.query_row((&wanted.serial, wanted.issuer), |row| {
        let before = match row.get("reason")? {
            Some(reason) => Some(Revocation { at: time(row, "at")?, reason }),
            None => None,
        };
        Ok((row.get("id")?, before))
    });
    found.optional()
}

pub(super) fn page(
    connection: &Connection,
    issuer: AuthorityId,
    after: CertificateId,
    limit: u32,
) -> Result<Vec<RevokedSerial>, StoreError> {
    let sql = "SELECT certificate, serial, at, reason, not_after FROM revocations
               WHERE certificate > ?2 AND issuer = ?1 ORDER BY certificate LIMIT ?3";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    let rows = query.query_map((issuer, after, limit), |row| {
        Ok(RevokedSerial {
            id: row.get(0)?,
            serial: row.get(1)?,
            at: Time::from_unix(row.get(2)?),
            reason: row.get(3)?,
            not_after: Time::from_unix(row.get(4)?),
        })
    });
    rows.map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}

pub(super) const STATUS: &str =
    "SELECT EXISTS (SELECT 1 FROM signatures s WHERE s.certificate = c.id) AS issued, r.at, r.reason
     FROM certificates c LEFT JOIN revocations r ON r.certificate = c.id WHERE c.serial = ?1 AND c.issuer = ?2";

/// `None` for a serial that was never signed, reserved or not.
pub(super) fn status(
    connection: &Connection,
    issuer: AuthorityId,
    serial: &[u8],
) -> Result<Option<Status>, StoreError> {
    let mut query = connection.prepare_cached(STATUS).map_err(unread)?;
    let found = query.query_row((serial, issuer), |row| {
        if !row.get::<_, bool>("issued")? {
            return Ok(None);
        }
        Ok(Some(match row.get("reason")? {
            Some(reason) => Status::Revoked(Revocation { at: time(row, "at")?, reason }),
            None => Status::Good,
        }))
    });
    found.optional().map(Option::flatten).map_err(unread)
}

pub(super) fn changes(
    connection: &Connection,
    after: u64,
    limit: u32,
) -> Result<Vec<StatusChange>, StoreError> {
    let sql =
        "SELECT s.seq, c.issuer, c.serial FROM status_changes s JOIN certificates c ON c.id = s.certificate
               WHERE s.seq > ?1 ORDER BY s.seq LIMIT ?2";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    let rows = query.query_map((Unsigned(after), limit), |row| {
        Ok(StatusChange {
            sequence: unsigned(row, "seq")?,
            issuer: row.get("issuer")?,
            serial: row.get("serial")?,
        })
    });
    rows.map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}
