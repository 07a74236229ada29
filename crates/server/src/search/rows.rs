//! What was found, as the answers write it.

use pki::Time;
use pki::certificate::{Certificate, Serial};
use pki::crl::Reason;
use serde_json::Value;

use super::answers::{AuditEntry, CertificateRow, Known, KnownFact, Standing};
use crate::standing::Kind;
use crate::store::{
    AuditRow, Binding, Entry, EntryStatus, Hit, Named, Revocation, SidInEntry, State, Stored, StoredRecord,
};

/// Hexadecimal, in capitals.
pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect()
}

pub(super) fn standing(revocation: Option<Revocation>, not_after: Time, now: Time) -> Standing {
    match revocation {
        Some(one) if one.reason == Reason::CertificateHold.code() => Standing::Held,
        Some(_) => Standing::Revoked,
        None if not_after < now => Standing::Expired,
        None => Standing::Good,
    }
}

pub(super) fn certificate(hit: Hit, now: Time) -> CertificateRow {
    let Hit { entry, revocation } = hit;
    CertificateRow {
        serial: Serial::new(&entry.serial).to_string(),
        subject: entry.subject,
        names: entry.names.lines().map(str::to_owned).collect(),
        status: standing(revocation, entry.not_after, now),
        profile: entry.profile,
        endpoint: entry.endpoint,
        device: entry.device,
        user: entry.user,
        requested_by: entry.requester,
        not_before: entry.not_before.to_string(),
        not_after: entry.not_after.to_string(),
        issued_at: entry.issued_at.to_string(),
        revoked_at: revocation.map(|one| one.at.to_string()),
        reason: revocation.and_then(|one| reason(one.reason)),
    }
}

pub(super) fn reason(code: u8) -> Option<String> {
    Reason::from_code(code).map(|reason| reason.name().to_owned())
}

pub(super) fn known(directory: String, stored: &StoredRecord) -> Known {
    let record = &stored.record;
    let kind = match record.kind {
        Kind::Managed => "managed",
        Kind::Device => "device",
        Kind::User => "user",
    };
    Known {
        directory,
        kind: kind.to_owned(),
        object: record.object.clone(),
        name: record.name.clone(),
        system: record.system.clone(),
        ownership: record.ownership.clone(),
        facts: facts(stored),
    }
}

fn facts(stored: &StoredRecord) -> Vec<KnownFact> {
    let record = &stored.record;
    let fact = |fact: &str, value: Value, at: i64| KnownFact {
        fact: fact.to_owned(),
        value,
        since: Time::from_unix(at).to_string(),
    };
    let flags = [
        ("there", Some(&record.present)),
        ("enabled", record.enabled.as_ref()),
        ("compliant", record.compliant.as_ref()),
    ];
    let words = [
        ("management state", record.management.as_ref()),
        ("risk", record.risk.as_ref()),
        ("security identifier", record.sid.as_ref()),
    ];
    let flags =
        flags.into_iter().filter_map(|(name, said)| said.map(|one| fact(name, one.value.into(), one.at)));
    let words = words
        .into_iter()
        .filter_map(|(name, said)| said.map(|one| fact(name, one.value.clone().into(), one.at)));
    flags.chain(words).collect()
}

/// A row of the audit; `serial` is that of the certificate concerned.
pub(super) fn audit(row: &AuditRow, recorded: &Value, serial: Option<String>) -> AuditEntry {
    let event = recorded.get("event").and_then(Value::as_str).unwrap_or_default().to_owned();
    let detail = recorded.get("detail").cloned().unwrap_or_default();
    let hash = row.hash.iter().map(|octet| format!("{octet:02x}")).collect();
    AuditEntry { sequence: row.sequence, at: row.at.to_string(), event, certificate: serial, detail, hash }
}

/// A certificate that the index has not followed yet, of what the store says.
pub(super) fn entry(stored: &Stored, certificate: &Certificate, bindings: &[Binding]) -> Entry {
    let names = certificate.san().map(|san| san.0).unwrap_or_default();
    let of = |named| bindings.iter().find(|one| one.named == named).map(|one| one.key.clone());
    let issued_at = match stored.state {
        State::Issued { at, .. } => at,
        State::Reserved | State::Abandoned { .. } => stored.reserved_at,
    };
    Entry {
        id: stored.id,
        serial: stored.serial.clone(),
        sha1: certificate.sha1(),
        sha256: certificate.sha256(),
        subject: stored.subject.clone(),
        names: names.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        called: String::new(),
        profile: stored.profile.clone(),
        endpoint: stored.endpoint.clone(),
        requester: None,
        device: of(Named::Device),
        user: of(Named::User),
        not_before: stored.not_before,
        not_after: stored.not_after,
        issued_at,
        status: EntryStatus::Good,
        sid: SidInEntry::NotAsked,
    }
}
