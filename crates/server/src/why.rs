//! Why a certificate is good or not: a list of facts with times, the same for the command line and the API.

use crate::store::{Binding, RecordId, State, Store, StoreError, Stored, StoredRecord};
use pki::Time;
use pki::certificate::Serial;
use pki::crl::Reason;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Everything that the status of one certificate follows from.
#[derive(Debug)]
pub struct Why {
    value: Value,
}

impl Why {
    /// Gathers it from the store.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn of(store: &dyn Store, stored: &Stored, now: Time) -> Result<Why, StoreError> {
        let grounds: Vec<Value> = store
            .grounds(stored.id)
            .await?
            .into_iter()
            .map(|ground| {
                let reason = Reason::from_code(ground.reason).map(Reason::name);
                json!({ "rule": ground.rule.as_str(), "since": ground.at.to_string(), "reason": reason,
                        "because": ground.said, "permanent": ground.reason != Reason::CertificateHold.code() })
            })
            .collect();
        let mut names = Vec::new();
        for binding in store.bindings(stored.id).await? {
            names.push(named(store, &binding).await?);
        }
        let value = json!({
            "serial": Serial::new(&stored.serial).to_string(),
            "subject": stored.subject,
            "endpoint": stored.endpoint,
            "status": status(stored),
            "at": stored.revocation.map(|revocation| revocation.at.to_string()),
            "reason": stored.revocation.and_then(|one| Reason::from_code(one.reason)).map(Reason::name),
            "asked_for_at": stored.reserved_at.to_string(),
            "not_after": stored.not_after.to_string(),
            "expired": stored.not_after < now,
            "because": grounds,
            "names": names,
        });
        Ok(Why { value })
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        self.value.clone()
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let at = |value: &Value, key: &str| text(&value[key]);
        let v = &self.value;
        let mut out = String::new();
        // Writing to a String does not fail.
        let _ = writeln!(out, "{}  {}  {}", at(v, "serial"), at(v, "status"), at(v, "subject"));
        let _ = writeln!(out, "  asked for at {}, good until {}", at(v, "asked_for_at"), at(v, "not_after"));
        for ground in v["because"].as_array().into_iter().flatten() {
            let lasts = if ground["permanent"] == true { "for good" } else { "on hold" };
            let (rule, since) = (at(ground, "rule"), at(ground, "since"));
            let _ = writeln!(out, "  {lasts} since {since} by the rule {rule}: {}", at(ground, "because"));
        }
        if v["because"].as_array().is_some_and(Vec::is_empty) {
            out.push_str("  no rule speaks against it\n");
        }
        for name in v["names"].as_array().into_iter().flatten() {
            let (kind, key) = (at(name, "kind"), at(name, "key"));
            let (evidence, source) = (at(name, "evidence"), at(name, "directory"));
            let _ = writeln!(out, "  names the {kind} {key} ({evidence}), of the directory {source}");
            for fact in name["facts"].as_array().into_iter().flatten() {
                let _ = writeln!(
                    out,
                    "    {}: {} since {}",
                    at(fact, "fact"),
                    at(fact, "value"),
                    at(fact, "since")
                );
            }
            if name["facts"].is_null() {
                out.push_str("    the directory has said nothing of it yet\n");
            }
            let _ = writeln!(out, "    the directory was last read at {}", at(name, "read_at"));
        }
        if v["names"].as_array().is_some_and(Vec::is_empty) {
            out.push_str("  names nobody whom a directory knows: it is revoked by administrators alone\n");
        }
        out
    }
}

fn status(stored: &Stored) -> &'static str {
    match (&stored.state, stored.revocation) {
        (State::Reserved, _) => "reserved",
        (State::Abandoned { .. }, _) => "abandoned",
        (State::Issued { .. }, None) => "good",
        (State::Issued { .. }, Some(one)) if one.reason == Reason::CertificateHold.code() => "held",
        (State::Issued { .. }, Some(_)) => "revoked",
    }
}

async fn named(store: &dyn Store, binding: &Binding) -> Result<Value, StoreError> {
    let record = match binding.record {
        Some(RecordId(id)) => store.known(&binding.source, RecordId(id - 1), 1).await?.into_iter().next(),
        None => None,
    };
    let read_at = store.meta(&crate::directory::read_key(&binding.source)).await?;
    let read_at = read_at.and_then(|text| text.parse().ok()).map(|at| Time::from_unix(at).to_string());
    Ok(json!({
        "kind": binding.named.as_str(),
        "key": binding.key,
        "evidence": binding.evidence,
        "directory": binding.source,
        "read_at": read_at,
        "object": record.as_ref().map(|row| row.record.object.clone()),
        "facts": record.as_ref().map(facts),
    }))
}

fn facts(row: &StoredRecord) -> Vec<Value> {
    let record = &row.record;
    let fact = |fact: &str, value: Value, at: i64| json!({ "fact": fact, "value": value, "since": Time::from_unix(at).to_string() });
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
        flags.into_iter().filter_map(|(name, known)| known.map(|one| fact(name, one.value.into(), one.at)));
    let words = words
        .into_iter()
        .filter_map(|(name, known)| known.map(|one| fact(name, one.value.clone().into(), one.at)));
    flags.chain(words).collect()
}
