//! Finding rows of the audit, newest first. Those that the index has not followed yet are looked through.

use rusqlite::Connection;

use super::follow::{self, Event};
use super::terms::{Asked, folded, words};
use super::{Index, entries};
use crate::store::sqlite::audit;
use crate::store::sqlite::values::{Unsigned, unread, unsigned};
use crate::store::{AuditRow, CertificateId, Outcome, StoreError, Trail, TrailSought};

/// Rows looked at for one page.
const LOOKED_AT: u32 = 4_000;

/// A page of rows.
pub(in crate::store::sqlite) fn page(
    store: &Connection,
    index: &Index,
    sought: &TrailSought,
) -> Result<Trail, StoreError> {
    let asked = asked(sought);
    let before = sought.before.unwrap_or(i64::MAX.cast_unsigned());
    if asked.is_empty() {
        let mut rows = audit::before(store, before, sought.limit.saturating_add(1))?;
        let more = rows.len() > sought.limit as usize;
        rows.truncate(sought.limit as usize);
        let next = rows.last().filter(|_| more).map(|row| row.sequence);
        return Ok(Trail { rows, next });
    }
    let followed = index.with(|index| follow::mark(index).map_err(unread))?.map_or(0, |(mark, _)| mark);
    let mut page = Page { store, index, sought, rows: Vec::new(), looked: 0 };
    if let Some(next) = page.beyond(followed, before)? {
        return Ok(Trail { rows: page.rows, next: Some(next) });
    }
    let before = before.min(followed.saturating_add(1));
    let next = page.indexed(&asked.expression(), before)?;
    Ok(Trail { rows: page.rows, next })
}

struct Page<'a> {
    store: &'a Connection,
    index: &'a Index,
    sought: &'a TrailSought,
    rows: Vec<AuditRow>,
    looked: u32,
}

impl Page<'_> {
    /// Takes the row where it fits; gives whether the page is full or long enough.
    fn look(&mut self, row: AuditRow) -> Result<bool, StoreError> {
        self.looked += 1;
        if fits(self.index, self.sought, &row)? {
            self.rows.push(row);
        }
        Ok(self.rows.len() >= self.sought.limit as usize || self.looked >= LOOKED_AT)
    }

    /// The rows that nobody followed yet; gives the place to go on before, where the page ends among them.
    fn beyond(&mut self, followed: u64, before: u64) -> Result<Option<u64>, StoreError> {
        let mut before = before;
        loop {
            let rows = audit::before(self.store, before, 500)?;
            let rows: Vec<AuditRow> = rows.into_iter().filter(|row| row.sequence > followed).collect();
            if rows.is_empty() {
                return Ok(None);
            }
            for row in rows {
                before = row.sequence;
                if self.look(row)? {
                    return Ok(Some(before));
                }
            }
        }
    }

    fn indexed(&mut self, expression: &str, before: u64) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT rowid FROM trail WHERE trail MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3";
        let most = LOOKED_AT.saturating_add(1);
        let found = self.index.with(|index| {
            let mut query = index.prepare_cached(sql).map_err(unread)?;
            let mut rows = query.query((expression, Unsigned(before), most)).map_err(unread)?;
            while let Some(row) = rows.next().map_err(unread)? {
                let sequence = unsigned(row, 0).map_err(unread)?;
                if let Some(row) = audit::one(self.store, sequence)?
                    && self.look(row)?
                {
                    // One more that is proposed: only then there may be a next page.
                    let more = rows.next().map_err(unread)?.is_some();
                    return Ok(more.then_some(sequence));
                }
            }
            Ok(None)
        })?;
        Ok(found.flatten())
    }
}

/// The rows of one transaction, newest first, among the last `looked_through` that nobody followed and all that somebody did.
pub(in crate::store::sqlite) fn of_transaction(
    store: &Connection,
    index: &Index,
    transaction: &str,
    limit: u32,
) -> Result<Vec<AuditRow>, StoreError> {
    let followed = index.with(|index| follow::mark(index).map_err(unread))?.map_or(0, |(mark, _)| mark);
    let mut rows = audit::of_transaction(store, transaction, followed, limit)?;
    let sought = TrailSought {
        transaction: Some(transaction.to_owned()),
        limit: limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(limit)),
        ..TrailSought::default()
    };
    if sought.limit > 0 {
        let mut page = Page { store, index, sought: &sought, rows: Vec::new(), looked: 0 };
        page.indexed(&asked(&sought).expression(), followed.saturating_add(1))?;
        rows.append(&mut page.rows);
    }
    Ok(rows)
}

fn asked(sought: &TrailSought) -> Asked {
    let mut asked = Asked::default();
    let tags =
        [('k', &sought.event), ('o', &sought.code), ('e', &sought.endpoint), ('x', &sought.transaction)];
    for (kind, value) in tags {
        if let Some(value) = value {
            asked.tag(kind, value);
        }
    }
    if let Some(CertificateId(id)) = sought.certificate {
        asked.tag('c', &id.to_string());
    }
    match sought.outcome {
        Some(outcome) => asked.tag('y', outcome.as_str()),
        None if sought.enrolments => asked.tag('y', "any"),
        None => {}
    }
    if let Some(text) = &sought.words {
        asked.words(&folded(text));
    }
    asked
}

fn fits(index: &Index, sought: &TrailSought, row: &AuditRow) -> Result<bool, StoreError> {
    let Some(event) = Event::of(row) else { return Ok(false) };
    let is = |wanted: &Option<String>, found: Option<&str>| wanted.is_none() || wanted.as_deref() == found;
    let outcome = Outcome::of(&event.event);
    let plain = is(&sought.event, Some(&event.event))
        && is(&sought.code, event.said("code"))
        && is(&sought.endpoint, event.said("endpoint"))
        && is(&sought.transaction, event.said("transaction"))
        && (sought.certificate.is_none() || sought.certificate == event.certificate.map(CertificateId))
        && (sought.outcome.is_none() || sought.outcome == outcome)
        && (!sought.enrolments || outcome.is_some());
    match &sought.words {
        Some(text) if plain => has_words(index, text, &event),
        _ => Ok(plain),
    }
}

fn has_words(index: &Index, text: &str, event: &Event<'_>) -> Result<bool, StoreError> {
    let mut said = String::new();
    follow::words(&event.detail, &mut said);
    let mut said = folded(&said);
    if let Some(id) = event.certificate
        && event.event != "certificate.reserved"
        && let Some(entry) =
            index.with(|index| entries::one(index, CertificateId(id)).map_err(unread))?.flatten()
    {
        said.push('\n');
        said.push_str(&entries::text(&entry));
    }
    let there: std::collections::BTreeSet<&str> = words(&said).collect();
    // Each word as a whole, and what was written without a space also in a row.
    let text = folded(text);
    Ok(words(&text).all(|word| there.contains(word))
        && text.split_whitespace().all(|part| said.contains(part)))
}
