//! Rows of the audit, and the enrolments among them.

use std::collections::BTreeMap;

use pki::certificate::Serial;
use serde_json::Value;

use super::answers::{AuditEntry, EnrolmentRow};
use super::filters::{AuditFilter, EnrolmentFilter, short};
use super::finder::{Finder, Paging, Sequel, unread};
use super::rows;
use crate::http::ApiProblem;
use crate::store::{AuditRow, CertificateId, Hit, Outcome, TrailSought};

impl Finder {
    /// A page of the audit, newest first.
    ///
    /// # Errors
    /// What is sought cannot be, or the store cannot be read.
    pub async fn audit(
        &self,
        filter: AuditFilter,
        paging: Paging<u64>,
    ) -> Result<Sequel<AuditEntry, u64>, ApiProblem> {
        let certificate = match short(filter.certificate)? {
            Some(serial) => Some(self.stored(&serial).await?.id),
            None => None,
        };
        let sought = TrailSought {
            event: short(filter.event)?,
            certificate,
            words: short(filter.q)?,
            before: paging.after,
            limit: paging.limit,
            ..TrailSought::default()
        };
        let trail = self.store.trail(sought).await.map_err(|_| unread())?;
        Ok(Sequel { items: self.entries(&trail.rows).await?, next: trail.next })
    }

    /// Rows of the audit after `after`, oldest first, as one JSON object a line; with the last sequence number.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn audit_lines(&self, after: u64, limit: u32) -> Result<(String, Option<u64>), ApiProblem> {
        let rows = self.store.audit(after, limit).await.map_err(|_| unread())?;
        let mut text = String::new();
        for entry in self.entries(&rows).await? {
            text.push_str(&serde_json::to_string(&entry).map_err(|_| unread())?);
            text.push('\n');
        }
        Ok((text, rows.last().map(|row| row.sequence)))
    }

    pub(super) async fn entries(&self, rows: &[AuditRow]) -> Result<Vec<AuditEntry>, ApiProblem> {
        let mut serials: BTreeMap<i64, Option<String>> = BTreeMap::new();
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let recorded: Value = serde_json::from_str(&row.event).unwrap_or_default();
            let serial = match recorded.get("certificate").and_then(Value::as_i64) {
                Some(id) => match serials.get(&id) {
                    Some(serial) => serial.clone(),
                    None => {
                        let stored = self.store.certificate(CertificateId(id)).await.map_err(|_| unread())?;
                        let serial = stored.map(|one| Serial::new(&one.serial).to_string());
                        serials.insert(id, serial.clone());
                        serial
                    }
                },
                None => None,
            };
            entries.push(rows::audit(row, &recorded, serial));
        }
        Ok(entries)
    }

    /// A page of enrolments, newest first.
    ///
    /// # Errors
    /// What is sought cannot be, or the store cannot be read.
    pub async fn enrolments(
        &self,
        filter: EnrolmentFilter,
        paging: Paging<u64>,
    ) -> Result<Sequel<EnrolmentRow, u64>, ApiProblem> {
        let sought = TrailSought {
            words: short(filter.q)?,
            enrolments: true,
            outcome: filter.outcome,
            code: short(filter.code)?,
            endpoint: short(filter.endpoint)?,
            before: paging.after,
            limit: paging.limit,
            ..TrailSought::default()
        };
        let trail = self.store.trail(sought).await.map_err(|_| unread())?;
        let mut items = Vec::with_capacity(trail.rows.len());
        for row in &trail.rows {
            items.extend(self.enrolment(row).await?);
        }
        Ok(Sequel { items, next: trail.next })
    }

    async fn enrolment(&self, row: &AuditRow) -> Result<Option<EnrolmentRow>, ApiProblem> {
        let recorded: Value = serde_json::from_str(&row.event).unwrap_or_default();
        let event = recorded.get("event").and_then(Value::as_str).unwrap_or_default();
        let Some(outcome) = Outcome::of(event) else { return Ok(None) };
        let detail = recorded.get("detail").cloned().unwrap_or_default();
        let said = |member: &str| detail.get(member).and_then(Value::as_str).map(str::to_owned);
        let id = recorded.get("certificate").and_then(Value::as_i64).map(CertificateId);
        let (stored, hit) = match id {
            Some(id) => {
                let stored = self.store.certificate(id).await.map_err(|_| unread())?;
                (stored, self.store.hits(vec![id]).await.map_err(|_| unread())?.into_iter().next())
            }
            None => (None, None),
        };
        let entry = hit.map(|Hit { entry, .. }| entry);
        let code = said("code");
        let page = code.as_ref().and_then(|code| code.strip_prefix("CHY-")?.parse().ok());
        Ok(Some(EnrolmentRow {
            sequence: row.sequence,
            at: row.at.to_string(),
            transaction: said("transaction")
                .or_else(|| stored.as_ref().map(|one| one.transaction_id.clone())),
            endpoint: said("endpoint").or_else(|| stored.as_ref().map(|one| one.endpoint.clone())),
            outcome,
            code,
            why: said("why").or_else(|| said("sentence")),
            page: page.map(crate::explanation::page),
            peer: said("peer"),
            subject: stored.as_ref().map(|one| one.subject.clone()).or_else(|| said("subject")),
            device: entry.as_ref().and_then(|one| one.device.clone()).or_else(|| said("device")),
            user: entry.as_ref().and_then(|one| one.user.clone()),
            serial: stored.map(|one| Serial::new(&one.serial).to_string()),
        }))
    }
}
