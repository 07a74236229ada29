//! Certificates seen in use.

use rusqlite::{Connection, OptionalExtension, Row};

use super::super::values::{time, unread};
use super::super::{Failure, Writing};
use super::audited;
use crate::store::{AuditEvent, CertificateId, Seen, Sighting, StoreError};

/// Seconds within which a further sighting writes nothing.
const HOUR: i64 = 3600;

/// Only what was issued: a serial number that is reserved or unknown is passed over.
pub(in crate::store::sqlite) fn see(
    writing: &Writing<'_>,
    seen: &[Seen],
    event: Option<&AuditEvent>,
) -> Result<u32, Failure> {
    let mut new = 0;
    for one in seen {
        let sql =
            "SELECT id FROM certificates JOIN signatures ON signatures.certificate = id WHERE serial = ?1";
        let mut query = writing.connection.prepare_cached(sql)?;
        let ids: Vec<CertificateId> =
            query.query_map((&one.serial,), |row| row.get(0))?.collect::<Result<_, _>>()?;
        for id in ids {
            if put(writing, id, one)? {
                new += 1;
                if let Some(event) = event {
                    audited(writing, "certificate.seen", Some(id), &event.detail, one.at)?;
                }
            }
        }
    }
    Ok(new)
}

/// Whether it was seen for the first time.
fn put(writing: &Writing<'_>, id: CertificateId, seen: &Seen) -> rusqlite::Result<bool> {
    let at = seen.at.unix();
    let hour = at - at.rem_euclid(HOUR);
    let sql = "INSERT INTO sightings (certificate, first_at, first_by, last_at, last_by) VALUES (?1, ?2, ?3, ?4, ?3)
               ON CONFLICT (certificate) DO NOTHING";
    if writing.connection.prepare_cached(sql)?.execute((id, at, &seen.by, hour))? == 1 {
        return Ok(true);
    }
    let sql = "UPDATE sightings SET last_at = ?2, last_by = ?3 WHERE certificate = ?1 AND last_at < ?2";
    writing.connection.prepare_cached(sql)?.execute((id, hour, &seen.by)).map(|_| false)
}

pub(in crate::store::sqlite) fn of(
    connection: &Connection,
    id: CertificateId,
) -> Result<Option<Sighting>, StoreError> {
    let sql = "SELECT * FROM sightings WHERE certificate = ?1";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    query.query_row((id,), sighting).optional().map_err(unread)
}

fn sighting(row: &Row<'_>) -> rusqlite::Result<Sighting> {
    Ok(Sighting {
        first_at: time(row, "first_at")?,
        first_by: row.get("first_by")?,
        last_at: time(row, "last_at")?,
        last_by: row.get("last_by")?,
    })
}
