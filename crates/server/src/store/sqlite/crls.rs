//! CRLs, numbered upwards.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};

use super::crl_pieces::{self, Draft};
use super::values::{time, unread, unsigned};
use super::{Failure, Writing};
use crate::store::{AuthorityId, Crl, StoreError};

pub(super) const NEWEST: &str =
    "SELECT * FROM crls WHERE issuer = ?1 AND shard IS ?2 ORDER BY number DESC LIMIT 1";

/// Records a list whose pieces, if it is long, are written. Gives the drafts that nobody needs any more.
///
/// Two statements: one that inserted only where no higher number is would read the table that it writes, and SQLite then
/// puts the whole list into a temporary table first.
pub(super) fn put(writing: &Writing<'_>, crl: &Crl, draft: Option<Draft>) -> Result<Vec<Draft>, Failure> {
    let number =
        i64::try_from(crl.number).map_err(|_| Failure::Refused("a CRL number beyond 63 bits is not kept"))?;
    let sql = "SELECT EXISTS (SELECT 1 FROM crls WHERE issuer = ?1 AND number >= ?2)";
    let mut used = writing.connection.prepare_cached(sql)?;
    if used.query_row((crl.issuer, number), |row| row.get(0))? {
        return Err(Failure::Refused("the CRL number is not above all that were used (RFC 5280 §5.2.3)"));
    }
    if let Some(draft) = draft
        && !crl_pieces::are_all_there(writing.connection, draft, &crl.der)?
    {
        return Err(Failure::Refused("pieces of the CRL were deleted while it was written"));
    }
    let sql = "INSERT INTO crls (issuer, number, this_update, next_update, der, shard, draft)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let (from, until) = (crl.this_update.unix(), crl.next_update.unix());
    let row = (crl.issuer, number, from, until, crl_pieces::tail(&crl.der), crl.shard, draft);
    writing.connection.prepare_cached(sql)?.execute(row)?;
    forget_older(writing.connection, crl, number)
}

/// A replaced list keeps its row, for its number and dates, and gives up its bytes: a list of a megabyte every ten
/// minutes would be 50 GB a year.
fn forget_older(connection: &Connection, crl: &Crl, number: i64) -> Result<Vec<Draft>, Failure> {
    let older = (crl.issuer, number, crl.shard);
    let sql =
        "SELECT draft FROM crls WHERE issuer = ?1 AND shard IS ?3 AND number < ?2 AND draft IS NOT NULL";
    let mut unneeded: Vec<Draft> =
        connection.prepare_cached(sql)?.query_map(older, |row| row.get(0))?.collect::<Result<_, _>>()?;
    let sql = "UPDATE crls SET der = x'', draft = NULL
               WHERE issuer = ?1 AND shard IS ?3 AND number < ?2 AND (length(der) > 0 OR draft IS NOT NULL)";
    connection.prepare_cached(sql)?.execute(older)?;
    unneeded.extend(crl_pieces::given_up(connection, crl.this_update)?);
    Ok(unneeded)
}

pub(super) fn newest(
    connection: &Connection,
    issuer: AuthorityId,
    shard: Option<u16>,
) -> Result<Option<Crl>, StoreError> {
    // One view of row and pieces: a newer list deletes those of this one.
    let view = connection.unchecked_transaction().map_err(unread)?;
    let mut query = view.prepare_cached(NEWEST).map_err(unread)?;
    let found = query.query_row((issuer, shard), |row| {
        let draft: Option<Draft> = row.get("draft")?;
        let mut der = draft.map_or_else(|| Ok(Vec::new()), |draft| crl_pieces::read(&view, draft))?;
        der.extend_from_slice(row.get_ref("der")?.as_blob()?);
        Ok(Crl {
            issuer: row.get("issuer")?,
            shard: row.get("shard")?,
            number: unsigned(row, "number")?,
            der: Arc::new(der),
            this_update: time(row, "this_update")?,
            next_update: time(row, "next_update")?,
        })
    });
    found.optional().map_err(unread)
}

pub(super) fn last_number(connection: &Connection, issuer: AuthorityId) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(max(number), 0) FROM crls WHERE issuer = ?1";
    let mut query = connection.prepare_cached(sql).map_err(unread)?;
    query.query_row((issuer,), |row| unsigned(row, 0)).map_err(unread)
}
