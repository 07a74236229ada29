//! What became of a SCEP transaction, as the audit chain has it: each refusal with both sides, each certificate. The same for
//! the command line and the API.

use crate::explanation::Difference;
use crate::store::{AuditRow, CertificateId, Store, StoreError};
use crate::why::status;
use ca::rejection::Shown;
use pki::certificate::Serial;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use utoipa::ToSchema;

/// Rows that are told, the newest: a device that is refused every minute has as many in an hour.
const MOST: u32 = 60;

/// Everything that was recorded of one transaction, for people.
#[derive(Debug)]
pub struct History {
    /// For programs.
    pub enrolment: Enrolment,
}

/// Everything that was recorded of one transaction.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Enrolment {
    /// The SCEP transactionID.
    pub transaction: String,
    /// Oldest first.
    pub events: Vec<EnrolmentEvent>,
}

/// A row of the audit chain, with what is known today of the certificate that it speaks of. Beside these members it has those
/// of the audit row's particulars: a refusal's `code`, `why` and `difference`, `endpoint`, `peer` and more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnrolmentEvent {
    /// When, RFC 3339.
    pub at: String,
    /// What: `enrolment.refused`.
    #[schema(value_type = Option<String>)]
    pub event: Value,
    /// The page that explains the refusal's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The certificate's serial number, hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Its subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Its status: `good`, `held`, `revoked`, `reserved` or `abandoned`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The other particulars.
    #[serde(flatten)]
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    pub detail: Map<String, Value>,
}

impl History {
    /// Gathers it; `None` where nothing is on record under this transactionID.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn of(store: &dyn Store, transaction: &str) -> Result<Option<History>, StoreError> {
        let mut events = Vec::new();
        for row in store.audit_of(transaction, MOST).await?.iter().rev() {
            events.push(event(store, row).await?);
        }
        let found = !events.is_empty();
        let enrolment = Enrolment { transaction: transaction.to_owned(), events };
        Ok(found.then_some(History { enrolment }))
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for event in &self.enrolment.events {
            let event = &json!(event);
            let (at, what) = (said(event, "at"), said(event, "event"));
            // Writing to a String does not fail.
            let _ = writeln!(out, "{at}  {what}");
            let lines = ["code", "endpoint", "peer", "serial", "status", "subject", "by", "why"];
            for key in lines.into_iter().filter(|key| !event[key].is_null()) {
                let _ = writeln!(out, "  {key:9} {}", said(event, key));
            }
            sides(&mut out, event);
            if event["page"].is_string() {
                let _ = writeln!(out, "  page      {}", said(event, "page"));
            }
        }
        out
    }
}

/// What was expected above what was found, so that the eye compares.
fn sides(out: &mut String, event: &Value) {
    if let Ok(found) = serde_json::from_value::<Difference>(event["difference"].clone()) {
        let Difference { element, expected, found, rule, row } = found;
        let lines = [
            ("element", &*element),
            ("expected", &*expected),
            ("found", &*found),
            ("rule", &*rule),
            ("row", &*row),
        ];
        for (key, value) in lines {
            let _ = writeln!(out, "  {key:9} {}", Shown::escaped(value));
        }
    } else if event["not_compared"].is_string() {
        let _ = writeln!(out, "  compared  nothing: {}", said(event, "not_compared"));
    }
}

/// A member as text. What a stranger chose cannot act on a terminal.
fn said(event: &Value, key: &str) -> String {
    let text = event[key].as_str().map_or_else(|| event[key].to_string(), str::to_owned);
    // Sentences hold several values that were cut before.
    text.split(' ').map(|word| Shown::escaped(word).to_string()).collect::<Vec<_>>().join(" ")
}

async fn event(store: &dyn Store, row: &AuditRow) -> Result<EnrolmentEvent, StoreError> {
    let recorded: Value = serde_json::from_str(&row.event).unwrap_or_default();
    let mut detail = recorded["detail"].as_object().cloned().unwrap_or_default();
    let code = detail.get("code").and_then(Value::as_str);
    let number = code.and_then(|code| code.strip_prefix("CHY-")?.parse().ok());
    let stored = match recorded["certificate"].as_i64() {
        Some(id) => store.certificate(CertificateId(id)).await?,
        None => None,
    };
    // What is known today stands before what the row said, and each member once.
    let mut said = |key: &str| detail.remove(key).and_then(|value| value.as_str().map(str::to_owned));
    let (page, serial, subject, state) = (said("page"), said("serial"), said("subject"), said("status"));
    detail.remove("at");
    detail.remove("event");
    Ok(EnrolmentEvent {
        at: row.at.to_string(),
        event: recorded["event"].clone(),
        page: number.map(crate::explanation::page).or(page),
        serial: stored.as_ref().map(|one| Serial::new(&one.serial).to_string()).or(serial),
        subject: stored.as_ref().map(|one| one.subject.clone()).or(subject),
        status: stored.as_ref().map(|one| status(one).to_owned()).or(state),
        detail,
    })
}
