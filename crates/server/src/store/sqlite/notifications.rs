//! The outbox.

use pki::Time;
use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::values::{time, unread};
use super::{Failure, Writing};
use crate::store::{
    Attempt, CertificateId, NewNotification, Notification, NotificationId, NotificationSearch, StoreError,
};

pub(super) const DUE: &str = "SELECT n.* FROM notifications n
     LEFT JOIN signatures s ON s.certificate = n.certificate
     WHERE n.state = 0 AND n.next_attempt_at <= ?1 AND (n.certificate IS NULL OR s.certificate IS NOT NULL)
     ORDER BY n.next_attempt_at LIMIT ?2";

pub(super) fn insert(
    connection: &Connection,
    new: &NewNotification,
    certificate: Option<CertificateId>,
) -> Result<NotificationId, Failure> {
    let sql = "INSERT INTO notifications (certificate, kind, payload, state, attempts, next_attempt_at, deadline_at)
               VALUES (?1, ?2, ?3, 0, 0, ?4, ?5)";
    let (next, deadline) = (new.next_attempt_at.unix(), new.deadline_at.unix());
    connection.prepare_cached(sql)?.execute((certificate, &new.kind, &new.payload, next, deadline))?;
    Ok(NotificationId(connection.last_insert_rowid()))
}

/// Only what is pending can be accepted, put off or given up; an answer that comes late changes nothing, except that
/// an acknowledgement counts even after the deadline.
pub(super) fn settle(writing: &Writing<'_>, id: NotificationId, outcome: &Attempt) -> Result<(), Failure> {
    let (sql, at, error) = match outcome {
        Attempt::Accepted => ("UPDATE notifications SET state = 1 WHERE id = ?1", None, None),
        Attempt::Retry { at, error } => (
            "UPDATE notifications SET attempts = attempts + 1, next_attempt_at = ?2, last_error = ?3
             WHERE id = ?1 AND state = 0",
            Some(*at),
            Some(error),
        ),
        Attempt::Dead { error } => (
            "UPDATE notifications SET attempts = attempts + 1, state = 2, last_error = ?2
             WHERE id = ?1 AND state = 0",
            None,
            Some(error),
        ),
    };
    let mut update = writing.connection.prepare_cached(sql)?;
    match (at, error) {
        (Some(at), error) => update.execute((id, at.unix(), error))?,
        (None, Some(error)) => update.execute((id, error))?,
        (None, None) => update.execute((id,))?,
    };
    Ok(())
}

pub(super) fn id_of(
    connection: &Connection,
    certificate: CertificateId,
) -> rusqlite::Result<Option<NotificationId>> {
    let mut query = connection.prepare_cached("SELECT id FROM notifications WHERE certificate = ?1")?;
    query.query_row((certificate,), |row| row.get(0)).optional()
}

pub(super) fn due(connection: &Connection, now: Time, limit: u32) -> Result<Vec<Notification>, StoreError> {
    all(connection, DUE, (now.unix(), limit))
}

pub(super) fn of(connection: &Connection, id: CertificateId) -> Result<Option<Notification>, StoreError> {
    let sql = "SELECT * FROM notifications WHERE certificate = ?1";
    connection
        .prepare_cached(sql)
        .and_then(|mut query| query.query_row((id,), notification).optional())
        .map_err(unread)
}

pub(super) fn list(
    connection: &Connection,
    search: NotificationSearch,
) -> Result<Vec<Notification>, StoreError> {
    let sql = "SELECT * FROM notifications WHERE state = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    all(connection, sql, (search.state, search.after, search.limit))
}

fn all(connection: &Connection, sql: &str, wanted: impl Params) -> Result<Vec<Notification>, StoreError> {
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    query.query_map(wanted, notification).map_err(unread)?.collect::<Result<_, _>>().map_err(unread)
}

fn notification(row: &Row<'_>) -> rusqlite::Result<Notification> {
    Ok(Notification {
        id: row.get("id")?,
        certificate: row.get("certificate")?,
        kind: row.get("kind")?,
        payload: row.get("payload")?,
        state: row.get("state")?,
        attempts: row.get("attempts")?,
        next_attempt_at: time(row, "next_attempt_at")?,
        deadline_at: time(row, "deadline_at")?,
        last_error: row.get("last_error")?,
    })
}
