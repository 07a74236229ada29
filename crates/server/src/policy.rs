//! Rules that are tried before they are in force: on one request ([`trial`]), and on past requests.
//!
//! Each reservation, each request that was held for an approval, and each refusal that came after the policy, has in its audit row what the policy was asked and said
//! ([`Note`]). A replay reads those rows and asks the new policy the same; it decides nothing and writes nothing.

mod desk;
pub(crate) mod preview;
pub(crate) mod trial;

pub(crate) use desk::{Over, PolicyDesk};
pub use preview::Preview;
pub use trial::{Condition, Tried, Verdict};

use crate::config::{Config, Problem, believe_policy};
use crate::store::{Store, StoreError};
use ca::policy::{Facts, Known, Policy, Settings};
use ca::profile::{ProfileSet, Slots};
use pki::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Audit rows read at a time.
const PAGE: u32 = 5_000;

/// A file of rules alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    policy: Vec<Settings>,
}

/// Why a text is no policy.
pub(crate) enum Unusable {
    /// It is not TOML, or has other sections than `[[policy]]`.
    Text(toml::de::Error),
    /// Rules that cannot be meant.
    Rules(Vec<Problem>),
}

/// What rules are about: the endpoints and certificate profiles of a server, and the rules in force.
pub(crate) struct Ground {
    /// Endpoints by name, each with the profiles that it issues by.
    pub(crate) endpoints: BTreeMap<String, Slots>,
    /// Certificate profiles.
    pub(crate) profiles: ProfileSet,
    /// The rules in force.
    pub(crate) policy: Policy,
}

impl Ground {
    /// That of a configuration.
    pub(crate) fn of(config: &Config) -> Ground {
        let endpoints = config.endpoints.iter().map(|one| (one.name.as_str().to_owned(), one.slots.clone()));
        let (profiles, policy) = (config.profiles.clone(), config.policy.clone());
        Ground { endpoints: endpoints.collect(), profiles, policy }
    }

    /// The rules of `text` (TOML, `[[policy]]` sections alone) over these endpoints and profiles.
    ///
    /// # Errors
    /// [`Unusable`].
    pub(crate) fn rules(&self, text: &str) -> Result<Policy, Unusable> {
        let file: File = toml::from_str(text).map_err(Unusable::Text)?;
        let endpoints: Vec<&str> = self.endpoints.keys().map(String::as_str).collect();
        let profiles: Vec<&str> = self.profiles.iter().map(|one| one.name.as_str()).collect();
        let known = Known { endpoints: &endpoints, profiles: &profiles };
        believe_policy(&file.policy, &known).map_err(Unusable::Rules)
    }
}

/// What an audit row keeps of a decision.
#[derive(Debug, Clone, Deserialize)]
pub struct Note {
    /// The rule that decided; `None` where none matched.
    pub rule: Option<String>,
    /// `allow`, `refuse`, `ask`, or `use_profile` and its name.
    pub outcome: String,
    /// What was known; absent where it was too long to be kept.
    pub facts: Option<Facts>,
}

#[derive(Deserialize)]
struct Event {
    detail: Option<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    policy: Option<Note>,
    held: Option<i64>,
}

/// A request that is decided otherwise now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChangedDecision)]
pub struct Changed {
    /// Number of its audit row.
    pub audit: u64,
    /// When.
    pub at: String,
    /// The subject's attributes.
    pub subject: String,
    /// The outcome then.
    pub was: String,
    /// The rule that decided then.
    pub was_by: Option<String>,
    /// The outcome now.
    pub is: String,
    /// The decision now, with rule and facts.
    pub why: String,
}

/// What a replay found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    /// Requests that could be asked again.
    pub asked: u64,
    /// Requests of which too little was kept.
    pub skipped: u64,
    /// Those that are decided otherwise, and how many there are of them in all.
    pub changed: Vec<Changed>,
    /// How many are decided otherwise.
    pub differing: u64,
}

/// Asks `policy` about every request on record since `since`; keeps the first `most` that differ.
///
/// # Errors
/// The store cannot be read.
pub async fn replay(
    store: &dyn Store,
    policy: &Policy,
    since: Option<Time>,
    most: usize,
) -> Result<Replay, StoreError> {
    let mut found = Replay::default();
    let mut after = 0;
    loop {
        let rows = store.audit(after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.sequence;
        for row in rows.iter().filter(|row| since.is_none_or(|since| row.at >= since)) {
            let Some(note) = note(&row.event) else { continue };
            found.again(policy, note, (row.sequence, row.at), most);
        }
    }
}

/// What the row keeps of a decision, if it is the row of one.
fn note(event: &str) -> Option<Note> {
    // Most rows are of other events, and are not worth a reader of JSON.
    let issued = r#"{"event":"certificate.reserved""#;
    let kinds = [issued, r#"{"event":"request.refused""#, r#"{"event":"request.held""#];
    if !kinds.iter().any(|kind| event.starts_with(kind)) {
        return None;
    }
    // What was issued by an approval was asked about when it was held.
    let approved = event.starts_with(issued);
    let event: Event = serde_json::from_str(event).ok()?;
    let detail = event.detail?;
    if approved && detail.held.is_some() { None } else { detail.policy }
}

impl Replay {
    fn again(&mut self, policy: &Policy, note: Note, (audit, at): (u64, Time), most: usize) {
        let Some(facts) = note.facts else {
            self.skipped += 1;
            return;
        };
        self.asked += 1;
        let is = policy.decide(&facts).outcome().to_string();
        if is == note.outcome {
            return;
        }
        self.differing += 1;
        if self.changed.len() < most {
            let subject = ca::rejection::Shown::list(&facts.subject).to_string();
            let why = policy.explain(&facts).sentence;
            let (was, was_by) = (note.outcome, note.rule);
            self.changed.push(Changed { audit, at: at.to_string(), subject, was, was_by, is, why });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m69_only_rows_of_decisions_are_read() {
        let row = |kind: &str, policy: &str| {
            format!(r#"{{"event":"{kind}","certificate":1,"detail":{{"by":"x"{policy}}}}}"#)
        };
        let policy = r#","policy":{"rule":null,"outcome":"allow","facts":{"endpoint":"e"}}"#;
        assert!(note(&row("certificate.reserved", policy)).is_some());
        assert!(note(&row("request.refused", policy)).is_some());
        assert!(note(&row("request.held", &format!(r#"{policy},"held":7"#))).is_some());
        assert!(note(&row("certificate.reserved", &format!(r#"{policy},"held":7"#))).is_none(), "asked once");
        assert!(note(&row("certificate.reserved", "")).is_none());
        assert!(note(&row("certificate.issued", policy)).is_none());
        assert!(note("no json").is_none());
    }
}
