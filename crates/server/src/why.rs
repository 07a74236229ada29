//! Why a certificate is good or not: a list of facts with times, the same for the command line and the API.

use crate::store::{Binding, RecordId, Sighting, State, Store, StoreError, Stored, StoredRecord};
use pki::Time;
use pki::certificate::Serial;
use pki::crl::Reason;
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write as _;
use utoipa::ToSchema;

/// Everything that the status of one certificate follows from, for people.
#[derive(Debug)]
pub struct Why {
    /// For programs.
    pub status: CertificateStatus,
}

/// Everything that the status of one certificate follows from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CertificateStatus {
    /// Its serial number, hexadecimal.
    pub serial: String,
    /// Its subject.
    pub subject: String,
    /// Where it was asked for.
    pub endpoint: String,
    /// `good`, `held`, `revoked`, `reserved` or `abandoned`.
    pub status: &'static str,
    /// When it was revoked or held, RFC 3339.
    pub at: Option<String>,
    /// Why, in RFC 5280's words.
    pub reason: Option<&'static str>,
    /// When it was asked for, RFC 3339.
    pub asked_for_at: String,
    /// Until when it is valid, RFC 3339.
    pub not_after: String,
    /// Whether that is over.
    pub expired: bool,
    /// When it was seen in use; null where it was not yet.
    pub in_use: Option<InUse>,
    /// The rules that speak against it.
    pub because: Vec<StatusGround>,
    /// Whom it names, and what is known of them.
    pub names: Vec<StatusName>,
}

/// When a certificate was seen in use. docs/in-use.md says what that proves.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InUse {
    /// The first time, RFC 3339.
    pub since: String,
    /// By whom: `ocsp`, or the word of the program that said so.
    pub by: String,
    /// The beginning of the hour in which it was seen last, RFC 3339.
    pub lately: String,
    /// By whom.
    pub lately_by: String,
}

impl From<Sighting> for InUse {
    fn from(one: Sighting) -> Self {
        InUse {
            since: one.first_at.to_string(),
            by: one.first_by,
            lately: one.last_at.to_string(),
            lately_by: one.last_by,
        }
    }
}

/// A rule that speaks against a certificate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatusGround {
    /// The rule.
    pub rule: String,
    /// Since when, RFC 3339.
    pub since: String,
    /// What it makes of it, in RFC 5280's words.
    pub reason: Option<&'static str>,
    /// What it goes by.
    pub because: String,
    /// Whether it is for good.
    pub permanent: bool,
}

/// A device or user that a certificate names.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatusName {
    /// `device` or `user`.
    pub kind: String,
    /// Under what it is known in the directory.
    pub key: String,
    /// What of the certificate names it.
    pub evidence: String,
    /// The directory.
    pub directory: String,
    /// When that was last read, RFC 3339.
    pub read_at: Option<String>,
    /// Its id there; `None` where the directory has said nothing of it yet.
    pub object: Option<String>,
    /// What is known of it; `None` where the directory has said nothing of it yet.
    pub facts: Option<Vec<StatusFact>>,
}

/// A fact of the directory.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatusFact {
    /// What about: `there`, `enabled`, `compliant`, `management state`, `risk`, `security identifier`.
    pub fact: &'static str,
    /// Yes or no, or a word of the directory.
    pub value: Value,
    /// Since when it is known to be so, RFC 3339.
    pub since: String,
}

impl Why {
    /// Gathers it from the store.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn of(store: &dyn Store, stored: &Stored, now: Time) -> Result<Why, StoreError> {
        let because = store.grounds(stored.id).await?.into_iter().map(|ground| StatusGround {
            rule: ground.rule.as_str().to_owned(),
            since: ground.at.to_string(),
            reason: Reason::from_code(ground.reason).map(Reason::name),
            because: ground.said,
            permanent: ground.reason != Reason::CertificateHold.code(),
        });
        let mut names = Vec::new();
        for binding in store.bindings(stored.id).await? {
            names.push(named(store, &binding).await?);
        }
        let status = CertificateStatus {
            serial: Serial::new(&stored.serial).to_string(),
            subject: stored.subject.clone(),
            endpoint: stored.endpoint.clone(),
            status: status(stored),
            at: stored.revocation.map(|revocation| revocation.at.to_string()),
            reason: stored.revocation.and_then(|one| Reason::from_code(one.reason)).map(Reason::name),
            asked_for_at: stored.reserved_at.to_string(),
            not_after: stored.not_after.to_string(),
            expired: stored.not_after < now,
            in_use: store.sighting(stored.id).await?.map(InUse::from),
            because: because.collect(),
            names,
        };
        Ok(Why { status })
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let v = &self.status;
        let mut out = String::new();
        // Writing to a String does not fail.
        let _ = writeln!(out, "{}  {}  {}", v.serial, v.status, v.subject);
        let _ = writeln!(out, "  asked for at {}, good until {}", v.asked_for_at, v.not_after);
        out.push_str(&match &v.in_use {
            None => "  not seen in use yet\n".to_owned(),
            Some(InUse { since, by, lately, lately_by }) => {
                format!(
                    "  seen in use since {since} ({by}), lately in the hour from {lately} ({lately_by})\n"
                )
            }
        });
        for StatusGround { rule, since, because, permanent, .. } in &v.because {
            let lasts = if *permanent { "for good" } else { "on hold" };
            let _ = writeln!(out, "  {lasts} since {since} by the rule {rule}: {because}");
        }
        if v.because.is_empty() {
            out.push_str("  no rule speaks against it\n");
        }
        v.names.iter().for_each(|name| name.write(&mut out));
        if v.names.is_empty() {
            out.push_str("  names nobody whom a directory knows: it is revoked by administrators alone\n");
        }
        out
    }
}

impl StatusName {
    fn write(&self, out: &mut String) {
        let StatusName { kind, key, evidence, directory, read_at, facts, .. } = self;
        let _ = writeln!(out, "  names the {kind} {key} ({evidence}), of the directory {directory}");
        for StatusFact { fact, value, since } in facts.iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let _ = writeln!(out, "    {fact}: {value} since {since}");
        }
        if facts.is_none() {
            out.push_str("    the directory has said nothing of it yet\n");
        }
        let read_at = read_at.as_deref().unwrap_or("null");
        let _ = writeln!(out, "    the directory was last read at {read_at}");
    }
}

/// In one word.
pub(crate) fn status(stored: &Stored) -> &'static str {
    match (&stored.state, stored.revocation) {
        (State::Reserved, _) => "reserved",
        (State::Abandoned { .. }, _) => "abandoned",
        (State::Issued { .. }, None) => "good",
        (State::Issued { .. }, Some(one)) if one.reason == Reason::CertificateHold.code() => "held",
        (State::Issued { .. }, Some(_)) => "revoked",
    }
}

async fn named(store: &dyn Store, binding: &Binding) -> Result<StatusName, StoreError> {
    let record = match binding.record {
        Some(RecordId(id)) => store.known(&binding.source, RecordId(id - 1), 1).await?.into_iter().next(),
        None => None,
    };
    let read_at = store.meta(&crate::directory::read_key(&binding.source)).await?;
    let read_at = read_at.and_then(|text| text.parse().ok()).map(|at| Time::from_unix(at).to_string());
    Ok(StatusName {
        kind: binding.named.as_str().to_owned(),
        key: binding.key.clone(),
        evidence: binding.evidence.clone(),
        directory: binding.source.clone(),
        read_at,
        object: record.as_ref().map(|row| row.record.object.clone()),
        facts: record.as_ref().map(facts),
    })
}

fn facts(row: &StoredRecord) -> Vec<StatusFact> {
    let record = &row.record;
    let told = |fact: &'static str, value: Value, at: i64| StatusFact {
        fact,
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
        flags.into_iter().filter_map(|(name, known)| known.map(|one| told(name, one.value.into(), one.at)));
    let words = words
        .into_iter()
        .filter_map(|(name, known)| known.map(|one| told(name, one.value.clone().into(), one.at)));
    flags.chain(words).collect()
}
