//! Webhooks and the outbox of their messages.

use pki::Time;
use rusqlite::types::FromSqlError;
use rusqlite::{Connection, OptionalExtension, Row};

use super::audit::{self, Entry};
use super::certificates::by_id;
use super::values::{Unsigned, time, unread, unsigned};
use super::{Failure, Writing};
use crate::store::{
    AuditEvent, CertificateId, Delivery, DeliveryAttempt, DeliveryId, DeliveryNext, Expiring, NewWebhook,
    Posting, StoreError, Webhook, WebhookAdded, WebhookId,
};
use crate::webhooks::EventKind;

pub(super) const DUE: &str =
    "SELECT * FROM deliveries WHERE webhook = ?1 AND state = 0 AND next_attempt_at <= ?2
     ORDER BY next_attempt_at LIMIT ?3";
pub(super) const LISTED: &str =
    "SELECT * FROM deliveries WHERE webhook = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
pub(super) const WAITING: &str = "SELECT count(*) FROM deliveries WHERE webhook = ?1 AND state = 0";

/// Settled messages forgotten in one commit.
const TOGETHER: u32 = 1_000;

pub(super) fn put(writing: &Writing<'_>, new: &NewWebhook) -> Result<WebhookAdded, Failure> {
    let taken = "SELECT 1 FROM webhooks WHERE name = ?1 AND removed_at IS NULL";
    if writing.connection.prepare_cached(taken)?.exists((&new.name,))? {
        return Ok(WebhookAdded::NameTaken);
    }
    let count = "SELECT count(*) FROM webhooks WHERE removed_at IS NULL";
    let there: u32 = writing.connection.prepare_cached(count)?.query_row([], |row| row.get(0))?;
    if there >= new.most {
        return Ok(WebhookAdded::Full);
    }
    let detail = &new.event.detail;
    let entry = Entry { kind: "webhook.added", certificate: None, detail, at: new.created_at };
    let head = audit::append(writing, &entry)?;
    let sql =
        "INSERT INTO webhooks (name, url, events, secret, mark, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let events: Vec<&str> = new.events.iter().map(|event| event.as_str()).collect();
    let (mark, created) = (Unsigned(head.sequence), new.created_at.unix());
    let row = (&new.name, &new.url, events.join(" "), &new.secret, mark, created);
    writing.connection.prepare_cached(sql)?.execute(row)?;
    Ok(WebhookAdded::New(WebhookId(writing.connection.last_insert_rowid())))
}

/// What waits for it is given up; its secret goes.
pub(super) fn remove(
    writing: &Writing<'_>,
    id: WebhookId,
    event: &AuditEvent,
    at: Time,
) -> Result<bool, Failure> {
    let sql = "UPDATE webhooks SET removed_at = ?2, secret = x'' WHERE id = ?1 AND removed_at IS NULL";
    if writing.connection.prepare_cached(sql)?.execute((id, at.unix()))? == 0 {
        return Ok(false);
    }
    let sql = "UPDATE deliveries SET state = 2, settled_at = ?2 WHERE webhook = ?1 AND state = 0";
    writing.connection.prepare_cached(sql)?.execute((id, at.unix()))?;
    let entry = Entry { kind: "webhook.removed", certificate: None, detail: &event.detail, at };
    audit::append(writing, &entry)?;
    Ok(true)
}

pub(super) fn all(connection: &Connection) -> Result<Vec<Webhook>, StoreError> {
    let sql = "SELECT * FROM webhooks WHERE removed_at IS NULL ORDER BY id";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    query.query_map([], webhook).map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}

/// `None`, and nothing is written, where the webhook is gone or its mark is another: somebody else has followed the chain.
pub(super) fn post(writing: &Writing<'_>, posting: &Posting) -> Result<Option<Vec<DeliveryId>>, Failure> {
    let (from, to) = posting.progress.unzip();
    let sql = "UPDATE webhooks SET mark = coalesce(?3, mark)
               WHERE id = ?1 AND removed_at IS NULL AND (?2 IS NULL OR mark = ?2)";
    let moved = (posting.webhook, from.map(Unsigned), to.map(Unsigned));
    if writing.connection.prepare_cached(sql)?.execute(moved)? == 0 {
        return Ok(None);
    }
    let sql = "INSERT INTO deliveries (webhook, message, event, body, state, created_at, next_attempt_at, deadline_at)
               VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7) ON CONFLICT (webhook, message) DO NOTHING RETURNING id";
    let mut insert = writing.connection.prepare_cached(sql)?;
    let mut new = Vec::new();
    for one in &posting.messages {
        let (created, next, end) =
            (one.created_at.unix(), one.next_attempt_at.unix(), one.deadline_at.unix());
        let row = (posting.webhook, &one.message, one.event, &one.body, created, next, end);
        new.extend(insert.query_row(row, |row| row.get::<_, DeliveryId>(0)).optional()?);
    }
    Ok(Some(new))
}

pub(super) fn due(
    connection: &Connection,
    webhook: WebhookId,
    now: Time,
    limit: u32,
) -> Result<Vec<Delivery>, StoreError> {
    let mut query = connection.prepare_cached(DUE).map_err(unread)?;
    let found = query.query_map((webhook, now.unix(), limit), delivery).map_err(unread)?;
    with_attempts(connection, found.collect::<Result<_, _>>().map_err(unread)?)
}

/// Newest first, before that row.
pub(super) fn listed(
    connection: &Connection,
    webhook: WebhookId,
    before: DeliveryId,
    limit: u32,
) -> Result<Vec<Delivery>, StoreError> {
    let mut query = connection.prepare_cached(LISTED).map_err(unread)?;
    let found = query.query_map((webhook, before, limit), delivery).map_err(unread)?;
    with_attempts(connection, found.collect::<Result<_, _>>().map_err(unread)?)
}

fn with_attempts(connection: &Connection, mut found: Vec<Delivery>) -> Result<Vec<Delivery>, StoreError> {
    let sql = "SELECT at, outcome FROM attempts WHERE delivery = ?1 ORDER BY number";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    for one in &mut found {
        let tried = query.query_map((one.id,), |row| {
            Ok(DeliveryAttempt { at: time(row, "at")?, outcome: row.get("outcome")? })
        });
        one.attempts = tried.map_err(unread)?.collect::<Result<_, _>>().map_err(unread)?;
    }
    Ok(found)
}

pub(super) fn waiting(connection: &Connection, webhook: WebhookId) -> Result<u64, StoreError> {
    let mut query = connection.prepare_cached(WAITING).map_err(unread)?;
    query.query_row((webhook,), |row| unsigned(row, 0)).map_err(unread)
}

/// A message that was settled meanwhile stays as it is; the attempt is on record all the same.
pub(super) fn settle(
    writing: &Writing<'_>,
    id: DeliveryId,
    attempt: &DeliveryAttempt,
    next: DeliveryNext,
) -> Result<(), Failure> {
    let at = attempt.at.unix();
    let sql = "INSERT INTO attempts (delivery, number, at, outcome)
               SELECT d.id, (SELECT count(*) FROM attempts WHERE delivery = d.id) + 1, ?2, ?3
               FROM deliveries d WHERE d.id = ?1";
    writing.connection.prepare_cached(sql)?.execute((id, at, &attempt.outcome))?;
    let (state, next, settled) = match next {
        DeliveryNext::Delivered => (1, None, Some(at)),
        DeliveryNext::Again(then) => (0, Some(then.unix()), None),
        DeliveryNext::Dead => (2, None, Some(at)),
    };
    let sql =
        "UPDATE deliveries SET state = ?2, next_attempt_at = coalesce(?3, next_attempt_at), settled_at = ?4
               WHERE id = ?1 AND state = 0";
    writing.connection.prepare_cached(sql)?.execute((id, state, next, settled))?;
    Ok(())
}

/// Forgets messages that were settled before that time, some of them; gives how many.
pub(super) fn purge(writing: &Writing<'_>, before: Time) -> Result<u64, Failure> {
    // That the CA's own certificate is about to end must not be told anew: its thresholds are 30 days apart.
    let sql = "DELETE FROM deliveries WHERE id IN
               (SELECT id FROM deliveries WHERE settled_at < ?1 AND (event <> ?3 OR settled_at < ?4)
                ORDER BY settled_at LIMIT ?2)";
    let (own, long_before) = (EventKind::AuthorityExpiring, before.plus_days(-90).unix());
    let gone =
        writing.connection.prepare_cached(sql)?.execute((before.unix(), TOGETHER, own, long_before))?;
    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
}

/// Issued, not revoked, and without a successor that was issued.
pub(super) fn expiring(
    connection: &Connection,
    after: Time,
    until: Time,
    limit: u32,
) -> Result<Expiring, StoreError> {
    const OF: &str = "FROM certificates c WHERE c.not_after > ?1 AND c.not_after <= ?2
         AND EXISTS (SELECT 1 FROM signatures s WHERE s.certificate = c.id)
         AND NOT EXISTS (SELECT 1 FROM revocations r WHERE r.certificate = c.id)
         AND NOT EXISTS (SELECT 1 FROM certificates n JOIN signatures s ON s.certificate = n.id
                         WHERE n.supersedes = c.id)";
    let (after, until) = (after.unix(), until.unix());
    let count = format!("SELECT count(*) {OF}");
    let total = connection.query_row(&count, (after, until), |row| unsigned(row, 0)).map_err(unread)?;
    let mut found = Expiring { total, first: Vec::new() };
    if total > 0 {
        let sql = format!("SELECT c.id {OF} ORDER BY c.not_after, c.id LIMIT ?3");
        let mut query = connection.prepare(&sql).map_err(unread)?;
        let ids =
            query.query_map((after, until, limit), |row| row.get::<_, CertificateId>(0)).map_err(unread)?;
        for id in ids {
            found.first.extend(by_id(connection, id.map_err(unread)?).map_err(unread)?);
        }
    }
    Ok(found)
}

fn webhook(row: &Row<'_>) -> rusqlite::Result<Webhook> {
    let words: String = row.get("events")?;
    let events = words.split(' ').map(|word| EventKind::parse(word).ok_or(FromSqlError::InvalidType));
    Ok(Webhook {
        id: row.get("id")?,
        name: row.get("name")?,
        url: row.get("url")?,
        events: events.collect::<Result<_, _>>()?,
        secret: row.get("secret")?,
        mark: unsigned(row, "mark")?,
        created_at: time(row, "created_at")?,
    })
}

fn delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        id: row.get("id")?,
        message: row.get("message")?,
        event: row.get("event")?,
        body: row.get("body")?,
        state: row.get("state")?,
        created_at: time(row, "created_at")?,
        next_attempt_at: time(row, "next_attempt_at")?,
        deadline_at: time(row, "deadline_at")?,
        attempts: Vec::new(),
    })
}
