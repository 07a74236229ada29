//! Sums for the first page, and who is late with a renewal.

use pki::Time;
use rusqlite::{Connection, Row};

use super::entries::{entry, read};
use super::sums::day;
use crate::store::sqlite::values::{unread, unsigned};
use crate::store::{Entry, EntryStatus, Expiries, Numbers, PageSought, Place, StoreError};

const DAY: i64 = 86_400;
/// Days for which issues are told by the minute.
const ISSUED_DAYS: i64 = 30;
const REFUSED_DAYS: i64 = 7;
/// Days of the forecast.
const AHEAD: i64 = 90;
/// Who is late is counted so far.
const COUNTED: u32 = 10_000;

pub(in crate::store::sqlite) fn numbers(
    store: &Connection,
    index: &Connection,
    now: Time,
) -> Result<Numbers, StoreError> {
    let behind = super::behind(store, index)?;
    let read = || -> rusqlite::Result<Numbers> {
        let minute = (now.unix() - ISSUED_DAYS * DAY).div_euclid(60);
        let issued = rows(
            index,
            "SELECT minute, count FROM issued WHERE minute >= ?1 ORDER BY minute",
            minute,
            |row| Ok((row.get(0)?, unsigned(row, 1)?)),
        )?;
        let hour = (now.unix() - REFUSED_DAYS * DAY).div_euclid(3_600);
        let sql =
            "SELECT code, sum(count) AS n FROM refused WHERE hour > ?1 GROUP BY code ORDER BY n DESC, code";
        let refused = rows(index, sql, hour, |row| Ok((row.get(0)?, unsigned(row, 1)?)))?;
        Ok(Numbers { behind, endings: endings(index, now)?, issued, refused })
    };
    read().map_err(unread)
}

fn rows<T>(
    index: &Connection,
    sql: &str,
    from: i64,
    row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    index.prepare_cached(sql)?.query_map((from,), row)?.collect()
}

/// By the day of the end. Those of today that are over already are told apart, as of day 0.
fn endings(index: &Connection, now: Time) -> rusqlite::Result<Vec<Expiries>> {
    let today = day(now);
    let sql = "SELECT day, profile, status, sid, count FROM ends WHERE day <> ?1 AND count > 0";
    let ending = |row: &Row<'_>| {
        Ok(Expiries {
            day: row.get(0)?,
            profile: row.get(1)?,
            status: row.get(2)?,
            sid: row.get(3)?,
            count: unsigned(row, 4)?,
        })
    };
    let mut all = rows(index, sql, today, ending)?;
    let sql = "SELECT CASE WHEN not_after < ?1 THEN 0 ELSE ?2 END AS day, profile, status, sid, count(*) FROM entries
               WHERE not_after BETWEEN ?3 AND ?4 GROUP BY 1, 2, 3, 4";
    let first = today.saturating_mul(DAY);
    let mut query = index.prepare_cached(sql)?;
    let today = query.query_map((now.unix(), today, first, first.saturating_add(DAY - 1)), ending)?;
    all.extend(today.collect::<rusqlite::Result<Vec<_>>>()?);
    Ok(all)
}

/// By days since 1970, from today on.
pub(in crate::store::sqlite) fn opening_days(
    index: &Connection,
    now: Time,
) -> Result<Vec<(i64, u64)>, StoreError> {
    let sql = "SELECT day, count FROM opening WHERE day >= ?1 AND count > 0 ORDER BY day LIMIT 90";
    let all: rusqlite::Result<Vec<(i64, u64)>> =
        rows(index, sql, day(now), |row| Ok((row.get(0)?, unsigned(row, 1)?)));
    let last = day(now).saturating_add(AHEAD);
    Ok(all.map_err(unread)?.into_iter().filter(|(day, _)| *day < last).collect())
}

const LATE: &str = entry!(
    "FROM unreplaced o CROSS JOIN entries e ON e.id = o.id
     WHERE o.not_after >= ?1 AND (o.not_after > ?1 OR o.id > ?2) AND o.renew_at <= ?3 ORDER BY o.not_after, o.id LIMIT ?4"
);

/// How many are late, and a page of them.
pub(in crate::store::sqlite) fn at_risk(
    index: &Connection,
    page: &PageSought,
) -> Result<(u64, Vec<Entry>, Option<Place>), StoreError> {
    let now = page.now.unix();
    let (from, after) = match page.after {
        Some(Place::End(at, id)) => (at.max(now), id),
        _ => (now, i64::MIN),
    };
    let found = || -> rusqlite::Result<_> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM unreplaced WHERE not_after >= ?1 AND renew_at <= ?1 LIMIT ?2)";
        let count = index.prepare_cached(sql)?.query_row((now, COUNTED), |row| unsigned(row, 0))?;
        let mut query = index.prepare_cached(LATE)?;
        let rows = query.query_map((from, after, now, page.limit.saturating_add(1)), read)?;
        Ok((count, rows.collect::<rusqlite::Result<Vec<Entry>>>()?))
    };
    let (count, mut entries) = found().map_err(unread)?;
    let more = entries.len() > page.limit as usize;
    entries.truncate(page.limit as usize);
    let last = entries.last().filter(|_| more);
    let next = last.map(|entry| Place::End(entry.not_after.unix(), entry.id.0));
    debug_assert!(entries.iter().all(|entry| entry.status == EntryStatus::Good));
    Ok((count, entries, next))
}
