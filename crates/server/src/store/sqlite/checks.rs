//! Invariants that SQL can check, without trust in the indexes that are there to keep them.

use rusqlite::{Connection, Params};

use super::audit::newest;
use super::values::{unread, unsigned};
use crate::store::{Check, Counts, Fault, StoreError};

const SERIALS: &str = "
    SELECT max(id), 'serial ' || hex(serial) || ' is used ' || count(*) || ' times by issuer ' || issuer
    FROM certificates GROUP BY issuer, serial HAVING count(*) > 1
    UNION ALL
    SELECT id, 'serial ' || hex(serial) || ' is not a positive number of at most 20 octets' FROM certificates
    WHERE length(serial) NOT BETWEEN 1 AND 20 OR hex(serial) >= '80' OR ltrim(hex(serial), '0') = '' LIMIT ?1";

/// A revocation is of the certificate that it names.
const REVOCATIONS: &str = "
    SELECT r.certificate, 'its revocation names another issuer, serial number or end' FROM revocations r
    WHERE NOT EXISTS (SELECT 1 FROM certificates c WHERE c.id = r.certificate AND c.issuer = r.issuer
                      AND c.serial = r.serial AND c.not_after = r.not_after)
    UNION ALL
    SELECT r.certificate, 'it is revoked and no rule says why' FROM revocations r
    WHERE NOT EXISTS (SELECT 1 FROM grounds g WHERE g.certificate = r.certificate)
    UNION ALL
    SELECT g.certificate, 'the rule ' || g.rule || ' says more than its revocation' FROM grounds g
    WHERE NOT EXISTS (SELECT 1 FROM revocations r WHERE r.certificate = g.certificate
                      AND (r.reason <> 6 OR g.reason = 6)) LIMIT ?1";

const TRANSACTIONS: &str = "
    SELECT max(id), 'transaction ' || hex(transaction_hash) || ' has ' || count(*) || ' certificates'
    FROM certificates GROUP BY transaction_hash HAVING count(*) > 1 LIMIT ?1";

const CLAIMS: &str = "
    SELECT k.certificate, 'claim ' || hex(k.hash) || ' names no certificate' FROM claims k
    WHERE NOT EXISTS (SELECT 1 FROM certificates c WHERE c.id = k.certificate)
    UNION ALL
    SELECT max(certificate), 'challenge ' || hex(hash) || ' is spent ' || count(*) || ' times' FROM claims
    GROUP BY hash HAVING count(*) > 1 LIMIT ?1";

/// Every certificate is in exactly one of three tables.
const RESERVATIONS: &str = "
    SELECT c.id, 'reserved at ' || datetime(c.reserved_at, 'unixepoch') || ' and without outcome' FROM certificates c
    WHERE c.reserved_at < ?2 AND NOT EXISTS (SELECT 1 FROM signatures s WHERE s.certificate = c.id)
      AND NOT EXISTS (SELECT 1 FROM abandonments a WHERE a.certificate = c.id)
    UNION ALL
    SELECT s.certificate, 'issued and abandoned' FROM signatures s JOIN abandonments a USING (certificate)
    UNION ALL
    SELECT u.certificate, 'has an outcome and counts as unfinished' FROM unfinished u
    WHERE EXISTS (SELECT 1 FROM signatures s WHERE s.certificate = u.certificate)
       OR EXISTS (SELECT 1 FROM abandonments a WHERE a.certificate = u.certificate)
    LIMIT ?1";

const NOTIFICATIONS: &str = "
    SELECT n.certificate, 'notification ' || n.id || ' (' || n.kind || ') is pending after its deadline'
    FROM notifications n WHERE n.state = 0 AND n.deadline_at < ?2
      AND NOT EXISTS (SELECT 1 FROM revocations r WHERE r.certificate = n.certificate) LIMIT ?1";

const CRLS: &str = "
    SELECT NULL, 'CRL ' || number || ' of issuer ' || issuer || CASE WHEN this_update < earlier
        THEN ' is older than the one before it' ELSE ' leaves a gap after the one before it' END
    FROM (SELECT *, lag(this_update) OVER before AS earlier, lag(next_update) OVER before AS until
          FROM crls WINDOW before AS (PARTITION BY issuer, shard ORDER BY number))
    WHERE this_update < earlier OR this_update > until LIMIT ?1";

// Without the cast the join has no index to use and costs the square of the rows.
const ISSUANCE: &str = r#"
    WITH told AS MATERIALIZED (
        SELECT CAST(json_extract(event, '$.certificate') AS INTEGER) AS certificate, count(*) AS times FROM audit
        WHERE event LIKE '{"event":"certificate.issued"%' GROUP BY 1)
    SELECT s.certificate, 'issued, with ' || coalesce(t.times, 0) || ' audit rows that say so'
    FROM signatures s LEFT JOIN told t USING (certificate) WHERE coalesce(t.times, 0) <> 1
    UNION ALL
    SELECT t.certificate, 'an audit row says issued, and no certificate is stored' FROM told t
    WHERE NOT EXISTS (SELECT 1 FROM signatures s WHERE s.certificate = t.certificate) LIMIT ?1"#;

/// An approval is one person's, on record, and makes at most the one certificate that was held.
const HELD: &str = r#"
    WITH told AS MATERIALIZED (
        SELECT CAST(json_extract(event, '$.detail.held') AS INTEGER) AS id FROM audit
        WHERE event LIKE '{"event":"request.approved"%')
    SELECT h.certificate, 'held request ' || h.id || ' is approved, and no audit row says by whom' FROM held h
    WHERE h.state = 1 AND (h.decided_by IS NULL OR NOT EXISTS (SELECT 1 FROM told t WHERE t.id = h.id))
    UNION ALL
    SELECT h.certificate, 'held request ' || h.id || ' has a certificate without an approval' FROM held h
    WHERE h.certificate IS NOT NULL AND h.state <> 1
    UNION ALL
    SELECT c.id, 'held request ' || h.id || ' does not know its certificate' FROM held h
    JOIN certificates c ON c.key_hash = h.key_hash AND c.transaction_hash = h.transaction_hash
    WHERE h.certificate IS NOT c.id
    UNION ALL
    SELECT h.certificate, 'held request ' || h.id || ' has the certificate of another request' FROM held h
    WHERE h.certificate IS NOT NULL AND NOT EXISTS (SELECT 1 FROM certificates c WHERE c.id = h.certificate
        AND c.transaction_hash = h.transaction_hash AND c.csr_hash = h.csr_hash AND c.key_hash = h.key_hash)
    UNION ALL
    SELECT k.certificate, 'its challenge holds request ' || h.id FROM held h JOIN claims k ON k.hash = h.claim
    WHERE h.certificate IS NULL LIMIT ?1"#;

const REFERENCES: &str = "
    SELECT CASE WHEN \"table\" IN ('certificates', 'signatures') THEN rowid END,
           \"table\" || ' row ' || coalesce(rowid, '?') || ' refers to a missing row of ' || parent
    FROM pragma_foreign_key_check LIMIT ?1";

pub(super) fn faults(connection: &Connection, check: Check, limit: u32) -> Result<Vec<Fault>, StoreError> {
    match check {
        Check::Database => {
            let sound = "SELECT NULL, integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT ?1";
            let mut found = rows(connection, sound, (limit,))?;
            found.extend(rows(connection, REFERENCES, (limit,))?);
            found.extend(rows(connection, REVOCATIONS, (limit,))?);
            Ok(found)
        }
        Check::Serials => rows(connection, SERIALS, (limit,)),
        Check::Transactions => rows(connection, TRANSACTIONS, (limit,)),
        Check::Claims => rows(connection, CLAIMS, (limit,)),
        Check::Reservations { before } => rows(connection, RESERVATIONS, (limit, before.unix())),
        Check::Notifications { now } => rows(connection, NOTIFICATIONS, (limit, now.unix())),
        Check::Crls => rows(connection, CRLS, (limit,)),
        Check::Held => rows(connection, HELD, (limit,)),
        Check::Issuance => rows(connection, ISSUANCE, (limit,)),
    }
}

fn rows(connection: &Connection, sql: &str, wanted: impl Params) -> Result<Vec<Fault>, StoreError> {
    let mut query = connection.prepare(sql).map_err(unread)?;
    let found = query.query_map(wanted, |row| Ok(Fault { certificate: row.get(0)?, what: row.get(1)? }));
    found.map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}

pub(super) fn counts(connection: &Connection) -> Result<Counts, StoreError> {
    let sql = "SELECT (SELECT coalesce(max(id), 0) FROM certificates), (SELECT count(*) FROM unfinished),
                      (SELECT count(*) FROM revocations), (SELECT count(*) FROM notifications WHERE state = 0),
                      (SELECT count(*) FROM notifications WHERE state = 2),
                      (SELECT coalesce(max(seq), 0) FROM status_changes)";
    let counted = connection.prepare_cached(sql).and_then(|mut query| {
        query.query_row([], |row| {
            Ok(Counts {
                certificates: unsigned(row, 0)?,
                unfinished: unsigned(row, 1)?,
                revoked: unsigned(row, 2)?,
                notifications_pending: unsigned(row, 3)?,
                notifications_dead: unsigned(row, 4)?,
                revocation_changes: unsigned(row, 5)?,
                audit: newest(connection)?.sequence,
            })
        })
    });
    counted.map_err(unread)
}
