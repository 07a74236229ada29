//! One batch: rows of the audit that the index does not know yet, in the order of the chain.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};
use serde::Deserialize;
use serde_json::Value;

use super::entries::{self, delete, insert, made};
use super::sums::Sums;
use super::terms::{Terms, folded, hash};
use crate::store::sqlite::audit;
use crate::store::sqlite::values::{Unsigned, unread, unsigned};
use crate::store::{AuditRow, CertificateId, Entry, EntryStatus, Followed, Named, Outcome, StoreError};

/// What of an audit row's text counts here.
#[derive(Debug, Deserialize)]
pub(super) struct Event<'a> {
    #[serde(borrow)]
    pub(super) event: Cow<'a, str>,
    #[serde(default)]
    pub(super) certificate: Option<i64>,
    #[serde(default)]
    pub(super) detail: Value,
}

impl Event<'_> {
    pub(super) fn of(row: &AuditRow) -> Option<Event<'_>> {
        serde_json::from_str(&row.event).ok()
    }

    pub(super) fn said(&self, member: &str) -> Option<&str> {
        self.detail.get(member)?.as_str()
    }
}

/// How far the audit was followed: sequence and link. Before the first row both are zero.
pub(super) fn mark(index: &Connection) -> rusqlite::Result<(u64, [u8; 32])> {
    index
        .prepare_cached("SELECT seq, hash FROM mark")?
        .query_row([], |row| Ok((unsigned(row, 0)?, row.get(1)?)))
}

pub(super) fn follow(store: &Connection, index: &mut Connection, most: u32) -> Result<Followed, StoreError> {
    let transaction = index.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unread)?;
    let mut at = mark(&transaction).map_err(unread)?;
    if !is_of_this_chain(store, at).map_err(unread)? {
        tracing::warn!(
            event = "index_begun_anew",
            "the search index was made from another store; it is made anew"
        );
        super::begin_anew(&transaction).map_err(unread)?;
        at = (0, [0; 32]);
    }
    let rows = audit::page(store, at.0, most)?;
    if let Some(last) = rows.last() {
        take(store, &transaction, &rows).map_err(unread)?;
        let sql = "UPDATE mark SET seq = ?1, hash = ?2";
        transaction.execute(sql, (Unsigned(last.sequence), last.hash)).map_err(unread)?;
    }
    let behind = super::behind(store, &transaction)?;
    transaction.commit().map_err(unread)?;
    Ok(Followed { rows: u64::try_from(rows.len()).unwrap_or(u64::MAX), behind })
}

fn is_of_this_chain(store: &Connection, (seq, hash): (u64, [u8; 32])) -> rusqlite::Result<bool> {
    let mut query = store.prepare_cached("SELECT hash FROM audit WHERE seq = ?1")?;
    let there = query.query_row((Unsigned(seq),), |row| row.get::<_, [u8; 32]>(0)).optional()?;
    Ok(seq == 0 || there == Some(hash))
}

fn take(store: &Connection, index: &Connection, rows: &[AuditRow]) -> rusqlite::Result<()> {
    let mut batch = Batch { store, index, sums: Sums::default(), requesters: BTreeMap::new() };
    let mut changed = BTreeSet::new();
    let events: Vec<_> = rows.iter().filter_map(|row| Some((row, Event::of(row)?))).collect();
    for (row, event) in &events {
        if let Some(id) = event.certificate {
            changed.insert(CertificateId(id));
            if event.event == "certificate.reserved"
                && let Some(by) = event.said("by")
            {
                batch.requesters.insert(id, by.to_owned());
            }
        }
        if Outcome::of(&event.event) == Some(Outcome::Refused)
            && let Some(code) = event.said("code")
        {
            batch.sums.refuse(row.at, code);
        }
    }
    // In the order of their making: who comes later replaces who was before.
    for id in changed {
        batch.certificate(id)?;
    }
    for (row, event) in &events {
        batch.tell(row, event)?;
    }
    batch.sums.write(index)
}

struct Batch<'c> {
    store: &'c Connection,
    index: &'c Connection,
    sums: Sums,
    requesters: BTreeMap<i64, String>,
}

impl Batch<'_> {
    /// Brings the entry of a certificate to what the store says now.
    fn certificate(&mut self, id: CertificateId) -> rusqlite::Result<()> {
        let before = entries::one(self.index, id)?;
        let requester = match (&before, self.requesters.get(&id.0)) {
            (Some(before), _) => before.requester.clone(),
            (None, Some(by)) => Some(by.clone()),
            (None, None) => self.asked_by(id)?,
        };
        let Some((now, renews)) = made(self.store, id, requester)? else {
            return self.remember_who_asked(id);
        };
        match before {
            Some(before) => self.change(&before, &now),
            None => self.add(&now, renews),
        }
    }

    fn asked_by(&self, id: CertificateId) -> rusqlite::Result<Option<String>> {
        let sql = "DELETE FROM asked WHERE id = ?1 RETURNING requester";
        self.index.prepare_cached(sql)?.query_row((id,), |row| row.get(0)).optional()
    }

    fn remember_who_asked(&self, id: CertificateId) -> rusqlite::Result<()> {
        let Some(by) = self.requesters.get(&id.0) else { return Ok(()) };
        let sql = "INSERT OR REPLACE INTO asked (id, requester) VALUES (?1, ?2)";
        self.index.prepare_cached(sql)?.execute((id, by))?;
        Ok(())
    }

    fn add(&mut self, entry: &Entry, renews: Option<CertificateId>) -> rusqlite::Result<()> {
        insert(self.index, entry)?;
        self.sums.end(entry, entry.status, 1);
        self.sums.issue(entry.issued_at);
        self.count_holders(entry)?;
        if entry.status == EntryStatus::Good {
            self.expect(entry)?;
        }
        let same = self.latest_before(entry)?;
        if let Some(older) = renews {
            self.replace(older, entry.id, 0)?;
        }
        if let Some(older) = same.filter(|older| Some(*older) != renews) {
            self.replace(older, entry.id, 1)?;
        }
        Ok(())
    }

    fn change(&mut self, before: &Entry, now: &Entry) -> rusqlite::Result<()> {
        if before == now {
            return Ok(());
        }
        delete(self.index, before)?;
        insert(self.index, now)?;
        if before.status != now.status {
            self.sums.end(before, before.status, -1);
            self.sums.end(now, now.status, 1);
            match (before.status, now.status) {
                (EntryStatus::Good, _) => self.forget(before)?,
                (_, EntryStatus::Good) if !self.is_replaced(now.id)? => self.expect(now)?,
                _ => {}
            }
        }
        if (&before.device, &before.user) != (&now.device, &now.user) {
            self.count_holders(now)?;
        }
        Ok(())
    }

    fn count_holders(&self, entry: &Entry) -> rusqlite::Result<()> {
        let sql = "INSERT INTO holders (holder, newest, count) VALUES (?1, ?2, 1)
                   ON CONFLICT DO UPDATE SET newest = max(newest, excluded.newest), count = count + 1";
        let mut add = self.index.prepare_cached(sql)?;
        for named in [Named::Device, Named::User] {
            if let Some(key) = entry.holder(named) {
                add.execute((holder(named, key), entry.id))?;
            }
        }
        Ok(())
    }

    /// The newest before this one of the same holder and profile; from now on it is this one. A user without a device has
    /// certificates on several devices, of which none replaces another.
    fn latest_before(&self, entry: &Entry) -> rusqlite::Result<Option<CertificateId>> {
        let whose = match (&entry.device, &entry.user) {
            (Some(device), user) => ["device", device, user.as_deref().unwrap_or_default()],
            (None, Some(_)) => return Ok(None),
            (None, None) if entry.subject.is_empty() => ["names", &entry.names, ""],
            (None, None) => ["subject", &entry.subject, &entry.names],
        };
        let [kind, first, second] = whose;
        let owner = hash(&[&entry.profile, kind, first, second]).cast_signed();
        let sql = "SELECT id FROM latest WHERE owner = ?1";
        let before: Option<CertificateId> =
            self.index.prepare_cached(sql)?.query_row((owner,), |row| row.get(0)).optional()?;
        let sql = "INSERT INTO latest (owner, id) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET id = max(id, excluded.id)";
        self.index.prepare_cached(sql)?.execute((owner, entry.id))?;
        Ok(before.filter(|before| *before < entry.id))
    }

    fn replace(&mut self, older: CertificateId, newer: CertificateId, how: u8) -> rusqlite::Result<()> {
        let sql = "INSERT OR IGNORE INTO replaced (id, newer, how) VALUES (?1, ?2, ?3)";
        self.index.prepare_cached(sql)?.execute((older, newer, how))?;
        match entries::one(self.index, older)? {
            Some(entry) => self.forget(&entry),
            None => Ok(()),
        }
    }

    fn is_replaced(&self, id: CertificateId) -> rusqlite::Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM replaced WHERE id = ?1)";
        self.index.prepare_cached(sql)?.query_row((id,), |row| row.get(0))
    }

    /// It is good and shall be renewed.
    fn expect(&mut self, entry: &Entry) -> rusqlite::Result<()> {
        let sql = "INSERT OR IGNORE INTO unreplaced (not_after, id, renew_at) VALUES (?1, ?2, ?3)";
        let renew_at = entry.renew_at();
        let added =
            self.index.prepare_cached(sql)?.execute((entry.not_after.unix(), entry.id, renew_at.unix()))?;
        if added == 1 {
            self.sums.open(renew_at, 1);
        }
        Ok(())
    }

    /// Nobody waits for its renewal any more.
    fn forget(&mut self, entry: &Entry) -> rusqlite::Result<()> {
        let sql = "DELETE FROM unreplaced WHERE not_after = ?1 AND id = ?2";
        if self.index.prepare_cached(sql)?.execute((entry.not_after.unix(), entry.id))? == 1 {
            self.sums.open(entry.renew_at(), -1);
        }
        Ok(())
    }

    /// By what a row of the audit is found.
    fn tell(&self, row: &AuditRow, event: &Event<'_>) -> rusqlite::Result<()> {
        let mut terms = Terms::default();
        terms.tag('k', &event.event);
        for (kind, member) in [('o', "code"), ('e', "endpoint"), ('x', "transaction")] {
            if let Some(value) = event.said(member) {
                terms.tag(kind, value);
            }
        }
        if let Some(outcome) = Outcome::of(&event.event) {
            terms.tag('y', "any");
            terms.tag('y', outcome.as_str());
        }
        let mut text = String::new();
        if let Some(id) = event.certificate {
            terms.tag('c', &id.to_string());
            if event.event != "certificate.reserved"
                && let Some(entry) = entries::one(self.index, CertificateId(id))?
            {
                text = entries::text(&entry);
            }
        }
        words(&event.detail, &mut text);
        terms.words(&folded(&text));
        let sql = "INSERT INTO trail (rowid, t) VALUES (?1, ?2)";
        self.index.prepare_cached(sql)?.execute((Unsigned(row.sequence), terms.joined()))?;
        Ok(())
    }
}

/// Every value within.
pub(super) fn words(value: &Value, into: &mut String) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => {
            into.push('\n');
            into.push_str(&number.to_string());
        }
        Value::String(text) => {
            into.push('\n');
            into.push_str(text);
        }
        Value::Array(items) => items.iter().for_each(|item| words(item, into)),
        Value::Object(members) => members.values().for_each(|member| words(member, into)),
    }
}

/// The row of a device or user.
pub(super) fn holder(named: Named, key: &str) -> i64 {
    hash(&[named.as_str(), key]).cast_signed()
}
