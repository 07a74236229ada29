//! What a row of the audit is to a webhook.

use super::event::EventKind;
use crate::store::{AuditRow, CertificateId, NewDelivery, Store, StoreError, Stored};
use pki::Time;
use pki::certificate::Serial;
use pki::crl::Reason;
use serde_json::{Map, Value, json};

/// Seconds after which a message is given up.
const DAY: i64 = 86_400;

/// Members of an event's particulars that go out. What is not named stays here: an audit row may say more tomorrow.
const GOES_OUT: [&str; 12] = [
    "by",
    "code",
    "why",
    "endpoint",
    "transaction",
    "asked_for",
    "rule",
    "subject",
    "device",
    "peer",
    "user_agent",
    "reason",
];

/// A message of this kind, to be sent at once and for a day.
pub(super) fn message(id: String, event: EventKind, at: Time, data: &Value, now: Time) -> NewDelivery {
    let body = json!({ "type": event, "timestamp": at.to_string(), "data": data }).to_string();
    let deadline_at = now.plus_seconds(DAY);
    NewDelivery { message: id, event, body, created_at: now, next_attempt_at: now, deadline_at }
}

/// Kind and particulars of what a row says, if webhooks are told of it and this one wants it.
pub(super) async fn of_row(
    store: &dyn Store,
    row: &AuditRow,
    wanted: &[EventKind],
) -> Result<Option<(EventKind, Value)>, StoreError> {
    let Ok(event) = serde_json::from_str::<Value>(&row.event) else { return Ok(None) };
    let kind = event["event"].as_str().unwrap_or_default();
    let Some(mut told) = Kind::of(kind).filter(|kind| kind.may_be(wanted)) else { return Ok(None) };
    let mut data = Map::new();
    data.insert("sequence".to_owned(), row.sequence.into());
    for name in GOES_OUT {
        if let Some(value) = event["detail"].get(name).filter(|value| value.is_string()) {
            data.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(id) = event["certificate"].as_i64()
        && let Some(stored) = store.certificate(CertificateId(id)).await?
    {
        if told == Kind::One(EventKind::Issued)
            && let Some(before) = stored.supersedes
        {
            told = Kind::One(EventKind::Renewed);
            let before = store.certificate(before).await?;
            data.insert("renews".to_owned(), before.map(|one| serial(&one)).into());
        }
        if let Kind::Revoked(result) = told {
            data.insert("result".to_owned(), result.into());
            let reason = stored.revocation.and_then(|one| Reason::from_code(one.reason)).map(Reason::name);
            data.insert("reason".to_owned(), reason.into());
        }
        data.insert("certificate".to_owned(), certificate(&stored));
    }
    let kind = told.kind();
    Ok(wanted.contains(&kind).then(|| (kind, data.into())))
}

/// What a message says of a certificate.
pub(super) fn certificate(stored: &Stored) -> Value {
    json!({
        "serial": serial(stored), "subject": stored.subject, "profile": stored.profile,
        "endpoint": stored.endpoint, "transaction": stored.transaction_id,
        "not_before": stored.not_before.to_string(), "not_after": stored.not_after.to_string(),
    })
}

fn serial(stored: &Stored) -> String {
    Serial::new(&stored.serial).to_string()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    One(EventKind),
    /// With what the status is now.
    Revoked(&'static str),
}

impl Kind {
    fn of(kind: &str) -> Option<Kind> {
        Some(match kind {
            "certificate.issued" => Kind::One(EventKind::Issued),
            "certificate.revoked" => Kind::Revoked("revoked"),
            "certificate.held" => Kind::Revoked("held"),
            // Who locked somebody out at a hold must hear of its end.
            "certificate.released" => Kind::Revoked("released"),
            "request.refused" => Kind::One(EventKind::Refused),
            "request.held" => Kind::One(EventKind::Held),
            "enrolment.stalled" => Kind::One(EventKind::Stalled),
            _ => return None,
        })
    }

    fn kind(self) -> EventKind {
        match self {
            Kind::One(kind) => kind,
            Kind::Revoked(_) => EventKind::Revoked,
        }
    }

    /// Before it is known whether an issuance is a renewal.
    fn may_be(self, wanted: &[EventKind]) -> bool {
        wanted.contains(&self.kind())
            || (self == Kind::One(EventKind::Issued) && wanted.contains(&EventKind::Renewed))
    }
}
