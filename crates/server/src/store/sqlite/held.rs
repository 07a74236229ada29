//! Requests that wait for an approval. What becomes of one is written once: an approval is used by the reservation alone.

use pki::Time;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::json;

use super::audit::{self, Entry};
use super::values::{time, time_or_none, unread};
use super::{Failure, Writing};
use crate::store::{
    ClaimHash, Decided, Held, HeldDecision, HeldId, HeldRequest, HeldSearch, HeldState, Holding, KeyHash,
    NewHeld, Reservation, StoreError, TransactionHash,
};

pub(super) const BY_TRANSACTION: &str = "SELECT * FROM held WHERE transaction_hash = ?1";
pub(super) const BY_SIGNER: &str = "SELECT * FROM held WHERE signer_hash = ?1 AND transaction_id = ?2 AND endpoint = ?3 ORDER BY id DESC LIMIT 1";
pub(super) const WAITING: &str =
    "SELECT count(*) FROM held WHERE endpoint = ?1 AND state = 0 AND certificate IS NULL";
/// That a claim is spent, or holds another transaction's request, whatever was decided about that.
pub(super) const CLAIMED: &str =
    "SELECT 1 FROM held WHERE claim = ?1 AND certificate IS NULL AND transaction_hash <> ?2";
const OVER: &str =
    "SELECT * FROM held WHERE certificate IS NULL AND state IN (0, 1) AND expires_at <= ?1 LIMIT ?2";
/// Expired in one transaction.
const TOGETHER: u32 = 200;

/// Checks first and writes after, so that every refusal leaves nothing behind.
pub(super) fn hold(writing: &Writing<'_>, new: &NewHeld) -> Result<Holding, Failure> {
    let (connection, request) = (writing.connection, &new.request);
    if let Some(held) = of_transaction(connection, request.transaction)? {
        return Ok(Holding::Already(Box::new(held)));
    }
    let (signer, id) = (request.signer, &request.transaction_id);
    if let Some(other) = newest_of_signer(connection, &request.endpoint, id, signer)?
        && other.certificate.is_none()
        && matches!(other.standing(request.created_at), HeldState::Waiting | HeldState::Approved)
    {
        return Ok(Holding::AnotherWaits(other.id));
    }
    if let Some(claim) = request.claim {
        let spent = connection.prepare_cached("SELECT 1 FROM claims WHERE hash = ?1")?.exists((claim,))?;
        if spent || is_claimed(connection, claim, request.transaction)? {
            return Ok(Holding::ChallengeSpent);
        }
    }
    let waiting: u32 =
        connection.prepare_cached(WAITING)?.query_row((&request.endpoint,), |row| row.get(0))?;
    if waiting >= new.most {
        return Ok(Holding::Full { waiting });
    }
    let id = insert(connection, request)?;
    audited(writing, "request.held", id, &new.event.detail, request.created_at)?;
    Ok(Holding::New(id))
}

fn insert(connection: &Connection, new: &HeldRequest) -> rusqlite::Result<HeldId> {
    let sql = "INSERT INTO held (endpoint, transaction_id, transaction_hash, signer_hash, key_hash, csr_hash, csr, subject,
                   rule, sentence, vouched_by, sid_vouched, claim, facts, created_at, expires_at, state)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 0)";
    connection.prepare_cached(sql)?.execute(rusqlite::params![
        new.endpoint,
        new.transaction_id,
        new.transaction,
        new.signer,
        new.key,
        new.csr_hash,
        new.csr,
        new.subject,
        new.rule,
        new.sentence,
        new.by,
        new.sid_vouched,
        new.claim,
        new.facts,
        new.created_at.unix(),
        new.expires_at.unix(),
    ])?;
    Ok(HeldId(connection.last_insert_rowid()))
}

/// With the number of the request before what else is told.
fn audited(writing: &Writing<'_>, kind: &str, id: HeldId, detail: &str, at: Time) -> Result<(), Failure> {
    let mut told: serde_json::Value =
        serde_json::from_str(detail).unwrap_or_else(|_| json!({ "text": detail }));
    if let Some(object) = told.as_object_mut() {
        object.insert("held".to_owned(), id.0.into());
    }
    let entry = Entry { kind, certificate: None, detail: &told.to_string(), at };
    audit::append(writing, &entry).map(|_| ())
}

/// Who decides is named in the row and in the audit.
pub(super) fn decide(writing: &Writing<'_>, decision: &HeldDecision) -> Result<Decided, Failure> {
    let HeldDecision { id, approved, by, at } = decision;
    let Some(held) = by_id(writing.connection, *id)? else { return Ok(Decided::Unknown) };
    match held.standing(*at) {
        HeldState::Waiting => {}
        other => return Ok(Decided::Not(other)),
    }
    let (state, kind) = if *approved {
        (HeldState::Approved, "request.approved")
    } else {
        (HeldState::Denied, "request.denied")
    };
    let sql = "UPDATE held SET state = ?2, decided_by = ?3, decided_at = ?4 WHERE id = ?1 AND state = 0";
    writing.connection.prepare_cached(sql)?.execute((id, state, by, at.unix()))?;
    audited(writing, kind, *id, &told(&held, by), *at)?;
    Ok(Decided::Done)
}

fn told(held: &Held, by: &str) -> String {
    let HeldRequest { endpoint, transaction_id, subject, rule, .. } = &held.request;
    json!({ "by": by, "endpoint": endpoint, "transaction": transaction_id, "asked_for": subject, "rule": rule }).to_string()
}

/// Ends what was not approved or not fetched in time; gives how many.
pub(super) fn expire(writing: &Writing<'_>, now: Time) -> Result<u32, Failure> {
    let over: Vec<Held> = {
        let mut query = writing.connection.prepare_cached(OVER)?;
        query.query_map((now.unix(), TOGETHER), held)?.collect::<Result<_, _>>()?
    };
    for one in &over {
        let sql = "UPDATE held SET state = 3 WHERE id = ?1";
        writing.connection.prepare_cached(sql)?.execute((one.id,))?;
        audited(writing, "request.expired", one.id, &told(one, "time"), now)?;
    }
    Ok(u32::try_from(over.len()).unwrap_or(u32::MAX))
}

pub(super) fn is_any_over(connection: &Connection, now: Time) -> Result<bool, StoreError> {
    let mut query = connection.prepare_cached(OVER).map_err(unread)?;
    query.exists((now.unix(), 1)).map_err(unread)
}

/// Whether the reservation's transaction may be issued: a held one by its approval alone, once, from the octets that were
/// held; any other as it is.
pub(super) fn may_issue(connection: &Connection, new: &Reservation) -> rusqlite::Result<bool> {
    let Some(held) = of_transaction(connection, new.transaction)? else { return Ok(new.held.is_none()) };
    Ok(new.held == Some(held.id)
        && held.certificate.is_none()
        && held.standing(new.at) == HeldState::Approved
        && held.request.csr_hash == new.csr_hash
        && held.request.key == new.key)
}

/// Whether the challenge holds another transaction's request.
pub(super) fn is_claimed(
    connection: &Connection,
    claim: ClaimHash,
    by: TransactionHash,
) -> rusqlite::Result<bool> {
    connection.prepare_cached(CLAIMED)?.exists((claim, by))
}

/// The approval is used: in the commit that reserves the certificate.
pub(super) fn use_up(
    connection: &Connection,
    id: HeldId,
    certificate: crate::store::CertificateId,
) -> rusqlite::Result<()> {
    let sql = "UPDATE held SET certificate = ?2 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute((id, certificate)).map(|_| ())
}

pub(super) fn by_id(connection: &Connection, id: HeldId) -> rusqlite::Result<Option<Held>> {
    connection.prepare_cached("SELECT * FROM held WHERE id = ?1")?.query_row((id,), held).optional()
}

pub(super) fn of_transaction(
    connection: &Connection,
    transaction: TransactionHash,
) -> rusqlite::Result<Option<Held>> {
    connection.prepare_cached(BY_TRANSACTION)?.query_row((transaction,), held).optional()
}

pub(super) fn newest_of_signer(
    connection: &Connection,
    endpoint: &str,
    transaction_id: &str,
    signer: KeyHash,
) -> rusqlite::Result<Option<Held>> {
    connection.prepare_cached(BY_SIGNER)?.query_row((signer, transaction_id, endpoint), held).optional()
}

pub(super) fn list(connection: &Connection, search: HeldSearch) -> Result<Vec<Held>, StoreError> {
    let sql = "SELECT * FROM held WHERE id > ?1
               AND (?2 IS NULL OR (state = 0 AND certificate IS NULL AND expires_at > ?2)) ORDER BY id LIMIT ?3";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    let wanted = (search.after, search.waiting_at.map(Time::unix), search.limit);
    query.query_map(wanted, held).map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}

fn held(row: &Row<'_>) -> rusqlite::Result<Held> {
    Ok(Held {
        id: row.get("id")?,
        request: HeldRequest {
            endpoint: row.get("endpoint")?,
            transaction_id: row.get("transaction_id")?,
            transaction: row.get("transaction_hash")?,
            signer: row.get("signer_hash")?,
            key: row.get("key_hash")?,
            csr_hash: row.get("csr_hash")?,
            csr: row.get("csr")?,
            subject: row.get("subject")?,
            rule: row.get("rule")?,
            sentence: row.get("sentence")?,
            by: row.get("vouched_by")?,
            sid_vouched: row.get("sid_vouched")?,
            claim: row.get("claim")?,
            facts: row.get("facts")?,
            created_at: time(row, "created_at")?,
            expires_at: time(row, "expires_at")?,
        },
        state: row.get("state")?,
        decided_by: row.get("decided_by")?,
        decided_at: time_or_none(row, "decided_at")?,
        certificate: row.get("certificate")?,
    })
}
