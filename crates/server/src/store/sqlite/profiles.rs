//! Versions of certificate profiles: appended, never changed.

use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::json;

use super::audit::{self, Entry};
use super::values::{Unsigned, time, unread, unsigned};
use super::{Failure, Writing};
use crate::store::{NewProfileVersion, ProfileVersion, StoreError};

pub(super) const NEWEST: &str =
    "SELECT version, digest FROM profile_versions WHERE name = ?1 ORDER BY version DESC LIMIT 1";
pub(super) const AFTER: &str = "SELECT * FROM profile_versions WHERE seq > ?1 ORDER BY seq";

/// All of them or none, so that a server that follows never sees half of what was published together.
pub(super) fn publish(
    writing: &Writing<'_>,
    new: &[NewProfileVersion],
) -> Result<Vec<ProfileVersion>, Failure> {
    let mut published = Vec::new();
    for one in new {
        published.extend(put(writing, one)?);
    }
    Ok(published)
}

/// `None` where the newest version says the same: another process may have been faster.
fn put(writing: &Writing<'_>, new: &NewProfileVersion) -> Result<Option<ProfileVersion>, Failure> {
    let mut query = writing.connection.prepare_cached(NEWEST)?;
    let newest: Option<(u32, Option<[u8; 32]>)> =
        query.query_row((&new.name,), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (last, digest) = newest.unwrap_or((0, None));
    if digest == Some(new.digest) {
        return Ok(None);
    }
    let version = last.saturating_add(1);
    let sql = "INSERT INTO profile_versions (name, version, document, digest, published_at, published_by)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let row = (&new.name, version, &new.document, new.digest, new.at.unix(), &new.by);
    writing.connection.prepare_cached(sql)?.execute(row)?;
    let sequence = u64::try_from(writing.connection.last_insert_rowid()).unwrap_or_default();
    let digest = new.digest.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
    let detail = json!({ "by": new.by, "profile": new.name, "version": version, "sha256": digest });
    let (kind, detail) = ("profile.published", detail.to_string());
    audit::append(writing, &Entry { kind, certificate: None, detail: &detail, at: new.at })?;
    Ok(Some(ProfileVersion {
        sequence,
        name: new.name.clone(),
        version,
        document: Some(new.document.clone()),
        digest: Some(new.digest),
        published_at: new.at,
        published_by: new.by.clone(),
    }))
}

pub(super) fn after(connection: &Connection, after: u64) -> Result<Vec<ProfileVersion>, StoreError> {
    let mut query = connection.prepare_cached(AFTER).map_err(unread)?;
    let rows = query.query_map((Unsigned(after),), version).map_err(unread)?;
    rows.collect::<Result<_, _>>().map_err(unread)
}

fn version(row: &Row<'_>) -> rusqlite::Result<ProfileVersion> {
    Ok(ProfileVersion {
        sequence: unsigned(row, "seq")?,
        name: row.get("name")?,
        version: row.get("version")?,
        document: row.get("document")?,
        digest: row.get("digest")?,
        published_at: time(row, "published_at")?,
        published_by: row.get("published_by")?,
    })
}
