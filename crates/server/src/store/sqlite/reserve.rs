//! The first commit.

use rusqlite::{Connection, OptionalExtension};

use super::audit::{self, Entry};
use super::{Failure, Writing, certificates, directory, held, notifications};
use crate::store::{CertificateId, ClaimHash, Quota, Reservation, Reserved};

/// Checks first and writes after, so that every refusal leaves nothing behind.
pub(super) fn reserve(writing: &Writing<'_>, reservation: &Reservation) -> Result<Reserved, Failure> {
    if let Some(refusal) = key_in_use(writing.connection, reservation)? {
        return Ok(refusal);
    }
    for claim in &reservation.claims {
        if let Some(by) = spent_on(writing.connection, *claim)? {
            return Ok(Reserved::ChallengeSpent { by });
        }
        if held::is_claimed(writing.connection, *claim, reservation.transaction)? {
            return Ok(Reserved::ChallengeHeld);
        }
    }
    if !held::may_issue(writing.connection, reservation)? {
        return Ok(Reserved::NotApproved);
    }
    if let Some(quota) = &reservation.quota {
        let issued = lately(writing.connection, reservation, quota)?;
        if issued >= quota.most {
            return Ok(Reserved::QuotaReached { issued });
        }
    }
    let Some(id) = insert(writing.connection, reservation)? else { return Ok(Reserved::SerialTaken) };
    let sql = "INSERT INTO unfinished (certificate) VALUES (?1)";
    writing.connection.prepare_cached(sql)?.execute((id,))?;
    if let Some(csr) = &reservation.csr {
        let sql = "INSERT INTO requests (certificate, der) VALUES (?1, ?2)";
        writing.connection.prepare_cached(sql)?.execute((id, csr))?;
    }
    for claim in &reservation.claims {
        let sql = "INSERT INTO claims (hash, certificate) VALUES (?1, ?2)";
        writing.connection.prepare_cached(sql)?.execute((claim, id))?;
    }
    if let Some(held) = reservation.held {
        held::use_up(writing.connection, held, id)?;
    }
    directory::bind(writing, id, &reservation.bindings)?;
    if let Some(notification) = &reservation.notification {
        notifications::insert(writing.connection, notification, Some(id))?;
    }
    let detail = &reservation.event.detail;
    let entry = Entry { kind: "certificate.reserved", certificate: Some(id), detail, at: reservation.at };
    audit::append(writing, &entry)?;
    Ok(Reserved::New(id))
}

pub(super) const KEY_IN_USE: &str =
    "SELECT c.id, c.transaction_hash, c.subject, coalesce(r.reason = 1, FALSE)
     FROM certificates c LEFT JOIN revocations r ON r.certificate = c.id WHERE c.key_hash = ?1
     AND (c.transaction_hash = ?2 OR r.reason = 1 OR ?3 AND c.subject <> ?4
          AND NOT EXISTS (SELECT 1 FROM abandonments a WHERE a.certificate = c.id))
     ORDER BY c.transaction_hash = ?2 DESC, 4 DESC LIMIT 1";

/// The same transaction, or a key that was compromised (reason 1), or one under another subject. Mostly finds no row at all: keys are fresh.
fn key_in_use(connection: &Connection, reservation: &Reservation) -> Result<Option<Reserved>, Failure> {
    let mut query = connection.prepare_cached(KEY_IN_USE)?;
    let transaction = reservation.transaction;
    let wanted = (reservation.key, transaction, reservation.one_subject_per_key, &reservation.subject);
    let found = query
        .query_row(wanted, |row| {
            let same = row.get::<_, [u8; 32]>(1)? == transaction.0;
            Ok((row.get::<_, CertificateId>(0)?, same, row.get(2)?, row.get::<_, bool>(3)?))
        })
        .optional()?;
    Ok(match found {
        None => None,
        Some((by, false, _, true)) => Some(Reserved::KeyCompromised { by }),
        Some((by, false, subject, false)) => Some(Reserved::KeyHeldByOther { by, subject }),
        Some((id, true, ..)) => {
            certificates::by_id(connection, id)?.map(|stored| Reserved::Already(Box::new(stored)))
        }
    })
}

fn spent_on(connection: &Connection, claim: ClaimHash) -> rusqlite::Result<Option<CertificateId>> {
    let mut query = connection.prepare_cached("SELECT certificate FROM claims WHERE hash = ?1")?;
    query.query_row((claim,), |row| row.get(0)).optional()
}

pub(super) const LATELY: &str = "SELECT count(*) FROM certificates c WHERE c.counted = ?1 AND c.endpoint = ?2
     AND c.reserved_at > ?3 AND c.reserved_at <= ?4
     AND NOT EXISTS (SELECT 1 FROM abandonments a WHERE a.certificate = c.id)";

fn lately(connection: &Connection, new: &Reservation, quota: &Quota) -> rusqlite::Result<u32> {
    let mut query = connection.prepare_cached(LATELY)?;
    let wanted = (&quota.of, &new.endpoint, quota.since.unix(), quota.until.unix());
    query.query_row(wanted, |row| row.get(0))
}

/// `None` where the serial is taken: the only constraint that is left to break.
fn insert(connection: &Connection, new: &Reservation) -> rusqlite::Result<Option<CertificateId>> {
    let sql = "INSERT INTO certificates (issuer, serial, profile, profile_version, endpoint, transaction_id,
                   transaction_hash, csr_hash, key_hash, subject, not_before, not_after, reserved_at, supersedes, tbs,
                   counted)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
               ON CONFLICT (serial, issuer) DO NOTHING";
    let changed = connection.prepare_cached(sql)?.execute((
        new.issuer,
        &new.serial,
        &new.profile,
        new.profile_version,
        &new.endpoint,
        &new.transaction_id,
        new.transaction,
        new.csr_hash,
        new.key,
        &new.subject,
        new.not_before.unix(),
        new.not_after.unix(),
        new.at.unix(),
        new.supersedes,
        &new.tbs,
        new.quota.as_ref().map(|quota| &quota.of),
    ))?;
    Ok((changed == 1).then(|| CertificateId(connection.last_insert_rowid())))
}
