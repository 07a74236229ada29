//! A certificate as the index has it: made from the store, written, and taken out again.

use pki::Time;
use pki::certificate::Certificate;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row};

use super::terms::{Terms, folded};
use crate::directory::binding::{self, DeviceNames};
use crate::report::{is_for_signing_in, names_a_sid};
use crate::store::sqlite::grounds::HOLD;
use crate::store::sqlite::issuance::assembled;
use crate::store::sqlite::{directory, values::time};
use crate::store::{CertificateId, Entry, EntryStatus, Named, SidInEntry};

macro_rules! closed {
    ($name:ident: $($variant:ident = $code:literal),*) => {
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(match self { $($name::$variant => $code,)* }.into())
            }
        }
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<$name> {
                match value.as_i64()? {
                    $($code => Ok($name::$variant),)*
                    other => Err(FromSqlError::OutOfRange(other)),
                }
            }
        }
    };
}

closed!(EntryStatus: Good = 0, Held = 1, Revoked = 2);
closed!(SidInEntry: NotAsked = 0, Named = 1, Missing = 2);

/// The columns of an entry, followed by where they come from.
macro_rules! entry {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.serial, e.sha1, e.sha256, e.subject, e.names, e.called, e.profile, e.endpoint, e.requester, e.device,
                    e.user, e.not_before, e.not_after, e.issued_at, e.status, e.sid ",
            $rest
        )
    };
}
pub(super) use entry;

/// A row of `entry!`.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        id: row.get("id")?,
        serial: row.get("serial")?,
        sha1: row.get("sha1")?,
        sha256: row.get("sha256")?,
        subject: row.get("subject")?,
        names: row.get("names")?,
        called: row.get("called")?,
        profile: row.get("profile")?,
        endpoint: row.get("endpoint")?,
        requester: row.get("requester")?,
        device: row.get("device")?,
        user: row.get("user")?,
        not_before: time(row, "not_before")?,
        not_after: time(row, "not_after")?,
        issued_at: time(row, "issued_at")?,
        status: row.get("status")?,
        sid: row.get("sid")?,
    })
}

pub(super) fn one(index: &Connection, id: CertificateId) -> rusqlite::Result<Option<Entry>> {
    index.prepare_cached(entry!("FROM entries e WHERE e.id = ?1"))?.query_row((id,), read).optional()
}

/// The entry of a certificate as the store has it now, with the row that it renews; `None` until it is issued.
pub(super) fn made(
    store: &Connection,
    id: CertificateId,
    requester: Option<String>,
) -> rusqlite::Result<Option<(Entry, Option<CertificateId>)>> {
    let sql = "SELECT c.serial, c.profile, c.endpoint, c.subject, c.not_before, c.not_after, c.supersedes, c.tbs, s.issued_at,
                      s.tail, r.reason
               FROM certificates c JOIN signatures s ON s.certificate = c.id
               LEFT JOIN revocations r ON r.certificate = c.id WHERE c.id = ?1";
    let made = |row: &Row<'_>| {
        let der = assembled(&row.get::<_, Vec<u8>>("tbs")?, &row.get::<_, Vec<u8>>("tail")?);
        let certificate = Certificate::parse(&der).ok();
        let says = |what: fn(&Certificate) -> bool| certificate.as_ref().is_some_and(what);
        let sid = match (says(is_for_signing_in), says(names_a_sid)) {
            (false, _) => SidInEntry::NotAsked,
            (true, true) => SidInEntry::Named,
            (true, false) => SidInEntry::Missing,
        };
        let san = certificate.as_ref().and_then(|one| one.san().ok());
        let names = san.iter().flat_map(|san| &san.0).map(ToString::to_string).collect::<Vec<_>>().join("\n");
        let status = match row.get::<_, Option<u8>>("reason")? {
            None => EntryStatus::Good,
            Some(HOLD) => EntryStatus::Held,
            Some(_) => EntryStatus::Revoked,
        };
        let (device, user) = holders(store, id, certificate.as_ref())?;
        let called = called(store, [device.as_deref(), user.as_deref()])?;
        let entry = Entry {
            id,
            serial: row.get("serial")?,
            sha1: pki::algorithm::sha1(&der),
            sha256: pki::algorithm::sha256(&der),
            subject: row.get("subject")?,
            names,
            called,
            profile: row.get("profile")?,
            endpoint: row.get("endpoint")?,
            requester: requester.clone(),
            device,
            user,
            not_before: time(row, "not_before")?,
            not_after: time(row, "not_after")?,
            issued_at: time(row, "issued_at")?,
            status,
            sid,
        };
        Ok((entry, row.get("supersedes")?))
    };
    store.prepare_cached(sql)?.query_row((id,), made).optional()
}

/// Whom it is bound to, or else whom it would be.
fn holders(
    store: &Connection,
    id: CertificateId,
    certificate: Option<&Certificate>,
) -> rusqlite::Result<(Option<String>, Option<String>)> {
    let mut bindings = directory::bindings(store, id)?;
    if bindings.is_empty()
        && let Some(certificate) = certificate
        && let Ok(san) = certificate.san()
    {
        bindings = binding::bindings("", DeviceNames::Guids, certificate.subject(), &san);
    }
    let of = |named| bindings.iter().find(|one| one.named == named).map(|one| one.key.clone());
    Ok((of(Named::Device), of(Named::User)))
}

/// What any directory calls them.
fn called(store: &Connection, keys: [Option<&str>; 2]) -> rusqlite::Result<String> {
    let sql = "SELECT json_extract(facts, '$.name') FROM directory WHERE key = ?1 LIMIT 1";
    let mut query = store.prepare_cached(sql)?;
    let mut names = Vec::new();
    for key in keys.into_iter().flatten() {
        names.extend(query.query_row((key,), |row| row.get::<_, Option<String>>(0)).optional()?.flatten());
    }
    Ok(names.join("\n"))
}

/// A subject as people type it: RFC 4514 escapes with a backslash (§2.4) what is a plain comma on paper.
pub(super) fn typed(subject: &str) -> String {
    let mut letters = subject.chars();
    let next = |letters: &mut std::str::Chars<'_>| match letters.next()? {
        '\\' => letters.next(),
        letter => Some(letter),
    };
    std::iter::from_fn(|| next(&mut letters)).collect()
}

/// What a search for words compares with.
pub(super) fn text(entry: &Entry) -> String {
    let Entry { subject, names, called, device, user, .. } = entry;
    let subject =
        &if subject.contains('\\') { format!("{subject}\n{}", typed(subject)) } else { subject.clone() };
    let (device, user) = (device.as_deref().unwrap_or_default(), user.as_deref().unwrap_or_default());
    folded(&[subject, names, called, device, user].join("\n"))
}

fn terms(entry: &Entry) -> Terms {
    let mut terms = Terms::default();
    terms.text(&text(entry));
    terms.tag('p', &entry.profile);
    terms.tag('e', &entry.endpoint);
    let holders = [('r', &entry.requester), ('d', &entry.device), ('u', &entry.user)];
    for (kind, value) in holders {
        if let Some(value) = value {
            terms.tag(kind, value);
        }
    }
    terms.tag('z', standing(entry.status));
    terms.digits('s', &entry.serial);
    terms.digits('h', &entry.sha1);
    terms.digits('g', &entry.sha256);
    terms
}

/// The word behind the tag of a status.
pub(super) fn standing(status: EntryStatus) -> &'static str {
    match status {
        EntryStatus::Good => "good",
        EntryStatus::Held => "held",
        EntryStatus::Revoked => "revoked",
    }
}

pub(super) fn insert(index: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    let sql = "INSERT INTO entries (id, serial, sha1, sha256, subject, names, called, profile, endpoint, requester, device, user,
                                    not_before, not_after, issued_at, status, sid)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
    let unix = Time::unix;
    index.prepare_cached(sql)?.execute(rusqlite::params![
        entry.id,
        entry.serial,
        entry.sha1,
        entry.sha256,
        entry.subject,
        entry.names,
        entry.called,
        entry.profile,
        entry.endpoint,
        entry.requester,
        entry.device,
        entry.user,
        unix(entry.not_before),
        unix(entry.not_after),
        unix(entry.issued_at),
        entry.status,
        entry.sid,
    ])?;
    let sql = "INSERT INTO terms (rowid, t) VALUES (?1, ?2)";
    index.prepare_cached(sql)?.execute((entry.id, terms(entry).joined()))?;
    Ok(())
}

/// Takes out what [`insert`] wrote of exactly this entry.
pub(super) fn delete(index: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    let sql = "INSERT INTO terms (terms, rowid, t) VALUES ('delete', ?1, ?2)";
    index.prepare_cached(sql)?.execute((entry.id, terms(entry).joined()))?;
    index.prepare_cached("DELETE FROM entries WHERE id = ?1")?.execute((entry.id,))?;
    Ok(())
}
