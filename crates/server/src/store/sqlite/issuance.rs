//! The second commit, and reservations that have none.

use pki::Time;
use pki::der::{Reader, Tag, Writer};
use rusqlite::{Connection, OptionalExtension};

use super::audit::{self, Entry};
use super::values::{time, unread};
use super::{Failure, Writing};
use crate::store::{Abandonment, CertificateId, Completion, StoreError, Unfinished};

/// Keeps what follows the to-be-signed bytes; those are durable already.
pub(super) fn complete(writing: &Writing<'_>, completion: &Completion) -> Result<(), Failure> {
    let Completion { id, der, at, event } = completion;
    let sql = "SELECT tbs FROM certificates WHERE id = ?1";
    let tbs: Option<Vec<u8>> =
        writing.connection.prepare_cached(sql)?.query_row((id,), |row| row.get(0)).optional()?;
    let tbs = tbs.ok_or(Failure::Refused("nothing is reserved under this id"))?;
    let tail = tail(der, &tbs)
        .ok_or(Failure::Refused("the certificate does not hold the bytes that were reserved"))?;
    if !close(writing.connection, *id)? {
        return repeated(writing.connection, *id, tail);
    }
    let sql = "INSERT INTO signatures (certificate, issued_at, tail) VALUES (?1, ?2, ?3)";
    writing.connection.prepare_cached(sql)?.execute((id, at.unix(), tail))?;
    let entry = Entry { kind: "certificate.issued", certificate: Some(*id), detail: &event.detail, at: *at };
    audit::append(writing, &entry).map(|_| ())
}

/// Whether the reservation was open until now.
fn close(connection: &Connection, id: CertificateId) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM unfinished WHERE certificate = ?1";
    Ok(connection.prepare_cached(sql)?.execute((id,))? == 1)
}

fn repeated(connection: &Connection, id: CertificateId, tail: &[u8]) -> Result<(), Failure> {
    let sql = "SELECT tail = ?2 FROM signatures WHERE certificate = ?1";
    let same = connection.prepare_cached(sql)?.query_row((id, tail), |row| row.get(0)).optional()?;
    match same {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::Refused("another signature over these bytes is recorded")),
        None => Err(Failure::Refused("the reservation was abandoned")),
    }
}

/// `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }` (RFC 5280 §4.1): the DER of the
/// last two, if the first is `tbs` and the whole is strict DER, so that [`assembled`] gives the same bytes again.
fn tail<'a>(der: &'a [u8], tbs: &[u8]) -> Option<&'a [u8]> {
    let mut outer = Reader::new(der);
    let contents = outer.expect(Tag::SEQUENCE).ok()?;
    outer.finish().ok()?;
    let tail = contents.strip_prefix(tbs)?;
    let mut rest = Reader::new(tail);
    rest.expect(Tag::SEQUENCE).ok()?;
    rest.bit_string().ok()?;
    rest.finish().ok()?;
    Some(tail)
}

/// The certificate again.
pub(super) fn assembled(tbs: &[u8], tail: &[u8]) -> Vec<u8> {
    Writer::bytes_of(|writer| {
        writer.sequence(|contents| {
            contents.raw(tbs);
            contents.raw(tail);
        });
    })
}

pub(super) fn abandon(writing: &Writing<'_>, abandonment: &Abandonment) -> Result<(), Failure> {
    let Abandonment { id, reason, at, release_claims } = abandonment;
    if !close(writing.connection, *id)? {
        let sql = "SELECT 1 FROM abandonments WHERE certificate = ?1";
        let before = writing.connection.prepare_cached(sql)?.exists((id,))?;
        return if before { Ok(()) } else { Err(Failure::Refused("no open reservation has this id")) };
    }
    let sql = "INSERT INTO abandonments (certificate, at, reason) VALUES (?1, ?2, ?3)";
    writing.connection.prepare_cached(sql)?.execute((id, at.unix(), reason))?;
    let sql = "UPDATE notifications SET state = 2, last_error = 'the certificate was abandoned'
               WHERE certificate = ?1 AND state = 0";
    writing.connection.prepare_cached(sql)?.execute((id,))?;
    if *release_claims {
        // A walk over all claims: this happens after a crash, not in traffic.
        writing.connection.prepare_cached("DELETE FROM claims WHERE certificate = ?1")?.execute((id,))?;
    }
    let detail = serde_json::json!({ "reason": reason, "claims_released": release_claims }).to_string();
    let entry = Entry { kind: "certificate.abandoned", certificate: Some(*id), detail: &detail, at: *at };
    audit::append(writing, &entry).map(|_| ())
}

pub(super) fn unfinished(
    connection: &Connection,
    before: Time,
    limit: u32,
) -> Result<Vec<Unfinished>, StoreError> {
    let sql = "SELECT c.id, c.issuer, c.tbs, c.reserved_at FROM unfinished u JOIN certificates c ON c.id = u.certificate
               WHERE c.reserved_at < ?1 ORDER BY u.certificate LIMIT ?2";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    let rows = query.query_map((before.unix(), limit), |row| {
        Ok(Unfinished {
            id: row.get("id")?,
            issuer: row.get("issuer")?,
            tbs: row.get("tbs")?,
            reserved_at: time(row, "reserved_at")?,
        })
    });
    rows.map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}
